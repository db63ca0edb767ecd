import type { Logger } from 'pino'
import { OndineError } from '../errors/ondine-error.ts'
import type { JoinEvent, NetworkEvent } from '../lorawan/network-event.ts'
import { advance, isOpen, neverLeft, step } from './advance.ts'
import type { Order, OrderState } from './order.ts'
import type { DownlinkQueue, OrderFilter, OrderLedger } from './ports.ts'
import { endsEffectOf } from './return-command.ts'

interface Parts {
  ledger: OrderLedger
  queue: DownlinkQueue
  logger: Logger
  now: () => Date
  /** whether events of the network arrive here without delay: while they do not, their absence means nothing */
  hearing: () => boolean
  /** counts orders by the state they come into, for /metrics */
  count: (state: string) => void
}

/** How often the ledger is looked at when nobody says that there is something new. */
const interval = 5_000
/** Orders of one state in one round; events take their turn between rounds. */
const most = 100
/** After as many unanswered calls the network server is away: the rest waits for the next round. */
const patience = 3
/** ChirpStack says EXPIRED within seconds; an order whose end nobody told is closed after a minute. */
const silence = 60_000
/** An order that is not in the queue may have left it already: its txack gets this long to arrive before it is sent again. */
const underWay = 10_000

/**
 * Hands due orders to the network server and follows each to its end. A row says `sending` before the call and `queued`
 * after it; what a crash or a lost answer leaves in `sending` is looked up in the network server's queue before it is
 * sent again.
 */
export class Dispatcher {
  readonly #parts: Parts
  #timer: NodeJS.Timeout | null = null
  #stopped = true
  #roundWaits = false
  /** calls of this round that got no answer */
  #unanswered = 0
  /** ms; since when events have been arriving without a break */
  #hearingSince: number | null = null
  /** every read-change-write of the ledger goes through this chain: an event must not overtake the call that causes it */
  #work: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Begins to look, and waits for nothing: the network server may be away. */
  async start(): Promise<void> {
    this.#stopped = false
    this.look()
    this.#timer = setInterval(() => this.look(), interval)
  }

