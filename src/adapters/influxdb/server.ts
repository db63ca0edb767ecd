import { z } from 'zod'
import type { StoreConfig } from '../../config/schema.ts'
import type { Answer, Connection, Refusal } from './connection.ts'
import { identifier } from './influxql.ts'

/** What differs between InfluxDB 1.x and 2.x. */
export interface Server {
  readonly kind: 'influxdb1' | 'influxdb2'
  /** for people: `database ondine` */
  readonly place: string
  readonly writePath: string
  /** a cheap InfluxQL statement that fails where the place does not exist */
  readonly probe: string
  /** known after `prepare` */
  queryPath(): string
  /** Makes database or bucket (and, on 2.x, what InfluxQL needs to see it) when missing; the refusal that stopped it, or null. */
  prepare(connection: Connection): Promise<Refusal | null>
  /** as people name it: `2.7.12` */
  version(connection: Connection): Promise<string>
}

type Influxdb1Config = Extract<StoreConfig, { kind: 'influxdb1' }>
type Influxdb2Config = Extract<StoreConfig, { kind: 'influxdb2' }>

export class Influxdb1 implements Server {
  readonly kind = 'influxdb1'
  readonly place: string
  readonly writePath: string
  readonly probe: string
  readonly #database: string

  constructor(config: Influxdb1Config) {
    this.#database = config.database
    this.place = `database ${config.database}`
    this.probe = `SHOW RETENTION POLICIES ON ${identifier(config.database)}`
    this.writePath = `/write?${new URLSearchParams({ db: config.database, precision: 'ms' })}`
  }

  queryPath(): string {
    return `/query?${new URLSearchParams({ db: this.#database, epoch: 'ms' })}`
  }

  /** CREATE DATABASE changes nothing where it exists, but only an administrator may ask: so look first. */
  async prepare(connection: Connection): Promise<Refusal | null> {
    const found = await ask(connection, this.queryPath(), this.probe)
    if (found === null) return null
    if (!found.reason.includes('database not found')) return found
    return ask(connection, '/query', `CREATE DATABASE ${identifier(this.#database)}`)
  }

  async version(connection: Connection): Promise<string> {
    return connection.version
  }
}

/** InfluxQL answers its errors with 200. */
async function ask(connection: Connection, path: string, query: string): Promise<Refusal | null> {
  const answer = await connection.post(path, String(new URLSearchParams({ q: query })), 'application/x-www-form-urlencoded')
  if (!answer.ok) return answer.refusal
  const { results } = z.object({ results: z.array(z.object({ error: z.string().optional() })) }).parse(answer.body)
  const error = results[0]?.error
  return error === undefined ? null : { status: 200, reason: error }
}

const bucketsSchema = z.object({ buckets: z.array(z.object({ id: z.string(), orgID: z.string() })) })
const organisationsSchema = z.object({ orgs: z.array(z.object({ id: z.string() })) })
const mappingsSchema = z.object({ content: z.array(z.object({ database: z.string(), retention_policy: z.string() })) })
const healthSchema = z.object({ version: z.string() })

export class Influxdb2 implements Server {
  readonly kind = 'influxdb2'
  readonly place: string
  readonly writePath: string
  readonly probe = 'SHOW MEASUREMENTS LIMIT 1'
  readonly #org: string
  readonly #bucket: string
  /** the database and retention policy by which InfluxQL sees the bucket */
  #mapping: { database: string; retention_policy: string }

  constructor(config: Influxdb2Config) {
    this.#org = config.org
    this.#bucket = config.bucket
    this.#mapping = { database: config.bucket, retention_policy: 'autogen' }
    this.place = `bucket ${config.bucket}`
    this.writePath = `/api/v2/write?${new URLSearchParams({ org: config.org, bucket: config.bucket, precision: 'ms' })}`
  }

  queryPath(): string {
    return `/query?${new URLSearchParams({ db: this.#mapping.database, rp: this.#mapping.retention_policy, epoch: 'ms' })}`
  }

  async prepare(connection: Connection): Promise<Refusal | null> {
    const bucket = await this.#findBucket(connection)
    if ('refusal' in bucket) return bucket.refusal
    return this.#findMapping(connection, bucket)
  }

  async version(connection: Connection): Promise<string> {
    const answer = await connection.get('/health')
    const health = healthSchema.safeParse(answer.ok ? answer.body : null)
    return health.success ? health.data.version.replace(/^v/, '') : connection.version
  }

  /** Needs the right to make buckets only where it does not exist yet. */
  async #findBucket(connection: Connection): Promise<{ id: string; orgID: string } | { refusal: Refusal }> {
    const search = new URLSearchParams({ org: this.#org, name: this.#bucket })
    const answer = await connection.get(`/api/v2/buckets?${search}`)
    if (!answer.ok && answer.refusal.status !== 404) return answer
    const found = answer.ok ? bucketsSchema.parse(answer.body).buckets[0] : undefined
    if (found !== undefined) return found
    const organisations = await connection.get(`/api/v2/orgs?${new URLSearchParams({ org: this.#org })}`)
    if (!organisations.ok) return organisations
    const orgID = organisationsSchema.parse(organisations.body).orgs[0]?.id
    if (orgID === undefined) return { refusal: { status: 404, reason: `organisation ${this.#org} is not known` } }
    const made = await connection.post(
      '/api/v2/buckets',
      JSON.stringify({ orgID, name: this.#bucket, retentionRules: [] }),
      'application/json',
    )
    if (!made.ok) return made
    return { id: z.object({ id: z.string() }).parse(made.body).id, orgID }
  }

  /** Newer servers map each bucket by themselves; older ones and renamed buckets need a mapping of their own. */
  async #findMapping(connection: Connection, bucket: { id: string; orgID: string }): Promise<Refusal | null> {
    const answer = await connection.get(`/api/v2/dbrps?${new URLSearchParams({ orgID: bucket.orgID, bucketID: bucket.id })}`)
    if (!answer.ok) return answer.refusal
    const known = mappingsSchema.parse(answer.body).content[0]
    if (known !== undefined) {
      this.#mapping = known
      return null
    }
    const made: Answer = await connection.post(
      '/api/v2/dbrps',
      JSON.stringify({ ...this.#mapping, orgID: bucket.orgID, bucketID: bucket.id, default: true }),
      'application/json',
    )
    return made.ok ? null : made.refusal
  }
}
