import type { Value } from './reading.ts'
import type { ReadingScope } from './reading-store.ts'

/** ISO 8601, UTC, milliseconds; `from` included, `to` excluded. */
export interface Span {
  from: string
  to: string
}

/** One measurement of one asset. */
export interface SampleQuery extends Span {
  tenant: string
  asset: string
  /** of the vocabulary */
  name: string
}

export interface Sample {
  time: string
  device: string
  channel: string
  value: Value
  /** what is doubtful about it */
  flag: string | null
}

/** What one device and channel measured in one window; booleans count as 0 and 1. A window without a value has none of these. */
export interface WindowValue {
  /** start of the window, ISO 8601 */
  from: string
  device: string
  channel: string
  first: number
  last: number
  min: number
  max: number
  sum: number
  count: number
}

/** How long what is of a tenant and service is kept, in days; null: for ever. The narrowest rule that fits counts. */
export interface Keeping {
  /** null: all that no narrower rule names */
  tenant: string | null
  service: string | null
  readings: number | null
  daily: number | null
}

/** What was measured, over time. Each store implements it, and all pass the same tests. */
export interface ReadingHistory {
  /** Oldest first, in pages: constant memory whatever the span. */
  samples(scope: ReadingScope, query: SampleQuery): AsyncIterable<readonly Sample[]>
  /** Windows of this many milliseconds, counted from 1970-01-01 UTC, by start, device and channel. Whole days are told by what is kept of days. */
  windows(scope: ReadingScope, query: SampleQuery & { windowMs: number }): Promise<readonly WindowValue[]>
  /** Instants at which an asset was read, each once, oldest first, in pages. */
  times(scope: ReadingScope, query: Span & { tenant: string; asset: string }): AsyncIterable<readonly string[]>
  /** How many readings of an asset; quick, whatever the span. */
  count(scope: ReadingScope, query: Partial<Span> & { tenant: string; asset: string }): Promise<number>
  /** Takes out every reading of these devices in the span, and what days were made of them. Rejects with `store.cannot-remove` where the database cannot. */
  remove(query: Span & { devices: readonly string[] }): Promise<void>
  /** Takes out what is older than it is to be kept. */
  expire(rules: readonly Keeping[], now: Date): Promise<void>
}
