import { newestValues } from '../../readings/reading-order.ts'
import type { LastValue, ReadingScope } from '../../readings/reading-store.ts'
import type { Series, SeriesTable } from './series.ts'

/** What every series in scope measured last, by tenant, asset and name; nothing that is older than `oldest` (ms since 1970). */
export function lastValuesOf(table: SeriesTable, scope: ReadingScope, oldest: number): LastValue[] {
  const assets = new Map<string, Map<string, Series[]>>()
  const wanted = scope.assets === null ? null : new Set(scope.assets)
  const services = scope.services === null ? null : new Set(scope.services)
  for (const series of table.all()) {
    const { tenant, service, asset } = series
    if (scope.tenant !== null && tenant !== scope.tenant) continue
    if (wanted?.has(asset) === false || services?.has(service) === false) continue
    const ofTenant = assets.get(tenant) ?? new Map<string, Series[]>()
    if (ofTenant.size === 0) assets.set(tenant, ofTenant)
    const known = ofTenant.get(asset)
    if (known === undefined) ofTenant.set(asset, [series])
    else known.push(series)
  }
  const found: LastValue[] = []
  for (const [, ofTenant] of [...assets].sort(byKey)) {
    for (const [, some] of [...ofTenant].sort(byKey)) tellAsset(some, oldest, found)
  }
  return found
}

function tellAsset(all: readonly Series[], oldest: number, found: LastValue[]): void {
  const [only] = all
  if (only !== undefined && all.length === 1 && only.last.isPlain) {
    eachOf(only, oldest, (value) => found.push(value))
    return
  }
  const values: (LastValue & { channel: string })[] = []
  for (const series of all) eachOf(series, oldest, (value) => values.push({ ...value, channel: series.channel }))
  found.push(...newestValues(values))
}

function eachOf({ tenant, service, asset, device, last }: Series, oldest: number, tell: (value: LastValue) => void): void {
  let at = Number.NaN
  let time = ''
  last.each((name, value, ms, flag) => {
    if (ms < oldest) return
    if (ms !== at) {
      at = ms
      time = new Date(ms).toISOString()
    }
    tell({ tenant, service, asset, name, value, time, device, flag })
  })
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
