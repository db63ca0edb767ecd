import mqtt, { type MqttClient } from 'mqtt'
import { eventTopic, type WireEvent } from '../../adapters/chirpstack/wire/integration-event.ts'
import { eventToJson } from '../../adapters/chirpstack/wire/integration-json.ts'
import { writeEvent } from '../../adapters/chirpstack/wire/integration-protobuf.ts'

export type EventFormat = 'json' | 'protobuf'

/** Publishes what ChirpStack's MQTT integration and the gateways' forwarders would: events and retained states at QoS 1, the rest at QoS 0. */
export class EventPublisher {
  readonly #brokerUrl: string
  readonly #format: EventFormat
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

  event(event: WireEvent): void {
    const payload = this.#format === 'json' ? eventToJson(event) : Buffer.from(writeEvent(event))
    this.#client?.publish(eventTopic(event), payload, { qos: 1 })
  }

  gateway(topic: string, payload: Uint8Array, retain: boolean): void {
    // aedes loses a retained message at QoS 0 on its way to those who listen, when another follows at once
    this.#client?.publish(topic, Buffer.from(payload), { qos: retain ? 1 : 0, retain })
  }
}
