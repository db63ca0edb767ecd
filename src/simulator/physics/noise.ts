/** 32 bits from a text, the seed of one simulated thing (FNV-1a, then mixed). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix(hash)
}

function mix(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** A number from 0 (included) to 1 (excluded) that depends on the seed and the whole numbers alone: no state, so a restart changes nothing. */
export function noise(seed: number, ...keys: readonly number[]): number {
  const mixed = keys.reduce((hash, key) => mix(hash ^ Math.imul(Math.floor(key) + 0x9e3779b9, 0x27d4eb2f)), mix(seed))
  return mixed / 2 ** 32
}

/** The same between two bounds. */
export function between(low: number, high: number, seed: number, ...keys: readonly number[]): number {
  return low + (high - low) * noise(seed, ...keys)
}

/** Goes smoothly from one number to the next as `place` (a time in units of its own) goes from one whole number to the next. */
export function wander(low: number, high: number, seed: number, key: number, place: number): number {
  const step = Math.floor(place)
  const fraction = place - step
  const from = between(low, high, seed, key, step)
  return from + (between(low, high, seed, key, step + 1) - from) * fraction * fraction * (3 - 2 * fraction)
}
