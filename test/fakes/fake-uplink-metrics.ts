import type { UplinkMetrics } from '../../src/uplinks/metrics.ts'

/** Adds everything up under `name` or `name:label`. */
export class FakeUplinkMetrics implements UplinkMetrics {
  readonly counts = new Map<string, number>()

  count(key: string): number {
    return this.counts.get(key) ?? 0
  }

  private add(key: string, by: number): void {
    this.counts.set(key, this.count(key) + by)
  }

  received(count: number, qos: 0 | 1 | 2): void {
    this.add(`received:${qos}`, count)
  }
  spooled(records: number): void {
    this.add('spooled', records)
    this.add('writes', 1)
  }
  spoolRefused(code: string): void {
    this.add(`spoolRefused:${code}`, 1)
  }
  spoolDamaged(events: number, bytes: number): void {
    this.add('damaged', events)
    this.add('damagedBytes', bytes)
  }
  spoolSize(_bytes: number, segments: number): void {
    this.counts.set('segments', segments)
  }
  decoded(frames: number, readings: number, shifted: number): void {
    this.add('decoded', frames)
    this.add('readings', readings)
    this.add('shifted', shifted)
  }
  repeated(count: number): void {
    this.add('repeated', count)
  }
  deadLettersDropped(count: number): void {
    this.add('deadLettersDropped', count)
  }
  deadLettersRetried(tried: number, mended: number): void {
    this.add('retriedLetters', tried)
    this.add('mendedLetters', mended)
  }
  deadLettered(reason: string, count: number): void {
    this.add(`deadLettered:${reason}`, count)
  }
  consumed(consumer: string, count: number, lag: number): void {
    this.add(`consumed:${consumer}`, count)
    this.counts.set(`lag:${consumer}`, lag)
  }
  retried(consumer: string, code: string): void {
    this.add(`retried:${consumer}:${code}`, 1)
  }
}
