import { z } from 'zod'
import type { StoreSettings } from '../../config/schema.ts'
import type { Connection, Refusal } from './connection.ts'
import { Influxdb2 } from './influxdb2.ts'
import { identifier } from './influxql.ts'

/** What differs between InfluxDB 1.x, 2.x and 3. */
export interface Server {
  readonly kind: 'influxdb1' | 'influxdb2' | 'influxdb3'
  /** for people: `database ondine` */
  readonly place: string
  readonly writePath: string
  /** a cheap InfluxQL statement that fails where the place does not exist */
  readonly probe: string
  /** whether single points can be taken out */
  readonly removes: boolean
  /** known after `prepare` */
  queryPath(): string
  /** Older points (ms since 1970) are refused and forgotten by the server, as it said in `prepare`; 0: none is. */
  oldestKept(now: number): number
  /** Makes database or bucket (and, on 2.x, what InfluxQL needs to see it) when missing; the refusal that stopped it, or null. */
  prepare(connection: Connection): Promise<Refusal | null>
  /** as people name it: `2.7.12` */
  version(connection: Connection): Promise<string>
}

type InfluxdbSettings = Exclude<StoreSettings, { kind: 'sqlite' }>

export function serverOf(config: InfluxdbSettings): Server {
  if (config.kind === 'influxdb2') return new Influxdb2(config)
  return config.kind === 'influxdb1' ? new Influxdb1(config) : new Influxdb3(config)
}

const policiesSchema = z.object({
  results: z.tuple([
    z.object({ series: z.tuple([z.object({ columns: z.array(z.string()), values: z.array(z.array(z.unknown())) })]).optional() }),
  ]),
})

class Influxdb1 implements Server {
  readonly kind = 'influxdb1'
  readonly place: string
  readonly writePath: string
  readonly probe: string
  readonly removes = true
  readonly #database: string
  readonly #retentionDays: number | undefined
  #retentionMs = 0

  constructor({ database = 'ondine', retentionDays }: Extract<InfluxdbSettings, { kind: 'influxdb1' }>) {
    this.#database = database
    this.#retentionDays = retentionDays
    this.place = `database ${database}`
    this.probe = `SHOW RETENTION POLICIES ON ${identifier(database)}`
    this.writePath = `/write?${new URLSearchParams({ db: database, precision: 'ms' })}`
  }

  queryPath(): string {
    return `/query?${new URLSearchParams({ db: this.#database, epoch: 'ms' })}`
  }

  oldestKept(now: number): number {
    return this.#retentionMs === 0 ? 0 : now - this.#retentionMs
  }

  /** CREATE DATABASE changes nothing where it exists, but only an administrator may ask: so look first. */
  async prepare(connection: Connection): Promise<Refusal | null> {
    const found = await ask(connection, this.queryPath(), this.probe)
    if ('body' in found) {
      this.#retentionMs = defaultDuration(found.body)
      return null
    }
    if (!found.reason.includes('database not found')) return found
    const hours = this.#retentionDays === undefined ? null : Math.round(this.#retentionDays * 24)
    const made = await ask(
      connection,
      '/query',
      `CREATE DATABASE ${identifier(this.#database)}${hours === null ? '' : ` WITH DURATION ${hours}h`}`,
    )
    if (!('body' in made)) return made
    this.#retentionMs = (hours ?? 0) * 3_600_000
    return null
  }

  async version(connection: Connection): Promise<string> {
    return connection.version
  }
}

/** Not tried on a real server: docs/influxdb.md. It makes a database with the first write, and takes out nothing. */
class Influxdb3 implements Server {
  readonly kind = 'influxdb3'
  readonly place: string
  readonly writePath: string
  readonly probe = 'SHOW MEASUREMENTS LIMIT 1'
  readonly removes = false
  readonly #database: string

  constructor({ database = 'ondine' }: Extract<InfluxdbSettings, { kind: 'influxdb3' }>) {
    this.#database = database
    this.place = `database ${database}`
    this.writePath = `/api/v2/write?${new URLSearchParams({ bucket: database, precision: 'ms' })}`
  }

  queryPath(): string {
    return `/query?${new URLSearchParams({ db: this.#database, epoch: 'ms' })}`
  }

  oldestKept(): number {
    return 0
  }

  async prepare(connection: Connection): Promise<Refusal | null> {
    const answer = await connection.get('/ping')
    return answer.ok ? null : answer.refusal
  }

  async version(connection: Connection): Promise<string> {
    return connection.version
  }
}

/** InfluxQL answers its errors with 200. */
async function ask(connection: Connection, path: string, query: string): Promise<{ body: unknown } | Refusal> {
  const answer = await connection.post(path, String(new URLSearchParams({ q: query })), 'application/x-www-form-urlencoded')
  if (!answer.ok) return answer.refusal
  const { results } = z.object({ results: z.array(z.object({ error: z.string().optional() })) }).parse(answer.body)
  const error = results[0]?.error
  return error === undefined ? { body: answer.body } : { status: 200, reason: error }
}

/** How long (ms) the default retention policy keeps points; 0: for ever. */
function defaultDuration(body: unknown): number {
  const [{ series }] = policiesSchema.parse(body).results
  const [policies] = series ?? []
  const [isDefault, duration] = ['default', 'duration'].map((column) => policies?.columns.indexOf(column) ?? -1)
  const text = policies?.values.find((row) => row[isDefault ?? -1] === true)?.[duration ?? -1]
  const [, hours, minutes, seconds] = /^(\d+)h(\d+)m(\d+)s$/.exec(typeof text === 'string' ? text : '') ?? []
  return hours === undefined ? 0 : (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
}
