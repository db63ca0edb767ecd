/** What was started, stopped in the other direction; one that fails to stop does not keep the others from it. */
export class Closing {
  readonly #stops: (() => Promise<unknown>)[] = []
  #closed: Promise<void> | null = null

  add(stop: () => Promise<unknown>): void {
    this.#stops.push(stop)
  }

  /** Starts a part and remembers to stop it; also one that fails half-way. */
  async after<T>(part: { start(): Promise<T>; stop(): Promise<unknown> }): Promise<T> {
    this.add(() => part.stop())
    return part.start()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const failures: unknown[] = []
    for (const stop of this.#stops.reverse()) {
      await stop().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }
}
