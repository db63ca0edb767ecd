import type { Logger } from 'pino'
import { OndineError } from '../errors/ondine-error.ts'
import type { NetworkEvent } from '../lorawan/network-event.ts'
import { advance, isOpen, openStates, step } from './advance.ts'
import type { Order } from './order.ts'
import type { DownlinkQueue, OrderLedger } from './ports.ts'

interface Parts {
  ledger: OrderLedger
  queue: DownlinkQueue
  logger: Logger
  now: () => Date
  /** counts ends and sends by state, for /metrics */
  count: (state: string) => void
}

/** How often the ledger is looked at when nobody says that there is something new. */
const interval = 5_000
/** ChirpStack says EXPIRED within seconds; an order whose end nobody told is closed after a minute. */
const silence = 60_000

/**
 * Hands due orders to the network server and follows each to its end. A row says `sending` before the call and `queued`
 * after it; what a crash leaves in `sending` is looked up in the network server's queue before it is sent again.
 */
export class Dispatcher {
  readonly #parts: Parts
  #timer: NodeJS.Timeout | null = null
  #stopped = true
  /** every read-change-write of the ledger goes through this chain: an event must not overtake the call that causes it */
  #work: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    this.#stopped = false
    await this.#serially(() => this.#round())
    this.#schedule()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#work
  }

  /** Something new is in the ledger. */
  look(): void {
    if (!this.#stopped) void this.#serially(() => this.#round())
  }

  /** An event of the network; resolves when the ledger has it. Rejects only when the ledger cannot be written. */
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

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.#serially(() => this.#round())
        .catch(() => undefined)
        .finally(() => {
          if (!this.#stopped) this.#schedule()
        })
    }, interval)
  }

  async #round(): Promise<void> {
    const { ledger } = this.#parts
    for (const order of await ledger.inState(['sending'])) await this.#settle(order)
    for (const order of await ledger.inState(['accepted'])) await this.#send(order)
    for (const order of await ledger.inState(['queued'])) await this.#closeIfForgotten(order)
  }

  async #send(order: Order): Promise<void> {
    const { queue, now } = this.#parts
    const time = now().toISOString()
    if (order.expiresAt <= time) return this.#end(step(order, 'expired', time, 'it could not be sent before its expiry'))
    if (order.notBefore > time) return
    const sending = step(order, 'sending', time, 'handed to ChirpStack')
    await this.#parts.ledger.update(sending)
    try {
      const queueItemId = await queue.enqueue({
        devEui: order.devEui,
        fPort: order.downlink.fPort,
        bytes: Buffer.from(order.downlink.hex, 'hex'),
        confirmed: order.confirmed,
        expiresAt: order.expiresAt,
      })
      await this.#save({ ...step(sending, 'queued', now().toISOString(), 'in the queue of ChirpStack'), queueItemId })
    } catch (thrown) {
      const error = OndineError.from(thrown)
      // What was refused is known; what was not answered may have arrived: `settle` looks it up in the next round.
      const final = error.kind === 'refused' && error.context.reason !== 'busy'
      if (final) await this.#end(step(sending, 'refused', now().toISOString(), error.message))
      else this.#parts.logger.warn({ order: order.id, code: error.code }, 'orders: ChirpStack did not answer, trying again')
    }
  }

  /** Learns whether an order whose hand-over was interrupted is in the queue; if not, it is sent again (orders are absolute). */
  async #settle(order: Order): Promise<void> {
    const { queue, ledger, now } = this.#parts
    try {
      const waiting = await queue.pending(order.devEui)
      const found = waiting.find((item) => isItem(item, order))
      if (found !== undefined) {
        await this.#save({ ...step(order, 'queued', now().toISOString(), 'found in the queue of ChirpStack'), queueItemId: found.id })
      } else {
        await ledger.update(step(order, 'accepted', now().toISOString(), 'not in the queue of ChirpStack: to be sent again'))
      }
    } catch (thrown) {
      this.#parts.logger.warn({ order: order.id, code: OndineError.from(thrown).code }, 'orders: the queue of ChirpStack cannot be read')
    }
  }

  async #closeIfForgotten(order: Order): Promise<void> {
    const now = this.#parts.now()
    if (Date.parse(order.expiresAt) + silence > now.getTime()) return
    await this.#end(step(order, 'expired', now.toISOString(), 'no gateway reported it before its expiry'))
  }

  async #observe(event: NetworkEvent): Promise<void> {
    for (const order of await this.#concerned(event)) {
      const next = advance(order, event)
      if (next === order) continue
      if (isOpen(next)) await this.#save(next)
      else await this.#end(next)
    }
  }

  async #concerned(event: NetworkEvent): Promise<readonly Order[]> {
    const { ledger } = this.#parts
    if (event.type === 'txack' || event.type === 'ack') return this.#byQueueItem(event.queueItemId, event.device.devEui)
    if (event.type !== 'log') return []
    if (event.queueItemId !== null) return this.#byQueueItem(event.queueItemId, event.device.devEui)
    if (event.code !== 'DOWNLINK_GATEWAY') return []
    const waiting = await ledger.inState(['queued'])
    return waiting.filter((order) => order.devEui === event.device.devEui).slice(0, 1)
  }

  /** Also finds the order whose hand-over was interrupted before its queue item's id was written down. */
  async #byQueueItem(queueItemId: string, devEui: string): Promise<readonly Order[]> {
    const { ledger } = this.#parts
    const order = await ledger.byQueueItem(queueItemId)
    if (order !== undefined) return [order]
    const interrupted = await ledger.inState(['sending'])
    return interrupted.filter((candidate) => candidate.devEui === devEui && candidate.queueItemId === null).slice(0, 1)
  }

  async #save(order: Order): Promise<void> {
    await this.#parts.ledger.update(order)
    this.#parts.count(order.state)
    this.#parts.logger.info({ order: order.id, state: order.state, devEui: order.devEui }, 'orders: state')
  }

  /** An order that was never transmitted leaves nothing to undo: its return order is cancelled. */
  async #end(order: Order): Promise<void> {
    await this.#save(order)
    if (order.gatewayId !== null) return
    const waiting = await this.#parts.ledger.inState(openStates)
    const returnOrder = waiting.find((candidate) => candidate.returnOf === order.id && candidate.state === 'accepted')
    if (returnOrder === undefined) return
    const time = this.#parts.now().toISOString()
    await this.#save(step(returnOrder, 'cancelled', time, 'the order it would have ended was never transmitted'))
  }
}

function isItem(item: Awaited<ReturnType<DownlinkQueue['pending']>>[number], order: Order): boolean {
  return (
    item.fPort === order.downlink.fPort &&
    Buffer.from(item.bytes).toString('hex') === order.downlink.hex &&
    (item.expiresAt === null || Math.abs(Date.parse(item.expiresAt) - Date.parse(order.expiresAt)) < 1000)
  )
}
