import { internal, invalid } from './refusal.ts'

/** An EUI, address or key of that many bytes, in lower case. Empty text is all zeros, as the real server reads it. */
export function parseHex(text: string, bytes: number): string {
  if (text === '') return '00'.repeat(bytes)
  if (text.length % 2 === 1) throw internal('Odd number of digits')
  if (text.length !== bytes * 2) throw internal('Invalid string length')
  const strange = text.search(/[^0-9a-fA-F]/)
  if (strange >= 0) throw internal(`Invalid character '${text.charAt(strange)}' at position ${strange}`)
  return text.toLowerCase()
}

export const parseEui = (text: string) => parseHex(text, 8)

/** A UUID, with or without hyphens or braces; the refusals are those of the uuid crate. */
export function parseUuid(text: string): string {
  const bare = text.replace(/^\{(.*)\}$/, '$1').replace(/^urn:uuid:/, '')
  const strange = bare.search(/[^0-9a-fA-F-]/)
  if (strange >= 0) throw invalid(`invalid character: found \`${bare.charAt(strange)}\` at ${strange}`)
  const groups = bare.split('-')
  if (groups.length === 1) {
    if (bare.length !== 32) throw invalid(`invalid length: found ${bare.length}`)
    return hyphenated(bare.toLowerCase())
  }
  if (groups.length !== 5) throw invalid(`invalid group count: expected 5, found ${groups.length}`)
  const wrong = [8, 4, 4, 4, 12].findIndex((length, index) => groups[index]?.length !== length)
  if (wrong >= 0) {
    throw invalid(`invalid group length in group ${wrong}: expected ${[8, 4, 4, 4, 12][wrong]}, found ${groups[wrong]?.length}`)
  }
  return bare.toLowerCase()
}

function hyphenated(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
