import { Temporal } from 'temporal-polyfill'
import { OndineError } from '../errors/ondine-error.ts'

/** A stretch of time in ms since 1970; `from` included, `to` excluded. */
export interface Stretch {
  from: number
  to: number
}

/** Windows asked for: so many milliseconds counted from 1970 UTC, or days, weeks (from Monday), months or years of a calendar. */
export type Windowing = { ms: number } | { unit: 'day' | 'week' | 'month' | 'year'; timeZone: string }

/** More than anybody looks at; the answer is held in memory. */
export const mostWindows = 20_000
const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `15m`, `1h`, `1d` (of 24 hours UTC), `day`, `week`, `month`, `year`. @throws OndineError `reading.bad-window` */
export function windowingOf(text: string, timeZone: string): Windowing {
  if (text === 'day' || text === 'week' || text === 'month' || text === 'year') return { unit: text, timeZone: knownZone(timeZone) }
  const match = /^([1-9]\d{0,5})([smhd])$/.exec(text)
  const unit = match?.[2]
  if (match === null || (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd'))
    throw new OndineError('reading.bad-window', { text })
  return { ms: Number(match[1]) * units[unit] }
}

/** The windows that the stretch touches, whole, oldest first. @throws OndineError `reading.too-many-windows` */
export function windowsWithin({ from, to }: Stretch, windowing: Windowing): Stretch[] {
  const windows: Stretch[] = []
  if (!(from < to)) return windows
  let start = startOf(from, windowing)
  while (start < to) {
    if (windows.length >= mostWindows) throw new OndineError('reading.too-many-windows', { most: mostWindows })
    const end = nextOf(start, windowing)
    windows.push({ from: start, to: end })
    start = end
  }
  return windows
}

function startOf(time: number, windowing: Windowing): number {
  if ('ms' in windowing) return Math.floor(time / windowing.ms) * windowing.ms
  const { unit, timeZone } = windowing
  const date = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).toPlainDate()
  if (unit === 'day') return instantOf(date, timeZone)
  if (unit === 'week') return instantOf(date.subtract({ days: date.dayOfWeek - 1 }), timeZone)
  return instantOf(date.with(unit === 'month' ? { day: 1 } : { month: 1, day: 1 }), timeZone)
}

function nextOf(start: number, windowing: Windowing): number {
  if ('ms' in windowing) return start + windowing.ms
  const { unit, timeZone } = windowing
  const date = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(timeZone).toPlainDate()
  return instantOf(date.add({ [`${unit}s`]: 1 }), timeZone)
}

/** Where midnight is skipped, the first moment of that day. */
function instantOf(date: Temporal.PlainDate, timeZone: string): number {
  return date.toZonedDateTime(timeZone).startOfDay().epochMilliseconds
}

function knownZone(timeZone: string): string {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone).timeZoneId
  } catch (cause) {
    throw new OndineError('reading.bad-zone', { zone: timeZone }, { cause })
  }
}
