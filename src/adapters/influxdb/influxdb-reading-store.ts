import type { StoreSettings } from '../../config/schema.ts'
import { flagOf } from '../../readings/flag.ts'
import type { Keeping, ReadingHistory, Sample, SampleQuery, Span, WindowValue } from '../../readings/history.ts'
import type { Reading } from '../../readings/reading.ts'
import { newestValues } from '../../readings/reading-order.ts'
import type {
  LastValue,
  ReadingPage,
  ReadingQuery,
  ReadingScope,
  ReadingStore,
  RejectedReading,
  StoreDescription,
} from '../../readings/reading-store.ts'
import { contentFault, instantOf, placeFault } from '../../readings/storable.ts'
import { Connection } from './connection.ts'
import { InfluxdbHistory } from './history.ts'
import { identifier, scopeConditions, where } from './influxql.ts'
import { LastValues } from './last-values.ts'
import { type Entry, LineWriter } from './line-writer.ts'
import { listReadings } from './listing.ts'
import { metaField, metaOf } from './meta.ts'
import { Pace } from './pace.ts'
import { SeriesTable } from './series.ts'
import { serverOf } from './server.ts'
import { Session } from './session.ts'
import { isFamily, isValueField, placeSchema, type Rows } from './stored-row.ts'

/** `writing` left out: each write at once, nothing compressed. */
type InfluxdbSettings = Exclude<StoreSettings, { kind: 'sqlite' }>

export interface InfluxdbReadingStoreOptions {
  /** how long (ms) an answer may take before the server counts as unreachable */
  timeout?: number
  /** told how many readings were not stored because they are older than the database keeps */
  outdated?: (count: number) => void
  /** folder in which the last values outlive a restart; left out: they are read anew */
  folder?: string
}

const statementsAtOnce = 50
/** So many readings are sent at once, whenever the last ones were. */
const fullWrite = 500

/** Readings in InfluxDB 1.x, 2.x or 3; the layout is described in docs/influxdb.md. */
export class InfluxdbReadingStore implements ReadingStore, ReadingHistory {
  readonly #session: Session
  readonly #series = new SeriesTable()
  readonly #last: LastValues
  readonly #history: InfluxdbHistory
  readonly #writer: LineWriter
  readonly #pace: Pace
  readonly #outdated: (count: number) => void

