import type { Convention } from './joined-codec.ts'
import { usualPort, type Vector } from './vector.ts'

/** What a catalogue's vectors tell of how its platform calls a codec. */
export function conventionOf(signature: Convention['signature'], vectors: readonly Vector[], normalizes = false): Convention {
  const odd = vectors.some((vector) => vector.odd)
  const untold = signature === 'ttn' || signature === 'chirpstack' || vectors.some(({ portless }) => portless)
  const downlinks = vectors.filter(({ bytes }) => bytes !== null)
  return { signature, odd, port: untold ? (usualPort(downlinks) ?? usualPort(vectors) ?? 1) : null, normalizes }
}
