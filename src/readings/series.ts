import type { Aggregate } from './aggregate.ts'
import { type Stretch, type Windowing, windowsWithin } from './calendar.ts'
import { Consumption, type CounterFacts, type StepKind } from './consumption.ts'
import type { ReadingHistory, SampleQuery } from './history.ts'
import type { Value } from './reading.ts'
import type { ReadingScope } from './reading-store.ts'
import { numberOf } from './windows.ts'

export interface SeriesPoint {
  /** ISO 8601 */
  from: string
  to: string
  /** null: nothing was measured in this window */
  value: Value | null
  /** how many values it was made of */
  count: number
}

export interface Series {
  points: readonly SeriesPoint[]
  /** of consumption: how often an index did other than to count on */
  steps: Readonly<Record<Exclude<StepKind, 'flow'>, number>>
  /** some days are told by what is kept of them: their readings have expired */
  fromDays: boolean
}

export interface SeriesQuery extends SampleQuery {
  windowing: Windowing
  aggregate: Aggregate
  /** what is known of the counter behind an index; for consumption */
  facts: (index: { time: number; device: string; channel: string }) => CounterFacts
}

const dayMs = 86_400_000

/** A value, or a whole day of them. */
interface Item {
  time: number
  device: string
  channel: string
  first: Value
  last: Value
  min: number
  max: number
  sum: number
  count: number
}

/** What a measurement of an asset did, window by window. Consumption counts where the later of two indices was read. */
export async function seriesOf(
  history: Pick<ReadingHistory, 'samples' | 'windows'>,
  scope: ReadingScope,
  query: SeriesQuery,
): Promise<Series> {
  const stretch = { from: Date.parse(query.from), to: Date.parse(query.to) }
  const windows = windowsWithin(stretch, query.windowing)
  const tally = new Tally(windows, query)
  const [first, last] = [windows[0], windows.at(-1)]
  if (first === undefined || last === undefined) return tally.series(false)
  const wholeDays = windows.every(({ from, to }) => from % dayMs === 0 && to % dayMs === 0)
  const days = await daysOf(history, scope, query)
  if (wholeDays && days.length > 0) {
    for (const day of days) tally.add(day)
    return tally.series(false)
  }
  const byDay = Map.groupBy(days, ({ time }) => time)
  let fromDays = false
  const tellUntil = (end: number) => {
    for (const [start, items] of byDay) {
      if (start >= end) break
      byDay.delete(start)
      for (const item of items) tally.add(item)
      fromDays = true
    }
  }
  for await (const page of history.samples(scope, query)) {
    for (const { time: text, device, channel, value } of page) {
      const time = Date.parse(text)
      const day = Math.floor(time / dayMs) * dayMs
      tellUntil(day)
      byDay.delete(day)
      const number = numberOf(value)
      tally.add({ time, device, channel, first: value, last: value, min: number ?? 0, max: number ?? 0, sum: number ?? 0, count: 1 })
    }
  }
  tellUntil(Number.POSITIVE_INFINITY)
  return tally.series(fromDays)
}

/** Oldest first. */
async function daysOf(
  history: Pick<ReadingHistory, 'windows'>,
  scope: ReadingScope,
  { windowing: _w, facts: _f, aggregate: _a, ...query }: SeriesQuery,
) {
  const windows = await history.windows(scope, { ...query, windowMs: dayMs })
  return windows.map(({ from, ...window }): Item => ({ ...window, time: Date.parse(from) }))
}

class Tally {
  readonly #windows: readonly Stretch[]
  readonly #query: SeriesQuery
  readonly #found = new Map<number, Item & { consumed: number }>()
  readonly #consumption = new Consumption()
  readonly #steps = { rollover: 0, backflow: 0, start: 0, reset: 0 }
  #at = 0

  constructor(windows: readonly Stretch[], query: SeriesQuery) {
    this.#windows = windows
    this.#query = query
  }

  /** In order of time. */
  add(item: Item): void {
    while (this.#at < this.#windows.length - 1 && item.time >= (this.#windows[this.#at]?.to ?? 0)) this.#at += 1
    const consumed = this.#query.aggregate === 'consumption' ? this.#consumed(item) : 0
    const known = this.#found.get(this.#at)
    if (known === undefined) {
      this.#found.set(this.#at, { ...item, consumed })
      return
    }
    known.last = item.last
    known.min = Math.min(known.min, item.min)
    known.max = Math.max(known.max, item.max)
    known.sum += item.sum
    known.count += item.count
    known.consumed += consumed
  }

  series(fromDays: boolean): Series {
    const points = this.#windows.map(({ from, to }, index): SeriesPoint => {
      const found = this.#found.get(index)
      const [start, end] = [new Date(from).toISOString(), new Date(to).toISOString()]
      if (found === undefined) return { from: start, to: end, value: this.#query.aggregate === 'count' ? 0 : null, count: 0 }
      return { from: start, to: end, value: this.#valueOf(found), count: found.count }
    })
    return { points, steps: this.#steps, fromDays }
  }

  #valueOf({ first, last, min, max, sum, count, consumed }: Item & { consumed: number }): Value | null {
    const { aggregate } = this.#query
    if (aggregate === 'first') return first
    if (aggregate === 'last') return last
    if (aggregate === 'count') return count
    // A state has no mean.
    if (typeof first === 'string') return null
    if (aggregate === 'consumption') return rounded(consumed)
    return aggregate === 'mean' ? sum / count : aggregate === 'min' ? min : aggregate === 'max' ? max : sum
  }

  #consumed({ time, device, channel, first, last, count }: Item): number {
    let consumed = 0
    for (const value of count > 1 ? [first, last] : [last]) {
      const number = numberOf(value)
      if (number === null) continue
      const { kind, amount } = this.#consumption.step(
        { time, device, channel, value: number },
        this.#query.facts({ time, device, channel }),
      )
      consumed += amount
      if (kind !== 'flow') this.#steps[kind] += 1
    }
    return consumed
  }
}

/** Without what binary fractions add: no counter counts billionths. */
function rounded(amount: number): number {
  return Math.round(amount * 1e9) / 1e9
}