  constructor(config: InfluxdbSettings, { timeout = 30_000, outdated = () => {}, folder }: InfluxdbReadingStoreOptions = {}) {
    const { url, writing } = config
    const gzipAbove = writing?.gzipAbove ?? Number.POSITIVE_INFINITY
    const connection = new Connection({ url, authorization: authorizationOf(config), timeout, gzipAbove })
    this.#session = new Session(serverOf(config), connection, new URL(url).host)
    this.#last = new LastValues(this.#session, this.#series, folder ?? null)
    this.#history = new InfluxdbHistory(this.#session, this.#last)
    this.#pace = new Pace({ everyMs: writing?.everyMs ?? 0, enough: fullWrite })
    this.#outdated = outdated
    this.#writer = new LineWriter({
      send: (lines) => this.#session.send(lines),
      prepare: async () => {
        this.#last.forgetAll()
        await this.#session.prepare()
      },
      rest: (ms) => this.#pace.rest(ms),
      unreachable: (refusal) => this.#session.unreachable(refusal),
      oldestKept: () => this.#session.server.oldestKept(Date.now()),
      store: this.#session.name,
      radio: writing?.radio ?? false,
    })
  }

  async start(): Promise<void> {
    await this.#last.start()
    await this.#session.prepare()
  }

  async stop(): Promise<void> {
    this.#pace.stop()
    await this.#last.stop()
    this.#session.close()
  }

  async write(readings: readonly Reading[]): Promise<{ rejected: readonly RejectedReading[] }> {
    const refused: RejectedReading[] = []
    const entries: Entry[] = []
    for (const reading of readings) {
      const known = this.#series.find(reading)
      // The place of a known series was looked at with its first reading, and its model too.
      const fault = (known?.model === reading.model ? null : placeFault(reading)) ?? contentFault(reading)
      if (fault === null) entries.push({ reading, series: known ?? this.#series.findOrMake(reading) })
      else refused.push({ reading, reason: fault })
    }
    if (entries.length === 0) return { rejected: refused }
    await this.#pace.turn(entries.length)
    await this.#last.about(entries)
    const { rejected, outdated } = await this.#writer.write(entries)
    if (outdated > 0) {
      // Which ones they were it does not say: the retention does, as it is now.
      await this.#session.prepare()
      this.#outdated(outdated)
    }
    this.#remember(entries, rejected, outdated > 0 ? this.#session.server.oldestKept(Date.now()) : 0)
    const all = [...refused, ...rejected]
    if (all.length < 2) return { rejected: all }
    const order = new Map(readings.map((reading, at) => [reading, at]))
    return { rejected: all.sort((a, b) => (order.get(a.reading) ?? 0) - (order.get(b.reading) ?? 0)) }
  }

  list(scope: ReadingScope, query: ReadingQuery): Promise<ReadingPage> {
    return listReadings(this.#session, scope, query)
  }

  /** Of one asset from the database, of more from memory: InfluxDB takes half a minute for a large fleet. */
  async lastValues(scope: ReadingScope, { asset }: { asset?: string }): Promise<readonly LastValue[]> {
    const conditions = scopeConditions(scope, asset)
    if (conditions === null) return []
    if (asset === undefined) return this.#last.values(scope)
    const fields = (await this.#session.query(['SHOW FIELD KEYS'])).flatMap(({ name: family, values }) =>
      isFamily(family) ? values.flatMap(([field]) => (typeof field === 'string' && isValueField(field) ? [{ family, field }] : [])) : [],
    )
    const statements = fields.map(
      ({ family, field }) =>
        `SELECT last(${identifier(field)}) AS ${identifier(field)}, ${metaField}
         FROM ${identifier(family)}${where(conditions)} GROUP BY tenant, asset, device, channel`,
    )
    const values: (LastValue & { channel: string })[] = []
    for (let start = 0; start < statements.length; start += statementsAtOnce) {
      for (const rows of await this.#session.query(statements.slice(start, start + statementsAtOnce))) values.push(...lastValuesOf(rows))
    }
    return newestValues(values)
  }

  async describe(): Promise<StoreDescription> {
    const { kind, place, probe } = this.#session.server
    await this.#session.query([probe])
    const version = await this.#session.version()
    return { kind, version, detail: `InfluxDB ${version}, ${place}` }
  }

  samples(scope: ReadingScope, query: SampleQuery): AsyncIterable<readonly Sample[]> {
    return this.#history.samples(scope, query)
  }

  windows(scope: ReadingScope, query: SampleQuery & { windowMs: number }): Promise<readonly WindowValue[]> {
    return this.#history.windows(scope, query)
  }

  times(scope: ReadingScope, query: Span & { tenant: string; asset: string }): AsyncIterable<readonly string[]> {
    return this.#history.times(scope, query)
  }

  count(scope: ReadingScope, query: Partial<Span> & { tenant: string; asset: string }): Promise<number> {
    return this.#history.count(scope, query)
  }

  remove(query: Span & { devices: readonly string[] }): Promise<void> {
    return this.#history.remove(query)
  }

  expire(rules: readonly Keeping[], now: Date): Promise<void> {
    return this.#history.expire(rules, now)
  }

  #remember(entries: readonly Entry[], rejected: readonly RejectedReading[], oldest: number): void {
    const not = rejected.length === 0 ? null : new Set(rejected.map(({ reading }) => reading))
    for (const { reading, series } of entries) {
      const time = instantOf(reading.time) ?? 0
      if (not?.has(reading) === true || time < oldest) continue
      series.last.put(reading.values, reading.flags, time)
      this.#series.replaced(series, time)
    }
  }
}

function authorizationOf(config: InfluxdbSettings): string | null {
  if (config.kind === 'influxdb2') return `Token ${config.token}`
  if (config.kind === 'influxdb3') return config.token === undefined ? null : `Bearer ${config.token}`
  if (config.username === undefined) return null
  return `Basic ${Buffer.from(`${config.username}:${config.password ?? ''}`).toString('base64')}`
}

/** The columns are time, the value under its name, and the text beside the values. */
function lastValuesOf({ tags, columns, values: rows }: Rows): (LastValue & { channel: string })[] {
  const name = columns[1]
  const place = placeSchema.safeParse(tags)
  if (name === undefined || !place.success) return []
  return rows.flatMap(([time, value, text]) => {
    const meta = metaOf(text, Number(time))
    if (meta === null || value === undefined || value === null) return []
    const { service, flags } = meta
    return [{ ...place.data, service, name, value, time: new Date(Number(time)).toISOString(), flag: flagOf(flags, name) }]
  })
}
