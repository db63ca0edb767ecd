import type { Logger } from 'pino'
import type { ReadingFeed } from '../api/ports.ts'
import type { Reading } from '../readings/reading.ts'
import type { ReadingStore } from '../readings/reading-store.ts'

/** Readings for those who watch them live, once they are stored. */
export class LiveFeed implements ReadingFeed {
  readonly #listeners = new Set<(reading: Reading) => void>()
  readonly #logger: Logger
  /** by tenant slug */
  readonly #newest = new Map<string, string>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** When the network received the newest reading of a tenant, or of all (null); ISO 8601, null before the first since the start. */
  lastReadingAt(tenant: string | null): string | null {
    return (tenant === null ? [...this.#newest.values()].sort().at(-1) : this.#newest.get(tenant)) ?? null
  }

  subscribe(listener: (reading: Reading) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(readings: readonly Reading[]): void {
    for (const reading of readings) {
      const { tenant, receivedAt } = reading
      if (receivedAt > (this.#newest.get(tenant) ?? '')) this.#newest.set(tenant, receivedAt)
      for (const listener of this.#listeners) this.#tellOne(listener, reading)
    }
  }

  /** Who watches must not hold up what is stored. */
  #tellOne(listener: (reading: Reading) => void, reading: Reading): void {
    try {
      listener(reading)
    } catch (error) {
      this.#listeners.delete(listener)
      this.#logger.error({ err: error }, 'live readings: a listener failed and gets no more')
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
