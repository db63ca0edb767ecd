import mqtt, { type IClientPublishOptions, type MqttClient } from 'mqtt'
import { eventTopic, type WireEvent } from '../../adapters/chirpstack/wire/integration-event.ts'
import { eventToJson } from '../../adapters/chirpstack/wire/integration-json.ts'
import { writeEvent } from '../../adapters/chirpstack/wire/integration-protobuf.ts'

export type EventFormat = 'json' | 'protobuf'

/** Publishes what ChirpStack's MQTT integration and the gateways' forwarders would: events and retained states at QoS 1, the rest at QoS 0. */
export class EventPublisher {
  readonly #brokerUrl: string
  readonly #format: EventFormat
  readonly #unconfirmed = new Set<Promise<unknown>>()
  #client: MqttClient | null = null

  constructor(brokerUrl: string, format: EventFormat) {
    this.#brokerUrl = brokerUrl
    this.#format = format
  }

  async start(): Promise<void> {
    // MQTT 3.1.1: the embedded broker speaks nothing newer
    this.#client = await mqtt.connectAsync(this.#brokerUrl, {
      protocolVersion: 4,
      clientId: 'chirpstack-integration',
      reconnectPeriod: 500,
    })
  }

  /** What was published before has reached the broker when this resolves. */
  async stop(): Promise<void> {
    await this.#client?.endAsync()
    this.#client = null
  }

  /** Resolves once the broker has confirmed what was published before. */
  async confirmed(): Promise<void> {
    await Promise.all(this.#unconfirmed)
  }

  event(event: WireEvent): void {
    const payload = this.#format === 'json' ? eventToJson(event) : Buffer.from(writeEvent(event))
    this.#publish(eventTopic(event), payload, { qos: 1 })
  }

  gateway(topic: string, payload: Uint8Array, retain: boolean): void {
    // aedes loses a retained message at QoS 0 on its way to those who listen, when another follows at once
    this.#publish(topic, Buffer.from(payload), { qos: retain ? 1 : 0, retain })
  }

  #publish(topic: string, payload: string | Buffer, options: IClientPublishOptions): void {
    if (this.#client === null) return
    // What fails is the client's to send again; at its end there is nobody to tell.
    const confirmed = this.#client
      .publishAsync(topic, payload, options)
      .catch(() => {})
      .finally(() => this.#unconfirmed.delete(confirmed))
    this.#unconfirmed.add(confirmed)
  }
}
