import type { Database, Statement } from 'better-sqlite3'
import type { Reading } from '../../../readings/reading.ts'
import type { RejectedReading } from '../../../readings/reading-store.ts'
import { contentFault, instantOf, placeFault } from '../../../readings/storable.ts'
import { deleteDays } from './daily.ts'
import { type DayTable, type DayTables, kindOf, rowColumns } from './day-tables.ts'
import { Dictionary } from './dictionary.ts'
import { LastReadings } from './last-readings.ts'
import { dayOf, quoted } from './layout.ts'
import { toColumn } from './reading-row.ts'

type Cell = number | string | null
const statementLimit = 500
const originLimit = 300_000

/** The insert of one set of value names into one day table. */
interface Insert {
  table: DayTable
  names: readonly string[]
  shape: number
  /** does nothing where the key exists */
  add: Statement<Cell[]>
  /** replaces the row */
  replace: Statement<Cell[]>
}

/** Where readings come from, by number: the same for thousands of them, so that nothing of it is looked up twice. */
interface Origin {
  readonly channel: string
  readonly tenant: string
  readonly service: string
  readonly asset: string
  readonly family: string
  readonly model: string
  readonly pointId: number
  readonly assetId: number
  readonly sourceId: number
  /** the last one used */
  insert: Insert | undefined
  /** the day that was marked as due last */
  due: number
  /** of the newest day, those whose shape is told as the last one */
  told: Insert[]
}

/** Writes readings within the caller's transaction. */
export class ReadingWriter {
  readonly last: LastReadings
  readonly #database: Database
  readonly #tables: DayTables
  readonly #points: Dictionary
  readonly #assets: Dictionary
  readonly #sources: Dictionary
  readonly #gateways: Dictionary
  readonly #names: Dictionary
  readonly #shapes: Dictionary
  readonly #markDue: Statement<Cell[]>
  readonly #sourceRow: Statement<number[], { asset: number }>
  readonly #inserts = new Map<string, Insert>()
  /** by device */
  readonly #origins = new Map<string, Origin[]>()
  #originCount = 0
  #computedBefore = 0

  constructor(database: Database, tables: DayTables) {
    this.#database = database
    this.#tables = tables
    this.#points = new Dictionary(database, 'point', ['device', 'channel'])
    this.#assets = new Dictionary(database, 'asset', ['tenant', 'service', 'asset'])
    this.#sources = new Dictionary(database, 'source', ['asset', 'point', 'model'])
    this.#gateways = new Dictionary(database, 'gateway', ['gateway'])
    this.#names = new Dictionary(database, 'value_name', ['name'])
    this.#shapes = new Dictionary(database, 'shape', ['family', 'names'])
    this.last = new LastReadings(database, tables)
    this.#markDue = database.prepare('insert or ignore into daily_due (day, asset, point) values (?, ?, ?)')
    this.#sourceRow = database.prepare('select asset from source where id = ?')
  }

  /** After a roll-back, or when tables were dropped, nothing in memory may be trusted. */
  forget(): void {
    for (const dictionary of [this.#points, this.#assets, this.#sources, this.#gateways, this.#names, this.#shapes]) dictionary.forget()
    this.#inserts.clear()
    this.#origins.clear()
    this.#originCount = 0
  }

  /** Daily rows of days before this one are computed at any time: each reading of them marks its day anew. */
  computed(before: number): void {
    this.#computedBefore = Math.max(this.#computedBefore, before)
  }

  /** What this device read last may be another reading by now. */
  forgetLast(device: string): void {
    for (const origin of this.#origins.get(device) ?? []) origin.told = []
  }

  write(readings: readonly Reading[]): RejectedReading[] {
    const rejected: RejectedReading[] = []
    for (const reading of readings) {
      const known = this.#originOf(reading)
      const reason = (known === undefined ? placeFault(reading) : null) ?? contentFault(reading) ?? this.#kindConflict(reading)
      if (reason === null) this.#put(reading, known ?? this.#addOrigin(reading))
      else rejected.push({ reading, reason })
    }
    return rejected
  }

  #kindConflict({ family, values }: Reading): string | null {
    const columns = this.#tables.columnsOf(family)
    for (const name in values) {
      const value = values[name]
      const column = columns.get(name)
      if (value === undefined || column === undefined || column.kind === kindOf(value)) continue
      return `value ${name} is a ${kindOf(value)}, earlier readings of ${family} have a ${column.kind}`
    }
    return null
  }

  #put(reading: Reading, origin: Origin): void {
    const time = instantOf(reading.time) ?? Number.NaN
    const day = dayOf(time)
    const insert = this.#insertOf(day, reading, origin)
    const cells = this.#cells(reading, origin, time)
    if (insert.add.run(...cells).changes === 0) this.#replace(insert, cells, reading.device, origin, time)
    if (origin.due !== day || day < this.#computedBefore) {
      this.#markDue.run(day, origin.assetId, origin.pointId)
      origin.due = day
    }
    if (!origin.told.includes(insert)) this.#tellLast(origin, insert, time)
  }

  /** Once a day and shape. */
  #tellLast(origin: Origin, insert: Insert, time: number): void {
    this.last.seen(origin.assetId, origin.pointId, insert.shape, time)
    const newest = origin.told[0]?.table.day ?? -1
    if (insert.table.day > newest) origin.told = [insert]
    else if (insert.table.day === newest) origin.told.push(insert)
  }

