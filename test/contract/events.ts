import mqtt, { type MqttClient } from 'mqtt'
import { z } from 'zod'
import { until } from '../support/radio/until.ts'

const eventSchema = z.looseObject({ time: z.string(), deviceInfo: z.looseObject({ devEui: z.string() }) })
export type ContractEvent = z.infer<typeof eventSchema> & { kind: string; qos: number; retain: boolean }

/** What the network publishes, as it arrives. */
export class EventLog {
  readonly #client: MqttClient
  readonly #events: ContractEvent[] = []
  readonly #gatewayTopics: string[] = []

  static async open(brokerUrl: string): Promise<EventLog> {
    const log = new EventLog(await mqtt.connectAsync(brokerUrl))
    await log.#client.subscribeAsync(['application/#', 'eu868/gateway/#'], { qos: 1 })
    return log
  }

  private constructor(client: MqttClient) {
    this.#client = client
    client.on('message', (topic, payload, { qos, retain }) => {
      if (topic.startsWith('eu868/')) {
        this.#gatewayTopics.push(topic)
        return
      }
      const [, , , , , kind = ''] = topic.split('/')
      this.#events.push({ ...eventSchema.parse(JSON.parse(payload.toString())), kind, qos, retain })
    })
  }

  of(devEui: string): ContractEvent[] {
    return this.#events.filter((event) => event.deviceInfo.devEui === devEui)
  }

  ofKind(devEui: string, kind: string): ContractEvent[] {
    return this.of(devEui).filter((event) => event.kind === kind)
  }

  /** how often a gateway published on `event/ack` and the like */
  gatewayMessages(gatewayId: string, rest: string): number {
    return this.#gatewayTopics.filter((topic) => topic === `eu868/gateway/${gatewayId}/${rest}`).length
  }

  async waitFor(devEui: string, kind: string, count = 1): Promise<ContractEvent[]> {
    await until(() => this.ofKind(devEui, kind).length >= count, `${count} × ${kind} of ${devEui}`)
    return this.ofKind(devEui, kind)
  }

  async close(): Promise<void> {
    await this.#client.endAsync()
  }
}
