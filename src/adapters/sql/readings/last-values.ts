import { setImmediate as turn } from 'node:timers/promises'
import type { Database, Statement } from 'better-sqlite3'
import { flagOf } from '../../../readings/flag.ts'
import { newestValues } from '../../../readings/reading-order.ts'
import type { LastValue, ReadingScope } from '../../../readings/reading-store.ts'
import { allOf, assetConditions, type Cell, cellsOf } from './conditions.ts'
import type { DayTable, DayTables, ValueColumn } from './day-tables.ts'
import { dayOf, quoted } from './layout.ts'
import { fromColumn, parseFlags } from './reading-row.ts'

/** How many assets are read before others have their turn. */
const assetsAtOnce = 2000
const cacheLimit = 300_000

type Owner = [tenant: string, service: string, asset: string, id: number]
type Last = [asset: number, point: number, time: number, shape: number]
type Point = [id: number, device: string, channel: string]
type Row = [point: number, time: number, source: number, flags: string | null, ...values: (number | string | null)[]]

/** Reads the newest rows of one shape in one day's table. */
interface Newest {
  /** of all points in a JSON list, whatever asset they are of: a statement for each takes three times as long */
  any: Statement<string[], Row>
  /** of one point and one asset: a list of its sources is made for each row */
  own: Statement<number[], Row>
  /** of the values, by name */
  columns: readonly ValueColumn[]
}

/** A row that was found, and whose it is. */
interface Kept {
  owner: Owner
  device: string
  channel: string
  row: Row
  /** of the values in the row, by name */
  columns: readonly ValueColumn[]
}

/** The last value of each measurement of many assets: a row of the last day each, found by its key. */
export class LastValues {
  readonly #database: Database
  readonly #tables: DayTables
  readonly #asset: Statement<number[], number>
  readonly #point: Statement<number[], Point>
  readonly #points = new Map<number, { device: string; channel: string }>()
  /** by source */
  readonly #assets = new Map<number, number>()

  constructor(database: Database, tables: DayTables) {
    this.#database = database
    this.#tables = tables
    this.#point = database.prepare<number[], Point>('select id, device, channel from point where id = ?').raw()
    this.#asset = database.prepare<number[], number>('select asset from source where id = ?').pluck()
  }

