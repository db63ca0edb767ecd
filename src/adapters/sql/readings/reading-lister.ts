import type { Database, Statement } from 'better-sqlite3'
import type { Reading } from '../../../readings/reading.ts'
import { compareReadings, decodeCursor, type Position, pageOf } from '../../../readings/reading-order.ts'
import type { ReadingPage, ReadingQuery, ReadingScope } from '../../../readings/reading-store.ts'
import { allOf, assetConditions, type Cell, type Condition, cellsOf } from './conditions.ts'
import type { DayTable, DayTables } from './day-tables.ts'
import { dayOf } from './layout.ts'
import { type Origin, type RawReading, readingOf, selectRows } from './reading-row.ts'

const statementLimit = 1000
const originLimit = 200_000

/** What is asked for of each day. */
interface Wanted {
  conditions: readonly Condition[]
  /** devices and channels with their sources as JSON, so that a day is searched by its key; null: neither an asset nor devices are asked for */
  points: ReadonlyMap<number, string> | null
  after: Position | null
  order: ReadingQuery['order']
}

/** Reads on a connection of its own, which sees what is committed and holds up no writer. */
export class ReadingLister {
  readonly #database: Database
  readonly #tables: DayTables
  readonly #statements = new Map<string, Statement<Cell[], RawReading>>()
  readonly #origins = new Map<number, Origin>()
  readonly #gateways = new Map<number, string>()
  readonly #origin: Statement<number[], Origin>
  readonly #gateway: Statement<number[], string>

  constructor(database: Database, tables: DayTables) {
    this.#database = database
    this.#tables = tables
    this.#origin = database.prepare(
      `select a.tenant, a.service, a.asset, p.device, p.channel, s.model
       from source s join asset a on a.id = s.asset join point p on p.id = s.point where s.id = ?`,
    )
    this.#gateway = database.prepare<number[], string>('select gateway from gateway where id = ?').pluck()
  }

  list(scope: ReadingScope, query: ReadingQuery): ReadingPage {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor)
    const points = this.#pointsOf(scope, query)
    const conditions = points === null ? [...assetConditions(scope, undefined), ...timeConditions(query)] : timeConditions(query)
    const wanted = { conditions, points, after, order: query.order }
    const found: Reading[] = []
    // One transaction: to begin one for each table takes as long as to read a day of an asset.
    this.#database.transaction(() => this.#gather(found, query, wanted))()
    return pageOf(found, query.limit)
  }

  #gather(found: Reading[], query: ReadingQuery, wanted: Wanted): void {
    for (const tables of this.#days(query, wanted.after)) {
      const missing = query.limit + 1 - found.length
      if (missing <= 0) break
      const parts = tables.flatMap((table) => this.#parts(table, wanted, missing)).filter((part) => part.length > 0)
      const ofDay = parts.flat()
      for (const reading of parts.length > 1 ? ofDay.sort(compareReadings(query.order)) : ofDay) found.push(reading)
    }
  }

  #pointsOf(scope: ReadingScope, { asset, devices }: ReadingQuery): Map<number, string> | null {
    if (asset === undefined && devices === undefined) return null
    const conditions = assetConditions(scope, asset)
    if (devices !== undefined) conditions.push({ sql: 'p.device in (select value from json_each(?))', cells: [JSON.stringify(devices)] })
    const rows = this.#database
      .prepare<Cell[], { source: number; point: number }>(
        `select s.id as source, s.point from asset a join source s on s.asset = a.id join point p on p.id = s.point where ${allOf(conditions)}`,
      )
      .all(...cellsOf(conditions))
    const sources = Map.groupBy(rows, ({ point }) => point)
    return new Map([...sources].map(([point, own]) => [point, JSON.stringify(own.map(({ source }) => source))]))
  }

  /** The tables that may hold what is asked for, one day after the other in the order of the list. */
  *#days(query: ReadingQuery, after: Position | null): Generator<readonly DayTable[]> {
    const newestFirst = query.order === 'newest first'
    const [from, to] = [query.from, query.to].map((time) => (time === undefined ? null : dayOf(Date.parse(time))))
    const cursor = after === null ? null : dayOf(after.time)
    const first = Math.max(from ?? 0, newestFirst ? 0 : (cursor ?? 0))
    const last = Math.min(to ?? Number.MAX_SAFE_INTEGER, newestFirst ? (cursor ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER)
    const days = this.#tables.days(first, last + 1)
    for (const day of newestFirst ? days.reverse() : days) yield this.#tables.ofDay(day)
  }

  /** Rows of one table, each part in order. */
  #parts(table: DayTable, { conditions, points, after, order }: Wanted, limit: number): Reading[][] {
    const columns = this.#tables.valueColumns(table)
    const direction = order === 'newest first' ? 'desc' : 'asc'
    const all = after === null ? conditions : [...conditions, beyond(after, table.family, order)]
    const joined = 'join source s on s.id = r.source join asset a on a.id = s.asset join point p on p.id = r.point'
    const [join, ordered, own] =
      points === null
        ? [joined, ['r.time', 'p.device', 'p.channel'], 'true']
        : [
            after === null ? '' : 'join point p on p.id = r.point',
            ['r.time'],
            'r.point = ? and r.source in (select value from json_each(?))',
          ]
    const statement = this.#prepared(
      `${selectRows(table.name, columns)} ${join} where ${own} and ${allOf(all)}
       order by ${ordered.map((column) => `${column} ${direction}`).join(', ')} limit ?`,
    )
    const keys: Iterable<Cell[]> = points ?? [[]]
    return Array.from(keys, (key) =>
      statement.all(...key, ...cellsOf(all), limit).map((row) => {
        const gateway = row[7] === null ? null : this.#gatewayOf(row[7])
        return readingOf(row, this.#originOf(row[0]), gateway, table.family, columns)
      }),
    )
  }

  #originOf(source: number): Origin {
    const known = this.#origins.get(source)
    if (known !== undefined) return known
    const origin = this.#origin.get(source)
    if (origin === undefined) throw new Error(`readings.sqlite names a source that it does not have: ${source}`)
    if (this.#origins.size >= originLimit) this.#origins.clear()
    this.#origins.set(source, origin)
    return origin
  }

  #gatewayOf(id: number): string | null {
    const gateway = this.#gateways.get(id) ?? this.#gateway.get(id)
    if (gateway !== undefined) this.#gateways.set(id, gateway)
    return gateway ?? null
  }

  #prepared(sql: string): Statement<Cell[], RawReading> {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare<Cell[], RawReading>(sql).raw()
    if (this.#statements.size >= statementLimit) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }
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
