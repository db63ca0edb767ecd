import type { Flag } from '../vocabulary/flags.ts'
import { select } from './field-path.ts'
import type { Model } from './model.ts'

/** Times in milliseconds since 1970. */
export interface FrameClock {
  /** of the frame itself; null: the time of reception */
  time: number | null
  /** added to every time of the frame */
  offset: number
  flag: Flag | null
}

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/
// What a reading's time can hold (RFC 3339: four digits of year).
const first = Date.UTC(0, 0, 1)
const last = Date.UTC(9999, 11, 31)

/** Milliseconds since 1970 of a codec's time, ISO 8601 with its zone; null for anything else. */
export function readTime(value: unknown): number | null {
  if (typeof value !== 'string' || !isoTime.test(value)) return null
  const time = Date.parse(value)
  return time >= first && time <= last ? time : null
}

/** A time of the frame with the clock's correction, held to what a reading can carry. */
export function moved(time: number, clock: FrameClock): number {
  return Math.min(last, Math.max(first, time + clock.offset))
}

/**
 * The device's own clock where its model trusts it. Further from the reception than the model's tolerance it is wrong:
 * the whole frame, history included, is moved by the one offset that puts it at the reception, and flagged.
 */
export function correctClock(clock: Model['clock'], data: unknown, receivedAt: number): FrameClock {
  const found = clock === null ? undefined : select(data, clock.field)[0]
  if (clock === null || found === undefined) return { time: null, offset: 0, flag: null }
  const time = readTime(found)
  if (time === null) return { time: null, offset: 0, flag: 'bad-time' }
  const offset = receivedAt - time
  return Math.abs(offset) <= clock.tolerance * 1000 ? { time, offset: 0, flag: null } : { time: receivedAt, offset, flag: 'shifted' }
}
