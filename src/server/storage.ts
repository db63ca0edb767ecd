import { join } from 'node:path'
import type { Logger } from 'pino'
import { InfluxdbReadingStore } from '../adapters/influxdb/influxdb-reading-store.ts'
import { Database } from '../adapters/sql/database.ts'
import { SqliteReadingStore } from '../adapters/sql/readings/sqlite-reading-store.ts'
import type { Config } from '../config/schema.ts'
import type { ReadingStore } from '../readings/reading-store.ts'

export function createReadingStore({ store, dataDir }: Config): ReadingStore {
  return store.kind === 'sqlite' ? new SqliteReadingStore({ file: join(dataDir, 'readings.sqlite') }) : new InfluxdbReadingStore(store)
}

export function createDatabase({ metadata, dataDir }: Config, logger: Logger): Database {
  const target =
    metadata.kind === 'sqlite'
      ? { kind: 'sqlite' as const, file: join(dataDir, 'ondine.sqlite') }
      : { kind: 'postgresql' as const, url: metadata.url }
  return new Database(target, logger)
}
