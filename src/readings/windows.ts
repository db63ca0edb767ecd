import type { Sample, WindowValue } from './history.ts'

/** A value as it counts in sums: booleans as 0 and 1; a state has no number. */
export function numberOf(value: Sample['value']): number | null {
  if (typeof value === 'string') return null
  return typeof value === 'boolean' ? Number(value) : value
}

/** Puts samples, oldest first, into windows of so many milliseconds since 1970, one per device and channel. */
export class WindowBuilder {
  readonly #windowMs: number
  readonly #windows = new Map<string, WindowValue>()

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  add({ time, device, channel, value }: Sample): void {
    const number = numberOf(value)
    if (number === null) return
    const from = new Date(Math.floor(Date.parse(time) / this.#windowMs) * this.#windowMs).toISOString()
    this.put({ from, device, channel, first: number, last: number, min: number, max: number, sum: number, count: 1 })
  }

  /** What came later of the same window; `from` need not be its start. */
  put(later: WindowValue): void {
    const from = new Date(Math.floor(Date.parse(later.from) / this.#windowMs) * this.#windowMs).toISOString()
    const key = `${from} ${later.device} ${later.channel}`
    const known = this.#windows.get(key)
    this.#windows.set(key, known === undefined ? { ...later, from } : merged(known, later))
  }

  /** By start, device and channel. */
  all(): WindowValue[] {
    return [...this.#windows.values()].sort(
      (a, b) => compare(a.from, b.from) || compare(a.device, b.device) || compare(a.channel, b.channel),
    )
  }
}

/** Two stretches of the same thing, one after the other. */
export function merged<T extends Omit<WindowValue, 'from' | 'device' | 'channel'>>(earlier: T, later: T): T {
  return {
    ...earlier,
    last: later.last,
    min: Math.min(earlier.min, later.min),
    max: Math.max(earlier.max, later.max),
    sum: earlier.sum + later.sum,
    count: earlier.count + later.count,
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
