import type { NetworkEvent } from '../lorawan/network-event.ts'

/** What has been seen of events since this process started. */
export interface EventFacts {
  total: number
  atQos0: number
  /** ISO 8601 */
  lastReceivedAt: string | null
  /** ms from the network server's time to ours, of the latest events */
  lags: readonly number[]
  /** devEui → code of its latest `log` event about a join */
  joinTroubles: Readonly<Record<string, string>>
}

const keptLags = 200
/** A device with a wrong key tries for ever: those that are switched on bound their number, this bounds ours. */
const keptTroubles = 10_000
/** UPLINK_MIC: wrong key; OTAA: a DevNonce already used. */
const joinCodes: ReadonlySet<string> = new Set(['UPLINK_MIC', 'OTAA'])
/** Gateways' messages come from their bridge, with a QoS of its own. */
const deviceEvent = /(?:^|\/)application\/[^/]+\/device\/[^/]+\/event\/[^/]+$/

/** Remembers what doctor must know of events: told by the intake as they arrive, and again once they are read. */
export class EventWatch {
  #total = 0
  #atQos0 = 0
  #lastReceivedAt: Date | null = null
  readonly #lags: number[] = []
  readonly #joinTroubles = new Map<string, string>()

  /** A message as it came from the broker; those that are no event of a device are passed over. */
  arrived({ topic, qos }: { topic: string; qos: 0 | 1 | 2 }, at: Date): void {
    if (!deviceEvent.test(topic)) return
    this.#total += 1
    if (qos === 0) this.#atQos0 += 1
    this.#lastReceivedAt = at
  }

  /** The same, as the network server meant it. Repeats do no harm. */
  read(event: NetworkEvent, at: Date): void {
    if (!('device' in event)) return
    this.#lags.push(at.getTime() - Date.parse(event.time))
    if (this.#lags.length > keptLags) this.#lags.shift()
    if (event.type === 'log' && joinCodes.has(event.code)) this.#noteTrouble(event.device.devEui, event.code)
  }

  facts(): EventFacts {
    return {
      total: this.#total,
      atQos0: this.#atQos0,
      lastReceivedAt: this.#lastReceivedAt?.toISOString() ?? null,
      lags: [...this.#lags],
      joinTroubles: Object.fromEntries(this.#joinTroubles),
    }
  }

  #noteTrouble(devEui: string, code: string): void {
    this.#joinTroubles.delete(devEui)
    this.#joinTroubles.set(devEui, code)
    if (this.#joinTroubles.size <= keptTroubles) return
    const oldest = this.#joinTroubles.keys().next().value
    if (oldest !== undefined) this.#joinTroubles.delete(oldest)
  }
}
