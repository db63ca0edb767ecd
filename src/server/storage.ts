import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { ensureAdminToken } from '../access/admin-token.ts'
import { InfluxdbReadingStore } from '../adapters/influxdb/influxdb-reading-store.ts'
import { Database } from '../adapters/sql/database.ts'
import { SqliteFrameArchive } from '../adapters/sql/frames/sqlite-frame-archive.ts'
import { SqliteReplayJournal } from '../adapters/sql/frames/sqlite-replay-journal.ts'
import { newId } from '../adapters/sql/new-id.ts'
import { SqlProvisioningStore } from '../adapters/sql/provisioning/sql-provisioning-store.ts'
import { SqliteReadingStore } from '../adapters/sql/readings/sqlite-reading-store.ts'
import { SqlAuditTrail } from '../adapters/sql/sql-audit.ts'
import { SqlDeadLetters } from '../adapters/sql/sql-dead-letters.ts'
import { SqlDeviceActivity } from '../adapters/sql/sql-device-activity.ts'
import { SqlInventory } from '../adapters/sql/sql-inventory.ts'
import { SqlOrderLedger } from '../adapters/sql/sql-order-ledger.ts'
import { SqlTokens } from '../adapters/sql/sql-tokens.ts'
import type { Config } from '../config/schema.ts'
import { OndineError } from '../errors/ondine-error.ts'
import { Directory } from '../inventory/directory.ts'
import { Inventory } from '../inventory/inventory.ts'
import type { ReadingHistory } from '../readings/history.ts'
import type { ReadingStore } from '../readings/reading-store.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { ReplayGate } from '../uplinks/replay/replay-gate.ts'
import { FolderLock } from '../uplinks/spool/files.ts'
import type { Base } from './base.ts'

/** Everything that is kept. */
export interface Storage {
  store: ReadingStore & ReadingHistory
  inventory: Inventory
  inventoryStore: SqlInventory
  provisioning: SqlProvisioningStore
  directory: Directory
  tokens: SqlTokens
  deadLetters: SqlDeadLetters
  ledger: SqlOrderLedger
  activity: SqlDeviceActivity
  audit: SqlAuditTrail
  /** every frame, for replay */
  archive: SqliteFrameArchive
  replayJournal: SqliteReplayJournal
  /** by which all write to the store */
  gate: ReplayGate
}

/** Takes the data folder for this process and opens what is kept there or elsewhere; the first start makes the admin's token. */
export async function openStorage({ config, logger, metrics, closing }: Base): Promise<Storage> {
  await takeFolder(config.dataDir, closing, logger)
  const database = createDatabase(config, logger)
  await closing.after(database)
  const store = createReadingStore(config, metrics)
  await closing.after({ start: () => startStore(store, logger), stop: () => store.stop() })

  const archive = new SqliteFrameArchive({ file: join(config.dataDir, 'frames.sqlite') })
  await closing.after(archive)
  metrics.observed('frames_archive', 'Frames in the archive, and the bytes they take.', 'measure', () => archive.measured())

  const inventoryStore = new SqlInventory(database)
  const directory = new Directory(inventoryStore)
  await closing.after(directory)
  const tokens = new SqlTokens(database)
  await ensureAdminToken(tokens, config.dataDir)
  return {
    store,
    inventory: new Inventory({ store: inventoryStore, newId, changed: (devEuis) => directory.changed(devEuis) }),
    inventoryStore,
    provisioning: new SqlProvisioningStore(database, { changed: (devEuis) => directory.changed(devEuis) }),
    directory,
    tokens,
    deadLetters: new SqlDeadLetters(database),
    ledger: new SqlOrderLedger(database),
    activity: new SqlDeviceActivity(database),
    audit: new SqlAuditTrail(database),
    archive,
    replayJournal: new SqliteReplayJournal(archive),
    gate: new ReplayGate(store),
  }
}

/** A second process would throw the first one's connections out and send its orders again. */
async function takeFolder(folder: string, closing: Base['closing'], logger: Logger): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (made === undefined) await tellIfOpen(folder, logger)
  const lock = new FolderLock()
  lock.take(folder, join(folder, 'lock'))
  closing.add(async () => lock.release())
}

/** Its modes are its owner's choice: what is ours in it is 0600, but a copy or a backup put there may not be. */
async function tellIfOpen(folder: string, logger: Logger): Promise<void> {
  const mode = (await stat(folder)).mode & 0o777
  if ((mode & 0o055) === 0) return
  logger.warn({ folder, mode: mode.toString(8) }, 'the data directory is open to other users of this machine: chmod 700 keeps them out')
}

/** A database that is away now is away later too: the spool keeps what it cannot take. What only a person can mend ends the start. */
async function startStore(store: ReadingStore, logger: Logger): Promise<void> {
  try {
    await store.start()
  } catch (thrown) {
    const error = OndineError.from(thrown)
    if (error.kind !== 'unreachable') throw error
    logger.warn({ reason: error.message }, 'store: away, readings wait in the spool')
  }
}

function createReadingStore({ store, dataDir }: Config, metrics: Metrics): ReadingStore & ReadingHistory {
  if (store.kind === 'sqlite') return new SqliteReadingStore({ file: join(dataDir, 'readings.sqlite') })
  const outdated = metrics.counter('readings_outdated_total', 'Readings that were older than the database keeps, and so were not stored.')
  return new InfluxdbReadingStore(store, { folder: dataDir, outdated: (count) => outdated({}, count) })
}

function createDatabase({ metadata, dataDir }: Config, logger: Logger): Database {
  const target =
    metadata.kind === 'sqlite'
      ? { kind: 'sqlite' as const, file: join(dataDir, 'ondine.sqlite') }
      : { kind: 'postgresql' as const, url: metadata.url }
  return new Database(target, logger)
}
