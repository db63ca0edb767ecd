import { InvalidArgumentError } from 'commander'
import { allowed } from '../options.ts'

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

const examples = `${allowed}2026-11-22, 2026-11-22T06:00:00+01:00, 7d.`

/** An instant as people write it: a date (midnight here), ISO 8601, or how long ago. Gives ISO 8601 in UTC; throws what the parser reports. */
export function moment(now: () => Date): (text: string) => string {
  return (text) => {
    const ago = /^(\d{1,6})([smhdw])$/.exec(text)
    const unit = ago?.[2]
    if (ago !== null && (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' || unit === 'w')) {
      return new Date(now().getTime() - Number(ago[1]) * unitMs[unit]).toISOString()
    }
    // A date alone would be midnight UTC to the platform; one with a clock time and no zone is here already.
    const known = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$/.test(known)) throw new InvalidArgumentError(examples)
    const at = new Date(known)
    // 30 February is 2 March to the platform.
    if (Number.isNaN(at.getTime()) || new Date(`${known.slice(0, 10)}T00:00:00Z`).toISOString().slice(0, 10) !== known.slice(0, 10))
      throw new InvalidArgumentError(examples)
    return at.toISOString()
  }
}
