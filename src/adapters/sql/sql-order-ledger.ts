import { type Kysely, type RawBuilder, type Selectable, type SqlBool, sql, type Transaction } from 'kysely'
import type { Logger } from 'pino'
import type { Scope } from '../../access/scope.ts'
import { type Order, type OrderState, orderSchema } from '../../commands/order.ts'
import type { OrderFilter, OrderLedger } from '../../commands/ports.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { fromCursor, pageOf } from '../../inventory/page.ts'
import { among, assetInCommunes, every, tenantInScope } from './conditions.ts'
import type { Database } from './database.ts'
import { chunks } from './rows.ts'
import type { OrderStepTable, OrderTable, Schema } from './schema.ts'

/** Orders and what became of them. Steps are only ever added. */
export class SqlOrderLedger implements OrderLedger {
  readonly #db: Kysely<Schema>
  readonly #logger: Logger
  /** ids of rows that do not fit: a round comes every few seconds, and each is told of once */
  readonly #unfit = new Set<string>()

  constructor({ db, logger }: Pick<Database, 'db' | 'logger'>) {
    this.#db = db
    this.#logger = logger
  }

  async add(orders: readonly Omit<Order, 'number'>[], requestDigest: string | null = null): Promise<readonly Order[]> {
    return this.#db.transaction().execute(async (trx) => {
      const numbered: Order[] = []
      for (const order of orders) numbered.push({ ...order, number: await nextNumber(trx, order) })
      const rows = numbered.map((order) => ({ ...toRow(order), request_digest: order.idempotencyKey === null ? null : requestDigest }))
      for (const part of chunks(rows)) await trx.insertInto('order').values(part).execute()
      await addSteps(trx, numbered)
      return numbered
    })
  }

  async update(...orders: readonly Order[]): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      for (const order of orders) {
        const { id, number: _, ...row } = toRow(order)
        const { numUpdatedRows } = await trx.updateTable('order').set(row).where('id', '=', id).executeTakeFirst()
        if (numUpdatedRows === 0n) throw new OndineError('order.not-found', { id })
      }
      await addSteps(trx, orders)
    })
  }

  /**
   * `id`: its id, or its number where the scope has one tenant or only one tenant has that number. Rejects for a row that
   * does not fit: it is there.
   */
  async get(scope: Scope, id: string): Promise<Order | undefined> {
    const named = sql<SqlBool>`("order".id = ${id} or "order".number = ${id})`
    const [found, second] = await this.#rows(every([named, inScope(scope)]), 'asc', 2)
    return found === undefined || second !== undefined ? undefined : toOrder(found)
  }

  async list(
    scope: Scope,
    { asset, limit, cursor }: { asset?: string; limit: number; cursor?: string },
  ): Promise<{ orders: readonly Order[]; cursor: string | null }> {
    const conditions = [inScope(scope)]
    if (asset !== undefined) conditions.push(sql<SqlBool>`"order".asset = ${asset}`)
    if (cursor !== undefined) {
      const [requestedAt, id] = fromCursor(cursor, 2)
      conditions.push(sql<SqlBool>`("order".requested_at, "order".id) < (${requestedAt}, ${id})`)
    }
    const page = pageOf(await this.#rows(every(conditions), 'desc', limit + 1), limit, ({ row }) => [row.requested_at, row.id])
    return { orders: this.#fitting(page.items), cursor: page.cursor }
  }

  async byIdempotencyKey(tenant: string, key: string): Promise<{ order: Order; requestDigest: string | null } | undefined> {
    const [found] = await this.#rows(sql<SqlBool>`"order".tenant = ${tenant} and "order".idempotency_key = ${key}`, 'asc', 1)
    return found === undefined ? undefined : { order: toOrder(found), requestDigest: found.row.request_digest }
  }

  async byQueueItem(queueItemId: string): Promise<Order | undefined> {
    return this.#fitting(await this.#rows(sql<SqlBool>`"order".queue_item_id = ${queueItemId}`, 'asc', 1))[0]
  }

  /** The asset is named too because it has an index: a return order goes to where its order went. */
  async returnOf({ id, tenant, asset }: Order): Promise<Order | undefined> {
    const condition = sql<SqlBool>`"order".tenant = ${tenant} and "order".asset = ${asset} and "order".return_of = ${id}`
    return this.#fitting(await this.#rows(condition, 'asc', 1))[0]
  }

  async inState(states: readonly OrderState[], { devEui, dueBy, expiredBy, most }: OrderFilter = {}): Promise<readonly Order[]> {
    const conditions = [
      among('order.state', states),
      ...(devEui === undefined ? [] : [sql<SqlBool>`"order".dev_eui = ${devEui}`]),
      ...(dueBy === undefined ? [] : [sql<SqlBool>`"order".not_before <= ${dueBy}`]),
      ...(expiredBy === undefined ? [] : [sql<SqlBool>`"order".expires_at <= ${expiredBy}`]),
    ]
    if (most === undefined) return this.#fitting(await this.#rows(every(conditions), 'asc', null))
    const orders: Order[] = []
    let after: RawBuilder<SqlBool>[] = []
    // Rows that do not fit must not keep the others from their turn.
    for (;;) {
      const wanted = most - orders.length
      const rows = await this.#rows(every([...conditions, ...after]), 'asc', wanted)
      orders.push(...this.#fitting(rows))
      const last = rows.at(-1)?.row
      if (last === undefined || rows.length < wanted || orders.length >= most) return orders
      after = [sql<SqlBool>`("order".requested_at, "order".id) > (${last.requested_at}, ${last.id})`]
    }
  }

  #fitting(found: readonly FoundOrder[]): Order[] {
    return found.flatMap((one) => {
      try {
        return [toOrder(one)]
      } catch (error) {
        if (!this.#unfit.has(one.row.id)) this.#logger.error({ err: error, order: one.row.id }, 'orders: a row does not fit, left out')
        this.#unfit.add(one.row.id)
        return []
      }
    })
  }

  async #rows(condition: RawBuilder<SqlBool>, direction: 'asc' | 'desc', limit: number | null): Promise<FoundOrder[]> {
    const rows = await this.#db
      .selectFrom('order')
      .selectAll()
      .where(condition)
      .orderBy('requested_at', direction)
      .orderBy('id', direction)
      .$if(limit !== null, (query) => query.limit(limit ?? 0))
      .execute()
    const steps = new Map<string, Selectable<OrderStepTable>[]>(rows.map((row) => [row.id, []]))
    for (const part of chunks(rows.map((row) => row.id))) {
      const found = await this.#db.selectFrom('order_step').selectAll().where('order_id', 'in', part).orderBy('position').execute()
      for (const step of found) steps.get(step.order_id)?.push(step)
    }
    return rows.map((row) => ({ row, steps: steps.get(row.id) ?? [] }))
  }
}

interface FoundOrder {
  row: Selectable<OrderTable>
  steps: readonly Selectable<OrderStepTable>[]
}

function inScope(scope: Scope): RawBuilder<SqlBool> {
  const { services, communes } = scope
  const here = sql<SqlBool>`exists (select 1 from asset join tenant on tenant.id = asset.tenant_id
    where tenant.slug = "order".tenant and asset.slug = "order".asset and ${assetInCommunes(communes ?? [])})`
  return every([
    ...tenantInScope('order.tenant', scope),
    ...(services === null ? [] : [among('order.service', services)]),
    ...(communes === null ? [] : [here]),
  ])
}

/** `2026-11-22-0031`: the day in the tenant's zone, and a count that the transaction holds until its orders are written. */
async function nextNumber(trx: Transaction<Schema>, { tenant, requestedAt }: { tenant: string; requestedAt: string }): Promise<string> {
  const zone = await trx.selectFrom('tenant').select('time_zone').where('slug', '=', tenant).executeTakeFirst()
  const day = dayIn(zone?.time_zone ?? 'UTC', requestedAt)
  const { last } = await trx
    .insertInto('order_counter')
    .values({ tenant, day, last: 1 })
    .onConflict((on) => on.columns(['tenant', 'day']).doUpdateSet({ last: sql<number>`order_counter.last + 1` }))
    .returning('last')
    .executeTakeFirstOrThrow()
  return `${day}-${String(last).padStart(4, '0')}`
}

function dayIn(timeZone: string, time: string): string {
  // The calendar of Sweden writes its dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date(time))
}

/** Steps only ever grow at their end: those that are there are not written again. */
async function addSteps(trx: Transaction<Schema>, orders: readonly Order[]): Promise<void> {
  const there = new Map<string, number>()
  for (const part of chunks(orders.map(({ id }) => id))) {
    const counts = trx
      .selectFrom('order_step')
      .select(['order_id', trx.fn.max('position').as('last')])
      .where('order_id', 'in', part)
    for (const { order_id, last } of await counts.groupBy('order_id').execute()) there.set(order_id, last + 1)
  }
  const rows = orders.flatMap(({ id, steps }) =>
    steps.map((step, position) => ({ ...step, order_id: id, position, context: JSON.stringify(step.context) })).slice(there.get(id) ?? 0),
  )
  for (const part of chunks(rows)) {
    await trx
      .insertInto('order_step')
      .values(part)
      .onConflict((on) => on.columns(['order_id', 'position']).doNothing())
      .execute()
  }
}

function toRow(order: Order): Omit<OrderTable, 'request_digest'> {
  return {
    id: order.id,
    number: order.number,
    tenant: order.tenant,
    service: order.service,
    asset: order.asset,
    dev_eui: order.devEui,
    channel: order.channel,
    model: order.model,
    command: JSON.stringify(order.command),
    reason: order.reason,
    requested_by: order.requestedBy,
    requested_at: order.requestedAt,
    not_before: order.notBefore,
    expires_at: order.expiresAt,
    until: order.until,
    return_of: order.returnOf,
    idempotency_key: order.idempotencyKey,
    confirmed: order.confirmed ? 1 : 0,
    f_port: order.downlink.fPort,
    hex: order.downlink.hex,
    queue_item_id: order.queueItemId,
    f_cnt_down: order.fCntDown,
    gateway_id: order.gatewayId,
    state: order.state,
  }
}

/** Throws when the row, of whatever version, is no order any more. */
function toOrder({ row, steps }: FoundOrder): Order {
  return orderSchema.parse({
    id: row.id,
    number: row.number,
    tenant: row.tenant,
    service: row.service,
    asset: row.asset,
    devEui: row.dev_eui,
    channel: row.channel,
    model: row.model,
    command: JSON.parse(row.command),
    reason: row.reason,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    idempotencyKey: row.idempotency_key,
    notBefore: row.not_before,
    expiresAt: row.expires_at,
    until: row.until,
    returnOf: row.return_of,
    confirmed: row.confirmed === 1,
    downlink: { fPort: row.f_port, hex: row.hex },
    queueItemId: row.queue_item_id,
    fCntDown: row.f_cnt_down,
    gatewayId: row.gateway_id,
    state: row.state,
    steps: steps.map(({ time, state, code, context }) => ({ time, state, code, context: JSON.parse(context) })),
  })
}
