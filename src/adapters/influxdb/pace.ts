import { setTimeout as sleep } from 'node:timers/promises'

/** A server may ask for rest, but an hour of it is a mistake. */
const longestRest = 5 * 60_000

/** When the next write may begin. */
export class Pace {
  readonly #everyMs: number
  readonly #enough: number
  readonly #stop = new AbortController()
  #began = Number.NEGATIVE_INFINITY
  #rest = Number.NEGATIVE_INFINITY

  /** Writes of fewer than `enough` readings begin at least `everyMs` apart: what comes meanwhile is gathered by who sends it. */
  constructor({ everyMs, enough }: { everyMs: number; enough: number }) {
    this.#everyMs = everyMs
    this.#enough = enough
  }

  /** Resolves when a write of so many may begin; at once, once stopped. */
  async turn(count: number): Promise<void> {
    const gap = count >= this.#enough ? Number.NEGATIVE_INFINITY : this.#began + this.#everyMs
    const wait = Math.max(gap, this.#rest) - performance.now()
    if (wait > 0) await sleep(wait, undefined, { signal: this.#stop.signal }).catch(() => {})
    this.#began = performance.now()
  }

  /** The server wants to be left alone for so long (ms). */
  rest(ms: number): void {
    this.#rest = performance.now() + Math.min(ms, longestRest)
  }

  stop(): void {
    this.#stop.abort()
  }
}
