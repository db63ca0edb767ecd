import { type Kysely, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import type { Scope } from '../../access/scope.ts'
import { fromCursor, type Page, type PageQuery, pageOf } from '../../inventory/page.ts'
import type { UplinkEvent } from '../../lorawan/network-event.ts'
import type { DeadLetter, DeadLetters } from '../../uplinks/ports.ts'
import { deviceInScope, every, tenantInScope } from './conditions.ts'
import type { Database } from './database.ts'
import { newId } from './new-id.ts'
import { chunks } from './rows.ts'
import type { DeadLetterTable, Schema } from './schema.ts'

/** A letter without its contents. */
export type DeadLetterSummary = Pick<DeadLetter, 'offset' | 'detail' | 'advice' | 'devEui' | 'tenant' | 'time' | 'topic'> & {
  id: string
  reason: string
}

/** Uplinks kept aside. A letter of a tenant is that tenant's; one of nobody is shown to the server's own administrators. */
export class SqlDeadLetters implements DeadLetters {
  readonly #db: Kysely<Schema>

  constructor(database: Pick<Database, 'db'>) {
    this.#db = database.db
  }

  async keep(letters: readonly DeadLetter[]): Promise<void> {
    for (const part of chunks(letters.map(toRow))) {
      await this.#db
        .insertInto('dead_letter')
        .values(part)
        .onConflict((on) => on.columns(['spool_offset', 'reason', 'time']).doNothing())
        .execute()
    }
  }

  /** Newest first, as kept. */
  async list(
    scope: Scope,
    query: PageQuery & { reason?: string | undefined; devEui?: string | undefined },
  ): Promise<Page<DeadLetterSummary>> {
    const { reason, devEui, cursor, limit } = query
    const rows = await this.#db
      .selectFrom('dead_letter')
      .select(['id', 'spool_offset', 'reason', 'detail', 'advice', 'dev_eui', 'tenant', 'time', 'topic'])
      .where(inScope(scope))
      .$if(reason !== undefined, (builder) => builder.where('reason', '=', reason ?? ''))
      .$if(devEui !== undefined, (builder) => builder.where('dev_eui', '=', devEui ?? ''))
      .$if(cursor !== undefined, (builder) => builder.where('id', '<', fromCursor(cursor ?? '', 1)[0] ?? ''))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    const summaries = rows.map(({ spool_offset, dev_eui, ...row }) => ({ ...row, offset: spool_offset, devEui: dev_eui }))
    return pageOf(summaries, limit, (row) => [row.id])
  }

  /** With its contents. */
  async get(scope: Scope, id: string): Promise<(DeadLetterSummary & { event: UplinkEvent | null; payload: Uint8Array }) | undefined> {
    const row = await this.#db.selectFrom('dead_letter').selectAll().where('id', '=', id).where(inScope(scope)).executeTakeFirst()
    if (row === undefined) return undefined
    const { spool_offset: offset, dev_eui: devEui, event, payload, ...rest } = row
    return { ...rest, offset, devEui, event: event === null ? null : toEvent(event), payload: new Uint8Array(payload) }
  }

  /** Reason → how many. */
  async counts(scope: Scope): Promise<Readonly<Record<string, number>>> {
    const rows = await this.#db
      .selectFrom('dead_letter')
      .select(['reason', this.#db.fn.countAll<number>().as('count')])
      .where(inScope(scope))
      .groupBy('reason')
      .execute()
    return Object.fromEntries(rows.map((row) => [row.reason, Number(row.count)]))
  }
}

/** Where services or communes restrict, only letters of devices that the scope sees. */
function inScope(scope: Scope) {
  const restricted = scope.services !== null || scope.communes !== null
  const seen = sql<SqlBool>`dead_letter.dev_eui in (select device.dev_eui from device where ${deviceInScope(scope)})`
  return every([...tenantInScope('dead_letter.tenant', scope), ...(restricted ? [seen] : [])])
}

function toRow(letter: DeadLetter): DeadLetterTable {
  return {
    id: newId(),
    spool_offset: letter.offset,
    reason: letter.reason,
    detail: letter.detail,
    advice: letter.advice,
    dev_eui: letter.devEui,
    tenant: letter.tenant,
    event: letter.event === null ? null : fromEvent(letter.event),
    topic: letter.topic,
    payload: Buffer.from(letter.payload),
    time: letter.time,
  }
}

function fromEvent(event: UplinkEvent): string {
  return JSON.stringify({ ...event, data: Buffer.from(event.data).toString('base64') })
}

/** Written by `fromEvent`, by this version or an older one. */
const eventSchema = z.object({
  type: z.literal('uplink'),
  time: z.string(),
  device: z.object({
    tenantId: z.string(),
    tenantName: z.string(),
    applicationId: z.string(),
    applicationName: z.string(),
    deviceProfileId: z.string(),
    deviceProfileName: z.string(),
    deviceName: z.string(),
    devEui: z.string(),
    tags: z.record(z.string(), z.string()),
  }),
  deduplicationId: z.string(),
  devAddr: z.string(),
  fCnt: z.number(),
  fPort: z.number(),
  confirmed: z.boolean(),
  data: z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
  frequency: z.number(),
  spreadingFactor: z.number().nullable(),
  receptions: z.array(z.object({ gatewayId: z.string(), rssi: z.number(), snr: z.number() })),
})

function toEvent(text: string): UplinkEvent {
  return eventSchema.parse(JSON.parse(text))
}
