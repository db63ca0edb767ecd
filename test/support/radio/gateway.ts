import { randomBytes } from 'node:crypto'
import mqtt, { type MqttClient } from 'mqtt'
import {
  readDownlinkFrame,
  type TxStatus,
  type WireDownlink,
  writeConnState,
  writeGatewayAck,
  writeGatewayStats,
  writeUplinkFrame,
} from '../../../src/adapters/chirpstack/wire/gateway-frame.ts'
import type { WireLocation } from '../../../src/adapters/chirpstack/wire/integration-event.ts'

/** How a gateway hears one frame. RSSI in dBm, SNR in dB, frequency in Hz. */
export interface Signal {
  rssi?: number
  snr?: number
  spreadingFactor?: number
  frequency?: number
}

export interface GatewayOptions {
  gatewayId: string
  brokerUrl: string
  /** topic prefix of the region; default eu868 */
  region?: string
  location?: WireLocation
}

/**
 * A gateway at frame level, as ChirpStack's forwarders speak: protobuf over MQTT.
 *
 *     const gateway = new Gateway({ gatewayId: '7076ff0056080001', brokerUrl: mosquitto.url })
 *     await gateway.start()
 *     gateway.answer = 'TOO_LATE'   // refuses downlinks; 'silent' never answers; 'OK' emits them
 *     await gateway.goOffline()     // connection lost without a goodbye: the broker publishes its will
 */
export class Gateway {
  answer: TxStatus | 'silent' = 'OK'
  /** every downlink frame received, whatever was answered */
  readonly downlinks: WireDownlink[] = []
  readonly gatewayId: string
  readonly #options: GatewayOptions
  readonly #listeners = new Set<(phyPayload: Buffer) => void>()
  #client: MqttClient | undefined
  #uplinkId = 1

  constructor(options: GatewayOptions) {
    this.#options = options
    this.gatewayId = options.gatewayId
  }

  get #topic(): string {
    return `${this.#options.region ?? 'eu868'}/gateway/${this.gatewayId}`
  }

  async start(): Promise<void> {
    const will = {
      topic: `${this.#topic}/state/conn`,
      payload: Buffer.from(writeConnState(this.gatewayId, false)),
      qos: 0,
      retain: true,
    } as const
    const client = await mqtt.connectAsync(this.#options.brokerUrl, { clientId: `gateway-${this.gatewayId}`, will })
    client.on('message', (_topic, payload) => this.#receive(payload))
    await client.subscribeAsync(`${this.#topic}/command/down`)
    this.#client = client
    await this.#publish('state/conn', writeConnState(this.gatewayId, true), true)
    await this.sendStats()
  }

  async stop(): Promise<void> {
    await this.#client?.endAsync()
    this.#client = undefined
  }

  async goOffline(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    client?.stream.destroy()
    await client?.endAsync(true)
  }

  /** ChirpStack knows a gateway as online from its stats. */
  async sendStats(): Promise<void> {
    const { location } = this.#options
    await this.#publish('event/stats', writeGatewayStats({ gatewayId: this.gatewayId, time: Date.now(), location }))
  }

  /** Called with every frame that this gateway emits; returns the way to stop listening. */
  listen(listener: (phyPayload: Buffer) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Forwards a frame that it heard. Lost when the gateway is offline. */
  async hear(phyPayload: Buffer, signal: Signal = {}): Promise<void> {
    if (this.#client === undefined) return
    const { rssi = -60, snr = 8.5, spreadingFactor = 7, frequency = 868_100_000 } = signal
    const { gatewayId } = this
    const { location } = this.#options
    const context = randomBytes(4)
    const reception = { gatewayId, uplinkId: this.#uplinkId++, gwTime: Date.now(), rssi, snr, channel: 1, location, context }
    const modulation = { lora: { bandwidth: 125_000, spreadingFactor } }
    await this.#publish('event/up', writeUplinkFrame({ phyPayload, frequency, modulation, reception }))
  }

  #receive(payload: Buffer): void {
    const downlink = readDownlinkFrame(payload)
    this.downlinks.push(downlink)
    if (this.answer === 'silent') return
    const { gatewayId } = this
    const ack = writeGatewayAck({ gatewayId, downlinkId: downlink.downlinkId, statuses: [this.answer] })
    void this.#publish('event/ack', ack)
    const emitted = downlink.items[0]
    if (this.answer !== 'OK' || emitted === undefined) return
    for (const listener of this.#listeners) listener(Buffer.from(emitted.phyPayload))
  }

  async #publish(topic: string, message: Uint8Array, retain = false): Promise<void> {
    await this.#client?.publishAsync(`${this.#topic}/${topic}`, Buffer.from(message), { retain })
  }
}
