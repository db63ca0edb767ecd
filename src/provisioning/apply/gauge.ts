/** How many are under way, and a wait until there are fewer. */
export class Gauge {
  #count = 0
  #fell = Promise.withResolvers<void>()

  /** Counts a piece of work until it ends, well or not. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#count++
    try {
      return await work()
    } finally {
      this.#count--
      this.#fell.resolve()
      this.#fell = Promise.withResolvers()
    }
  }

  async fewerThan(most: number): Promise<void> {
    while (this.#count >= most) await this.#fell.promise
  }
}
