import { flagOf } from '../../src/readings/flag.ts'
import type { Keeping, ReadingHistory, Sample, SampleQuery, Span, WindowValue } from '../../src/readings/history.ts'
import { firstDayKept, ruleFor } from '../../src/readings/keeping.ts'
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
import { WindowBuilder } from '../../src/readings/windows.ts'

const dayMs = 86_400_000
const pageSize = 100

type Owner = Pick<Reading, 'tenant' | 'service' | 'asset'>

/** Keeps readings as long as it lives, under the same rules as the real stores. */
export class MemoryReadingStore implements ReadingStore, ReadingHistory {
  readonly #readings = new Map<string, Reading>()
  readonly #kinds = new Map<string, string>()
  /** of days whose readings are gone */
  #days: (Owner & WindowValue & { name: string })[] = []

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
        (query.devices?.includes(reading.device) ?? true) &&
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

  async *samples(scope: ReadingScope, query: SampleQuery): AsyncIterable<readonly Sample[]> {
    const found = this.#within(scope, query).flatMap(({ time, device, channel, values, flags }): Sample[] => {
      const value = Object.hasOwn(values, query.name) ? values[query.name] : undefined
      return value === undefined ? [] : [{ time, device, channel, value, flag: flagOf(flags, query.name) }]
    })
    yield* pagesOf(found)
  }

  async windows(scope: ReadingScope, query: SampleQuery & { windowMs: number }): Promise<readonly WindowValue[]> {
    const windows = new WindowBuilder(query.windowMs)
    if (query.windowMs % dayMs === 0) {
      for (const { name, tenant, service, asset, ...day } of this.#days) {
        const whole = Date.parse(day.from) >= Date.parse(query.from) && Date.parse(day.from) + dayMs <= Date.parse(query.to)
        if (whole && name === query.name && isInScope(within(scope, query), { tenant, service, asset }, query.asset)) windows.put(day)
      }
    }
    for await (const samples of this.samples(scope, query)) for (const sample of samples) windows.add(sample)
    return windows.all()
  }

  async *times(scope: ReadingScope, query: Span & { tenant: string; asset: string }): AsyncIterable<readonly string[]> {
    yield* pagesOf([...new Set(this.#within(scope, query).map(({ time }) => time))])
  }

  async count(scope: ReadingScope, query: Partial<Span> & { tenant: string; asset: string }): Promise<number> {
    return this.#within(scope, query).length
  }

  async remove({ devices, from, to }: Span & { devices: readonly string[] }): Promise<void> {
    for (const [key, { device, time }] of this.#readings) {
      if (devices.includes(device) && isBetween(time, { from, to })) this.#readings.delete(key)
    }
    this.#days = this.#days.filter((day) => !(devices.includes(day.device) && isBetween(day.from, { from, to })))
  }

  async expire(rules: readonly Keeping[], now: Date): Promise<void> {
    const isOld = (owner: Owner, time: string, kind: 'readings' | 'daily') => {
      const first = firstDayKept(ruleFor(rules, owner)?.[kind], now)
      return first !== null && Date.parse(time) < first * dayMs
    }
    const old = [...this.#readings].filter(([, reading]) => isOld(reading, reading.time, 'readings'))
    const sorted = old.sort(([, a], [, b]) => comparePositions(positionOf(a), positionOf(b)))
    for (const [key, { tenant, service, asset, time, device, channel, values }] of sorted) {
      for (const [name, value] of Object.entries(values)) {
        const day = new WindowBuilder(dayMs)
        day.add({ time, device, channel, value, flag: null })
        this.#days.push(...day.all().map((window) => ({ ...window, tenant, service, asset, name })))
      }
      this.#readings.delete(key)
    }
    this.#days = this.#days.filter((day) => !isOld(day, day.from, 'daily'))
  }

  #within(scope: ReadingScope, query: Partial<Span> & { tenant: string; asset: string }): Reading[] {
    return [...this.#readings.values()]
      .filter((reading) => isInScope(within(scope, query), reading, query.asset) && isBetween(reading.time, query))
      .sort(compareReadings('oldest first'))
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

function* pagesOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += pageSize) yield all.slice(at, at + pageSize)
}

function isBetween(time: string, { from, to }: Partial<Span>): boolean {
  const ms = Date.parse(time)
  return (from === undefined || ms >= Date.parse(from)) && (to === undefined || ms < Date.parse(to))
}

/** What is left of the scope in one tenant. */
function within(scope: ReadingScope, { tenant }: { tenant: string }): ReadingScope {
  return scope.tenant === null || scope.tenant === tenant ? { ...scope, tenant } : { ...scope, assets: [] }
}

function isInScope(scope: ReadingScope, reading: Owner, asset: string | undefined): boolean {
  return (
    (scope.tenant === null || scope.tenant === reading.tenant) &&
    (scope.services === null || scope.services.includes(reading.service)) &&
    (scope.assets === null || scope.assets.includes(reading.asset)) &&
    (asset === undefined || asset === reading.asset)
  )
}
