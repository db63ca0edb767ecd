/** One event as it arrived, for judging the way here. Times ISO 8601. */
export interface ArrivedEvent {
  qos: 0 | 1 | 2
  /** the network server's time of the event; null for a gateway's message */
  time: string | null
  /** when we received it */
  receivedAt: string
  devEui: string | null
  /** code of a `log` event, else null */
  logCode: string | null
}

/** What has been seen of events since this process started. */
export interface EventFacts {
  total: number
  atQos0: number
  lastReceivedAt: string | null
  /** ms between the network server's time and ours, of the latest events */
  lags: readonly number[]
  /** devEui → code of its latest `log` event about a join */
  joinTroubles: Readonly<Record<string, string>>
}

const keptLags = 200
/** A device with a wrong key tries for ever: their number is bounded by those that are switched on, this bounds ours. */
const keptTroubles = 10_000
/** UPLINK_MIC: wrong key; OTAA: a DevNonce already used. */
const joinCodes: ReadonlySet<string> = new Set(['UPLINK_MIC', 'OTAA'])

/** Remembers what doctor must know of events; told of each by the intake. */
export class EventWatch {
  #total = 0
  #atQos0 = 0
  #lastReceivedAt: string | null = null
  readonly #lags: number[] = []
  readonly #joinTroubles = new Map<string, string>()

  note(event: ArrivedEvent): void {
    this.#total += 1
    if (event.qos === 0) this.#atQos0 += 1
    this.#lastReceivedAt = event.receivedAt
    if (event.time !== null) {
      this.#lags.push(Date.parse(event.receivedAt) - Date.parse(event.time))
      if (this.#lags.length > keptLags) this.#lags.shift()
    }
    if (event.devEui !== null && event.logCode !== null && joinCodes.has(event.logCode)) this.#noteTrouble(event.devEui, event.logCode)
  }

  facts(): EventFacts {
    return {
      total: this.#total,
      atQos0: this.#atQos0,
      lastReceivedAt: this.#lastReceivedAt,
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
