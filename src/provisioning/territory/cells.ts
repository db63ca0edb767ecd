import { hexDigits, isScientific } from '../../lorawan/hex-text.ts'
import type { RowReason } from './row-reasons.ts'
import type { ZonedTime } from './zoned-time.ts'

/** What a cell says, or why it cannot be read. */
export type CellResult<T> = { value: T } | { reason: RowReason; facts?: Readonly<Record<string, string>> }

/** Without spaces around it, without control characters, and without the `="…"` by which spreadsheets keep a text one. */
export function plainCell(cell: string): string {
  const text = cell.trim()
  const inner = text.startsWith('="') && text.endsWith('"') && text.length > 2 ? text.slice(2, -1).trim() : text
  return /\p{Cc}/u.test(inner) ? inner.replace(/\p{Cc}+/gu, ' ') : inner
}

/** 32 hexadecimal digits are a key, but for a UUID, by which systems of maps name things. */
export function isKeyLike(cell: string): boolean {
  if (cell.length < 32) return false
  return hexDigits(cell)?.length === 32 && !/^\s*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$/i.test(cell)
}

/** A key anywhere in a text. */
export function holdsKey(text: string): boolean {
  return text.length >= 32 && (isKeyLike(text) || /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/i.test(text))
}

export function readEui(cell: string): CellResult<string> {
  if (/^[0-9a-f]{16}$/.test(cell)) return isPlaceholder(cell) ? { reason: 'eui-zero' } : { value: cell }
  const digits = hexDigits(cell)
  if (digits?.length === 16) return isPlaceholder(digits) ? { reason: 'eui-zero' } : { value: digits }
  // A key in the wrong column is not repeated.
  const written = cell.length <= 23 ? cell : '…'
  const isDamaged = isScientific(cell) || (digits !== null && /^\d{8,15}$/.test(digits))
  return { reason: isDamaged ? 'eui-damaged-by-excel' : 'eui-malformed', facts: { written, digits: String(digits?.length ?? 0) } }
}

function isPlaceholder(eui: string): boolean {
  return eui === '0000000000000000' || eui === 'ffffffffffffffff'
}

/** `12.5`, `12,5` and `1 234,5`; nothing that two people could read differently. */
export function readNumber(cell: string): CellResult<number> {
  const text = /^[+-]?\d{1,3}(?:[\s\u00a0\u202f]\d{3})+(?:[.,]\d+)?$/.test(cell) ? cell.replace(/[\s\u00a0\u202f]/g, '') : cell
  const value = /^[+-]?\d+(?:[.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN
  return Number.isFinite(value) ? { value } : { reason: 'number-malformed', facts: { written: cell.slice(0, 40) } }
}

export type Scalar = number | string | boolean

/** A value of a parameter: a number, `true` or `false`, else a text. */
export function readScalar(cell: string): Scalar {
  if (/^(?:true|vrai|wahr)$/i.test(cell)) return true
  if (/^(?:false|faux|falsch)$/i.test(cell)) return false
  // Zeros in front are part of a code.
  const number = /^[+-]?0\d/.test(cell) ? null : readNumber(cell)
  return number !== null && 'value' in number ? number.value : cell
}

/** `{"pulseWeight": 10}` as JSON, or `pulseWeight=10; inverted=false`; `scalar`: what a text that is no JSON means. */
export function readPairs(cell: string, scalar: (text: string) => Scalar): CellResult<Record<string, Scalar>> {
  if (cell === '') return { value: {} }
  if (cell.startsWith('{')) return fromJson(cell)
  const pairs: [string, Scalar][] = []
  for (const part of cell.split(';')) {
    if (part.trim() === '') continue
    const at = part.indexOf('=')
    const name = part.slice(0, Math.max(at, 0)).trim()
    if (name === '') return { reason: 'pairs-malformed' }
    pairs.push([name, scalar(part.slice(at + 1).trim())])
  }
  return noneTwice(pairs)
}

function fromJson(cell: string): CellResult<Record<string, Scalar>> {
  let read: unknown
  try {
    read = JSON.parse(cell)
  } catch {
    return { reason: 'pairs-malformed' }
  }
  const pairs: [string, Scalar][] = []
  for (const [name, value] of Object.entries(Object(read))) {
    if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'boolean') return { reason: 'pairs-malformed' }
    pairs.push([name, value])
  }
  return noneTwice(pairs)
}

function noneTwice(pairs: readonly (readonly [string, Scalar])[]): CellResult<Record<string, Scalar>> {
  const value = Object.fromEntries(pairs)
  return Object.keys(value).length === pairs.length ? { value } : { reason: 'pairs-malformed' }
}

const isoDate = /^(\d{4})-(\d{1,2})-(\d{1,2})$/
const isoTime = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i
const dayFirst = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ T](\d{1,2})[:h](\d{2})(?::(\d{2}))?)?$/

