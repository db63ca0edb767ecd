import { chmodSync } from 'node:fs'
import Database, { type Database as Connection } from 'better-sqlite3'
import { OndineError } from '../../../errors/ondine-error.ts'
import type { Reading } from '../../../readings/reading.ts'
import type {
  LastValue,
  ReadingPage,
  ReadingQuery,
  ReadingScope,
  ReadingStore,
  RejectedReading,
  StoreDescription,
} from '../../../readings/reading-store.ts'
import { computeDueDays, type DailyValue, dailyValues } from './daily.ts'
import { DayTables } from './day-tables.ts'
import { dayOf, prepareLayout } from './layout.ts'
import { ReadingLister } from './reading-lister.ts'
import { ReadingWriter } from './reading-writer.ts'

interface Opened {
  database: Connection
  readOnly: Connection
  tables: DayTables
  writer: ReadingWriter
  lister: ReadingLister
  rollUp: NodeJS.Timeout
  /** a transaction was rolled back: what memory holds of the tables may not exist */
  stale: boolean
}

/** How many daily rows are computed in one transaction, and how often (ms) the days that have passed are looked for. */
const daysAtOnce = 200
const rollUpEvery = 1000

/** The embedded store: one SQLite file, written durably (WAL, synchronous FULL), one transaction per `write`. */
export class SqliteReadingStore implements ReadingStore {
  readonly #file: string
  #opened: Opened | undefined

  /** `file`: `readings.sqlite` in the data directory, which exists. */
  constructor(options: { file: string }) {
    this.#file = options.file
  }

  async start(): Promise<void> {
    if (this.#opened !== undefined) return
    this.#opened = this.#talking(() => {
      const database = openFile(this.#file)
      const readOnly = new Database(this.#file, { readonly: true })
      const tables = new DayTables(database)
      tables.load()
      const rollUp = setInterval(() => this.#computePastDays(), rollUpEvery).unref()
      const [writer, lister] = [new ReadingWriter(database, tables), new ReadingLister(readOnly, tables)]
      return { database, readOnly, tables, writer, lister, rollUp, stale: false }
    })
  }

  async stop(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    clearInterval(opened?.rollUp)
    opened?.readOnly.close()
    opened?.database.close()
  }

  async write(readings: readonly Reading[]): Promise<{ rejected: readonly RejectedReading[] }> {
    if (readings.length === 0) return { rejected: [] }
    return { rejected: this.#inTransaction(({ writer }) => writer.write(readings)) }
  }

  async list(scope: ReadingScope, query: ReadingQuery): Promise<ReadingPage> {
    return this.#talking(() => this.#open().lister.list(scope, query))
  }

  async lastValues(scope: ReadingScope, query: { asset?: string }): Promise<readonly LastValue[]> {
    return this.#talking(() => this.#open().lister.lastValues(scope, query.asset))
  }

  async describe(): Promise<StoreDescription> {
    return this.#talking(() => {
      const version = String(this.#open().readOnly.prepare('select sqlite_version()').pluck().get())
      return { kind: 'sqlite', version, detail: `SQLite ${version}, ${this.#file}` }
    })
  }

  /**
   * Days of one asset from `from` (included) to `to` (excluded), as `2026-11-22`; they outlive the day's readings.
   * What was written is counted: days that are due are computed first.
   */
  async daily(tenant: string, asset: string, range: { from: string; to: string }): Promise<DailyValue[]> {
    const [from, to] = [dayOf(Date.parse(range.from)), dayOf(Date.parse(range.to))]
    const ids = this.#talking(() =>
      this.#open().database.prepare<string[], number>('select id from asset where tenant = ? and asset = ?').pluck().all(tenant, asset),
    )
    return ids.flatMap((id) => {
      while (this.#computeDue({ asset: id, before: to }) > 0);
      return this.#talking(() => dailyValues(this.#open().database, id, from, to))
    })
  }

  /** A day is computed once it is over, a few at a time, so that writing is not held up. */
  #computePastDays(): void {
    try {
      this.#computeDue({ before: dayOf(Date.now()) })
    } catch (error) {
      if (!(error instanceof OndineError)) throw error
      // The disk is full or failing: the rows stay due, and `write` is what tells about it.
    }
  }

  #computeDue(only: { asset?: number; before: number }): number {
    const count = this.#inTransaction(({ database, tables }) => computeDueDays(database, tables, only, daysAtOnce))
    if (count > 0) this.#open().writer.forgetDue()
    return count
  }

  #inTransaction<T>(work: (opened: Opened) => T): T {
    const opened = this.#open()
    return this.#talking(() => {
      if (opened.stale) {
        opened.writer.forget()
        opened.tables.load()
      }
      opened.stale = true
      const result = opened.database.transaction(work).immediate(opened)
      opened.stale = false
      return result
    })
  }

  #open(): Opened {
    if (this.#opened === undefined) throw new OndineError('store.unreachable', { store: 'SQLite', reason: 'it is not started' })
    return this.#opened
  }

  /** What SQLite throws (disk full, file busy, input/output error) says nothing about the rows. */
  #talking<T>(work: () => T): T {
    try {
      return work()
    } catch (cause) {
      if (!(cause instanceof Database.SqliteError)) throw cause
      throw new OndineError('store.unreachable', { store: `SQLite (${this.#file})`, reason: `${cause.message} (${cause.code})` }, { cause })
    }
  }
}

/** For its owner's eyes: when somebody is at home shows in a water meter's index. The files of WAL take over these rights. */
function openFile(file: string): Connection {
  const database = new Database(file)
  try {
    chmodSync(file, 0o600)
    prepareLayout(database, file)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
