import type { Reading } from '../../readings/reading.ts'
import { LastOfSeries } from './last-of-series.ts'

/** Who measured what, where: the tags of InfluxDB, and the service, which is a field. */
export type Place = Pick<Reading, 'tenant' | 'service' | 'asset' | 'device' | 'channel' | 'family'>

/** What is remembered of one place: how its lines begin, and what it measured last. */
export interface Series extends Place {
  /** measurement and tags as line protocol writes them */
  prefix: string
  /** of the reading before: it changes when a model is updated */
  model: string
  /** service and model as line protocol writes them */
  origin: string
  last: LastOfSeries
  /** all of its device, itself included */
  readonly siblings: readonly Series[]
}

/**
 * Every series that was written or read since the start. Measurement and tags change only when a device is installed
 * elsewhere, so what is costly about them is done once. It grows with the fleet: about 600 bytes a series.
 */
export class SeriesTable {
  readonly #ofDevices = new Map<string, Series[]>()

  /** undefined: nothing was seen of this place yet. */
  find(place: Place): Series | undefined {
    const all = this.#ofDevices.get(place.device)
    if (all === undefined) return undefined
    for (const series of all) if (isSame(series, place)) return series
    return undefined
  }

  findOrMake(place: Place): Series {
    const found = this.find(place)
    if (found !== undefined) return found
    const { tenant, service, asset, device, channel, family } = place
    const siblings = this.#ofDevices.get(device) ?? []
    if (siblings.length === 0) this.#ofDevices.set(device, siblings)
    const fresh = { prefix: `${measurementText(family)},${tagsText(place)}`, model: '', origin: '', last: new LastOfSeries(), siblings }
    const series: Series = { tenant, service, asset, device, channel, family, ...fresh }
    siblings.push(series)
    return series
  }

  /** A point has one service: what another service had at this instant (ms since 1970) was overwritten. */
  replaced(series: Series, time: number): void {
    if (series.siblings.length === 1) return
    for (const other of series.siblings) {
      if (other.service !== series.service && isSame(other, { ...series, service: other.service })) other.last.forgetAt(time)
    }
  }

  of(device: string): readonly Series[] {
    return this.#ofDevices.get(device) ?? []
  }

  forgetAll(): void {
    this.#ofDevices.clear()
  }

  *all(): Generator<Series> {
    for (const some of this.#ofDevices.values()) yield* some
  }
}

function isSame(series: Series, { tenant, service, asset, channel, family }: Place): boolean {
  return (
    series.asset === asset &&
    series.channel === channel &&
    series.family === family &&
    series.tenant === tenant &&
    series.service === service
  )
}

export function measurementText(name: string): string {
  return name.replaceAll(/[, ]/g, '\\$&')
}

/** Tags as line protocol writes them, sorted by their names as the server wants them. */
export function tagsText({ tenant, asset, device, channel }: Omit<Place, 'service' | 'family'>): string {
  return `asset=${tagText(asset)},channel=${tagText(channel)},device=${tagText(device)},tenant=${tagText(tenant)}`
}

function tagText(value: string): string {
  return value.replaceAll(/[,= ]/g, '\\$&')
}
