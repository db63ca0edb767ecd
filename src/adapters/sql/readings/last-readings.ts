import type { Database, Statement } from 'better-sqlite3'
import { z } from 'zod'
import type { DayTables } from './day-tables.ts'
import { dayOf, quoted, startOfDay } from './layout.ts'

const shapeRow = z.object({ asset: z.number(), time: z.number(), shape: z.number(), family: z.string(), names: z.string() })
const returned = `asset, time, shape, (select family from shape where id = shape) as family, (select names from shape where id = shape) as names`

/**
 * On which day a device and channel last gave an asset a reading of each shape; within the caller's transaction. `time` is
 * some instant of that day: the newest row of it is found by its key, so that most readings change nothing here.
 */
export class LastReadings {
  readonly #database: Database
  readonly #tables: DayTables
  readonly #seen: Statement<number[]>

  constructor(database: Database, tables: DayTables) {
    this.#database = database
    this.#tables = tables
    this.#seen = database.prepare(`
      insert into last_reading (asset, point, shape, time) values (?, ?, ?, ?)
      on conflict (asset, point, shape) do update set time = excluded.time where excluded.time > time`)
  }

  seen(asset: number, point: number, shape: number, time: number): void {
    this.#seen.run(asset, point, shape, time)
  }

  /** The family's reading at `time` is about to become another one: whoever it was the last of its shape for gets the one before. */
  leaves(asset: number, point: number, time: number, family: string): void {
    const day = dayOf(time)
    const found = this.#database
      .prepare(
        `delete from last_reading
         where asset = ? and point = ? and time >= ? and time < ? and shape in (select id from shape where family = ?) returning ${returned}`,
      )
      .all(asset, point, startOfDay(day), startOfDay(day + 1), family)
    this.#seenBefore(found, point, startOfDay(day + 1), time)
  }

  /** All readings of a device and channel in the span have gone: whatever they were the last of is told by what is left. */
  leaveSpan(point: number, from: number, to: number): void {
    const found = this.#database
      .prepare(
        `delete from last_reading
         where point = ? and asset in (select asset from source where point = ?) and time >= ? and time < ? returning ${returned}`,
      )
      .all(point, point, startOfDay(dayOf(from)), startOfDay(dayOf(to) + 1))
    this.#seenBefore(found, point, startOfDay(dayOf(to) + 1), null)
  }

  #seenBefore(found: unknown[], point: number, end: number, except: number | null): void {
    for (const { asset, shape, names, family } of shapeRow.array().parse(found)) {
      const before = this.#newestBefore(asset, point, end, except, family, names === '' ? [] : names.split(','))
      if (before !== undefined) this.#seen.run(asset, point, shape, before)
    }
  }

  #newestBefore(
    asset: number,
    point: number,
    end: number,
    except: number | null,
    family: string,
    names: readonly string[],
  ): number | undefined {
    for (const table of this.#tables.all()) {
      if (table.family !== family || startOfDay(table.day) >= end) continue
      const columns = this.#tables.valueColumns(table).filter((column) => names.includes(column.name))
      if (columns.length < names.length) continue
      const present = columns.map(({ column }) => `and ${quoted(column)} is not null`).join(' ')
      const newest = this.#database
        .prepare<(number | null)[], number>(
          `select time from ${quoted(table.name)}
           where point = ? and time is not ? and source in (select id from source where asset = ? and point = ?) ${present}
           order by time desc limit 1`,
        )
        .pluck()
        .get(point, except, asset, point)
      if (newest !== undefined) return newest
    }
    return undefined
  }
}
