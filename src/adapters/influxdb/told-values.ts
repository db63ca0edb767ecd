import { newestValues } from '../../readings/reading-order.ts'
import type { LastValue, ReadingScope } from '../../readings/reading-store.ts'
import type { Series, SeriesTable } from './series.ts'

/** What every series in scope measured last, by tenant, asset and name; nothing that is older than `oldest` (ms since 1970). */
export function lastValuesOf(table: SeriesTable, scope: ReadingScope, oldest: number): LastValue[] {
  const wanted = scope.assets === null ? null : new Set(scope.assets)
  const services = scope.services === null ? null : new Set(scope.services)
  const found: LastValue[] = []
  let asset: Series[] = []
  for (const series of table.sorted()) {
    if (scope.tenant !== null && series.tenant !== scope.tenant) continue
    if (wanted?.has(series.asset) === false || services?.has(series.service) === false) continue
    const [first] = asset
    if (first !== undefined && (first.asset !== series.asset || first.tenant !== series.tenant)) {
      tellAsset(asset, oldest, found)
      asset = []
    }
    asset.push(series)
  }
  tellAsset(asset, oldest, found)
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