/** Does a date of this text have the month first, as in the United States? Then nothing is sure about the others beside it. */
export function isMonthFirst(cell: string): boolean {
  const [, first = '', second = ''] = dayFirst.exec(cell) ?? []
  return Number(first) <= 12 && Number(second) > 12
}

/** Reads dates of one time zone; remembers those it has seen, as a table has few different ones. */
export class Dates {
  private readonly zone: ZonedTime
  private readonly known = new Map<string, CellResult<string>>()

  constructor(zone: ZonedTime) {
    this.zone = zone
  }

  /** `2026-11-22`, `22/11/2026`, with or without a clock time, or a full ISO 8601 time: UTC with milliseconds. A date alone is its 00:00. */
  read(cell: string): CellResult<string> {
    const known = this.known.get(cell)
    if (known !== undefined) return known
    const result = this.parse(cell)
    if (this.known.size < 200_000) this.known.set(cell, result)
    return result
  }

  private parse(cell: string): CellResult<string> {
    const date = isoDate.exec(cell)
    if (date !== null) return this.result(cell, date.slice(1), undefined)
    const time = isoTime.exec(cell)
    if (time !== null) return this.result(cell, time.slice(1, 8), time[8])
    const local = dayFirst.exec(cell)
    if (local !== null) return this.result(cell, [local[3], local[2], local[1], ...local.slice(4)], undefined)
    return malformed(cell)
  }

  private result(cell: string, fields: readonly (string | undefined)[], offset: string | undefined): CellResult<string> {
    const [year, month, day, hour = 0, minute = 0, second = 0] = fields.slice(0, 6).map((field) => Number(field ?? 0))
    const milliseconds = Number((fields[6] ?? '').padEnd(3, '0').slice(0, 3))
    if (year === undefined || month === undefined || day === undefined || year < 1970 || year > 2199) return malformed(cell)
    if (hour > 23 || minute > 59 || second > 59) return malformed(cell)
    const clock = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
    const read = new Date(clock)
    // 31 February is no 3 March.
    if (read.getUTCMonth() !== month - 1 || read.getUTCDate() !== day) return malformed(cell)
    const away = offset === undefined ? null : offsetOf(offset)
    if (offset !== undefined && away === null) return malformed(cell)
    const instant = away === null ? this.zone.instantOf(clock) : clock - away
    return { value: new Date(instant).toISOString() }
  }

  /** As a person of the zone would write it: `2026-11-22`, `2026-11-22T08:00`; with Z where that would not be the same instant. */
  write(time: string): string {
    const instant = new Date(time)
    const clock = new Date(this.zone.clockOf(instant.getTime())).toISOString()
    const shortest = [clock.slice(0, 10), clock.slice(0, 16), clock.slice(0, 19)].find((text) => {
      const read = this.read(text)
      return 'value' in read && read.value === instant.toISOString()
    })
    return shortest ?? instant.toISOString()
  }
}

/** Milliseconds east of UTC. */
function offsetOf(text: string): number | null {
  if (/^z$/i.test(text)) return 0
  const [, sign, hours = '', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text) ?? []
  if (Number(hours) > 23 || Number(minutes) > 59) return null
  return (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
}

function malformed(cell: string): CellResult<string> {
  return { reason: 'date-malformed', facts: { written: cell.slice(0, 40) } }
}
