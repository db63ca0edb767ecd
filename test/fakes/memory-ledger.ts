import { type Scope, seesService, seesTenant } from '../../src/access/scope.ts'
import type { Order } from '../../src/commands/order.ts'
import type { OrderFilter, OrderLedger } from '../../src/commands/ports.ts'

/** The ledger in memory; `orders` are those written last. */
export class MemoryLedger implements OrderLedger {
  readonly orders = new Map<string, Order>()
  /** by id, of orders with an idempotency key */
  readonly digests = new Map<string, string>()
  /** set to make every write fail, as a database that is away */
  down: Error | null = null

  async add(orders: readonly Omit<Order, 'number'>[], requestDigest: string | null = null): Promise<readonly Order[]> {
    this.#available()
    const numbered = orders.map((order, index) => ({
      ...order,
      number: `${order.requestedAt.slice(0, 10)}-${String(this.orders.size + index + 1).padStart(4, '0')}`,
    }))
    for (const order of numbered) {
      this.orders.set(order.id, order)
      if (order.idempotencyKey !== null && requestDigest !== null) this.digests.set(order.id, requestDigest)
    }
    return numbered
  }

  async update(...orders: readonly Order[]): Promise<void> {
    this.#available()
    for (const order of orders) this.orders.set(order.id, order)
  }

  async get(scope: Scope, id: string): Promise<Order | undefined> {
    const order = this.orders.get(id)
    return order !== undefined && seesTenant(scope, order.tenant) && seesService(scope, order.service) ? order : undefined
  }

  async list(
    scope: Scope,
    query: { asset?: string; limit: number; cursor?: string },
  ): Promise<{ orders: readonly Order[]; cursor: string | null }> {
    const seen = [...this.orders.values()].reverse().filter((order) => seesTenant(scope, order.tenant) && seesService(scope, order.service))
    const orders = seen.filter((order) => query.asset === undefined || order.asset === query.asset)
    const from = Number(query.cursor ?? 0)
    const next = from + query.limit
    return { orders: orders.slice(from, next), cursor: next < orders.length ? String(next) : null }
  }

  async byIdempotencyKey(tenant: string, key: string): ReturnType<OrderLedger['byIdempotencyKey']> {
    const order = [...this.orders.values()].find((one) => one.tenant === tenant && one.idempotencyKey === key)
    return order === undefined ? undefined : { order, requestDigest: this.digests.get(order.id) ?? null }
  }

  async byQueueItem(queueItemId: string): Promise<Order | undefined> {
    return [...this.orders.values()].find((order) => order.queueItemId === queueItemId)
  }

  async returnOf(order: Order): Promise<Order | undefined> {
    return [...this.orders.values()].find((candidate) => candidate.returnOf === order.id)
  }

  async inState(states: readonly Order['state'][], { devEui, dueBy, expiredBy, most }: OrderFilter = {}): Promise<readonly Order[]> {
    return [...this.orders.values()]
      .filter((order) => states.includes(order.state) && (devEui === undefined || order.devEui === devEui))
      .filter((order) => (dueBy === undefined || order.notBefore <= dueBy) && (expiredBy === undefined || order.expiresAt <= expiredBy))
      .slice(0, most)
  }

  #available(): void {
    if (this.down !== null) throw this.down
  }
}
