import { z } from 'zod'
import type { StoreSettings } from '../../config/schema.ts'
import type { Answer, Connection, Refusal } from './connection.ts'
import type { Server } from './server.ts'

const bucketSchema = z.object({
  id: z.string(),
  orgID: z.string(),
  /** none, or one whose 0 is for ever */
  retentionRules: z.array(z.object({ everySeconds: z.number() })).default([]),
})
const bucketsSchema = z.object({ buckets: z.array(bucketSchema) })
const organisationsSchema = z.object({ orgs: z.array(z.object({ id: z.string() })) })
const mappingsSchema = z.object({ content: z.array(z.object({ database: z.string(), retention_policy: z.string() })) })
const healthSchema = z.object({ version: z.string() })

type Bucket = z.infer<typeof bucketSchema>

export class Influxdb2 implements Server {
  readonly kind = 'influxdb2'
  readonly place: string
  readonly writePath: string
  readonly probe = 'SHOW MEASUREMENTS LIMIT 1'
  readonly removes = true
  readonly #org: string
  readonly #bucket: string
  /** the database and retention policy by which InfluxQL sees the bucket */
  #mapping: { database: string; retention_policy: string }

  readonly #retentionDays: number | undefined
  #retentionMs = 0

  constructor({ org, bucket = 'ondine', retentionDays }: Extract<StoreSettings, { kind: 'influxdb2' }>) {
    this.#org = org
    this.#bucket = bucket
    this.#retentionDays = retentionDays
    this.#mapping = { database: bucket, retention_policy: 'autogen' }
    this.place = `bucket ${bucket}`
    this.writePath = `/api/v2/write?${new URLSearchParams({ org, bucket, precision: 'ms' })}`
  }

  queryPath(): string {
    return `/query?${new URLSearchParams({ db: this.#mapping.database, rp: this.#mapping.retention_policy, epoch: 'ms' })}`
  }

  oldestKept(now: number): number {
    return this.#retentionMs === 0 ? 0 : now - this.#retentionMs
  }

  async prepare(connection: Connection): Promise<Refusal | null> {
    const bucket = await this.#findBucket(connection)
    if ('refusal' in bucket) return bucket.refusal
    this.#retentionMs = (bucket.retentionRules[0]?.everySeconds ?? 0) * 1000
    return this.#findMapping(connection, bucket)
  }

  async version(connection: Connection): Promise<string> {
    const answer = await connection.get('/health')
    const health = healthSchema.safeParse(answer.ok ? answer.body : null)
    return health.success ? health.data.version.replace(/^v/, '') : connection.version
  }

  /** Needs the right to make buckets only where it does not exist yet. */
  async #findBucket(connection: Connection): Promise<Bucket | { refusal: Refusal }> {
    const search = new URLSearchParams({ org: this.#org, name: this.#bucket })
    const answer = await connection.get(`/api/v2/buckets?${search}`)
    if (!answer.ok && answer.refusal.status !== 404) return answer
    const found = answer.ok ? bucketsSchema.parse(answer.body).buckets[0] : undefined
    if (found !== undefined) return found
    const organisations = await connection.get(`/api/v2/orgs?${new URLSearchParams({ org: this.#org })}`)
    if (!organisations.ok) return organisations
    const orgID = organisationsSchema.parse(organisations.body).orgs[0]?.id
    if (orgID === undefined) return { refusal: { status: 404, reason: `organisation ${this.#org} is not known` } }
    const everySeconds = Math.round((this.#retentionDays ?? 0) * 86_400)
    const retentionRules = everySeconds === 0 ? [] : [{ type: 'expire', everySeconds }]
    const made = await connection.post('/api/v2/buckets', JSON.stringify({ orgID, name: this.#bucket, retentionRules }), 'application/json')
    return made.ok ? bucketSchema.parse(made.body) : made
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
