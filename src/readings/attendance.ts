/** A stretch in which readings that were expected did not come. ISO 8601; from the last reading before to the first after. */
export interface Gap {
  from: string
  to: string
  /** readings that were expected in between */
  missing: number
}

export interface AttendanceReport {
  /** ISO 8601: what was looked at; it begins with the installation where that is later than what was asked */
  from: string
  to: string
  /** instants with a reading */
  received: number
  expected: number
  missing: number
  /** 0 to 1: the part of the expected ones that came; null where none was expected */
  completeness: number | null
  /** the longest ones, oldest first */
  gaps: readonly Gap[]
  /** of how many */
  gapCount: number
}

/** So that a device that was silent every other hour for years makes no endless list. */
const mostGaps = 1000

/** Holds instants, oldest first, against the interval at which they are expected. A little early or late is none missing. */
export class Attendance {
  readonly #interval: number
  readonly #to: number
  #from: number
  #last: number
  #received = 0
  #missing = 0
  #gapCount = 0
  #gaps: { from: number; to: number; missing: number }[] = []

  /** All in ms, `from` and `to` since 1970; `to` is no later than now. */
  constructor({ from, to, interval }: { from: number; to: number; interval: number }) {
    this.#interval = interval
    this.#from = from
    this.#to = Math.max(from, to)
    this.#last = from
  }

  add(time: number): void {
    const intervals = (time - this.#last) / this.#interval
    // The first one may come at any moment of the first interval; the others a half of one early or late.
    this.#gapUntil(time, this.#received === 0 ? Math.floor(intervals) : Math.round(intervals) - 1)
    this.#received += 1
    this.#last = time
  }

  report(): AttendanceReport {
    const rest = Math.round((this.#to - this.#last) / this.#interval)
    // What may still come within its interval is not late.
    this.#gapUntil(this.#to, this.#received === 0 ? rest : rest - 1)
    this.#last = this.#to
    const expected = this.#missing + Math.min(this.#received, Math.max(0, this.#expected() - this.#missing))
    const gaps = this.#longest().toSorted((a, b) => a.from - b.from)
    return {
      from: iso(this.#from),
      to: iso(this.#to),
      received: this.#received,
      expected,
      missing: this.#missing,
      completeness: expected === 0 ? null : (expected - this.#missing) / expected,
      gaps: gaps.map(({ from, to, missing }) => ({ from: iso(from), to: iso(to), missing })),
      gapCount: this.#gapCount,
    }
  }

  #expected(): number {
    return Math.round((this.#to - this.#from) / this.#interval)
  }

  #gapUntil(time: number, missing: number): void {
    if (missing < 1) return
    this.#missing += missing
    this.#gapCount += 1
    this.#gaps.push({ from: this.#last, to: time, missing })
    if (this.#gaps.length > 2 * mostGaps) this.#gaps = this.#longest()
  }

  #longest() {
    return this.#gaps.toSorted((a, b) => b.missing - a.missing || a.from - b.from).slice(0, mostGaps)
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
