import type { Reading, Value } from './reading.ts'

/** The part of the territory a query may touch; null means all. Made from a token's scope by the inventory. */
export interface ReadingScope {
  tenant: string | null
  services: readonly string[] | null
  assets: readonly string[] | null
}

export interface ReadingQuery {
  asset?: string
  /** of these devices only, whatever they served */
  devices?: readonly string[]
  /** ISO 8601, included */
  from?: string
  /** ISO 8601, excluded */
  to?: string
  order: 'newest first' | 'oldest first'
  limit: number
  /** opaque, from the page before */
  cursor?: string
}

export interface ReadingPage {
  readings: readonly Reading[]
  /** null on the last page */
  cursor: string | null
}

/** The last value of one measurement of one asset. */
export interface LastValue {
  tenant: string
  service: string
  asset: string
  name: string
  value: Value
  time: string
  device: string
  flag: string | null
}

/** A reading that the database will never accept, and why. */
export interface RejectedReading {
  reading: Reading
  reason: string
}

/** What a store says of itself, for readiness and `doctor`. */
export interface StoreDescription {
  kind: 'sqlite' | 'influxdb1' | 'influxdb2' | 'influxdb3' | 'memory'
  /** as the database tells it: `1.6.7~rc0` */
  version: string
  /** one line for people: `InfluxDB 2.7.12, bucket ondine` */
  detail: string
}

/**
 * Where readings are kept. Implemented on SQLite and on InfluxDB 1.x and 2.x; both pass the same tests.
 * `write` is idempotent by (device, channel, time) and resolves once the rows are durable; it rejects with
 * `store.unreachable` when nothing can be said of the rows, and the caller tries again from its cursor.
 */
export interface ReadingStore {
  /** makes what is missing: tables, database, bucket. Rejects with `store.unreachable`, or `store.refused` when only a person can mend it. */
  start(): Promise<void>
  stop(): Promise<void>
  write(readings: readonly Reading[]): Promise<{ rejected: readonly RejectedReading[] }>
  list(scope: ReadingScope, query: ReadingQuery): Promise<ReadingPage>
  /** by tenant, asset and name */
  lastValues(scope: ReadingScope, query: { asset?: string }): Promise<readonly LastValue[]>
  /** one cheap round trip; rejects like `start` */
  describe(): Promise<StoreDescription>
}
