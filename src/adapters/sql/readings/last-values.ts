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
const sourceLimit = 300_000

type Owner = [tenant: string, service: string, asset: string, id: number]
type Last = [asset: number, point: number, device: string, channel: string, time: number, shape: number]
type Row = [time: number, source: number, flags: string | null, ...values: (number | string | null)[]]

/** Reads the newest row of one shape in one day's table. */
interface Newest {
  /** whatever asset it is of */
  any: Statement<number[], Row>
  /** of one asset: a list of its sources is made for each row, which takes longer than the rest */
  own: Statement<number[], Row>
  /** by name */
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
  /** by source */
  readonly #assets = new Map<number, number>()

  constructor(database: Database, tables: DayTables) {
    this.#database = database
    this.#tables = tables
    this.#asset = database.prepare<number[], number>('select asset from source where id = ?').pluck()
  }

  async read(scope: ReadingScope, asset: string | undefined): Promise<LastValue[]> {
    const shapes = this.#shapes()
    const values: LastValue[] = []
    const newest = new Map<DayTable, Map<number, Newest | null>>()
    const conditions = assetConditions(scope, asset)
    const owners = this.#database
      .prepare<Cell[], Owner>(`select a.tenant, a.service, a.asset, a.id from asset a where ${allOf(conditions)}`)
      .raw()
      .all(...cellsOf(conditions))
      .sort((a, b) => compare(a[0], b[0]) || compare(a[2], b[2]))
    const lastOf = this.#database
      .prepare<string[], Last>(
        `select l.asset, l.point, p.device, p.channel, l.time, l.shape from last_reading l join point p on p.id = l.point
         where l.asset in (select value from json_each(?))`,
      )
      .raw()
    for (let at = 0, end = 0; at < owners.length; at = end) {
      if (at > 0) await turn()
      // One asset may have been in several services: it is not cut.
      for (end = at + assetsAtOnce; end < owners.length && isSame(owners[end - 1], owners[end]); ) end += 1
      const some = owners.slice(at, end)
      // One transaction: to begin one for each row takes longer than to read it.
      this.#database.transaction(() => {
        const ofAsset = Map.groupBy(lastOf.all(JSON.stringify(some.map(([, , , id]) => id))), ([id]) => id)
        let open: Kept[] = []
        for (const [index, owner] of some.entries()) {
          for (const last of ofAsset.get(owner[3]) ?? []) {
            const kept = this.#kept(owner, last, shapes, newest)
            if (kept !== null) open.push(kept)
          }
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

  #kept(
    owner: Owner,
    [assetId, point, device, channel, ms, shape]: Last,
    shapes: ReadonlyMap<number, { family: string; names: ReadonlySet<string> }>,
    newest: Map<DayTable, Map<number, Newest | null>>,
  ): Kept | null {
    const known = shapes.get(shape)
    const table = known === undefined ? undefined : this.#tables.find(dayOf(ms), known.family)
    if (known === undefined || table === undefined) return null
    const ofTable = newest.get(table) ?? new Map<number, Newest | null>()
    newest.set(table, ofTable)
    let found = ofTable.get(shape)
    if (found === undefined) {
      found = this.#prepare(table, known.names)
      ofTable.set(shape, found)
    }
    if (found === null) return null
    const newestRow = found.any.get(point)
    const row = newestRow !== undefined && this.#assetOf(newestRow[1]) === assetId ? newestRow : found.own.get(point, assetId, point)
    return row === undefined ? null : { owner, device, channel, row, columns: found.columns }
  }

  #assetOf(source: number): number | undefined {
    const known = this.#assets.get(source) ?? this.#asset.get(source)
    if (known === undefined) return undefined
    if (this.#assets.size >= sourceLimit) this.#assets.clear()
    this.#assets.set(source, known)
    return known
  }

  #prepare(table: DayTable, names: ReadonlySet<string>): Newest | null {
    const columns = this.#tables.valueColumns(table).filter(({ name }) => names.has(name))
    if (columns.length < names.size) return null
    columns.sort((a, b) => compare(a.name, b.name))
    const cells = columns.map(({ column }) => quoted(column))
    const select = `select ${['time', 'source', 'flags', ...cells].join(', ')} from ${quoted(table.name)} where point = ?`
    const rest = `${cells.map((cell) => `and ${cell} is not null`).join(' ')} order by time desc limit 1`
    const own = 'and source in (select id from source where asset = ? and point = ?)'
    const prepared = (sql: string) => this.#database.prepare<number[], Row>(sql).raw()
    return { any: prepared(`${select} ${rest}`), own: prepared(`${select} ${own} ${rest}`), columns }
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
  const time = new Date(row[0]).toISOString()
  const flags = row[2] === null ? null : parseFlags(row[2])
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index]
    const cell = row[index + 3]
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

function isSame(a: Owner | undefined, b: Owner | undefined): boolean {
  return a !== undefined && b !== undefined && a[0] === b[0] && a[2] === b[2]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
