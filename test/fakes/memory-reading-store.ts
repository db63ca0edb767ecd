import { flagOf } from '../../src/readings/flag.ts'
import type { Reading } from '../../src/readings/reading.ts'
import { comparePositions, compareReadings, decodeCursor, newestValues, pageOf, positionOf } from '../../src/readings/reading-order.ts'
import type {
  LastValue,
  ReadingPage,
  ReadingQuery,
  ReadingScope,
  ReadingStore,
  RejectedReading,
  StoreDescription,
} from '../../src/readings/reading-store.ts'
import { storageFault } from '../../src/readings/storable.ts'

/** Keeps readings as long as it lives, under the same rules as the real stores. */
export class MemoryReadingStore implements ReadingStore {
  readonly #readings = new Map<string, Reading>()
  readonly #kinds = new Map<string, string>()

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async write(readings: readonly Reading[]): Promise<{ rejected: readonly RejectedReading[] }> {
    const rejected: RejectedReading[] = []
    for (const reading of readings) {
      const reason = storageFault(reading) ?? this.#kindConflict(reading)
      if (reason === null) this.#readings.set(JSON.stringify(positionOf(reading)), structuredClone(reading))
      else rejected.push({ reading, reason })
    }
    return { rejected }
  }

  async list(scope: ReadingScope, query: ReadingQuery): Promise<ReadingPage> {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor)
    const sign = query.order === 'oldest first' ? 1 : -1
    const found = [...this.#readings.values()].filter(
      (reading) =>
        isInScope(scope, reading, query.asset) &&
        (query.from === undefined || Date.parse(reading.time) >= Date.parse(query.from)) &&
        (query.to === undefined || Date.parse(reading.time) < Date.parse(query.to)) &&
        (after === null || sign * comparePositions(positionOf(reading), after) > 0),
    )
    const sorted = found.sort(compareReadings(query.order)).slice(0, query.limit + 1)
    return pageOf(structuredClone(sorted), query.limit)
  }

  async lastValues(scope: ReadingScope, query: { asset?: string }): Promise<readonly LastValue[]> {
    const visible = [...this.#readings.values()].filter((reading) => isInScope(scope, reading, query.asset))
    return newestValues(
      visible.flatMap(({ tenant, service, asset, time, device, channel, values, flags }) =>
        Object.entries(values).map(([name, value]) => ({
          ...{ tenant, service, asset, name, value, time, device, channel },
          flag: flagOf(flags, name),
        })),
      ),
    )
  }

  async describe(): Promise<StoreDescription> {
    return { kind: 'memory', version: '1', detail: `memory, ${this.#readings.size} readings` }
  }

  #kindConflict({ family, values }: Reading): string | null {
    for (const [name, value] of Object.entries(values)) {
      const known = this.#kinds.get(`${family}/${name}`)
      if (known !== undefined && known !== typeof value) return `value ${name} is a ${typeof value}, earlier readings have a ${known}`
    }
    for (const [name, value] of Object.entries(values)) this.#kinds.set(`${family}/${name}`, typeof value)
    return null
  }
}

function isInScope(scope: ReadingScope, reading: Reading, asset: string | undefined): boolean {
  return (
    (scope.tenant === null || scope.tenant === reading.tenant) &&
    (scope.services === null || scope.services.includes(reading.service)) &&
    (scope.assets === null || scope.assets.includes(reading.asset)) &&
    (asset === undefined || asset === reading.asset)
  )
}