  /** Finishes the order at hand. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#work
  }

  /** Something new is in the ledger. One round that has not begun yet sees it all. */
  look(): void {
    if (this.#stopped || this.#roundWaits) return
    this.#roundWaits = true
    void this.#serially(() => {
      this.#roundWaits = false
      return this.#round()
    })
  }

  /** An event of the network; resolves when the ledger has it. Rejects only when the ledger cannot be read or written. */
  observe(event: NetworkEvent): Promise<void> {
    return this.#serially(() => this.#observe(event))
  }

  #serially(task: () => Promise<void>): Promise<void> {
    const result = this.#work.then(task)
    this.#work = result.catch((error: unknown) =>
      this.#parts.logger.error({ err: error }, 'orders: the ledger could not be read or written'),
    )
    return result
  }

  async #round(): Promise<void> {
    const { now, hearing } = this.#parts
    const time = now().getTime()
    this.#unanswered = 0
    this.#hearingSince = hearing() ? Math.min(this.#hearingSince ?? time, time) : null
    const quiet = this.#quietFor(0) >= silence
    // First what needs no answer of the network server.
    const counts = [
      await this.#each('accepted', { expiredBy: iso(time) }, (order) => this.#expire(order, 'expired-unsent')),
      quiet ? await this.#each('queued', { expiredBy: iso(time - silence) }, (order) => this.#expire(order, 'expired-unreported')) : 0,
    ]
    await this.#each('sending', {}, (order) => this.#settle(order))
    counts.push(await this.#each('accepted', { dueBy: iso(time) }, (order) => this.#send(order)))
    if (counts.includes(most)) this.look()
  }

  /** Returns how many were dealt with: fewer than there are when the network server does not answer. */
  async #each(state: OrderState, filter: OrderFilter, deal: (order: Order) => Promise<void>): Promise<number> {
    const orders = await this.#parts.ledger.inState([state], { ...filter, most })
    for (const [done, order] of orders.entries()) {
      if (this.#stopped || this.#unanswered >= patience) return done
      await deal(order)
    }
    return orders.length
  }

  async #send(order: Order): Promise<void> {
    const sending = step(order, 'sending', this.#time(), 'handed-over', {})
    await this.#save(sending)
    let queueItemId: string
    try {
      queueItemId = await this.#parts.queue.enqueue({
        devEui: order.devEui,
        fPort: order.downlink.fPort,
        bytes: Buffer.from(order.downlink.hex, 'hex'),
        confirmed: order.confirmed,
        expiresAt: order.expiresAt,
      })
    } catch (thrown) {
      const error = OndineError.from(thrown)
      // What was refused is known; what was not answered may have arrived: `settle` looks it up in a later round.
      const final = error.kind === 'refused' && error.context.reason !== 'busy'
      return final
        ? this.#end(step(sending, 'refused', this.#time(), 'refused', { ...error.context, error: error.code }))
        : this.#tellUnanswered(order, error)
    }
    await this.#save({ ...step(sending, 'queued', this.#time(), 'in-queue', {}), queueItemId })
  }

  /** Learns whether an order whose hand-over was interrupted is in the queue; if not, it is sent again (orders are absolute). */
  async #settle(order: Order): Promise<void> {
    let queue: Queue
    try {
      queue = await this.#parts.queue.pending(order.devEui)
    } catch (thrown) {
      this.#tellUnanswered(order, OndineError.from(thrown))
      // Its way back stays: nobody can say that it did not leave.
      if (Date.parse(order.expiresAt) + silence > this.#parts.now().getTime()) return
      return this.#save(step(order, 'expired', this.#time(), 'expired-unknown', {}))
    }
    const item = await this.#itemOf(order, queue)
    if (item !== undefined) {
      await this.#save({ ...step(order, 'queued', this.#time(), 'found-in-queue', {}), queueItemId: item.id })
    } else if (this.#quietFor(lastChange(order)) >= underWay) {
      await this.#save(step(order, 'accepted', this.#time(), 'not-in-queue', {}))
    }
  }

  /** Two orders of a device may have the same bytes and the same end: an item that another one has is not meant. */
  async #itemOf(order: Order, queue: Queue): Promise<Queue[number] | undefined> {
    for (const item of queue) {
      if (isItem(item, order) && (await this.#parts.ledger.byQueueItem(item.id)) === undefined) return item
    }
    return undefined
  }

  #expire(order: Order, code: 'expired-unsent' | 'expired-unreported'): Promise<void> {
    return this.#end(step(order, 'expired', this.#time(), code, {}))
  }

  async #observe(event: NetworkEvent): Promise<void> {
    if (event.type === 'join') return this.#sendLostAgain(event)
    const order = await this.#concerned(event)
    if (order === undefined) return
    const next = advance(order, event)
    if (next === order) return
    if (next.state === order.state) return this.#parts.ledger.update(next)
    const replaced = neverLeft(order) && !neverLeft(next) ? await this.#replaced(next) : []
    if (isOpen(next)) await this.#save(next, ...replaced)
    else await this.#end(next, replaced)
  }

  /**
   * An order that left replaces the effect of the one before: whose way back must not undo it. Only then: until it left, the
   * earlier effect lasts and must end.
   */
  async #replaced(order: Order): Promise<readonly Order[]> {
    if (order.returnOf !== null) return []
    const waiting = await this.#parts.ledger.inState(['accepted'], { devEui: order.devEui })
    return waiting
      .filter((back) => back.returnOf !== null && back.returnOf !== order.id && back.channel === order.channel)
      .filter((back) => back.requestedAt < order.requestedAt && endsEffectOf(back.command, order.command))
      .map((back) => step(back, 'cancelled', this.#time(), 'superseded', { by: order.number }))
  }

  /**
   * ChirpStack empties the queue of a device that joins, where its device profile says so (`flushQueueOnActivate`), and tells
   * nobody. What was lost so goes back to be sent again; its queue item's id stays, for a txack that is still on its way.
   */
  async #sendLostAgain({ device: { devEui }, time }: JoinEvent): Promise<void> {
    const queued = await this.#parts.ledger.inState(['queued'], { devEui })
    const before = queued.filter((order) => lastChange(order) < Date.parse(time))
    if (before.length === 0) return
    let queue: Queue
    try {
      queue = await this.#parts.queue.pending(devEui)
    } catch (thrown) {
      const { code } = OndineError.from(thrown)
      return this.#parts.logger.warn({ devEui, code }, 'orders: a device joined, and what its queue lost cannot be looked up')
    }
    const lost = before.filter((order) => !queue.some(({ id }) => id === order.queueItemId))
    if (lost.length === 0) return
    await this.#save(...lost.map((order) => step(order, 'accepted', this.#time(), 'lost-at-join', {})))
    this.look()
  }

  async #concerned(event: NetworkEvent): Promise<Order | undefined> {
    const { ledger } = this.#parts
    if (event.type !== 'txack' && event.type !== 'ack' && event.type !== 'log') return undefined
    const { devEui } = event.device
    if (event.queueItemId !== null) return (await ledger.byQueueItem(event.queueItemId)) ?? this.#interrupted(event.queueItemId, devEui)
    if (event.type !== 'log' || event.code !== 'DOWNLINK_GATEWAY') return undefined
    return (await ledger.inState(['queued'], { devEui, most: 1 }))[0]
  }

  /**
   * The order whose hand-over was interrupted before its queue item's id was written down. An item that is still in the
   * queue is known by its bytes; one that has left it is the oldest order's that does not wait there (queues are first in, first out).
   */
  async #interrupted(queueItemId: string, devEui: string): Promise<Order | undefined> {
    const orders = await this.#parts.ledger.inState(['sending'], { devEui })
    if (orders.length === 0) return undefined
    const queue = await this.#parts.queue.pending(devEui).catch((): Queue => [])
    const item = queue.find(({ id }) => id === queueItemId)
    if (item !== undefined) return orders.find((order) => isItem(item, order))
    return orders.find((order) => !queue.some((waiting) => isItem(waiting, order)))
  }

  /** An order that never left has nothing to undo: its return order is cancelled with it. */
  async #end(order: Order, replaced: readonly Order[] = []): Promise<void> {
    const back = neverLeft(order) ? await this.#parts.ledger.returnOf(order) : undefined
    if (back?.state !== 'accepted') return this.#save(order, ...replaced)
    await this.#save(order, step(back, 'cancelled', this.#time(), 'nothing-to-end', {}))
  }

  /** Orders that came into another state. */
  async #save(...orders: readonly Order[]): Promise<void> {
    await this.#parts.ledger.update(...orders)
    for (const { id, state, devEui } of orders) {
      this.#parts.count(state)
      this.#parts.logger.info({ order: id, state, devEui }, 'orders: state')
    }
  }

  #tellUnanswered(order: Order, { code }: OndineError): void {
    this.#unanswered += 1
    this.#parts.logger.warn({ order: order.id, code }, 'orders: ChirpStack did not answer, trying again')
  }

  /** How long (ms) nothing has been heard that would have been heard; 0 while events do not arrive. */
  #quietFor(since: number): number {
    return this.#hearingSince === null ? 0 : this.#parts.now().getTime() - Math.max(since, this.#hearingSince)
  }

  #time(): string {
    return this.#parts.now().toISOString()
  }
}

type Queue = Awaited<ReturnType<DownlinkQueue['pending']>>

/** ms */
function lastChange({ steps, requestedAt }: Order): number {
  return Date.parse(steps.at(-1)?.time ?? requestedAt)
}

function isItem(item: Queue[number], order: Order): boolean {
  return (
    item.fPort === order.downlink.fPort &&
    Buffer.from(item.bytes).toString('hex') === order.downlink.hex &&
    (item.expiresAt === null || Math.abs(Date.parse(item.expiresAt) - Date.parse(order.expiresAt)) < 1000)
  )
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
