import { z } from 'zod'
import type { StoreConfig } from '../../config/schema.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { flagOf } from '../../readings/flag.ts'
import { type Reading, valueSchema } from '../../readings/reading.ts'
import {
  comparePositions,
  compareReadings,
  cursorAfter,
  decodeCursor,
  encodeCursor,
  newestValues,
  type Position,
  positionOf,
} from '../../readings/reading-order.ts'
import type {
  LastValue,
  ReadingPage,
  ReadingQuery,
  ReadingScope,
  ReadingStore,
  RejectedReading,
  StoreDescription,
} from '../../readings/reading-store.ts'
import { instants, storageFault } from '../../readings/storable.ts'
import { Connection, type Refusal } from './connection.ts'
import { identifier, oneOf, scopeConditions, where } from './influxql.ts'
import { LineEncoder } from './line-protocol.ts'
import { Influxdb1, Influxdb2, type Server } from './server.ts'
import { answerSchema, isValueField, parseFlags, positionsOf, readingsOf, type Series } from './stored-row.ts'

type InfluxdbConfig = Exclude<StoreConfig, { kind: 'sqlite' }>

interface Line {
  reading: Reading
  text: string
}

const linesAtOnce = 5000
const statementsAtOnce = 50
const strange = 'it does not answer as InfluxDB does'

/** Readings in InfluxDB 1.x or 2.x; the layout is described in docs/influxdb.md. */
export class InfluxdbReadingStore implements ReadingStore {
  readonly #server: Server
  readonly #connection: Connection
  readonly #name: string
  readonly #encoder = new LineEncoder()

  /** `timeout`: how long (ms) an answer may take before the server counts as unreachable. */
  constructor(config: InfluxdbConfig, { timeout = 30_000 }: { timeout?: number } = {}) {
    this.#server = config.kind === 'influxdb1' ? new Influxdb1(config) : new Influxdb2(config)
    this.#connection = new Connection({ url: config.url, authorization: authorizationOf(config), timeout })
    this.#name = `InfluxDB (${new URL(config.url).host}, ${this.#server.place})`
  }

  async start(): Promise<void> {
    const refusal = await this.#reach(() => this.#server.prepare(this.#connection))
    if (refusal !== null) throw this.#errorOf(refusal)
  }

  async stop(): Promise<void> {
    this.#connection.close()
  }

