import type { Convention } from './joined-codec.ts'
import { usualPort, type Vector } from './vector.ts'

/** What a catalogue's vectors tell of how its platform calls a codec. */
export function conventionOf(signature: Convention['signature'], vectors: readonly Vector[]): Convention {
  const odd = vectors.some((vector) => vector.odd)
  const portless = vectors.some(({ bytes, odd }) => bytes !== null && odd)
  return { signature, odd, port: portless || signature === 'ttn' || signature === 'chirpstack' ? (usualPort(vectors) ?? 1) : null }
}
