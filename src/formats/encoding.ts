import { OndineError } from '../errors/ondine-error.ts'

export type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'Windows-1252'

/**
 * Text of a file whose encoding nobody told: by its byte order mark, by the zeros of UTF-16, as UTF-8 where that is valid, else
 * Windows-1252, in which every byte is a character. Throws `file.not-text` where the text holds a NUL.
 */
export function decodeText(bytes: Uint8Array, file: string): { text: string; encoding: Encoding } {
  const encoding = markOf(bytes) ?? zerosOf(bytes) ?? (isUtf8(bytes) ? 'UTF-8' : 'Windows-1252')
  // The decoder leaves the mark out.
  const text = new TextDecoder(encoding).decode(bytes)
  if (text.includes('\0')) throw new OndineError('file.not-text', { file })
  return { text, encoding }
}

/** The bytes that `decodeText` made this text of; `like`: them before, which say whether there is a mark. null: it has no such character. */
export function encodeText(text: string, encoding: Encoding, like: Uint8Array): Uint8Array | null {
  const marked = markOf(like) === undefined ? text : `\ufeff${text}`
  if (encoding === 'UTF-8') return Buffer.from(marked)
  if (encoding === 'Windows-1252') return inWindows1252(text)
  const bytes = Buffer.from(marked, 'utf16le')
  return encoding === 'UTF-16LE' ? bytes : bytes.swap16()
}

let windows1252: Map<string, number> | undefined

function inWindows1252(text: string): Uint8Array | null {
  windows1252 ??= new Map(Array.from({ length: 256 }, (_, byte) => [new TextDecoder('windows-1252').decode(Uint8Array.of(byte)), byte]))
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) {
    const byte = windows1252.get(text[at] ?? '')
    if (byte === undefined) return null
    bytes[at] = byte
  }
  return bytes
}

function markOf([a, b, c]: Uint8Array): Encoding | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'UTF-8'
  if (a === 0xff && b === 0xfe) return 'UTF-16LE'
  if (a === 0xfe && b === 0xff) return 'UTF-16BE'
  return undefined
}

/** Western text in UTF-16 has a zero in nearly every second byte, and nowhere else. */
function zerosOf(bytes: Uint8Array): Encoding | undefined {
  const sample = bytes.subarray(0, 1024 & ~1)
  const zeros = [0, 0]
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const many = sample.length / 2 / 2
  if (odd > many && even === 0) return 'UTF-16LE'
  return even > many && odd === 0 ? 'UTF-16BE' : undefined
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