  async read(scope: ReadingScope, asset: string | undefined): Promise<LastValue[]> {
    const shapes = this.#shapes()
    const values: LastValue[] = []
    const newest = new Map<DayTable, Map<number, Newest | null>>()
    const conditions = assetConditions(scope, asset)
    const owners = this.#database
      .prepare<Cell[], Owner>(
        `select a.tenant, a.service, a.asset, a.id from asset a where ${allOf(conditions)} order by a.tenant, a.asset`,
      )
      .raw()
      .all(...cellsOf(conditions))
    // The database orders texts by their bytes, which differs beyond the first 65,536 characters.
    if (owners.some((owner, index) => compareOwners(owners[index - 1] ?? owner, owner) > 0)) owners.sort(compareOwners)
    const lastOf = this.#database
      .prepare<string[], Last>(`select asset, point, time, shape from last_reading where asset in (select value from json_each(?))`)
      .raw()
    for (let at = 0, end = 0; at < owners.length; at = end) {
      if (at > 0) await turn()
      // One asset may have been in several services: it is not cut.
      for (end = at + assetsAtOnce; end < owners.length && isSame(owners[end - 1], owners[end]); ) end += 1
      const some = owners.slice(at, end)
      // One transaction: to begin one for each row takes longer than to read it.
      this.#database.transaction(() => {
        const ofAsset = this.#rowsOf(lastOf.all(JSON.stringify(some.map(([, , , id]) => id))), shapes, newest)
        let open: Kept[] = []
        for (const [index, owner] of some.entries()) {
          for (const found of ofAsset.get(owner[3]) ?? []) open.push({ owner, ...found })
          if (isSame(owner, some[index + 1])) continue
          const [only, other] = open
          if (only !== undefined && other === undefined) addValues(values, only)
          else for (const value of newestValues(open.flatMap(withChannel))) values.push(value)
          open = []
        }
      })()
    }
    return values
  }

  /** By asset. */
  #rowsOf(
    lasts: readonly Last[],
    shapes: ReadonlyMap<number, { family: string; names: ReadonlySet<string> }>,
    known: Map<DayTable, Map<number, Newest | null>>,
  ): Map<number, Omit<Kept, 'owner'>[]> {
    const groups = new Map<Newest, Last[]>()
    for (const last of lasts) {
      const newest = this.#newestOf(last, shapes, known)
      if (newest === null) continue
      const group = groups.get(newest)
      if (group === undefined) groups.set(newest, [last])
      else group.push(last)
    }
    const found = new Map<number, Omit<Kept, 'owner'>[]>()
    for (const [{ any, own, columns }, group] of groups) {
      // In the order of the list; a point that has none is left out.
      const rows = any.all(JSON.stringify(group.map(([, point]) => point)))
      let at = 0
      for (const [asset, point] of group) {
        const newest = rows[at]?.[0] === point ? rows[at++] : undefined
        const { device, channel } = this.#pointOf(point)
        const row = newest !== undefined && this.#assetOf(newest[2]) === asset ? newest : own.get(point, asset, point)
        if (row === undefined) continue
        const ofAsset = found.get(asset)
        if (ofAsset === undefined) found.set(asset, [{ device, channel, row, columns }])
        else ofAsset.push({ device, channel, row, columns })
      }
    }
    return found
  }

  #newestOf(
    [, , ms, shape]: Last,
    shapes: ReadonlyMap<number, { family: string; names: ReadonlySet<string> }>,
    known: Map<DayTable, Map<number, Newest | null>>,
  ): Newest | null {
    const { family, names } = shapes.get(shape) ?? {}
    const table = family === undefined ? undefined : this.#tables.find(dayOf(ms), family)
    if (names === undefined || table === undefined) return null
    const ofTable = known.get(table) ?? new Map<number, Newest | null>()
    known.set(table, ofTable)
    let newest = ofTable.get(shape)
    if (newest === undefined) {
      newest = this.#prepare(table, names)
      ofTable.set(shape, newest)
    }
    return newest
  }

  #pointOf(id: number): { device: string; channel: string } {
    const known = this.#points.get(id)
    if (known !== undefined) return known
    const [, device, channel] = this.#point.get(id) ?? [id, '', '']
    if (this.#points.size >= cacheLimit) this.#points.clear()
    const point = { device, channel }
    this.#points.set(id, point)
    return point
  }

  #assetOf(source: number): number | undefined {
    const known = this.#assets.get(source) ?? this.#asset.get(source)
    if (known === undefined) return undefined
    if (this.#assets.size >= cacheLimit) this.#assets.clear()
    this.#assets.set(source, known)
    return known
  }

  #prepare(table: DayTable, names: ReadonlySet<string>): Newest | null {
    const columns = this.#tables.valueColumns(table).filter(({ name }) => names.has(name))
    if (columns.length < names.size) return null
    columns.sort((a, b) => compare(a.name, b.name))
    const cells = columns.map(({ column }) => quoted(column))
    const members = ['point', 'time', 'source', 'flags', ...cells].map((cell) => `r.${cell}`).join(', ')
    const present = cells.map((cell) => `and ${cell} is not null`).join(' ')
    const name = quoted(table.name)
    const any = this.#database.prepare<string[], Row>(
      `select ${members} from json_each(?) j cross join ${name} r on r.point = j.value
       and r.time = (select time from ${name} where point = j.value ${present} order by time desc limit 1)`,
    )
    const own = this.#database.prepare<number[], Row>(
      `select ${members} from ${name} r
       where point = ? and source in (select id from source where asset = ? and point = ?) ${present} order by time desc limit 1`,
    )
    return { any: any.raw(), own: own.raw(), columns }
  }

  #shapes(): Map<number, { family: string; names: ReadonlySet<string> }> {
    const rows = this.#database.prepare<[], { id: number; family: string; names: string }>('select id, family, names from shape').all()
    return new Map(rows.map(({ id, family, names }) => [id, { family, names: new Set(names === '' ? [] : names.split(',')) }]))
  }
}

function withChannel(kept: Kept): (LastValue & { channel: string })[] {
  const values: LastValue[] = []
  addValues(values, kept)
  return values.map((value) => ({ ...value, channel: kept.channel }))
}

/** By name, as the columns are. */
function addValues(values: LastValue[], { owner, device, row, columns }: Kept): void {
  const [tenant, service, asset] = owner
  const time = new Date(row[1]).toISOString()
  const flags = row[3] === null ? null : parseFlags(row[3])
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index]
    const cell = row[index + 4]
    if (column === undefined || cell === null || cell === undefined) continue
    const { name, kind } = column
    values.push({
      tenant,
      service,
      asset,
      name,
      value: fromColumn(cell, kind),
      time,
      device,
      flag: flags === null ? null : flagOf(flags, name),
    })
  }
}

function compareOwners(a: Owner, b: Owner): number {
  return compare(a[0], b[0]) || compare(a[2], b[2])
}

function isSame(a: Owner | undefined, b: Owner | undefined): boolean {
  return a !== undefined && b !== undefined && a[0] === b[0] && a[2] === b[2]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
