import type { Reading } from '../../readings/reading.ts'
import { LastOfSeries } from './last-of-series.ts'

/** Who measured what, where: the tags of InfluxDB, and the service, which is a field. */
export type Place = Pick<Reading, 'tenant' | 'service' | 'asset' | 'device' | 'channel' | 'family'>

/** What is remembered of one place: how its lines begin, and what it measured last. */
export interface Series extends Place {
  /** measurement and tags as line protocol writes them; empty before the first line */
  prefix: string
  /** of the reading before: it changes when a model is updated */
  model: string
  /** service and model, as the text beside the values begins */
  origin: string
  readonly last: LastOfSeries
  /** of the same device: another channel, or where it was installed before */
  next: Series | undefined
}

/**
 * Every series that was written or read since the start. Measurement and tags change only when a device is installed
 * elsewhere, so what is costly about them is done once. It grows with the fleet.
 */
export class SeriesTable {
  readonly #ofDevices = new Map<string, Series>()
  /** null: there are new ones */
  #sorted: readonly Series[] | null = null
  /** texts that thousands of series have in common, each once in memory */
  readonly #texts = new Map<string, string>()

  /** undefined: nothing was seen of this place yet. */
  find(place: Place): Series | undefined {
    let series = this.#ofDevices.get(place.device)
    while (series !== undefined && !isSame(series, place)) series = series.next
    return series
  }

  findOrMake(place: Place): Series {
    const found = this.find(place)
    if (found !== undefined) return found
    const { device, asset } = place
    const [tenant, service, channel, family] = [
      this.#shared(place.tenant),
      this.#shared(place.service),
      this.#shared(place.channel),
      this.#shared(place.family),
    ]
    const next = this.#ofDevices.get(device)
    const series: Series = {
      tenant,
      service,
      asset,
      device,
      channel,
      family,
      prefix: '',
      model: '',
      origin: '',
      last: new LastOfSeries(),
      next,
    }
    this.#ofDevices.set(device, series)
    this.#sorted = null
    return series
  }

  /** A point has one service: what another service had at this instant (ms since 1970) was overwritten. */
  replaced(series: Series, time: number): void {
    let other = this.#ofDevices.get(series.device)
    if (other?.next === undefined) return
    for (; other !== undefined; other = other.next) {
      if (other.service !== series.service && isSame(other, { ...series, service: other.service })) other.last.forgetAt(time)
    }
  }

  *of(device: string): Generator<Series> {
    for (let series = this.#ofDevices.get(device); series !== undefined; series = series.next) yield series
  }

  /** By tenant and asset. */
  sorted(): readonly Series[] {
    this.#sorted ??= [...this.all()].sort((a, b) => compare(a.tenant, b.tenant) || compare(a.asset, b.asset))
    return this.#sorted
  }

  *all(): Generator<Series> {
    for (const device of this.#ofDevices.keys()) yield* this.of(device)
  }

  #shared(text: string): string {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    if (this.#texts.size < mostShared) this.#texts.set(text, text)
    return text
  }
}

const mostShared = 10_000

function isSame(series: Series, { tenant, service, asset, channel, family }: Place): boolean {
  return (
    series.asset === asset &&
    series.channel === channel &&
    series.family === family &&
    series.tenant === tenant &&
    series.service === service
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
