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
  /** frames that went through a codec and gave readings; `shifted`: of a device whose clock is wrong */
  decoded(frames: number, readings: number, shifted: number): void
  /** frames that came again */
  repeated(count: number): void
  deadLettered(reason: DeadLetterReason, count: number): void
  /** letters that went because there were too many */
  deadLettersDropped(count: number): void
  /** letters decoded again, and how many of them were mended */
  deadLettersRetried(tried: number, mended: number): void
  /** events a consumer (or `live`, the lane ahead of a backlog) has finished with, and how many it has still before it */
  consumed(consumer: string, count: number, lag: number): void
  /** a consumer has to try its batch again */
  retried(consumer: string, code: string): void
}
