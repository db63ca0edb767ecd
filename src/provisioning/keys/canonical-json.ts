import { OndineError } from '../../errors/ondine-error.ts'

/**
 * The one JSON text of a value, after RFC 8785: members sorted by UTF-16 code units, no blanks. Members that are undefined are
 * left out. Throws `fingerprint.no-plain-data` for what JSON does not hold: a date, a class, a NaN, and above all a key, which
 * would be its mask and so the same for all.
 */
export function canonicalJson(value: unknown): string {
  return written(value, '')
}

function written(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${Array.from(value, (entry: unknown, index) => written(entry, `${path}[${index}]`)).join(',')}]`
  if (!isPlain(value)) throw new OndineError('fingerprint.no-plain-data', { path: path === '' ? '.' : path })
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${written(member, `${path}.${name}`)}`).join(',')}}`
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