  async write(readings: readonly Reading[]): Promise<{ rejected: readonly RejectedReading[] }> {
    const rejected: RejectedReading[] = []
    const lines: Line[] = []
    for (const reading of readings) {
      const reason = storageFault(reading)
      if (reason === null) lines.push({ reading, text: this.#encoder.line(reading) })
      else rejected.push({ reading, reason })
    }
    for (let start = 0; start < lines.length; start += linesAtOnce) {
      rejected.push(...(await this.#writeLines(lines.slice(start, start + linesAtOnce))))
    }
    return { rejected }
  }

  async list(scope: ReadingScope, query: ReadingQuery): Promise<ReadingPage> {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor)
    const conditions = scopeConditions(scope, query.asset)
    if (conditions === null || query.devices?.length === 0) return { readings: [], cursor: null }
    if (query.devices !== undefined) conditions.push(oneOf('device', query.devices))
    if (query.from !== undefined) conditions.push(`time >= ${bound(query.from)}ms`)
    if (query.to !== undefined) conditions.push(`time < ${bound(query.to)}ms`)
    const page = await this.#positions(conditions, query, after)
    const readings = await this.#readingsAt(conditions, page.slice(0, query.limit))
    return { readings: readings.sort(compareReadings(query.order)), cursor: cursorAfter(page, query.limit) }
  }

  async lastValues(scope: ReadingScope, query: { asset?: string }): Promise<readonly LastValue[]> {
    const conditions = scopeConditions(scope, query.asset)
    if (conditions === null) return []
    const fields = (await this.#query(['SHOW FIELD KEYS'])).flatMap(({ name: family, values }) =>
      values.flatMap(([field]) => (typeof field === 'string' && isValueField(field) ? [{ family, field }] : [])),
    )
    const statements = fields.map(
      ({ family, field }) =>
        `SELECT last(${identifier(field)}) AS ${identifier(field)}, reading_service, reading_flags
         FROM ${identifier(family)}${where(conditions)} GROUP BY tenant, asset, device, channel`,
    )
    const values: (LastValue & { channel: string })[] = []
    // Over a whole tenant each statement visits every series and may take seconds: one a request, or none is answered in time.
    const atOnce = query.asset === undefined ? 1 : statementsAtOnce
    for (let start = 0; start < statements.length; start += atOnce) {
      for (const series of await this.#query(statements.slice(start, start + atOnce))) values.push(...lastValuesOf(series))
    }
    return newestValues(values)
  }

  async describe(): Promise<StoreDescription> {
    await this.#query([this.#server.probe])
    const version = await this.#reach(() => this.#server.version(this.#connection))
    return { kind: this.#server.kind, version, detail: `InfluxDB ${version}, ${this.#server.place}` }
  }

  /** Stores all lines but those that the server will never take. Which these are it does not say: they are found by halving. */
  async #writeLines(lines: readonly Line[], afterPreparing = false): Promise<RejectedReading[]> {
    const body = lines.map((line) => line.text).join('\n')
    const answer = await this.#reach(() => this.#connection.post(this.#server.writePath, body, 'text/plain; charset=utf-8'))
    if (answer.ok) return []
    const { status, reason } = answer.refusal
    if (status === 404 && !afterPreparing) {
      // The database was dropped under us.
      await this.start()
      return this.#writeLines(lines, true)
    }
    if (status !== 400 && status !== 413 && status !== 422) throw this.#unreachable(answer.refusal)
    const [only] = lines
    if (lines.length <= 1) return only === undefined ? [] : [{ reading: only.reading, reason }]
    const middle = Math.ceil(lines.length / 2)
    return [...(await this.#writeLines(lines.slice(0, middle))), ...(await this.#writeLines(lines.slice(middle)))]
  }

  /**
   * Where the readings of a page stand, and one more when another page follows. Of each row a single field is asked:
   * a cursor per series and field is what costs. InfluxDB orders by time alone, so the rows of the page's first and
   * last instants are fetched whole and ordered here.
   */
  async #positions(conditions: readonly string[], { order, limit }: ReadingQuery, after: Position | null): Promise<Position[]> {
    const sign = order === 'newest first' ? -1 : 1
    const sort = (positions: Position[]) => positions.sort((a, b) => sign * comparePositions(a, b))
    const select = async (time: string[], tail: string) => {
      const selected = `SELECT frame_fCnt, device, channel FROM /.*/${where([...conditions, ...time])}${tail}`
      return (await this.#query([selected])).flatMap(positionsOf)
    }
    const at = (time: number) => select([`time = ${time}ms`], '')
    const rest = after === null ? [] : (await at(after.time)).filter((position) => sign * comparePositions(position, after) > 0)
    const beyond = after === null ? [] : [`time ${sign < 0 ? '<' : '>'} ${after.time}ms`]
    const found = sort([...rest, ...(await select(beyond, ` ORDER BY time ${sign < 0 ? 'DESC' : 'ASC'} LIMIT ${limit + 1}`))])
    const last = found[limit - 1]
    if (found.length <= limit || last === undefined || last.time === after?.time) return found.slice(0, limit + 1)
    const complete = [...found.filter((position) => position.time !== last.time), ...(await at(last.time))]
    return sort(complete).slice(0, limit + 1)
  }

  async #readingsAt(conditions: readonly string[], positions: readonly Position[]): Promise<Reading[]> {
    const [first, last] = [positions[0], positions.at(-1)]
    if (first === undefined || last === undefined) return []
    const wanted = new Set(positions.map(encodeCursor))
    const devices = [...new Set(positions.map((position) => position.device))]
    const families = [...new Set(positions.map((position) => position.family))].map(identifier)
    const span = [`time >= ${Math.min(first.time, last.time)}ms`, `time <= ${Math.max(first.time, last.time)}ms`]
    const selected = `SELECT * FROM ${families.join(', ')}${where([...conditions, ...span, oneOf('device', devices)])}`
    const readings = (await this.#query([selected])).flatMap(readingsOf)
    return readings.filter((reading) => wanted.has(encodeCursor(positionOf(reading))))
  }

  async #query(statements: readonly string[]): Promise<Series[]> {
    const body = String(new URLSearchParams({ q: statements.join('; ') }))
    const answer = await this.#reach(() => this.#connection.post(this.#server.queryPath(), body, 'application/x-www-form-urlencoded'))
    if (!answer.ok) throw this.#errorOf(answer.refusal)
    const parsed = answerSchema.safeParse(answer.body)
    if (!parsed.success) throw this.#unreachable({ status: 200, reason: strange }, parsed.error)
    const error = parsed.data.results.find((result) => result.error !== undefined)?.error
    if (error !== undefined) throw this.#errorOf({ status: error.includes('database not found') ? 404 : 500, reason: error })
    return parsed.data.results.flatMap((result) => result.series ?? [])
  }

  async #reach<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request()
    } catch (cause) {
      if (cause instanceof OndineError) throw cause
      if (cause instanceof z.ZodError || !(cause instanceof Error)) throw this.#unreachable({ status: 0, reason: strange }, cause)
      throw this.#unreachable({ status: 0, reason: cause.message || cause.name }, cause)
    }
  }

  /** What a person must mend is told apart from what passes by itself. */
  #errorOf(refusal: Refusal): OndineError {
    const mendable = refusal.status === 0 || refusal.status === 429 || refusal.status >= 500
    return mendable ? this.#unreachable(refusal) : new OndineError('store.refused', { store: this.#name, reason: refusal.reason })
  }

  #unreachable(refusal: Refusal, cause?: unknown): OndineError {
    return new OndineError('store.unreachable', { store: this.#name, reason: refusal.reason }, { cause })
  }
}

/** InfluxQL refuses an instant that nanoseconds since 1970 cannot say; beyond ours there is no reading anyway. */
function bound(time: string): number {
  return Math.min(Math.max(Date.parse(time), instants.first), instants.last + 1)
}

function authorizationOf(config: InfluxdbConfig): string | null {
  if (config.kind === 'influxdb2') return `Token ${config.token}`
  if (config.username === undefined) return null
  return `Basic ${Buffer.from(`${config.username}:${config.password ?? ''}`).toString('base64')}`
}

const lastRow = z.tuple([z.number(), valueSchema, z.string(), z.string().nullable()])

/** The columns are time, the value under its name, service and flags. */
function lastValuesOf({ tags, columns, values: rows }: Series): (LastValue & { channel: string })[] {
  const name = columns[1]
  const { tenant, asset, device, channel } = tags ?? {}
  if (name === undefined || tenant === undefined || asset === undefined || device === undefined || channel === undefined) return []
  return rows.flatMap((row) => {
    const parsed = lastRow.safeParse(row)
    if (!parsed.success) return []
    const [ms, value, service, flagsText] = parsed.data
    const flags = parseFlags(flagsText)
    const flag = flagOf(flags, name)
    return [{ tenant, service, asset, name, value, time: new Date(ms).toISOString(), device, channel, flag }]
  })
}
