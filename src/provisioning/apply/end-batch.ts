import type { StepEnd } from '../ports.ts'

/** Ends that are written at once, and how many milliseconds the first of them waits for the others. */
const most = 128
const wait = 100

/**
 * Writes ends by the dozen: a transaction costs much, and one step more in it little. A batch that is refused is written again one by
 * one, so that each end is told of itself.
 */
export class EndBatch {
  readonly #write: (ends: readonly StepEnd[]) => Promise<void>
  #waiting: StepEnd[] = []
  #written = Promise.withResolvers<void>()
  #timer: NodeJS.Timeout | null = null

  constructor(write: (ends: readonly StepEnd[]) => Promise<void>) {
    this.#write = write
  }

  /** Resolves when it is on disk. */
  async add(end: StepEnd): Promise<void> {
    this.#waiting.push(end)
    const written = this.#written.promise
    if (this.#waiting.length >= most) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), wait)
    try {
      await written
    } catch {
      await this.#write([end])
    }
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const [ends, written] = [this.#waiting, this.#written]
    this.#timer = null
    this.#waiting = []
    this.#written = Promise.withResolvers()
    this.#write(ends).then(written.resolve, written.reject)
  }
}
