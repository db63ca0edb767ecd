import type { Database, Statement } from 'better-sqlite3'
import { z } from 'zod'
import { flagOf } from '../../../readings/flag.ts'
import type { Reading } from '../../../readings/reading.ts'
import { compareReadings, decodeCursor, newestValues, type Position, pageOf } from '../../../readings/reading-order.ts'
import type { LastValue, ReadingPage, ReadingQuery, ReadingScope } from '../../../readings/reading-store.ts'
import { allOf, assetConditions, type Cell, type Condition } from './conditions.ts'
import type { DayTable, DayTables, ValueColumn } from './day-tables.ts'
import { dayOf, quoted } from './layout.ts'
import { fromColumn, parseFlags, readingOf, selectReadings } from './reading-row.ts'

const statementLimit = 1000
const lastReadingRow = z.object({
  tenant: z.string(),
  service: z.string(),
  asset: z.string(),
  point: z.number(),
  device: z.string(),
  channel: z.string(),
  time: z.number(),
  family: z.string(),
})
const flagsAndValues = z.tuple([z.string().nullable()]).rest(z.union([z.number(), z.string(), z.null()]))

/** Reads on a connection of its own, which sees what is committed and holds up no writer. */
export class ReadingLister {
  readonly #database: Database
  readonly #tables: DayTables
  readonly #statements = new Map<string, Statement<Cell[], unknown[]>>()

  constructor(database: Database, tables: DayTables) {
    this.#database = database
    this.#tables = tables
  }

  list(scope: ReadingScope, query: ReadingQuery): ReadingPage {
    const conditions = [...assetConditions(scope, query.asset), ...timeConditions(query)]
    const points = this.#pointsOf(scope, query)
    if (points !== null) conditions.push({ sql: 'r.point in (select value from json_each(?))', cells: [JSON.stringify(points)] })
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor)
    const found: Reading[] = []
    for (const tables of this.#days(query, after)) {
      const missing = query.limit + 1 - found.length
      if (missing <= 0) break
      const ofDay = tables.flatMap((table) => this.#rows(table, conditions, after, query.order, missing))
      found.push(...ofDay.sort(compareReadings(query.order)))
    }
    return pageOf(found, query.limit)
  }

  lastValues(scope: ReadingScope, asset: string | undefined): LastValue[] {
    const conditions = assetConditions(scope, asset)
    const rows = this.#database
      .prepare(
        `select a.tenant, a.service, a.asset, l.point, p.device, p.channel, l.time, s.family
         from last_reading l join asset a on a.id = l.asset join point p on p.id = l.point join shape s on s.id = l.shape
         where ${allOf(conditions)}`,
      )
      .all(...conditions.flatMap((condition) => condition.cells))
    const columnsOf = new Map<DayTable, { sql: string; columns: ValueColumn[] }>()
    const values: (LastValue & { channel: string })[] = []
    for (const { point, time: ms, family, ...rest } of lastReadingRow.array().parse(rows)) {
      const table = this.#tables.find(dayOf(ms), family)
      if (table === undefined) continue
      const { sql, columns } = columnsOf.get(table) ?? remember(columnsOf, table, this.#tables.valueColumns(table))
      const row = this.#prepared(sql).get(point, ms)
      if (row === undefined) continue
      const [flagsText, ...cells] = flagsAndValues.parse(row)
      const flags = parseFlags(flagsText)
      const time = new Date(ms).toISOString()
      columns.forEach(({ name, kind }, index) => {
        const cell = cells[index] ?? null
        if (cell !== null) values.push({ ...rest, name, value: fromColumn(cell, kind), time, flag: flagOf(flags, name) })
      })
    }
    return newestValues(values)
  }

  /** Devices and channels that ever measured this asset, so that a day is searched by its key; null: neither an asset nor devices are asked for. */
  #pointsOf(scope: ReadingScope, { asset, devices }: ReadingQuery): number[] | null {
    if (devices !== undefined) {
      const ofDevices = 'select id from point where device in (select value from json_each(?))'
      return this.#database.prepare<Cell[], number>(ofDevices).pluck().all(JSON.stringify(devices))
    }
    if (asset === undefined) return null
    const conditions = assetConditions(scope, asset)
    return this.#database
      .prepare<Cell[], number>(`select distinct s.point from source s join asset a on a.id = s.asset where ${allOf(conditions)}`)
      .pluck()
      .all(...conditions.flatMap((condition) => condition.cells))
  }

  /** The tables that may hold what is asked for, one day after the other in the order of the list. */
  #days(query: ReadingQuery, after: Position | null): DayTable[][] {
    const newestFirst = query.order === 'newest first'
    const [first, last] = [query.from, query.to].map((time) => (time === undefined ? null : dayOf(Date.parse(time))))
    const days = new Map<number, DayTable[]>()
    for (const table of this.#tables.all()) {
      if ((first != null && table.day < first) || (last != null && table.day > last)) continue
      if (after !== null && (newestFirst ? table.day > dayOf(after.time) : table.day < dayOf(after.time))) continue
      days.set(table.day, [...(days.get(table.day) ?? []), table])
    }
    const ordered = [...days.values()]
    return newestFirst ? ordered : ordered.reverse()
  }

  #rows(table: DayTable, conditions: readonly Condition[], after: Position | null, order: ReadingQuery['order'], limit: number): Reading[] {
    const columns = this.#tables.valueColumns(table)
    const all = after === null ? conditions : [...conditions, beyond(after, table.family, order)]
    const direction = order === 'newest first' ? 'desc' : 'asc'
    const sql = `${selectReadings(table.name, columns)} where ${allOf(all)}
      order by r.time ${direction}, p.device ${direction}, p.channel ${direction} limit ?`
    const rows = this.#prepared(sql).all(...all.flatMap((condition) => condition.cells), limit)
    return rows.map((row) => readingOf(row, table.family, columns))
  }

  #prepared(sql: string): Statement<Cell[], unknown[]> {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare<Cell[], unknown[]>(sql).raw()
    if (this.#statements.size >= statementLimit) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }
}

function remember(known: Map<DayTable, { sql: string; columns: ValueColumn[] }>, table: DayTable, columns: ValueColumn[]) {
  const cells = columns.map(({ column }) => `, r.${quoted(column)}`).join('')
  const sql = `select r.flags${cells} from ${quoted(table.name)} r where r.point = ? and r.time = ?`
  const entry = { sql, columns }
  known.set(table, entry)
  return entry
}

function timeConditions(query: ReadingQuery): Condition[] {
  const conditions: Condition[] = []
  if (query.from !== undefined) conditions.push({ sql: 'r.time >= ?', cells: [Date.parse(query.from)] })
  if (query.to !== undefined) conditions.push({ sql: 'r.time < ?', cells: [Date.parse(query.to)] })
  return conditions
}

/** Everything after this position; families stand last in the order and each has its own table. */
function beyond(after: Position, family: string, order: ReadingQuery['order']): Condition {
  const newestFirst = order === 'newest first'
  const sameKeyFollows = newestFirst ? family < after.family : family > after.family
  const operator = `${newestFirst ? '<' : '>'}${sameKeyFollows ? '=' : ''}`
  return {
    sql: `r.time ${newestFirst ? '<=' : '>='} ? and (r.time, p.device, p.channel) ${operator} (?, ?, ?)`,
    cells: [after.time, after.time, after.device, after.channel],
  }
}
