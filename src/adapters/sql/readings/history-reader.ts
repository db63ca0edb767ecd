import { setImmediate as turn } from 'node:timers/promises'
import type { Database, Statement } from 'better-sqlite3'
import { z } from 'zod'
import { flagOf } from '../../../readings/flag.ts'
import type { Sample, SampleQuery, Span, WindowValue } from '../../../readings/history.ts'
import type { ReadingScope } from '../../../readings/reading-store.ts'
import { WindowBuilder } from '../../../readings/windows.ts'
import { allOf, assetConditions, type Cell, cellsOf } from './conditions.ts'
import { goneOn } from './daily.ts'
import type { DayTable, DayTables } from './day-tables.ts'
import { dayOf, msPerDay, quoted, startOfDay } from './layout.ts'
import { fromColumn, parseFlags } from './reading-row.ts'

/** A page is given after so many rows, and everybody else gets a turn after so many days, whatever was found. */
const pageRows = 1000
const daysAtOnce = 60
const statementLimit = 2000

type Of = { tenant: string; asset: string }

/** A device and channel that measured the asset. */
interface Point {
  id: number
  device: string
  channel: string
  /** the asset's own numbers: one per service it was in */
  assets: number[]
  /** of them and this point, as JSON */
  sources: string
}

/** A time, or a count, and what was selected beside. */
type Row = [time: number, ...cells: (number | string | null)[]]

const sourceRow = z.object({ source: z.number(), asset: z.number(), point: z.number(), device: z.string(), channel: z.string() })
const dailyRow = z.object({
  day: z.number(),
  asset: z.number(),
  point: z.number(),
  first: z.number(),
  last: z.number(),
  min: z.number(),
  max: z.number(),
  sum: z.number(),
  count: z.number(),
})

/** What was measured over time, day table by day table, on a connection that only reads. Between pages others have their turn. */
export class HistoryReader {
  readonly #database: Database
  readonly #tables: DayTables
  readonly #statements = new Map<string, Statement<Cell[], Row>>()

  constructor(database: Database, tables: DayTables) {
    this.#database = database
    this.#tables = tables
  }

  async *samples(scope: ReadingScope, query: SampleQuery): AsyncGenerator<readonly Sample[]> {
    const points = this.#pointsOf(scope, query)
    if (points.length === 0) return
    yield* this.#paged(query, (day, from, to) => this.#samplesOfDay(points, query.name, day, from, to))
  }

