import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { Keeping, Span } from '../../../readings/history.ts'
import { firstDayKept, ruleFor } from '../../../readings/keeping.ts'
import { deleteDays, deleteReadings, goneOn } from './daily.ts'
import type { DayTable, DayTables } from './day-tables.ts'
import type { LastReadings } from './last-readings.ts'
import { dayOf, msPerDay, quoted, startOfDay } from './layout.ts'

const ownerRow = z.object({ tenant: z.string(), service: z.string() })
type Owner = z.infer<typeof ownerRow>

/** What is to be taken out of one day, a piece at a time so that others have their turn between. */
export type Piece = (database: Database, tables: DayTables) => void

/** How many devices and channels are dealt with at once. */
const pointsAtOnce = 200

/** Takes out one device's readings in the span, and what days were made of them; within the caller's transaction. */
export function removeDevice(database: Database, tables: DayTables, last: LastReadings, device: string, { from, to }: Span): void {
  const [start, end] = [Math.max(0, Date.parse(from)), Math.min(Number.MAX_SAFE_INTEGER, Date.parse(to))]
  if (!(start < end)) return
  const points = database.prepare<string[], number>('select id from point where device = ?').pluck().all(device)
  const markDue = database.prepare('insert or ignore into daily_due (day, asset, point) values (?, ?, ?)')
  for (const point of points) {
    const assets = database.prepare<number[], number>('select distinct asset from source where point = ?').pluck().all(point)
    for (const day of tables.days(dayOf(start), dayOf(end) + 1)) {
      const [dayStart, dayEnd] = [Math.max(start, startOfDay(day)), Math.min(end, startOfDay(day + 1))]
      const found = tables
        .ofDay(day)
        .map(({ name }) => database.prepare(`delete from ${quoted(name)} where point = ? and time >= ? and time < ?`))
        .map((statement) => statement.run(point, dayStart, dayEnd).changes)
      if (found.every((count) => count === 0)) continue
      for (const asset of assets) {
        deleteDays(database, asset, point, day, day + 1)
        markDue.run(day, asset, point)
      }
    }
    for (const asset of assets) removeDays(database, asset, point, Math.ceil(start / msPerDay), dayOf(end))
    last.leaveSpan(point, start, end)
  }
}

/** Whole days whose readings are gone already: their rows go, and may be made anew from what is written from now on. */
function removeDays(database: Database, asset: number, point: number, from: number, to: number): void {
  const days = deleteDays(database, asset, point, from, to)
  const anew = database.prepare('insert or ignore into day_anew (day, asset, point) values (?, ?, ?)')
  for (const day of new Set(days)) if (goneOn(database, day)(asset, point)) anew.run(day, asset, point)
}

/** Days before this one may have readings to be taken out by these rules; null: none. */
export function lastDayOf(database: Database, rules: readonly Keeping[], now: Date): number | null {
  const days = ownersOf(database).map((owner) => firstDayKept(ruleFor(rules, owner)?.readings, now))
  return days.reduce((most, day) => (day === null ? most : Math.max(most ?? day, day)), null)
}

/** In pieces, oldest day first; each is one transaction. The daily rows of those days have been computed. */
export function* piecesToExpire(database: Database, tables: DayTables, rules: readonly Keeping[], now: Date): Generator<Piece> {
  const owners = ownersOf(database).map((owner) => {
    const rule = ruleFor(rules, owner)
    return {
      ...owner,
      readings: firstDayKept(rule?.readings, now),
      daily: firstDayKept(rule?.daily, now),
      before: expiredOf(database, owner),
    }
  })
  const most = owners.reduce((last, { readings }) => Math.max(last, readings ?? 0), 0)
  for (const day of tables.days(0, most)) {
    const expired = owners.filter(({ readings }) => readings !== null && day < readings)
    // First, so that what comes late meanwhile is known to be a part only; the day before may have been cut short.
    yield (open) => settle(open, expired, day + 1)
    if (expired.length === owners.length) {
      for (const table of tables.ofDay(day)) yield (_, all) => all.drop(table)
      continue
    }
    const fresh = expired.filter(({ before }) => day >= before - 1)
    if (fresh.length === 0) continue
    for (const table of tables.ofDay(day)) yield* piecesOfTable(database, table, fresh)
  }
  for (const owner of owners) {
    const { readings, daily } = owner
    if (readings !== null) yield (open, all) => endAnew(open, all, owner, readings)
    if (daily !== null) yield* piecesOfDays(database, owner, daily)
  }
}

function* piecesOfTable(database: Database, table: DayTable, owners: readonly Owner[]): Generator<Piece> {
  for (const { tenant, service } of owners) {
    const sources = database
      .prepare<string[], [number, number]>(
        'select s.id, s.point from source s join asset a on a.id = s.asset where a.tenant = ? and a.service = ? order by s.point',
      )
      .raw()
      .all(tenant, service)
    for (let at = 0; at < sources.length; at += pointsAtOnce) {
      const some = sources.slice(at, at + pointsAtOnce)
      yield (open) => {
        const remove = open.prepare(`delete from ${quoted(table.name)} where point = ? and source = ?`)
        for (const [source, point] of some) remove.run(point, source)
      }
    }
  }
  yield (open, tables) => {
    const left = open.prepare(`select 1 from ${quoted(table.name)} limit 1`).get()
    if (left === undefined) tables.drop(table)
  }
}

function settle(database: Database, owners: readonly (Owner & { before: number })[], day: number): void {
  const expire = database.prepare(
    'insert into expired (tenant, service, day) values (?, ?, ?) on conflict (tenant, service) do update set day = excluded.day',
  )
  const forget = database.prepare(
    'delete from last_reading where time < ? and asset in (select id from asset where tenant = ? and service = ?)',
  )
  for (const { tenant, service, before } of owners) {
    if (day <= before) continue
    expire.run(tenant, service, day)
    forget.run(startOfDay(day), tenant, service)
  }
}

/** What was written anew of days that are gone has been told by their daily rows. */
function endAnew(database: Database, tables: DayTables, { tenant, service }: Owner, before: number): void {
  const rows = database
    .prepare<(string | number)[], { day: number; asset: number; point: number }>(
      `delete from day_anew where day < ? and asset in (select id from asset where tenant = ? and service = ?) returning day, asset, point`,
    )
    .all(before, tenant, service)
  for (const { day, asset, point } of rows) deleteReadings(database, tables, day, asset, point)
}

function* piecesOfDays(database: Database, { tenant, service }: Owner, before: number): Generator<Piece> {
  const assets = database.prepare<string[], number>('select id from asset where tenant = ? and service = ?').pluck().all(tenant, service)
  for (let at = 0; at < assets.length; at += pointsAtOnce) {
    const some = JSON.stringify(assets.slice(at, at + pointsAtOnce))
    yield (open) =>
      open
        .prepare(`delete from daily where asset in (select value from json_each(?)) and name in (select id from value_name) and day < ?`)
        .run(some, before)
  }
}

function ownersOf(database: Database): Owner[] {
  return ownerRow.array().parse(database.prepare('select distinct tenant, service from asset').all())
}

function expiredOf(database: Database, { tenant, service }: Owner): number {
  const day = database.prepare<string[], number>('select day from expired where tenant = ? and service = ?').pluck().get(tenant, service)
  return day ?? 0
}
