import type { IPublishPacket, MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import type { BrokerConfig } from '../../config/schema.ts'
import type { UplinkMetrics } from '../../uplinks/metrics.ts'
import type { EventSource, RawEvent } from '../../uplinks/ports.ts'
import { BrokerLink, type BrokerState } from './broker-link.ts'

/**
 * Events of devices, and of gateways what tells the fate of a downlink and that they live. Gateways' `event/up` would be
 * every radio frame of everybody in reach once more, undecrypted. The Gateway Bridge's default has no region prefix.
 */
export const eventTopics = [
  'application/+/device/+/event/+',
  '+/gateway/+/event/ack',
  '+/gateway/+/event/stats',
  'gateway/+/event/ack',
  'gateway/+/event/stats',
] as const

export interface MqttIntakeOptions {
  broker: BrokerConfig
  logger: Logger
  metrics: Pick<UplinkMetrics, 'received'>
  /** 5 unless told; 4 for a broker that speaks only MQTT 3.1.1 */
  protocolVersion?: 4 | 5
  topics?: readonly string[]
  /** how long messages are collected before they are made durable together, ms; 5 unless told */
  collectMs?: number
  /** see `BrokerLink` */
  hungAfterMs?: number
}

const week = 7 * 24 * 60 * 60

/**
 * Receives at QoS 1 with a session of its own, and acknowledges only what `keep` has made durable.
 *
 * mqtt.js sends a PUBACK as soon as `handleMessage` calls back, and hands over no further message before; it has no option
 * to acknowledge later. So its stream is corked while a batch gathers: the PUBACKs it writes stay in our memory until the
 * batch is durable, then leave in one write. That `handleMessage` is called for each message, may be withheld, and that
 * acknowledgements go through `client.stream` is undocumented: test/servers/uplinks/puback.test.ts fails if it changes.
 */
export class MqttIntake implements EventSource {
  private readonly options: MqttIntakeOptions
  private readonly log: Logger
  private readonly link: BrokerLink
  private keep: ((events: readonly RawEvent[]) => Promise<void>) | null = null
  private batch: RawEvent[] = []
  private timer: NodeJS.Timeout | null = null
  private committing: Promise<void> | null = null
  private corked: MqttClient['stream'] | null = null
  /** the message that arrived while a batch was being made durable: mqtt.js waits with the next one */
  private withheld: (() => void) | null = null
  private stopping = false
  private failures = 0
  private toldQos0 = false

  constructor(options: MqttIntakeOptions) {
    this.options = options
    this.log = options.logger
    const protocolVersion = options.protocolVersion ?? 5
    this.link = new BrokerLink({
      broker: options.broker,
      protocolVersion,
      client: {
        clean: false,
        resubscribe: false,
        ...(protocolVersion === 5 ? { properties: { sessionExpiryInterval: week, receiveMaximum: 4_000 } } : {}),
      },
      logger: options.logger,
      ...(options.hungAfterMs === undefined ? {} : { hungAfterMs: options.hungAfterMs }),
      onConnected: (client) => void this.subscribe(client),
      onClosed: () => {
        // What was withheld was never handed to us as far as the broker knows; what is in the batch is kept all the same.
        this.withheld = null
        this.corked = null
      },
    })
  }

  get state(): BrokerState {
    return this.link.state
  }

  async start(keep: (events: readonly RawEvent[]) => Promise<void>): Promise<void> {
    this.keep = keep
    const client = await this.link.start()
    client.handleMessage = (packet, next) => this.take(client, packet, next)
  }

  /** What was received becomes durable and is acknowledged before the connection ends. */
  async stop(): Promise<void> {
    this.stopping = true
    while (this.batch.length > 0 || this.committing) await (this.committing ?? this.commit())
    await this.link.stop()
  }

  private take(client: MqttClient, packet: IPublishPacket, next: (error?: Error) => void): void {
    // Calling back with an error lets mqtt.js go on without acknowledging: the broker sends it again to the next run.
    if (this.stopping) {
      next(new Error('stopping'))
      return
    }
    if (this.committing) {
      this.withheld = () => this.take(client, packet, next)
      return
    }
    if (this.corked !== client.stream) {
      this.corked = client.stream
      this.corked.cork()
    }
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    this.batch.push({ topic: packet.topic, payload, qos: packet.qos })
    this.timer ??= setTimeout(() => void this.commit(), this.options.collectMs ?? 5)
    next()
  }

  private commit(): Promise<void> {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.committing ??= this.makeDurable(this.batch).finally(() => {
      this.committing = null
      const withheld = this.withheld
      this.withheld = null
      withheld?.()
    })
    return this.committing
  }

  private async makeDurable(events: readonly RawEvent[]): Promise<void> {
    this.batch = []
    this.count(events)
    try {
      await this.keep?.(events)
      this.failures = 0
      const corked = this.corked
      this.corked = null
      corked?.uncork()
    } catch (error) {
      // Without its acknowledgements the broker keeps these events and sends them again over the next connection.
      const waitMs = Math.min(30_000, 1_000 * 2 ** this.failures++)
      this.log.error({ err: error, events: events.length, waitMs }, 'intake: events not kept, they stay with the broker')
      this.corked = null
      this.withheld = null
      this.link.restart(waitMs)
    }
  }

  private count(events: readonly RawEvent[]): void {
    const careless = events.find((event) => event.qos === 0)
    const withoutQos = events.filter((event) => event.qos === 0).length
    if (withoutQos > 0) this.options.metrics.received(withoutQos, 0)
    if (events.length > withoutQos) this.options.metrics.received(events.length - withoutQos, 1)
    if (careless?.topic.startsWith('application/') && !this.toldQos0) {
      this.toldQos0 = true
      this.log.warn(
        { topic: careless.topic },
        'intake: ChirpStack publishes at QoS 0, readings are lost whenever this program restarts: set qos = 1 in [integration.mqtt]',
      )
    }
  }

  /** At each connection: a broker that lost its session knows no subscription, one that kept it takes them again. */
  private async subscribe(client: MqttClient): Promise<void> {
    try {
      const granted = await client.subscribeAsync([...(this.options.topics ?? eventTopics)], { qos: 1 })
      // SUBACK: 0x80 and above are refusals (MQTT 5 §3.9.3); mqtt.js 5 rejects on some of them only.
      const refused = granted.filter((grant) => grant.qos > 2).map((grant) => grant.topic)
      if (refused.length > 0) throw new Error(refused.join(', '))
    } catch (error) {
      if (!client.connected) return
      this.log.error({ err: error }, 'intake: the broker refuses a subscription, check its access list')
      this.link.refused(`subscription refused: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
