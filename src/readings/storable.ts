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
const lastInstant = Date.UTC(2200, 0, 1)

function valuesFault({ values, flags }: Reading): string | null {
  for (const [name, value] of Object.entries(values)) {
    if (!namePattern.test(name) || reservedNames.has(name)) return `value name ${JSON.stringify(name)} is not one of the vocabulary`
    if (typeof value === 'number' && !Number.isFinite(value)) return `value ${name} is not a finite number`
    const fault = typeof value === 'string' ? textFault(value) : null
    if (fault !== null) return `value ${name} ${fault}`
  }
  for (const [name, flag] of Object.entries(flags)) {
    const fault = textFault(name) ?? textFault(flag)
    if (fault !== null) return `flag ${JSON.stringify(name)} ${fault}`
  }
  return null
}

function numbersFault({ radio, frame }: Reading): string | null {
  if (radio.gateway !== null && textFault(radio.gateway) !== null) return 'radio.gateway is not a gateway id'
  const { gateway: _, ...figures } = radio
  for (const [name, figure] of Object.entries({ ...figures, ...frame })) {
    if (figure !== null && !Number.isFinite(figure)) return `${name} is not a finite number`
  }
  return null
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

function isInstant(text: string): boolean {
  const ms = Date.parse(text)
  return ms >= 0 && ms < lastInstant && new Date(ms).toISOString() === text
}
