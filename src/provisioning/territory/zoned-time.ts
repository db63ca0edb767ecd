const day = 86_400_000

/** Is this an IANA name of a time zone, `Europe/Paris`? */
export function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/**
 * Clock times of one zone. One that the change to summer time skips is read as one hour later; one that comes twice is the first, as
 * with orders. The platform's own tables suffice for that; offsets are asked for once a day of the calendar, so that a table of a
 * fleet is read at once.
 */
export class ZonedTime {
  private readonly format: Intl.DateTimeFormat
  private readonly offsets = new Map<number, number>()

  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
  }

  /** `clock`: milliseconds as if the clock showed UTC. Gives those of UTC. */
  instantOf(clock: number): number {
    const first = Math.floor(clock / day) - 1
    const [before, after] = [this.offsetOfDay(first), this.offsetOfDay(first + 3)]
    if (before === after) return clock - before
    const fitting = [before, after].filter((offset) => this.offsetAt(clock - offset) === offset)
    return clock - (fitting.length === 0 ? before : Math.max(...fitting))
  }

  /** The other way round. */
  clockOf(instant: number): number {
    return instant + this.offsetAt(instant)
  }

  private offsetOfDay(index: number): number {
    const known = this.offsets.get(index)
    if (known !== undefined) return known
    const offset = this.offsetAt(index * day)
    this.offsets.set(index, offset)
    return offset
  }

  private offsetAt(instant: number): number {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
    for (const { type, value } of this.format.formatToParts(instant)) parts[type] = Number(value)
    const { year = 0, month = 0, day: date = 0, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, date, hour, minute, second) - Math.floor(instant / 1000) * 1000
  }
}
