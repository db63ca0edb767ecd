import type { Database, Statement } from 'better-sqlite3'
import type { Reading } from '../../../readings/reading.ts'
import type { RejectedReading } from '../../../readings/reading-store.ts'
import { storageFault } from '../../../readings/storable.ts'
import { type DayTable, type DayTables, kindOf, rowColumns } from './day-tables.ts'
import { Dictionary } from './dictionary.ts'
import { LastReadings } from './last-readings.ts'
import { dayOf, quoted } from './layout.ts'
import { toColumn } from './reading-row.ts'

type Cell = number | string | null
const statementLimit = 500
const dueLimit = 500_000

/** The insert of one set of value names into one day table. */
interface Insert {
  table: DayTable
  shape: number
  /** does nothing where the key exists */
  add: Statement<Cell[]>
  /** replaces the row */
  replace: Statement<Cell[]>
}

/** Writes readings within the caller's transaction. */
export class ReadingWriter {
  readonly #database: Database
  readonly #tables: DayTables
  readonly #points: Dictionary
  readonly #assets: Dictionary
  readonly #sources: Dictionary
  readonly #gateways: Dictionary
  readonly #names: Dictionary
  readonly #shapes: Dictionary
  readonly #last: LastReadings
  readonly #markDue: Statement<Cell[]>
  readonly #sourceRow: Statement<number[], { asset: number }>
  readonly #inserts = new Map<string, Insert>()
  /** days and sources whose daily row is already marked as due */
  readonly #due = new Set<string>()

  constructor(database: Database, tables: DayTables) {
    this.#database = database
    this.#tables = tables
    this.#points = new Dictionary(database, 'point', ['device', 'channel'])
    this.#assets = new Dictionary(database, 'asset', ['tenant', 'service', 'asset'])
    this.#sources = new Dictionary(database, 'source', ['asset', 'point', 'model'])
    this.#gateways = new Dictionary(database, 'gateway', ['gateway'])
    this.#names = new Dictionary(database, 'value_name', ['name'])
    this.#shapes = new Dictionary(database, 'shape', ['family', 'names'])
    this.#last = new LastReadings(database, tables)
    this.#markDue = database.prepare('insert or ignore into daily_due (day, asset, point) values (?, ?, ?)')
    this.#sourceRow = database.prepare('select asset from source where id = ?')
  }

  /** After a roll-back nothing in memory may be trusted. */
  forget(): void {
    for (const dictionary of [this.#points, this.#assets, this.#sources, this.#gateways, this.#names, this.#shapes]) dictionary.forget()
    this.#inserts.clear()
    this.#due.clear()
  }

  /** The daily rows of these days were computed: the next reading marks them again. */
  forgetDue(): void {
    this.#due.clear()
  }

  write(readings: readonly Reading[]): RejectedReading[] {
    const rejected: RejectedReading[] = []
    for (const reading of readings) {
      const reason = storageFault(reading) ?? this.#kindConflict(reading)
      if (reason === null) this.#put(reading)
      else rejected.push({ reading, reason })
    }
    return rejected
  }

  #kindConflict({ family, values }: Reading): string | null {
    for (const name in values) {
      const value = values[name]
      const column = this.#tables.column(family, name)
      if (value === undefined || column === undefined || column.kind === kindOf(value)) continue
      return `value ${name} is a ${kindOf(value)}, earlier readings of ${family} have a ${column.kind}`
    }
    return null
  }

  #put(reading: Reading): void {
    const time = Date.parse(reading.time)
    const day = dayOf(time)
    const point = this.#points.idOf(reading.device, reading.channel)
    const asset = this.#assets.idOf(reading.tenant, reading.service, reading.asset)
    const source = this.#sources.idOf(asset, point, reading.model)
    const insert = this.#insertOf(day, reading)
    const cells = this.#cells(reading, point, time, source)
    if (insert.add.run(...cells).changes === 0) this.#replace(insert, cells, day, point, time)
    this.#addDue(day, asset, point)
    this.#last.seen(asset, point, insert.shape, time)
  }

  #insertOf(day: number, { family, values }: Reading): Insert {
    const names = Object.keys(values)
    const key = `${day}/${family}/${names.join(',')}`
    const known = this.#inserts.get(key)
    if (known !== undefined) return known
    const table = this.#tables.of(day, family)
    const columns: string[] = [...rowColumns]
    for (const [name, value] of Object.entries(values)) {
      columns.push(this.#tables.ensureColumn(table, name, kindOf(value)).column)
      this.#names.idOf(name)
    }
    const list = `into ${quoted(table.name)} (${columns.map(quoted).join(', ')}) values (${columns.map(() => '?').join(', ')})`
    const insert = {
      table,
      shape: this.#shapes.idOf(family, names.toSorted().join(',')),
      add: this.#database.prepare<Cell[]>(`insert or ignore ${list}`),
      replace: this.#database.prepare<Cell[]>(`insert or replace ${list}`),
    }
    if (this.#inserts.size >= statementLimit) this.#inserts.clear()
    this.#inserts.set(key, insert)
    return insert
  }

  #cells(reading: Reading, point: number, time: number, source: number): Cell[] {
    const { radio, frame, values } = reading
    const cells: Cell[] = [point, time, source, Date.parse(reading.receivedAt), reading.quality, flagsText(reading.flags)]
    cells.push(radio.gateways, radio.gateway === null ? null : this.#gateways.idOf(radio.gateway))
    cells.push(radio.rssi, radio.snr, radio.spreadingFactor, radio.margin, frame.fCnt, frame.fPort)
    for (const name in values) {
      const value = values[name]
      if (value !== undefined) cells.push(toColumn(value))
    }
    return cells
  }

  /** The row exists: a repeat, or a reading decoded anew, which may belong to another asset by now. */
  #replace(insert: Insert, cells: Cell[], day: number, point: number, time: number): void {
    const before = this.#database
      .prepare<number[], number>(`select source from ${quoted(insert.table.name)} where point = ? and time = ?`)
      .pluck()
      .get(point, time)
    const owner = before === undefined ? undefined : this.#sourceRow.get(before)
    if (owner !== undefined) {
      this.#markDue.run(day, owner.asset, point)
      this.#last.leaves(owner.asset, point, time, insert.table.family)
    }
    insert.replace.run(...cells)
  }

  #addDue(day: number, asset: number, point: number): void {
    const key = `${day}/${asset}/${point}`
    if (this.#due.has(key)) return
    this.#markDue.run(day, asset, point)
    if (this.#due.size >= dueLimit) this.#due.clear()
    this.#due.add(key)
  }
}

function flagsText(flags: Reading['flags']): string | null {
  for (const _ in flags) return JSON.stringify(flags)
  return null
}
