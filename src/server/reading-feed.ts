import type { ReadingFeed } from '../api/ports.ts'
import type { Reading } from '../readings/reading.ts'
import type { ReadingStore } from '../readings/reading-store.ts'

/** Readings for those who watch them live, once they are stored. */
export class LiveFeed implements ReadingFeed {
  readonly #listeners = new Set<(reading: Reading) => void>()
  lastReadingAt: string | null = null

  subscribe(listener: (reading: Reading) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(readings: readonly Reading[]): void {
    for (const reading of readings) {
      if (this.lastReadingAt === null || reading.receivedAt > this.lastReadingAt) this.lastReadingAt = reading.receivedAt
      for (const listener of this.#listeners) listener(reading)
    }
  }

  /** The store's `write`, telling what was kept. */
  writing(store: Pick<ReadingStore, 'write'>): Pick<ReadingStore, 'write'> {
    return {
      write: async (readings) => {
        const result = await store.write(readings)
        const rejected = new Set(result.rejected.map(({ reading }) => reading))
        this.tell(readings.filter((reading) => !rejected.has(reading)))
        return result
      },
    }
  }
}
