import { newestValues } from '../../readings/reading-order.ts'
import type { LastValue, ReadingScope } from '../../readings/reading-store.ts'
import type { Series, SeriesTable } from './series.ts'

type DatedValue = LastValue & { channel: string }

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
    for (const [, some] of [...ofTenant].sort(byKey)) for (const value of ofAsset(some, oldest)) found.push(value)
  }
  return found
}

function ofAsset(all: readonly Series[], oldest: number): LastValue[] {
  const [only] = all
  if (only !== undefined && all.length === 1) {
    const values = datedValues(only, oldest)
    if (new Set(values.map(({ name }) => name)).size === values.length) {
      return values.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ channel: _, ...value }) => value)
    }
  }
  return newestValues(all.flatMap((series) => datedValues(series, oldest)))
}

function datedValues({ tenant, service, asset, device, channel, last }: Series, oldest: number): DatedValue[] {
  let at = { ms: Number.NaN, time: '' }
  const values: DatedValue[] = []
  for (const { name, value, time: ms, flag } of last.values()) {
    if (ms < oldest) continue
    if (ms !== at.ms) at = { ms, time: new Date(ms).toISOString() }
    values.push({ tenant, service, asset, name, value, time: at.time, device, flag, channel })
  }
  return values
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