  #originOf({ device, channel, tenant, service, asset, family, model }: Reading): Origin | undefined {
    const origins = this.#origins.get(device)
    if (origins === undefined) return undefined
    for (const origin of origins) {
      if (
        origin.channel === channel &&
        origin.asset === asset &&
        origin.model === model &&
        origin.family === family &&
        origin.service === service &&
        origin.tenant === tenant
      )
        return origin
    }
    return undefined
  }

  #addOrigin({ device, channel, tenant, service, asset, family, model }: Reading): Origin {
    const pointId = this.#points.idOf(device, channel)
    const assetId = this.#assets.idOf(tenant, service, asset)
    const sourceId = this.#sources.idOf(assetId, pointId, model)
    const names = { channel, tenant, service, asset, family, model }
    const origin: Origin = { ...names, pointId, assetId, sourceId, insert: undefined, due: -1, told: [] }
    if (this.#originCount >= originLimit) {
      this.#origins.clear()
      this.#originCount = 0
    }
    this.#originCount += 1
    const known = this.#origins.get(device)
    if (known === undefined) this.#origins.set(device, [origin])
    else known.push(origin)
    return origin
  }

  #insertOf(day: number, { family, values }: Reading, origin: Origin): Insert {
    const last = origin.insert
    if (last !== undefined && last.table.day === day && !last.table.dropped && hasNames(values, last.names)) return last
    const names = Object.keys(values)
    const key = `${day}/${family}/${names.join(',')}`
    const known = this.#inserts.get(key)
    const insert = known === undefined || known.table.dropped ? this.#addInsert(key, day, family, values) : known
    origin.insert = insert
    return insert
  }

  #addInsert(key: string, day: number, family: string, values: Reading['values']): Insert {
    const table = this.#tables.of(day, family)
    const names = Object.keys(values)
    const columns: string[] = [...rowColumns]
    for (const [name, value] of Object.entries(values)) {
      columns.push(this.#tables.ensureColumn(table, name, kindOf(value)).column)
      this.#names.idOf(name)
    }
    const list = `into ${quoted(table.name)} (${columns.map(quoted).join(', ')}) values (${columns.map(() => '?').join(', ')})`
    const insert = {
      table,
      names,
      shape: this.#shapes.idOf(family, names.toSorted().join(',')),
      add: this.#database.prepare<Cell[]>(`insert or ignore ${list}`),
      replace: this.#database.prepare<Cell[]>(`insert or replace ${list}`),
    }
    if (this.#inserts.size >= statementLimit) this.#inserts.clear()
    this.#inserts.set(key, insert)
    return insert
  }

  #cells(reading: Reading, { pointId, sourceId }: Origin, time: number): Cell[] {
    const { radio, frame, values, receivedAt } = reading
    const received = receivedAt === reading.time ? time : (instantOf(receivedAt) ?? Number.NaN)
    const gateway = radio.gateway === null ? null : this.#gateways.idOf(radio.gateway)
    const cells: Cell[] = [
      pointId,
      time,
      sourceId,
      received,
      reading.quality,
      flagsText(reading.flags),
      radio.gateways,
      gateway,
      radio.rssi,
      radio.snr,
      radio.spreadingFactor,
      radio.margin,
      frame.fCnt,
      frame.fPort,
    ]
    for (const name in values) {
      const value = values[name]
      if (value !== undefined) cells.push(toColumn(value))
    }
    return cells
  }

  /** The row exists: a repeat, or a reading decoded anew, which may belong to another asset by now. */
  #replace(insert: Insert, cells: Cell[], device: string, { assetId, pointId }: Origin, time: number): void {
    const { day } = insert.table
    const before = this.#database
      .prepare<number[], number>(`select source from ${quoted(insert.table.name)} where point = ? and time = ?`)
      .pluck()
      .get(pointId, time)
    const owner = before === undefined ? undefined : this.#sourceRow.get(before)
    if (owner !== undefined) {
      this.#markDue.run(day, owner.asset, pointId)
      this.last.leaves(owner.asset, pointId, time, insert.table.family)
      this.forgetLast(device)
      // It may have been the only one of that day.
      if (owner.asset !== assetId) deleteDays(this.#database, owner.asset, pointId, day, day + 1)
    }
    insert.replace.run(...cells)
  }
}

/** Are these its names, in this order? */
function hasNames(values: Reading['values'], names: readonly string[]): boolean {
  let at = 0
  for (const name in values) {
    if (names[at] !== name) return false
    at += 1
  }
  return at === names.length
}

function flagsText(flags: Reading['flags']): string | null {
  for (const _ in flags) return JSON.stringify(flags)
  return null
}
