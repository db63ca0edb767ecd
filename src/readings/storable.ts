import type { Reading } from './reading.ts'

/**
 * Why no store would keep this reading as it is, or null. The rules are those of the narrowest store, so that a
 * reading is not accepted here and refused there: a value's name is a column of SQLite and a field of InfluxDB,
 * whose tags can hold neither a backslash before a separator nor a line end (line protocol, "special characters").
 */
export function storageFault(reading: Reading): string | null {
  for (const member of ['tenant', 'asset', 'device', 'channel'] as const) {
    const fault = tagFault(reading[member])
    if (fault !== null) return `${member} ${fault}`
  }
  if (!familyPattern.test(reading.family)) return 'family must be letters, digits, dot, dash and underscore'
  for (const member of ['service', 'model'] as const) {
    const fault = textFault(reading[member])
    if (fault !== null) return `${member} ${fault}`
  }
  for (const member of ['time', 'receivedAt'] as const) {
    if (!isInstant(reading[member])) return `${member} must be UTC with milliseconds, from 1970 to 2199`
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
    if (!namePattern.test(name) || reservedNames.has(name)) return `value name ${JSON.stringify(name)} is not one of the vocabulary`
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

const instantPattern = /^\d{4}-\d\d-(\d\d)T\d\d:\d\d:\d\d\.\d{3}Z$/

function isInstant(text: string): boolean {
  const match = instantPattern.exec(text)
  const ms = Date.parse(text)
  if (match === null || !(ms >= instants.first && ms <= instants.last)) return false
  // JavaScript reads 30 February as 2 March, and 24:00 as the next day.
  return (Number(match[1]) <= 28 && text[11] !== '2') || new Date(ms).toISOString() === text
}
