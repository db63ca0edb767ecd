import { writeConnState, writeGatewayAck, writeGatewayStats } from '../../../adapters/chirpstack/wire/gateway-frame.ts'
import type { WireLocation } from '../../../adapters/chirpstack/wire/integration-event.ts'
import { type Clock, every } from '../clock.ts'
import type { Answer, DownlinkFrame } from './frames.ts'

/** How a gateway takes what it is asked to emit: SILENT never answers. */
export type GatewayBehaviour = Exclude<Answer, null> | 'SILENT'

/** What a gateway reaches: the broker, the network server's book-keeping, and the devices around. */
export interface GatewaySurroundings {
  clock: Clock
  region: string
  publish(topic: string, payload: Uint8Array, retain: boolean): void
  /** the network server takes note of statistics */
  seen(gatewayId: string, location: WireLocation | undefined): void
  /** a frame is in the air */
  emitted(gatewayId: string, frame: DownlinkFrame): void
}

/** A gateway with its packet forwarder: states and statistics on the broker, and an answer to every downlink. */
export class EmulatedGateway {
  readonly id: string
  readonly location: WireLocation | undefined
  /** seconds between two statistics */
  readonly statsInterval: number
  behaviour: GatewayBehaviour = 'OK'
  /** every frame it was asked to emit, newest last, at most 100 */
  readonly asked: DownlinkFrame[] = []
  readonly #around: GatewaySurroundings
  #stopStats: (() => void) | null = null
  #uplinkId = 0

  constructor(id: string, around: GatewaySurroundings, options: { location?: WireLocation | undefined; statsInterval?: number } = {}) {
    this.id = id
    this.#around = around
    this.location = options.location
    this.statsInterval = options.statsInterval ?? 30
  }

  get online(): boolean {
    return this.#stopStats !== null
  }

  start(): void {
    if (this.online) return
    this.#conn(true)
    this.#stats()
    this.#stopStats = every(this.#around.clock, this.statsInterval * 1000, () => this.#stats())
  }

  /** Goes offline: what is sent to it is lost. */
  stop(): void {
    if (this.#stopStats === null) return
    this.#stopStats()
    this.#stopStats = null
    this.#conn(false)
  }

  nextUplinkId(): number {
    this.#uplinkId += 1
    return this.#uplinkId
  }

  emit(frame: DownlinkFrame): Answer {
    if (!this.online) return null
    this.asked.push(frame)
    if (this.asked.length > 100) this.asked.shift()
    if (this.behaviour === 'SILENT') return null
    const ack = writeGatewayAck({ gatewayId: this.id, downlinkId: frame.downlinkId, statuses: [this.behaviour] })
    this.#around.publish(this.#topic('event/ack'), ack, false)
    if (this.behaviour === 'OK') this.#around.emitted(this.id, frame)
    return this.behaviour
  }

  #stats(): void {
    const { clock, publish, seen } = this.#around
    publish(this.#topic('event/stats'), writeGatewayStats({ gatewayId: this.id, time: clock.now(), location: this.location }), false)
    seen(this.id, this.location)
  }

  #conn(online: boolean): void {
    this.#around.publish(this.#topic('state/conn'), writeConnState(this.id, online), true)
  }

  #topic(rest: string): string {
    return `${this.#around.region}/gateway/${this.id}/${rest}`
  }
}
