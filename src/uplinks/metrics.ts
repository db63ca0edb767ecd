import type { DeadLetterReason } from './ports.ts'

/** What the hot path counts; the composition root turns it into Prometheus metrics. */
export interface UplinkMetrics {
  /** messages handed over by the broker; QoS 0 proves a wrong setting of ChirpStack */
  received(count: number, qos: 0 | 1 | 2): void
  /** one durable write of the spool */
  spooled(records: number, bytes: number): void
  /** a write of the spool that failed: disk full or broken */
  spoolRefused(code: string): void
  /** events of the spool that cannot be read any more, and the bytes kept aside for them */
  spoolDamaged(events: number, bytes: number): void
  /** bytes and files the spool holds now */
  spoolSize(bytes: number, segments: number): void
  /** frames that went through a codec and gave readings */
  decoded(frames: number, readings: number): void
  deadLettered(reason: DeadLetterReason, count: number): void
  /** events a consumer has finished with, and how many it has still before it */
  consumed(consumer: string, count: number, lag: number): void
  /** a consumer has to try its batch again */
  retried(consumer: string, code: string): void
}
