import { setImmediate as turn } from 'node:timers/promises'
import Database, { type Database as Connection } from 'better-sqlite3'
import { OndineError } from '../../../errors/ondine-error.ts'
import type { Keeping, ReadingHistory, Sample, SampleQuery, Span, WindowValue } from '../../../readings/history.ts'
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
import { openPrivateFile } from '../private-file.ts'
import { computeDueDays } from './daily.ts'
import { DayTables } from './day-tables.ts'
import { HistoryReader } from './history-reader.ts'
import { LastValues } from './last-values.ts'
import { dayOf, prepareLayout } from './layout.ts'
import { ReadingLister } from './reading-lister.ts'
import { ReadingWriter } from './reading-writer.ts'
import { lastDayOf, piecesToExpire, removeDevice } from './removal.ts'

interface Opened {
  database: Connection
  readOnly: Connection
  tables: DayTables
  writer: ReadingWriter
  lister: ReadingLister
  history: HistoryReader
  lastValues: LastValues
  rollUp: NodeJS.Timeout
  /** a transaction was rolled back: what memory holds of the tables may not exist */
  stale: boolean
}

/** How many daily rows are computed in one transaction, and how often (ms) the days that have passed are looked for. */
const daysAtOnce = 200
const rollUpEvery = 1000

/** The embedded store: one SQLite file, written durably (WAL, synchronous FULL), one transaction per `write`. */
export class SqliteReadingStore implements ReadingStore, ReadingHistory {
  readonly #file: string
  #opened: Opened | undefined

  /** `file`: `readings.sqlite` in the data directory, which exists. */
  constructor(options: { file: string }) {
    this.#file = options.file
  }

  async start(): Promise<void> {
    if (this.#opened !== undefined) return
    this.#opened = this.#talking(() => {
      const database = openPrivateFile(this.#file, prepareLayout)
      const readOnly = new Database(this.#file, { readonly: true })
      readOnly.pragma('cache_size = -32768')
      const tables = new DayTables(database)
      tables.load()
      const rollUp = setInterval(() => this.#computePastDays(), rollUpEvery).unref()
      const writer = new ReadingWriter(database, tables)
      const readers = {
        lister: new ReadingLister(readOnly, tables),
        history: new HistoryReader(readOnly, tables),
        lastValues: new LastValues(readOnly, tables),
      }
      return { database, readOnly, tables, writer, ...readers, rollUp, stale: false }
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
    return this.#talkingLong(() => this.#open().lastValues.read(scope, query.asset))
  }

  async describe(): Promise<StoreDescription> {
    return this.#talking(() => {
      const version = String(this.#open().readOnly.prepare('select sqlite_version()').pluck().get())
      return { kind: 'sqlite', version, detail: `SQLite ${version}, ${this.#file}` }
    })
  }

  samples(scope: ReadingScope, query: SampleQuery): AsyncIterable<readonly Sample[]> {
    return this.#talkingPages(() => this.#open().history.samples(scope, query))
  }

  async windows(scope: ReadingScope, query: SampleQuery & { windowMs: number }): Promise<readonly WindowValue[]> {
    return this.#talkingLong(() => this.#open().history.windows(scope, query))
  }

  times(scope: ReadingScope, query: Span & { tenant: string; asset: string }): AsyncIterable<readonly string[]> {
    return this.#talkingPages(() => this.#open().history.times(scope, query))
  }

  async count(scope: ReadingScope, query: Partial<Span> & { tenant: string; asset: string }): Promise<number> {
    return this.#talkingLong(() => this.#open().history.count(scope, query))
  }

  /** One transaction for each device: the others have their turn between. */
  async remove({ devices, ...span }: Span & { devices: readonly string[] }): Promise<void> {
    for (const device of devices) {
      this.#inTransaction(({ database, tables, writer }) => {
        removeDevice(database, tables, writer.last, device, span)
        writer.forgetLast(device)
      })
      await turn()
    }
  }

  async expire(rules: readonly Keeping[], now: Date): Promise<void> {
    const { database, tables } = this.#open()
    const before = this.#talking(() => lastDayOf(database, rules, now))
    if (before !== null) while (this.#computeDue(before) > 0) await turn()
    const pieces = piecesToExpire(database, tables, rules, now)
    for (let piece = this.#talking(() => pieces.next()); piece.done !== true; piece = this.#talking(() => pieces.next())) {
      const { value } = piece
      this.#inTransaction((opened) => value(opened.database, opened.tables))
      await turn()
    }
  }

  /** A day is computed once it is over, a few at a time, so that writing is not held up. */
  #computePastDays(): void {
    try {
      this.#computeDue(dayOf(Date.now()))
    } catch (error) {
      if (!(error instanceof OndineError)) throw error
      // The disk is full or failing: the rows stay due, and `write` is what tells about it.
    }
  }

  #computeDue(before: number): number {
    this.#open().writer.computed(before)
    return this.#inTransaction(({ database, tables }) => computeDueDays(database, tables, before, daysAtOnce))
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

  async *#talkingPages<T>(pages: () => AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* pages()
    } catch (cause) {
      throw this.#told(cause)
    }
  }

  async #talkingLong<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      throw this.#told(cause)
    }
  }

  /** What SQLite throws (disk full, file busy, input/output error) says nothing about the rows; only a damaged file is for a person to mend. */
  #told(cause: unknown): unknown {
    if (!(cause instanceof Database.SqliteError)) return cause
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(cause.code))
      return new OndineError('store.damaged', { file: this.#file, reason: cause.message }, { cause })
    return new OndineError('store.unreachable', { store: `SQLite (${this.#file})`, reason: `${cause.message} (${cause.code})` }, { cause })
  }

  #talking<T>(work: () => T): T {
    try {
      return work()
    } catch (cause) {
      throw this.#told(cause)
    }
  }
}
