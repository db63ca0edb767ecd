import { createHash } from 'node:crypto'

/** Namespace of the ids that this program gives; any UUID does, as long as it stays the same. */
const namespace = '8f1d3c52-6a0e-4d0b-9f57-2f6d1c4be0a1'

/** The UUID of a name (RFC 9562 §5.5, version 5): an export that is made again gives the same ids. */
export function stableId(name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
