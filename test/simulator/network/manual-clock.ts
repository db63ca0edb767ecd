import type { Clock } from '../../../src/simulator/network/clock.ts'

/** Stands still until it is moved; what is due then runs in the order of its time. */
export class ManualClock implements Clock {
  #now: number
  #waiting: { at: number; run: () => void }[] = []

  constructor(now = Date.UTC(2026, 10, 22, 6)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(milliseconds: number, run: () => void): () => void {
    const waiting = { at: this.#now + milliseconds, run }
    this.#waiting.push(waiting)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiting)
    }
  }

  /** Promises that hang on what ran are settled before and between timers. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    await new Promise((resolve) => setImmediate(resolve))
    for (let next = this.#nextUntil(end); next !== undefined; next = this.#nextUntil(end)) {
      this.#waiting = this.#waiting.filter((other) => other !== next)
      this.#now = next.at
      next.run()
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#now = end
  }

  #nextUntil(end: number): { at: number; run: () => void } | undefined {
    return this.#waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }
}
