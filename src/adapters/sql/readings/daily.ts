import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { DayTables } from './day-tables.ts'
import { quoted } from './layout.ts'

/** What one measurement did in one UTC day; booleans count as 0 and 1. */
interface Sum {
  first: number
  last: number
  min: number
  max: number
  sum: number
  count: number
  /** times of first and last */
  from: number
  to: number
}

const dayNumber = z.number().nullable()
const dueRow = z.object({ asset: z.number(), point: z.number() })
const headRow = z.tuple([z.number(), z.number(), z.number()])

/**
 * Computes daily rows that readings have touched since they were last computed, always anew from the day's tables: a
 * repeat changes nothing, and late readings count. Within the caller's transaction. What comes for a day whose readings
 * have expired goes at once, and its daily row stays. Returns how many were dealt with, at most `limit`; later days than
 * `before` are left alone.
 */
export function computeDueDays(database: Database, tables: DayTables, before: number, limit: number): number {
  const day = dayNumber.parse(database.prepare('select min(day) from daily_due where day < ?').pluck().get(before))
  if (day === null) return 0
  const due = dueRow.array().parse(database.prepare('select asset, point from daily_due where day = ? limit ?').all(day, limit))
  const forget = database.prepare('delete from daily_due where day = ? and asset = ? and point = ?')
  const gone = goneOn(database, day)
  const kept = due.filter(({ asset, point }) => !gone(asset, point))
  computeDay(database, tables, day, kept)
  for (const { asset, point } of due) {
    forget.run(day, asset, point)
    if (gone(asset, point)) deleteReadings(database, tables, day, asset, point)
  }
  return due.length
}

/** Have the readings of this day expired, so that what is there now is only a part of them? */
export function goneOn(database: Database, day: number): (asset: number, point: number) => boolean {
  const expired = database.prepare<number[], number>('select count(*) from expired where day > ?').pluck().get(day) ?? 0
  if (expired === 0) return () => false
  const ofAsset = database
    .prepare<number[], number>(
      'select 1 from asset a join expired e on e.tenant = a.tenant and e.service = a.service where a.id = ? and e.day > ?',
    )
    .pluck()
  const anew = database.prepare<number[], number>('select 1 from day_anew where day = ? and asset = ? and point = ?').pluck()
  return (asset, point) => ofAsset.get(asset, day) !== undefined && anew.get(day, asset, point) === undefined
}

/** What is kept of a day is not true any more. */
export function deleteDays(database: Database, asset: number, point: number, from: number, to: number): number[] {
  return database
    .prepare<number[], number>(
      'delete from daily where asset = ? and name in (select id from value_name) and day >= ? and day < ? and point = ? returning day',
    )
    .pluck()
    .all(asset, from, to, point)
}

export function deleteReadings(database: Database, tables: DayTables, day: number, asset: number, point: number): void {
  for (const table of tables.ofDay(day)) {
    database
      .prepare(`delete from ${quoted(table.name)} where point = ? and source in (select id from source where asset = ? and point = ?)`)
      .run(point, asset, point)
  }
}

function computeDay(database: Database, tables: DayTables, day: number, due: readonly { asset: number; point: number }[]): void {
  const sums = sumsOf(database, tables, day, [...new Set(due.map(({ point }) => point))])
  const names = database.prepare<[], number>('select id from value_name').pluck().all()
  const remove = database.prepare('delete from daily where asset = ? and name = ? and day = ? and point = ?')
  const insert = database.prepare(`
    insert into daily (asset, name, day, point, first, last, min, max, sum, count)
    values (?, (select id from value_name where name = ?), ?, ?, ?, ?, ?, ?, ?, ?)`)
  for (const { asset, point } of due) {
    const own = sums.get(`${asset} ${point}`)
    // Nothing is there of a day that expires meanwhile: its row stays. What is removed takes its row along.
    if (own === undefined) continue
    for (const name of names) remove.run(asset, name, day, point)
    for (const [name, { first, last, min, max, sum, count }] of own) insert.run(asset, name, day, point, first, last, min, max, sum, count)
  }
}

/** By asset and point, then by name. A device may have changed its family within the day: both tables count. */
function sumsOf(database: Database, tables: DayTables, day: number, points: readonly number[]): Map<string, Map<string, Sum>> {
  const sums = new Map<string, Map<string, Sum>>()
  for (const table of tables.ofDay(day)) {
    const columns = tables.valueColumns(table).filter(({ kind }) => kind !== 'state')
    const rows = database
      .prepare(
        `select s.asset, r.point, r.time${columns.map(({ column }) => `, r.${quoted(column)}`).join('')}
         from ${quoted(table.name)} r join source s on s.id = r.source
         where r.point in (select value from json_each(?))`,
      )
      .raw()
      .all(JSON.stringify(points))
    for (const row of z.array(z.unknown()).array().parse(rows)) {
      const [asset, point, time] = headRow.parse(row.slice(0, 3))
      const key = `${asset} ${point}`
      const known = sums.get(key)
      const own = known ?? new Map<string, Sum>()
      if (known === undefined) sums.set(key, own)
      columns.forEach(({ name }, index) => {
        const value = row[index + 3]
        if (typeof value === 'number') own.set(name, added(own.get(name), time, value))
      })
    }
  }
  return sums
}

function added(sum: Sum | undefined, time: number, value: number): Sum {
  if (sum === undefined) return { first: value, last: value, min: value, max: value, sum: value, count: 1, from: time, to: time }
  if (time < sum.from) [sum.first, sum.from] = [value, time]
  if (time >= sum.to) [sum.last, sum.to] = [value, time]
  sum.min = Math.min(sum.min, value)
  sum.max = Math.max(sum.max, value)
  sum.sum += value
  sum.count += 1
  return sum
}
