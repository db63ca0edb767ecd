import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Scope } from '../../access/scope.ts'
import { fromCursor, type Page, type PageQuery, pageOf } from '../../inventory/page.ts'
import type { KeptLetter, LetterBox, LetterFilter, LetterLimits, LetterSummary } from '../../uplinks/dead-letters/ports.ts'
import type { DeadLetter, DeadLetterReason } from '../../uplinks/ports.ts'
import { among, deviceInScope, every, tenantInScope } from './conditions.ts'
import type { Database } from './database.ts'
import { newId } from './new-id.ts'
import { chunks } from './rows.ts'
import type { DeadLetterTable, Schema } from './schema.ts'

/** Uplinks kept aside. A letter of a tenant is that tenant's; one of nobody is shown to the server's own administrators. */
export class SqlDeadLetters implements LetterBox {
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

  async list(scope: Scope, query: PageQuery & LetterFilter): Promise<Page<LetterSummary>> {
    const { cursor, limit } = query
    const rows = await this.#db
      .selectFrom('dead_letter')
      .select(summaryColumns)
      .where(every([inScope(scope), ...matching(query)]))
      .$if(cursor !== undefined, (builder) => builder.where('id', '<', idOf(cursor)))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    return pageOf(rows.map(toSummary), limit, (row) => [row.id])
  }

  async oldest(scope: Scope, query: PageQuery & LetterFilter): Promise<Page<KeptLetter>> {
    const { cursor, limit } = query
    const rows = await this.#db
      .selectFrom('dead_letter')
      .select([...summaryColumns, 'payload'])
      .where(every([inScope(scope), ...matching(query)]))
      .$if(cursor !== undefined, (builder) => builder.where('id', '>', idOf(cursor)))
      .orderBy('id', 'asc')
      .limit(limit + 1)
      .execute()
    return pageOf(rows.map(toKept), limit, (row) => [row.id])
  }

  async get(scope: Scope, id: string): Promise<KeptLetter | undefined> {
    const row = await this.#db
      .selectFrom('dead_letter')
      .select([...summaryColumns, 'payload'])
      .where('id', '=', id)
      .where(inScope(scope))
      .executeTakeFirst()
    return row === undefined ? undefined : toKept(row)
  }

  async count(scope: Scope, query: LetterFilter & { cursor?: string }): Promise<number> {
    const { cursor } = query
    const { count } = await this.#db
      .selectFrom('dead_letter')
      .select(this.#db.fn.countAll<number>().as('count'))
      .where(every([inScope(scope), ...matching(query)]))
      .$if(cursor !== undefined, (builder) => builder.where('id', '>', idOf(cursor)))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  async devices(reasons: readonly DeadLetterReason[]): Promise<ReadonlySet<string>> {
    const rows = await this.#db.selectFrom('dead_letter').select('dev_eui').distinct().where(among('reason', reasons)).execute()
    return new Set(rows.flatMap(({ dev_eui }) => dev_eui ?? []))
  }

  async settle({ gone, kept }: Parameters<LetterBox['settle']>[0]): Promise<void> {
    if (gone.length + kept.length === 0) return
    await this.#db.transaction().execute(async (trx) => {
      const ids = [...gone, ...kept.map(({ id }) => id)]
      for (const part of chunks(ids)) await trx.deleteFrom('dead_letter').where('id', 'in', part).execute()
      for (const part of chunks(kept.map(({ id, letter }) => ({ ...toRow(letter), id })))) {
        await trx
          .insertInto('dead_letter')
          .values(part)
          .onConflict((on) => on.columns(['spool_offset', 'reason', 'time']).doNothing())
          .execute()
      }
    })
  }

  async trim({ most, mostPerTenant }: LetterLimits): Promise<number> {
    const tenants = await this.#db
      .selectFrom('dead_letter')
      .select(['tenant', this.#db.fn.countAll<number>().as('count')])
      .groupBy('tenant')
      .execute()
    let gone = 0
    let total = tenants.reduce((sum, { count }) => sum + Number(count), 0)
    for (const { tenant, count } of tenants) {
      const over = Number(count) - mostPerTenant
      if (over > 0) gone += await this.#dropOldest(over, tenant === null ? sql<SqlBool>`tenant is null` : sql<SqlBool>`tenant = ${tenant}`)
    }
    total -= gone
    return total > most ? gone + (await this.#dropOldest(total - most, every([]))) : gone
  }

  async #dropOldest(count: number, of: RawBuilder<SqlBool>): Promise<number> {
    const oldest = this.#db.selectFrom('dead_letter').select('id').where(of).orderBy('id', 'asc').limit(count)
    const result = await this.#db.deleteFrom('dead_letter').where('id', 'in', oldest).executeTakeFirst()
    return Number(result.numDeletedRows)
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
    model: letter.model,
    // Older versions wrote what they had read of the payload.
    event: null,
    topic: letter.topic,
    payload: Buffer.from(letter.payload),
    time: letter.time,
  }
}

const summaryColumns = ['id', 'spool_offset', 'reason', 'detail', 'advice', 'dev_eui', 'tenant', 'model', 'time', 'topic'] as const

function toSummary({ spool_offset, dev_eui, ...row }: Omit<DeadLetterTable, 'event' | 'payload'>): LetterSummary {
  return { ...row, offset: Number(spool_offset), devEui: dev_eui }
}

function toKept({ payload, ...row }: Omit<DeadLetterTable, 'event'>): KeptLetter {
  return { ...toSummary(row), payload: new Uint8Array(payload) }
}

function idOf(cursor: string | undefined): string {
  return fromCursor(cursor ?? '', 1)[0] ?? ''
}

function matching({ reasons, devEuis, models, from, to }: LetterFilter): RawBuilder<SqlBool>[] {
  return [
    ...(reasons === undefined ? [] : [among('dead_letter.reason', reasons)]),
    ...(devEuis === undefined ? [] : [among('dead_letter.dev_eui', devEuis)]),
    ...(models === undefined ? [] : [among('dead_letter.model', models)]),
    ...(from === undefined ? [] : [sql<SqlBool>`dead_letter.time >= ${from}`]),
    ...(to === undefined ? [] : [sql<SqlBool>`dead_letter.time < ${to}`]),
  ]
}
