import type { Database, Statement } from 'better-sqlite3'
import { z } from 'zod'
import type { DayTables } from './day-tables.ts'
import { dayOf, quoted } from './layout.ts'

const shapeRow = z.object({ shape: z.number(), names: z.string() })
const goneRow = shapeRow.extend({ asset: z.number(), time: z.number(), family: z.string() })

/** When a device and channel last gave an asset a reading of each shape; within the caller's transaction. */
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
    const found = this.#database
      .prepare(
        `delete from last_reading
         where asset = ? and point = ? and time = ? and shape in (select id from shape where family = ?)
         returning shape, (select names from shape where id = shape) as names`,
      )
      .all(asset, point, time, family)
    for (const { shape, names } of shapeRow.array().parse(found)) {
      const before = this.#newestBefore(asset, point, time, family, names === '' ? [] : names.split(','))
      if (before !== undefined) this.#seen.run(asset, point, shape, before)
    }
  }

  /** All readings of a device and channel in the span have gone: whatever they were the last of is told by what was before. */
  leaveSpan(point: number, from: number, to: number): void {
    const found = this.#database
      .prepare(
        `delete from last_reading where point = ? and asset in (select asset from source where point = ?) and time >= ? and time < ?
         returning asset, time, shape, (select names from shape where id = shape) as names, (select family from shape where id = shape) as family`,
      )
      .all(point, point, from, to)
    for (const { asset, time, shape, names, family } of goneRow.array().parse(found)) {
      const before = this.#newestBefore(asset, point, time, family, names === '' ? [] : names.split(','))
      if (before !== undefined) this.#seen.run(asset, point, shape, before)
    }
  }

  #newestBefore(asset: number, point: number, time: number, family: string, names: readonly string[]): number | undefined {
    for (const table of this.#tables.all()) {
      if (table.family !== family || table.day > dayOf(time)) continue
      const columns = this.#tables.valueColumns(table).filter((column) => names.includes(column.name))
      if (columns.length < names.length) continue
      const present = columns.map(({ column }) => `and ${quoted(column)} is not null`).join(' ')
      const newest = this.#database
        .prepare<number[], number>(
          `select time from ${quoted(table.name)}
           where point = ? and time < ? and source in (select id from source where asset = ? and point = ?) ${present}
           order by time desc limit 1`,
        )
        .pluck()
        .get(point, time, asset, point)
      if (newest !== undefined) return newest
    }
    return undefined
  }
}
