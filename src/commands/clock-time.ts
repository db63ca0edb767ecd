import { Temporal } from 'temporal-polyfill'
import { OndineError } from '../errors/ondine-error.ts'

/**
 * The instant somebody means by `06:00` (the next one in that zone), `06:00 tomorrow`'s ISO form, or a full ISO 8601 time.
 * A clock time that a change to summer time skips is read as one hour later; one that comes twice is the first.
 * Throws `command.bad-time`.
 */
export function instantOf(text: string, now: Date, timeZone: string): Date {
  const clock = /^([01]?\d|2[0-3])[:h]([0-5]\d)$/.exec(text)
  if (clock !== null) return nextClockTime(Number(clock[1]), Number(clock[2]), now, timeZone)
  try {
    return new Date(Temporal.Instant.from(text).epochMilliseconds)
  } catch (cause) {
    throw new OndineError('command.bad-time', { text }, { cause })
  }
}

function nextClockTime(hour: number, minute: number, now: Date, timeZone: string): Date {
  const here = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone)
  const today = here.toPlainDate().toZonedDateTime({ timeZone, plainTime: { hour, minute } })
  const next =
    Temporal.ZonedDateTime.compare(today, here) > 0
      ? today
      : here.toPlainDate().add({ days: 1 }).toZonedDateTime({ timeZone, plainTime: { hour, minute } })
  return new Date(next.epochMilliseconds)
}

/** Milliseconds of `90s`, `10m`, `1h`, `1h30`, `2h15m`, `2d` (of 24 hours), `1d12h` or ISO 8601 `PT1H`. Throws `command.bad-duration`. */
export function durationOf(text: string): number {
  const parts = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? /^(?:(\d+)d)?(\d+)h(\d{1,2})$/.exec(text)
  if (parts !== null && text !== '') {
    const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = parts
    return positive((((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000, text)
  }
  try {
    return positive(Temporal.Duration.from(text).total('milliseconds'), text)
  } catch (cause) {
    throw new OndineError('command.bad-duration', { text }, { cause })
  }
}

function positive(milliseconds: number, text: string): number {
  if (milliseconds > 0) return milliseconds
  throw new OndineError('command.bad-duration', { text })
}
