import { setImmediate as turn } from 'node:timers/promises'
import Database, { type Database as Connection } from 'better-sqlite3'
import { OndineError } from '../../../errors/ondine-error.ts'
import type { UplinkEvent } from '../../../lorawan/network-event.ts'
import type { Span } from '../../../readings/history.ts'
import type { FrameArchive, FrameExtent, FrameKeeping, FrameToKeep } from '../../../uplinks/frames/frame-archive.ts'
import { openPrivateFile } from '../private-file.ts'
import { expiredScopes } from './expired-scopes.ts'
import { FrameReader } from './frame-reader.ts'
import { FrameWriter } from './frame-writer.ts'
import { allPlaces, idsOf, placeOf, prepareLayout, tableOf } from './layout.ts'

interface Opened {
  database: Connection
  readOnly: Connection
  writer: FrameWriter
  reader: FrameReader
  /** a transaction was rolled back: what memory holds of the tables may not exist */
  stale: boolean
}

/** Every frame in one SQLite file, a table per UTC day: one durable transaction per `keep` (WAL, synchronous FULL). */
export class SqliteFrameArchive implements FrameArchive {
  readonly #file: string
  #opened: Opened | undefined

  /** `file`: `frames.sqlite` in the data directory, which exists. */
  constructor(options: { file: string }) {
    this.#file = options.file
  }

  async start(): Promise<void> {
    if (this.#opened !== undefined) return
    this.#opened = this.talking(() => {
      const database = openPrivateFile(this.#file, prepareLayout)
      const readOnly = new Database(this.#file, { readonly: true })
      return { database, readOnly, writer: new FrameWriter(database), reader: new FrameReader(readOnly), stale: false }
    })
  }

  async stop(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    opened?.readOnly.close()
    opened?.database.close()
  }

  async keep(frames: readonly FrameToKeep[]): Promise<void> {
    if (frames.length > 0) this.#inTransaction(({ writer }) => writer.write(frames))
  }

  async *frames({ devices, from, to }: Span & { devices: readonly string[] }): AsyncIterable<readonly UplinkEvent[]> {
    const [first, end] = [Date.parse(from), Date.parse(to)]
    for (const day of this.talking(() => this.#open().reader.days(first, end))) {
      const frames = this.talking(() => this.#open().reader.ofDay(day, devices, first, end))
      if (frames.length > 0) yield frames
      // What comes from the network must not wait for a year of frames.
      await turn()
    }
  }

  together(devices: readonly string[], size: number): readonly (readonly string[])[] {
    const places = [...Map.groupBy([...devices].sort(), placeOf)].sort(([a], [b]) => a - b)
    return places.flatMap(([, group]) =>
      Array.from({ length: Math.ceil(group.length / size) }, (_, at) => group.slice(at * size, (at + 1) * size)),
    )
  }

  async extent(): Promise<FrameExtent> {
    return this.talking(() => this.#open().reader.extent())
  }

  /** For metrics; nothing where it cannot be told. */
  measured(): Record<string, number> {
    if (this.#opened === undefined) return {}
    const { frames, bytes } = this.#opened.reader.extent()
    return { frames, bytes }
  }

  /** A whole day goes at once; of a day that others keep, place by place, so that nobody waits. */
  async expire(rules: readonly FrameKeeping[], now: Date): Promise<number> {
    let dropped = 0
    for (const { day, scopes, whole } of this.talking(() => expiredScopes(this.#open().readOnly, rules, now))) {
      if (whole) {
        dropped += this.#inTransaction((opened) => dropDay(opened, day))
        continue
      }
      for (const place of allPlaces()) {
        dropped += this.#inTransaction(({ database }) => deleteScopes(database, { day, place, scopes }))
        await turn()
      }
      this.#inTransaction(({ database, writer }) => {
        const forget = database.prepare('delete from day_scope where day = ? and scope = ?')
        for (const scope of scopes) forget.run(day, scope)
        writer.forget()
      })
    }
    return dropped
  }

  /** The same file, for the journal of replays. */
  connection(): Connection {
    return this.#open().database
  }

  /** What SQLite throws (disk full, input/output error) says nothing about the rows. */
  talking<T>(work: () => T): T {
    try {
      return work()
    } catch (cause) {
      if (!(cause instanceof Database.SqliteError)) throw cause
      throw new OndineError('frames.unreachable', { file: this.#file, reason: `${cause.message} (${cause.code})` }, { cause })
    }
  }

  #inTransaction<T>(work: (opened: Opened) => T): T {
    const opened = this.#open()
    return this.talking(() => {
      if (opened.stale) opened.writer.forget()
      opened.stale = true
      const result = opened.database.transaction(work).immediate(opened)
      opened.stale = false
      return result
    })
  }

  #open(): Opened {
    if (this.#opened === undefined) throw new OndineError('frames.unreachable', { file: this.#file, reason: 'it is not started' })
    return this.#opened
  }
}

function dropDay({ database, writer }: Opened, day: number): number {
  const frames = Number(database.prepare('select frames from frame_day where day = ?').pluck().get(day) ?? 0)
  database.exec(`drop table if exists ${tableOf(day)}`)
  database.prepare('delete from frame_day where day = ?').run(day)
  database.prepare('delete from day_scope where day = ?').run(day)
  writer.forget()
  return frames
}

function deleteScopes(database: Connection, { day, place, scopes }: { day: number; place: number; scopes: readonly number[] }): number {
  const where = 'where id between ? and ? and scope in (select value from json_each(?))'
  const cells = [...idsOf(place), JSON.stringify(scopes)]
  const frames = Number(
    database
      .prepare(`select coalesce(sum(count), 0) from ${tableOf(day)} ${where}`)
      .pluck()
      .get(...cells),
  )
  if (frames === 0) return 0
  database.prepare(`delete from ${tableOf(day)} ${where}`).run(...cells)
  database.prepare('update frame_day set frames = frames - ? where day = ?').run(frames, day)
  return frames
}
