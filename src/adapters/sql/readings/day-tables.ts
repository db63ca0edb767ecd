import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { Value } from '../../../readings/reading.ts'
import { quoted, startOfDay } from './layout.ts'

/** How a value is kept: real number, 0 or 1, or text. A value never changes its kind within a family. */
export type ValueKind = 'number' | 'boolean' | 'state'

export function kindOf(value: Value): ValueKind {
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'state'
}

export interface ValueColumn {
  name: string
  column: string
  kind: ValueKind
}

export interface DayTable {
  name: string
  day: number
  family: string
  /** by column name, those that this table has */
  columns: Set<string>
  /** its day has expired: who still holds it must ask for another */
  dropped: boolean
}

/** The columns that every day table has; those of values are named after the vocabulary. */
export const rowColumns = [
  'point',
  'time',
  'source',
  'received',
  'quality',
  'flags',
  'gateways',
  'gateway',
  'rssi',
  'snr',
  'spreading_factor',
  'margin',
  'f_cnt',
  'f_port',
] as const

const sqlType: Readonly<Record<ValueKind, string>> = { number: 'real', boolean: 'integer', state: 'text' }

const tableRow = z.object({ name: z.string(), day: z.number(), family: z.string() })
const columnRow = z.object({ family: z.string(), name: z.string(), column_name: z.string(), kind: z.enum(['number', 'boolean', 'state']) })

/** One wide table per UTC day and family, with a column per value that appeared in it. */
export class DayTables {
  readonly #database: Database
  #tables = new Map<string, DayTable>()
  #columns = new Map<string, Map<string, ValueColumn>>()
  /** newest day first, families in order of their names; undefined: to be made again */
  #sorted: readonly DayTable[] | undefined
  #byDay = new Map<number, readonly DayTable[]>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Reads what there is; after a transaction that was rolled back too. */
  load(): void {
    this.#tables = new Map()
    this.#columns = new Map()
    this.#changed()
    for (const row of tableRow.array().parse(this.#database.prepare('select name, day, family from day_table').all())) {
      const columns = z
        .object({ name: z.string() })
        .array()
        .parse(this.#database.pragma(`table_info(${quoted(row.name)})`))
      this.#tables.set(keyOf(row.day, row.family), { ...row, columns: new Set(columns.map((column) => column.name)), dropped: false })
    }
    for (const row of columnRow.array().parse(this.#database.prepare('select family, name, column_name, kind from value_column').all())) {
      this.columnsOf(row.family).set(row.name, { name: row.name, column: row.column_name, kind: row.kind })
    }
  }

  /** Newest day first, families in order of their names. */
  all(): readonly DayTable[] {
    this.#sorted ??= [...this.#tables.values()].sort((a, b) => b.day - a.day || (a.family < b.family ? -1 : 1))
    return this.#sorted
  }

  /** Families in order of their names. */
  ofDay(day: number): readonly DayTable[] {
    if (this.#byDay.size === 0) this.#byDay = Map.groupBy(this.all(), (table) => table.day)
    return this.#byDay.get(day) ?? []
  }

  /** Days that have tables, from `from` (included) to `to` (excluded), oldest first. */
  days(from: number, to: number): number[] {
    const days = new Set<number>()
    for (const { day } of this.all()) if (day >= from && day < to) days.add(day)
    return [...days].reverse()
  }

  drop(table: DayTable): void {
    this.#database.exec(`drop table ${quoted(table.name)}`)
    this.#database.prepare('delete from day_table where name = ?').run(table.name)
    table.dropped = true
    this.#tables.delete(keyOf(table.day, table.family))
    this.#changed()
  }

  find(day: number, family: string): DayTable | undefined {
    return this.#tables.get(keyOf(day, family))
  }

  of(day: number, family: string): DayTable {
    return this.find(day, family) ?? this.#create(day, family)
  }

  column(family: string, name: string): ValueColumn | undefined {
    return this.#columns.get(family)?.get(name)
  }

  valueColumns(table: DayTable): ValueColumn[] {
    return [...this.columnsOf(table.family).values()].filter((column) => table.columns.has(column.column))
  }

  /** The column of this value in this table, added where it is missing. */
  ensureColumn(table: DayTable, name: string, kind: ValueKind): ValueColumn {
    const column = this.column(table.family, name) ?? this.#addColumn(table.family, name, kind)
    if (!table.columns.has(column.column)) {
      this.#database.exec(`alter table ${quoted(table.name)} add column ${quoted(column.column)} ${sqlType[column.kind]}`)
      table.columns.add(column.column)
    }
    return column
  }

  #changed(): void {
    this.#sorted = undefined
    this.#byDay = new Map()
  }

  /** by name; those that any table of the family has */
  columnsOf(family: string): Map<string, ValueColumn> {
    const known = this.#columns.get(family)
    if (known !== undefined) return known
    const columns = new Map<string, ValueColumn>()
    this.#columns.set(family, columns)
    return columns
  }

  #addColumn(family: string, name: string, kind: ValueKind): ValueColumn {
    const columns = this.columnsOf(family)
    const column = freeName(name, [...rowColumns, ...[...columns.values()].map((known) => known.column)])
    this.#database.prepare('insert into value_column (family, name, column_name, kind) values (?, ?, ?, ?)').run(family, name, column, kind)
    const added = { name, column, kind }
    columns.set(name, added)
    return added
  }

  #create(day: number, family: string): DayTable {
    const date = new Date(startOfDay(day)).toISOString().slice(0, 10).replaceAll('-', '')
    const wanted = `reading_${date}_${family.replaceAll(/[^A-Za-z0-9]/g, '_')}`
    const taken = [...this.#tables.values()].filter((table) => table.day === day).map((table) => table.name)
    const name = freeName(wanted, taken)
    // Those that the family is known to have: to add one later reads the whole schema, which has a table for each day.
    const known = [...this.columnsOf(family).values()]
    const columns = known.map(({ column, kind }) => `${quoted(column)} ${sqlType[kind]}, `).join('')
    this.#database.exec(`
      create table ${quoted(name)} (
        point integer not null, time integer not null, source integer not null, received integer not null,
        quality text not null, flags text, gateways integer not null, gateway integer, rssi real, snr real,
        spreading_factor integer, margin real, f_cnt integer not null, f_port integer not null,
        ${columns}primary key (point, time)
      ) without rowid;
      create index ${quoted(`${name}_time`)} on ${quoted(name)} (time);
    `)
    this.#database.prepare('insert into day_table (name, day, family) values (?, ?, ?)').run(name, day, family)
    const table = { name, day, family, columns: new Set<string>([...rowColumns, ...known.map(({ column }) => column)]), dropped: false }
    this.#tables.set(keyOf(day, family), table)
    this.#changed()
    return table
  }
}

function keyOf(day: number, family: string): string {
  return `${day}/${family}`
}

/** SQLite compares names without case: `Volume` beside `volume` becomes `Volume_2`. */
function freeName(wanted: string, taken: readonly string[]): string {
  const lower = new Set(taken.map((name) => name.toLowerCase()))
  let name = wanted
  for (let number = 2; lower.has(name.toLowerCase()); number++) name = `${wanted}_${number}`
  return name
}
