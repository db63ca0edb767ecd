const span = 10

/** How many a second of the last ten seconds. */
export class Rate {
  readonly #counts = new Array<number>(span + 1).fill(0)
  readonly #now: () => number
  readonly #since: number
  #second: number

  /** `now`: milliseconds */
  constructor(now: () => number) {
    this.#now = now
    this.#since = now()
    this.#second = Math.floor(this.#since / 1000)
  }

  count(): void {
    this.#turn()
    const at = this.#second % this.#counts.length
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
  }

  /** null: too early to tell */
  get perSecond(): number | null {
    this.#turn()
    const seconds = Math.min((this.#now() - this.#since) / 1000, span + (this.#now() / 1000 - this.#second))
    if (seconds < 1) return null
    return this.#counts.reduce((sum, count) => sum + count, 0) / seconds
  }

  /** Empties what is older than the span. */
  #turn(): void {
    const second = Math.floor(this.#now() / 1000)
    for (let next = Math.max(this.#second + 1, second - span); next <= second; next++) this.#counts[next % this.#counts.length] = 0
    this.#second = Math.max(this.#second, second)
  }
}
