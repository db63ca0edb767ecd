/** One MQTT message. */
export interface TopicMessage {
  topic: string
  payload: string
  retain: boolean
}

/** The broker that upstream platforms listen to; implemented in adapters/mqtt. */
export interface TopicPublisher {
  start(): Promise<void>
  stop(): Promise<void>
  /** QoS 1; resolves once the broker has confirmed all of them, rejects with `broker.unreachable` */
  publish(messages: readonly TopicMessage[]): Promise<void>
}
