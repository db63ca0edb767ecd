import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { BrokerConfig } from '../../config/schema.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { TopicMessage, TopicPublisher } from '../../topics/ports.ts'
import { BrokerLink, type BrokerState } from './broker-link.ts'

export interface MqttPublisherOptions {
  broker: BrokerConfig
  logger: Logger
  /** 5 unless told; 4 for a broker that speaks only MQTT 3.1.1 */
  protocolVersion?: 4 | 5
  /** published, retained, at each connection */
  greeting: TopicMessage
  /** left with the broker, which publishes it when we vanish without a word; also published at a clean stop */
  farewell: TopicMessage
  /** after so long (ms) without confirmation a connection is given up; a minute unless told */
  confirmMs?: number
}

/**
 * Publishes at QoS 1. Nothing waits in memory across a lost connection: what the broker did not confirm is rejected, and
 * whoever asked tries again from its own cursor.
 */
export class MqttPublisher implements TopicPublisher {
  private readonly options: MqttPublisherOptions
  private readonly link: BrokerLink
  private readonly unconfirmed = new Set<(error: Error) => void>()

  constructor(options: MqttPublisherOptions) {
    this.options = options
    const { topic, payload, retain } = options.farewell
    this.link = new BrokerLink({
      broker: options.broker,
      protocolVersion: options.protocolVersion ?? 5,
      client: { clean: true, resubscribe: false, will: { topic, payload: Buffer.from(payload), retain, qos: 1 } },
      logger: options.logger,
      onConnected: () => {
        this.publish([options.greeting]).catch((error) => options.logger.warn({ err: error }, 'publisher: status not published'))
      },
      onClosed: () => {
        for (const reject of [...this.unconfirmed]) reject(unreachable('the connection was lost'))
      },
    })
  }

  get state(): BrokerState {
    return this.link.state
  }

  async start(): Promise<void> {
    await this.link.start()
  }

  async stop(): Promise<void> {
    const farewell = this.link.live ? this.publish([this.options.farewell]).catch(() => {}) : Promise.resolve()
    await Promise.race([farewell, sleep(goodbyeMs, undefined, { ref: false })])
    await this.link.stop()
  }

  async publish(messages: readonly TopicMessage[]): Promise<void> {
    for (let from = 0; from < messages.length; from += inFlight) await this.publishSome(messages.slice(from, from + inFlight))
  }

  private publishSome(messages: readonly TopicMessage[]): Promise<void> {
    const client = this.link.live
    if (!client) return Promise.reject(unreachable(this.link.state.problem ?? 'not connected'))
    return new Promise((resolve, reject) => {
      let waiting = messages.length
      const ids = new Set<number>()
      // A broker that answers pings and confirms nothing would hold this up for ever.
      const late = setTimeout(() => {
        fail(unreachable('the broker does not confirm what it is sent'))
        this.link.restart(0)
      }, this.options.confirmMs ?? 60_000)
      const fail = (error: Error) => {
        if (!this.unconfirmed.delete(fail)) return
        clearTimeout(late)
        reject(error)
        // mqtt.js would send these again by itself after a reconnection, behind the back of the caller who does so too.
        for (const id of ids) client.removeOutgoingMessage(id)
      }
      this.unconfirmed.add(fail)
      const { stream } = client
      stream.cork()
      for (const { topic, payload, retain } of messages) {
        const before = client.getLastMessageId()
        client.publish(topic, payload, { qos: 1, retain }, (error, packet) => {
          if (packet?.messageId !== undefined) ids.delete(packet.messageId)
          if (error) return fail(refusedOrLost(topic, error))
          if (--waiting > 0) return
          this.unconfirmed.delete(fail)
          clearTimeout(late)
          resolve()
        })
        const id = client.getLastMessageId()
        if (id !== before) ids.add(id)
      }
      stream.uncork()
    })
  }
}

/** A batch is sent in one write and confirmed as a whole: enough to hide the way there and back. */
const inFlight = 1_000
/** how long (ms) a stop waits for the farewell's confirmation */
const goodbyeMs = 5_000

function unreachable(reason: string): OndineError {
  return new OndineError('broker.unreachable', { reason })
}

/** A reason code of 0x80 and above in the PUBACK (MQTT 5 §3.4.2.1): the broker is there and does not want this message. */
function refusedOrLost(topic: string, error: Error): OndineError {
  const refused = 'code' in error && typeof error.code === 'number' && error.code >= 0x80
  if (refused) return new OndineError('broker.refused', { what: topic, reason: error.message }, { cause: error })
  return new OndineError('broker.unreachable', { reason: error.message }, { cause: error })
}
