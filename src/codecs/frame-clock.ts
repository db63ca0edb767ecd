import type { Flag } from '../vocabulary/flags.ts'
import { select } from './field-path.ts'
import type { Model } from './model.ts'

export interface FrameClock {
  /** of the frame itself, ISO 8601 UTC with milliseconds; null: the time of reception */
  time: string | null
  /** the same correction for another time of the frame (milliseconds since 1970) */
  move: (time: number) => string
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

/**
 * The device's own clock where its model trusts it. Further from the reception than the model's tolerance it is wrong:
 * the whole frame, history included, is moved by the one offset that puts it at the reception, and flagged.
 */
export function correctClock(clock: Model['clock'], data: unknown, receivedAt: string): FrameClock {
  const asSent = (time: number) => new Date(time).toISOString()
  const found = clock === null ? undefined : select(data, clock.field)[0]
  if (clock === null || found === undefined) return { time: null, move: asSent, flag: null }
  const time = readTime(found)
  if (time === null) return { time: null, move: asSent, flag: 'bad-time' }
  const offset = Date.parse(receivedAt) - time
  if (!(Math.abs(offset) > clock.tolerance * 1000)) return { time: asSent(time), move: asSent, flag: null }
  const move = (sent: number) => asSent(Math.min(last, Math.max(first, sent + offset)))
  return { time: move(time), move, flag: 'shifted' }
}
