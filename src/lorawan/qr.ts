import { OndineError } from '../errors/ondine-error.ts'
import type { Label } from './qr/label.ts'
import { jsonPairs, labelOfNamed, namedPairs, urlPairs } from './qr/named-fields.ts'
import { readDraft, readLwdp, readTr005 } from './qr/tr005.ts'
import { type EuiFacts, readUnnamed } from './qr/unnamed.ts'

export type { Label } from './qr/label.ts'

/** More than a QR code of the largest version holds in letters (ISO/IEC 18004 table 7). */
const longest = 4296

/**
 * What the text of a device's QR code says. Nothing is guessed: a text that can be read in two ways, or in none, is refused
 * with what was seen in it, never with the text itself, which may hold a key. Throws `label.*`.
 */
export function readLabel(text: string, facts: EuiFacts = {}): Label {
  const trimmed = text.replace(/^\ufeff/, '').trim()
  if (trimmed === '') throw new OndineError('label.empty', {})
  if (trimmed.length > longest) throw new OndineError('label.too-long', { length: trimmed.length })
  if (/^LW:/i.test(trimmed)) return readTr005(trimmed)
  if (/^URN:(DEV:LW|LW:DP):/i.test(trimmed)) return readDraft(trimmed)
  if (/^URN:LWDP:/i.test(trimmed)) return readLwdp(trimmed)
  if (/^[[{]/.test(trimmed)) return labelOfNamed('json', jsonPairs(trimmed))
  if (/^https?:\/\//i.test(trimmed) && URL.canParse(trimmed)) return labelOfNamed('url', urlPairs(trimmed))
  const pairs = namedPairs(trimmed)
  return pairs === undefined ? readUnnamed(trimmed, facts) : labelOfNamed('named', pairs)
}
