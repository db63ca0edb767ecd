/** Every number of so many digits, with its leading zeros. */
const padded = [1, 2, 3].map((digits) => Array.from({ length: 10 ** digits }, (_, number) => String(number).padStart(digits, '0')))
const [ones = [], twos = [], threes = []] = padded
const fractions: readonly (readonly [scale: number, texts: readonly string[]])[] = [
  [10, ones],
  [100, twos],
  [1000, threes],
]
const mostWhole = 1_000_000

/**
 * A number as JavaScript writes it. What devices send has few decimals, and the engine's own way, which finds the shortest of
 * all texts that are read back as the same number, takes four times as long: where k/1000 is the number, its text is known.
 */
export function numberText(number: number): string {
  if (number < 0) return `-${numberText(-number)}`
  const whole = Math.floor(number)
  if (whole === number || whole >= mostWhole) return `${number}`
  for (const [scale, texts] of fractions) {
    const scaled = Math.round(number * scale)
    if (scaled / scale === number) return `${whole}.${texts[scaled - whole * scale]}`
  }
  return `${number}`
}

/** Milliseconds since 1970; as a number of 13 digits it would be written the slow way. */
export function msText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return seconds === 0 ? `${ms}` : `${seconds}${threes[ms - seconds * 1000]}`
}
