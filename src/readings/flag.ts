import type { Reading } from './reading.ts'

/** What is doubtful about this value, or null. */
export function flagOf(flags: Reading['flags'], name: string): string | null {
  return Object.hasOwn(flags, name) ? (flags[name] ?? null) : null
}
