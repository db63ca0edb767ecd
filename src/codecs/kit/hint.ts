import { conversion, unitSuffix } from '../../vocabulary/units.ts'
import type { Measure } from '../model.ts'

/** What is probably wrong, as a code with its facts: the words are the reader's. */
export type Hint =
  | { code: 'scale-model'; context: { factor: number; from: string; to: string } }
  | { code: 'scale-factor'; context: { factor: number } }
  | { code: 'scale-codec'; context: { factor: number } }
  | { code: 'swapped-bytes' | 'sign' | 'text-number' | 'yes-no' | 'model-field'; context: { field: string } }
  | { code: 'unsigned'; context: { bits: number } }
  | { code: 'shifted-time'; context: { seconds: number } }
  | { code: 'misspelt'; context: { name: string } }
  | { code: 'missing-key' | 'follows'; context: { field: string } }
  | { code: 'no-measure'; context: { name: string; channel: string } }
  | { code: 'flagged'; context: { flag: string } }
  | { code: 'length'; context: { expected: number; got: number } }
  | { code: 'byte'; context: { index: number; expected: string; got: string } }
  | { code: 'unlisted-channel'; context: { channel: string } }
  | { code: PlainCode; context: Record<string, never> }

/** Hints that need no facts: what was expected and what came says it all. */
export type PlainCode = 'not-refused' | 'refused' | 'other-error' | 'too-slow' | 'crashed' | 'no-result'

/** A guess at why a value of the codec's own data is not the expected one; null where nothing stands out. */
export function valueHint(expected: unknown, got: unknown, field: string): Hint | null {
  if (typeof expected === 'number' && typeof got === 'number') return numberHint(expected, got, field)
  if (typeof expected === 'number' && typeof got === 'string' && got.trim() !== '' && Number.isFinite(Number(got))) {
    return { code: 'text-number', context: { field } }
  }
  if (typeof expected === 'boolean' && (got === 0 || got === 1)) return { code: 'yes-no', context: { field } }
  if (typeof expected === 'string' && typeof got === 'string') return timeHint(expected, got)
  return null
}

/** The same for a value of the vocabulary, which a measure of model.yaml made of the codec's data. */
export function measureHint(expected: unknown, got: unknown, name: string, unit: string | null, measures: readonly Measure[]): Hint | null {
  const hint = valueHint(expected, got, name)
  if (hint?.code !== 'scale-codec') return hint
  const { factor } = hint.context
  const suffix = measures.map(({ field }) => unitSuffix(field)).find((found) => found !== null) ?? null
  const known = suffix === null || unit === null ? null : conversion(suffix, unit)
  const scale = measures[0]?.scale ?? 1
  if (suffix !== null && unit !== null && known !== null && near(known.scale, scale * factor)) {
    return { code: 'scale-model', context: { factor: known.scale, from: suffix, to: unit } }
  }
  // The key's unit and the model's scale agree: it is the codec that gives another unit than its key says.
  if (known !== null && near(known.scale, scale)) return hint
  return { code: 'scale-factor', context: { factor: Number((scale * factor).toPrecision(12)) } }
}

/** The key that was probably meant: the nearest of those that nobody expected. */
export function nearest(wanted: string, candidates: Iterable<string>): string | null {
  const allowed = Math.max(1, Math.floor(wanted.length / 3))
  let best: string | null = null
  let least = allowed + 1
  for (const candidate of candidates) {
    const far = plain(candidate) === plain(wanted) ? 0 : distance(plain(candidate), plain(wanted))
    if (far < least) {
      best = candidate
      least = far
    }
  }
  return best
}

const factors = [10, 100, 1000, 10_000, 100_000, 1e6, 60, 3600, 86_400]

function numberHint(expected: number, got: number, field: string): Hint | null {
  if (expected === 0 || got === 0) return null
  if (near(got, -expected)) return { code: 'sign', context: { field } }
  for (const factor of factors) {
    if (near(got, expected * factor)) return { code: 'scale-codec', context: { factor: 1 / factor } }
    if (near(got * factor, expected)) return { code: 'scale-codec', context: { factor } }
  }
  for (const decimals of [1, 10, 100, 1000]) {
    const [wanted, found] = [whole(expected * decimals), whole(got * decimals)]
    if (wanted === null || found === null) continue
    for (const bits of [8, 16, 24, 32]) {
      if (Math.abs(wanted - found) === 2 ** bits && wanted < 0 !== found < 0) return { code: 'unsigned', context: { bits } }
      if (bits > 8 && found > 255 && swapped(found, bits) === wanted) return { code: 'swapped-bytes', context: { field } }
    }
    if (found > 0 && found <= 255 && [16, 24, 32].some((bits) => swapped(found, bits) === wanted)) {
      return { code: 'swapped-bytes', context: { field } }
    }
  }
  return null
}

function timeHint(expected: string, got: string): Hint | null {
  if (!/^\d{4}-\d{2}-\d{2}T/.test(expected)) return null
  const seconds = (Date.parse(got) - Date.parse(expected)) / 1000
  return Number.isFinite(seconds) && seconds !== 0 ? { code: 'shifted-time', context: { seconds } } : null
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.abs(b)
}

function whole(value: number): number | null {
  const rounded = Math.round(value)
  return Math.abs(rounded) <= 0xffffffff && Math.abs(value - rounded) < 1e-6 * Math.max(1, Math.abs(value)) ? rounded : null
}

/** The number that the same bytes make in the other order. */
function swapped(value: number, bits: number): number | null {
  if (value < 0 || value >= 2 ** bits) return null
  let turned = 0
  for (let rest = value, at = 0; at < bits; at += 8) {
    turned = turned * 256 + (rest % 256)
    rest = Math.floor(rest / 256)
  }
  return turned
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_\W]/g, '')
}

/** How many letters to put in, take out, change, or swap with the next (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? change) + 1 : change
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change, swap))
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