  async *times(scope: ReadingScope, query: Span & Of): AsyncGenerator<readonly string[]> {
    const points = this.#pointsOf(scope, query)
    if (points.length === 0) return
    yield* this.#paged(query, (day, from, to) => {
      const times = new Set<number>()
      this.#eachRow(
        points,
        day,
        from,
        to,
        () => '',
        ([time]) => times.add(time),
      )
      return [...times].sort((a, b) => a - b).map((time) => new Date(time).toISOString())
    })
  }

  async count(scope: ReadingScope, query: Partial<Span> & Of): Promise<number> {
    const points = this.#pointsOf(scope, query)
    let total = 0
    const [from, to] = bounds(query)
    for (const [index, day] of this.#tables.days(dayOf(from), dayOf(to) + 1).entries()) {
      if (index % daysAtOnce === daysAtOnce - 1) await turn()
      for (const { table, point } of this.#pairs(points, day)) {
        const sql = `select count(*) from ${quoted(table.name)} r where ${ownRows}`
        total += Number(this.#prepared(sql).get(point.id, Math.max(from, startOfDay(day)), to, point.sources)?.[0] ?? 0)
      }
    }
    return total
  }

  async windows(scope: ReadingScope, query: SampleQuery & { windowMs: number }): Promise<readonly WindowValue[]> {
    const windows = new WindowBuilder(query.windowMs)
    const points = this.#pointsOf(scope, query)
    if (points.length === 0) return []
    if (query.windowMs % msPerDay !== 0) {
      for await (const page of this.#paged(query, (day, from, to) => this.#samplesOfDay(points, query.name, day, from, to)))
        for (const sample of page) windows.add(sample)
      return windows.all()
    }
    const [from, to] = bounds(query)
    const [firstWhole, afterWhole] = [Math.ceil(from / msPerDay), dayOf(to)]
    const kept = this.#keptDays(points, query.name, firstWhole, afterWhole)
    const raw = this.#daysToRead(points, from, to, firstWhole, afterWhole)
    const days = [...new Set([...kept.keys(), ...raw.keys()])].sort((a, b) => a - b)
    for (const [index, day] of days.entries()) {
      if (index % daysAtOnce === daysAtOnce - 1) await turn()
      const anew = raw.get(day) ?? []
      for (const { point, ...window } of kept.get(day) ?? []) if (!anew.includes(point)) windows.put(window)
      if (anew.length > 0) {
        const start = startOfDay(day)
        const samples = this.#samplesOfDay(anew, query.name, day, Math.max(from, start), Math.min(to, start + msPerDay))
        for (const sample of samples) windows.add(sample)
      }
    }
    return windows.all()
  }

  /** Days of which a row is kept, with the point that it is of. */
  #keptDays(points: readonly Point[], name: string, from: number, to: number): Map<number, (WindowValue & { point: Point })[]> {
    const byId = new Map(points.map((point) => [point.id, point]))
    const assets = [...new Set(points.flatMap((point) => point.assets))]
    const days = new Map<number, (WindowValue & { point: Point })[]>()
    const rows = this.#database
      .prepare(
        `select d.day, d.asset, d.point, d.first, d.last, d.min, d.max, d.sum, d.count from daily d
         where d.asset in (select value from json_each(?)) and d.name = (select id from value_name where name = ?) and d.day >= ? and d.day < ?`,
      )
      .all(JSON.stringify(assets), name, from, to)
    for (const { day, asset: _, point: id, ...sums } of dailyRow.array().parse(rows)) {
      const point = byId.get(id)
      if (point === undefined) continue
      const window = { point, device: point.device, channel: point.channel, from: new Date(startOfDay(day)).toISOString(), ...sums }
      days.set(day, [...(days.get(day) ?? []), window])
    }
    return days
  }

  /** By day the points whose readings are to be read, because their daily row is not up to date, or the span cuts the day. */
  #daysToRead(points: readonly Point[], from: number, to: number, firstWhole: number, afterWhole: number): Map<number, Point[]> {
    const days = new Map<number, Point[]>()
    const nextDue = this.#database.prepare<number[], number | null>('select min(day) from daily_due where day >= ? and day < ?').pluck()
    const due = this.#database.prepare<number[], number>('select 1 from daily_due where day = ? and asset = ? and point = ?').pluck()
    for (let day = nextDue.get(firstWhole, afterWhole); day != null; day = nextDue.get(day + 1, afterWhole)) {
      const at = day
      const gone = goneOn(this.#database, at)
      const own = points.filter((point) =>
        point.assets.some((asset) => due.get(at, asset, point.id) !== undefined && !gone(asset, point.id)),
      )
      if (own.length > 0) days.set(at, own)
    }
    for (const edge of [dayOf(from), dayOf(to)]) {
      if (edge < firstWhole || edge >= afterWhole) days.set(edge, [...points])
    }
    return days
  }

  async *#paged<T>(span: Partial<Span>, ofDay: (day: number, from: number, to: number) => readonly T[]): AsyncGenerator<readonly T[]> {
    const [from, to] = bounds(span)
    const days = this.#tables.days(dayOf(from), dayOf(to) + 1)
    for (let at = 0; at < days.length; ) {
      if (at > 0) await turn()
      const page: T[] = []
      // One transaction: to begin one for each day takes as long as to read it. None is open while others have their turn.
      this.#database.transaction(() => {
        for (const end = at + daysAtOnce; at < days.length && at < end && page.length < pageRows; at += 1) {
          const day = days[at] ?? 0
          for (const one of ofDay(day, Math.max(from, startOfDay(day)), Math.min(to, startOfDay(day + 1)))) page.push(one)
        }
      })()
      if (page.length > 0) yield page
    }
  }

  #samplesOfDay(points: readonly Point[], name: string, day: number, from: number, to: number): Sample[] {
    const samples: (Sample & { ms: number })[] = []
    const cellOf = (table: DayTable) => {
      const column = this.#tables.column(table.family, name)
      return column === undefined || !table.columns.has(column.column) ? null : `, r.${quoted(column.column)}, r.flags`
    }
    this.#eachRow(points, day, from, to, cellOf, ([ms, kept, flags], { device, channel }, table) => {
      if (kept === null || kept === undefined) return
      const value = fromColumn(kept, this.#tables.column(table.family, name)?.kind ?? 'number')
      const flag = flags == null ? null : flagOf(parseFlags(String(flags)), name)
      samples.push({ ms, time: new Date(ms).toISOString(), device, channel, value, flag })
    })
    return samples
      .sort((a, b) => a.ms - b.ms || compare(a.device, b.device) || compare(a.channel, b.channel))
      .map(({ ms: _, ...sample }) => sample)
  }

  /** `cells`: what is selected of a table beside the time; null: nothing of it. */
  #eachRow(
    points: readonly Point[],
    day: number,
    from: number,
    to: number,
    cells: (table: DayTable) => string | null,
    tell: (row: Row, point: Point, table: DayTable) => void,
  ): void {
    for (const { table, point } of this.#pairs(points, day)) {
      const selected = cells(table)
      if (selected === null) continue
      const sql = `select r.time${selected} from ${quoted(table.name)} r where ${ownRows}`
      for (const row of this.#prepared(sql).all(point.id, from, to, point.sources)) tell(row, point, table)
    }
  }

  *#pairs(points: readonly Point[], day: number): Generator<{ table: DayTable; point: Point }> {
    for (const table of this.#tables.ofDay(day)) for (const point of points) yield { table, point }
  }

  #pointsOf(scope: ReadingScope, { tenant, asset }: Of): Point[] {
    if (scope.tenant !== null && scope.tenant !== tenant) return []
    const conditions = assetConditions({ ...scope, tenant }, asset)
    const rows = this.#database
      .prepare(
        `select s.id as source, a.id as asset, p.id as point, p.device, p.channel
         from asset a join source s on s.asset = a.id join point p on p.id = s.point where ${allOf(conditions)}`,
      )
      .all(...cellsOf(conditions))
    const byPoint = Map.groupBy(sourceRow.array().parse(rows), ({ point }) => point)
    return [...byPoint].flatMap(([id, [first, ...others]]) => {
      if (first === undefined) return []
      const all = [first, ...others]
      const sources = JSON.stringify(all.map(({ source }) => source))
      return [{ id, device: first.device, channel: first.channel, assets: [...new Set(all.map(({ asset }) => asset))], sources }]
    })
  }

  #prepared(sql: string): Statement<Cell[], Row> {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare<Cell[], Row>(sql).raw()
    if (this.#statements.size >= statementLimit) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }
}

/** Rows of one point that are of the asset. */
const ownRows = 'r.point = ? and r.time >= ? and r.time < ? and r.source in (select value from json_each(?))'

/** Ms since 1970; there are no readings outside of these bounds. */
function bounds({ from, to }: Partial<Span>): [number, number] {
  return [
    from === undefined ? 0 : Math.max(0, Date.parse(from)),
    to === undefined ? Number.MAX_SAFE_INTEGER : Math.min(Number.MAX_SAFE_INTEGER, Date.parse(to)),
  ]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
