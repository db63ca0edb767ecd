import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { DayTables } from './day-tables.ts'
import { quoted, startOfDay } from './layout.ts'

/** One UTC day of one measurement of one asset, from one device and channel; booleans count as 0 and 1. */
export interface DailyValue {
  day: string
  name: string
  device: string
  channel: string
  first: number
  last: number
  min: number
  max: number
  sum: number
  count: number
}

const dueRow = z.object({ day: z.number(), asset: z.number(), point: z.number() })
const sampleRow = z.tuple([z.number(), z.number()])

/**
 * Computes the daily rows that readings have touched since they were last computed, always anew from the day's
 * table: a repeat changes nothing, and late readings count. Within the caller's transaction.
 * Returns how many were computed, at most `limit`; `asset` (its number) narrows them, `before` leaves later days alone.
 */
export function computeDueDays(database: Database, tables: DayTables, only: { asset?: number; before?: number }, limit: number): number {
  const due = dueRow
    .array()
    .parse(
      database
        .prepare('select day, asset, point from daily_due where (? is null or asset = ?) and day < ? limit ?')
        .all(only.asset ?? null, only.asset ?? null, only.before ?? Number.MAX_SAFE_INTEGER, limit),
    )
  const forget = database.prepare('delete from daily_due where day = ? and asset = ? and point = ?')
  for (const { day, asset, point } of due) {
    computeDay(database, tables, day, asset, point)
    forget.run(day, asset, point)
  }
  return due.length
}

function computeDay(database: Database, tables: DayTables, day: number, asset: number, point: number): void {
  database.prepare('delete from daily where day = ? and asset = ? and point = ?').run(day, asset, point)
  const insert = database.prepare(`
    insert into daily (asset, name, day, point, first, last, min, max, sum, count)
    values (?, (select id from value_name where name = ?), ?, ?, ?, ?, ?, ?, ?, ?)`)
  for (const [name, values] of samplesOf(database, tables, day, asset, point)) {
    const first = values[0]
    const last = values.at(-1)
    if (first === undefined || last === undefined) continue
    const sum = values.reduce((total, value) => total + value, 0)
    const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
    insert.run(asset, name, day, point, first, last, min, max, sum, values.length)
  }
}

/** Values in order of time, by name. A device may have changed its family within the day: both tables are read. */
function samplesOf(database: Database, tables: DayTables, day: number, asset: number, point: number): Map<string, number[]> {
  const timed = new Map<string, [time: number, value: number][]>()
  for (const table of tables.all().filter((candidate) => candidate.day === day)) {
    for (const column of tables.valueColumns(table)) {
      if (column.kind === 'state') continue
      const cell = quoted(column.column)
      const rows = database
        .prepare(
          `select time, ${cell} from ${quoted(table.name)}
           where point = ? and ${cell} is not null and source in (select id from source where asset = ? and point = ?)`,
        )
        .raw()
        .all(point, asset, point)
      const samples = sampleRow.array().parse(rows)
      if (samples.length > 0) timed.set(column.name, [...(timed.get(column.name) ?? []), ...samples])
    }
  }
  return new Map([...timed].map(([name, samples]) => [name, samples.sort((a, b) => a[0] - b[0]).map(([, value]) => value)]))
}

const dailyRow = z.object({
  day: z.number().transform((day) => new Date(startOfDay(day)).toISOString().slice(0, 10)),
  name: z.string(),
  device: z.string(),
  channel: z.string(),
  first: z.number(),
  last: z.number(),
  min: z.number(),
  max: z.number(),
  sum: z.number(),
  count: z.number(),
})

/** Days of one asset (its number), oldest first; `from` included, `to` excluded (numbers of UTC days). */
export function dailyValues(database: Database, asset: number, from: number, to: number): DailyValue[] {
  const rows = database
    .prepare(
      `select d.day, n.name, p.device, p.channel, d.first, d.last, d.min, d.max, d.sum, d.count
       from daily d join value_name n on n.id = d.name join point p on p.id = d.point
       where d.asset = ? and d.day >= ? and d.day < ? order by d.day, n.name, p.device, p.channel`,
    )
    .all(asset, from, to)
  return dailyRow.array().parse(rows)
}
