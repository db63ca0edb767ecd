import type { Reading } from './reading.ts'

/**
 * Why no store would keep this reading as it is, or null. The rules are those of the narrowest store, so that a
 * reading is not accepted here and refused there: a value's name is a column of SQLite and a field of InfluxDB,
 * whose tags can hold neither a backslash before a separator nor a line end (line protocol, "special characters").
 */
export function storageFault(reading: Reading): string | null {
  return placeFault(reading) ?? contentFault(reading)
}

/** Of what names the series of a reading: who measured what, where. It changes so seldom that a store may ask once a series. */
export function placeFault(reading: Reading): string | null {
  for (const member of ['tenant', 'asset', 'device', 'channel'] as const) {
    const fault = tagFault(reading[member])
    if (fault !== null) return `${member} ${fault}`
  }
  if (!familyPattern.test(reading.family)) return 'family must be letters, digits, dot, dash and underscore'
  for (const member of ['service', 'model'] as const) {
    const fault = textFault(reading[member])
    if (fault !== null) return `${member} ${fault}`
  }
  return null
}

/** Of what each reading brings anew. */
export function contentFault(reading: Reading): string | null {
  for (const member of ['time', 'receivedAt'] as const) {
    if (instantOf(reading[member]) === null) return `${member} must be UTC with milliseconds, from 1970 to 2199`
  }
  return valuesFault(reading) ?? numbersFault(reading)
}

const familyPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const namePattern = /^[A-Za-z][A-Za-z0-9]{0,62}$/
/** InfluxDB's own column and our tags: a field of that name could not be read back. */
const reservedNames: ReadonlySet<string> = new Set(['time', 'tenant', 'asset', 'device', 'channel'])
/** Times of readings, ms since 1970: from `first` to `last`; InfluxDB's nanoseconds end in 2262. */
export const instants = { first: 0, last: Date.UTC(2200, 0, 1) - 1 }

function valuesFault({ values, flags }: Reading): string | null {
  for (const name in values) {
    const value = values[name]
    if (!isValueName(name)) return `value name ${JSON.stringify(name)} is not one of the vocabulary`
    if (typeof value === 'number' && !Number.isFinite(value)) return `value ${name} is not a finite number`
    const fault = typeof value === 'string' ? textFault(value) : null
    if (fault !== null) return `value ${name} ${fault}`
  }
  for (const name in flags) {
    const fault = textFault(name) ?? textFault(flags[name] ?? '')
    if (fault !== null) return `flag ${JSON.stringify(name)} ${fault}`
  }
  return null
}

/** Names that were looked at: there are as many as the vocabulary has, and each comes with every reading. */
const knownNames = new Set<string>()
const mostKnown = 1000

/** Whether it can be the name of a value. */
export function isValueName(name: string): boolean {
  if (knownNames.has(name)) return true
  if (!namePattern.test(name) || reservedNames.has(name)) return false
  if (knownNames.size < mostKnown) knownNames.add(name)
  return true
}

function numbersFault({ radio, frame }: Reading): string | null {
  if (radio.gateway !== null && textFault(radio.gateway) !== null) return 'radio.gateway is not a gateway id'
  const finite =
    Number.isFinite(radio.gateways + frame.fCnt + frame.fPort) &&
    Number.isFinite((radio.rssi ?? 0) + (radio.snr ?? 0) + (radio.spreadingFactor ?? 0) + (radio.margin ?? 0))
  return finite ? null : 'a figure of radio or frame is not a finite number'
}

function tagFault(text: string): string | null {
  if (text.includes('\\')) return 'must not contain a backslash'
  return text.length > 256 ? 'is longer than 256 characters' : textFault(text)
}

function textFault(text: string): string | null {
  if (text === '') return 'is empty'
  if (text.length > 1024) return 'is longer than 1024 characters'
  if (!text.isWellFormed() || /\p{Cc}/u.test(text)) return 'contains characters that are not text'
  return null
}

/** The day that was asked for last: most readings of a batch are of one. */
const lastDay = { year: -1, month: -1, day: -1, start: 0 }

/**
 * Milliseconds since 1970 of an instant as readings write it (`2026-11-22T06:00:00.000Z`), from 1970 to 2199; null: it is none.
 * `Date.parse` takes five times as long, and reads 30 February as 2 March.
 */
export function instantOf(text: string): number | null {
  if (text.length !== 24) return null
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  const ms = digits(text, 20, 23)
  if (year < 1970 || year > 2199 || !hasSeparators(text)) return null
  if (month < 0 || day < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || ms < 0) return null
  if (year !== lastDay.year || month !== lastDay.month || day !== lastDay.day) {
    const start = new Date(Date.UTC(year, month - 1, day))
    if (start.getUTCMonth() !== month - 1 || start.getUTCDate() !== day) return null
    Object.assign(lastDay, { year, month, day, start: start.getTime() })
  }
  return lastDay.start + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms
}

/** The number between two positions, or -1. */
function digits(text: string, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

function hasSeparators(text: string): boolean {
  return (
    text[4] === '-' && text[7] === '-' && text[10] === 'T' && text[13] === ':' && text[16] === ':' && text[19] === '.' && text[23] === 'Z'
  )
}
