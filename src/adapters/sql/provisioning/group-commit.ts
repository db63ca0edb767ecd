interface Waiting<T> {
  item: T
  resolve: () => void
  reject: (error: unknown) => void
}

interface Options<T> {
  /** writes all of them in one transaction, or none */
  write: (items: readonly T[]) => Promise<void>
  /** of one transaction */
  most: number
  /** whether what it failed of concerns one item, and not all of them; then each is tried by itself */
  isOfOne: (error: unknown) => boolean
}

/**
 * Makes one transaction of all that waits together: the disk is waited for once. One transaction at a time, in the order of the calls;
 * a call resolves once its transaction is committed.
 */
export class GroupCommit<T> {
  readonly #options: Options<T>
  #waiting: Waiting<T>[] = []
  #isWriting = false

  constructor(options: Options<T>) {
    this.#options = options
  }

  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      if (!this.#isWriting) void this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      // What is called in the same turn of the loop goes together, and the rest of the program has its turn too.
      await new Promise<void>((resolve) => setImmediate(resolve))
      const group = this.#waiting.splice(0, this.#options.most)
      await this.#write(group)
    }
    this.#isWriting = false
  }

  async #write(group: readonly Waiting<T>[]): Promise<void> {
    try {
      await this.#options.write(group.map(({ item }) => item))
      for (const { resolve } of group) resolve()
    } catch (error) {
      if (group.length > 1 && this.#options.isOfOne(error)) for (const one of group) await this.#write([one])
      else for (const { reject } of group) reject(error)
    }
  }
}
