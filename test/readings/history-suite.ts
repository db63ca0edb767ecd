import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Keeping, ReadingHistory, Sample, SampleQuery, Span } from '../../src/readings/history.ts'
import type { Reading, Value } from '../../src/readings/reading.ts'
import type { ReadingScope, ReadingStore } from '../../src/readings/reading-store.ts'
import { aReading, everything, minute } from '../support/reading-builder.ts'

/** How the suite gets at one kind of store. */
export interface HistoryUnderTest {
  /** a started store that holds nothing */
  empty: () => Promise<ReadingStore & ReadingHistory>
  /** days are kept beside the readings and outlive them */
  keepsDays: boolean
  /** how many random sets of readings are written, each into an empty store */
  runs: number
}

const asset = 'w-7f3k2m9q'
const other = '24e1240000000001'
const always: Span = { from: '1970-01-01T00:00:00.000Z', to: '2199-01-01T00:00:00.000Z' }
const dayMs = 86_400_000

function volume(at: number, value: Value, parts: Partial<Reading> = {}): Reading {
  return aReading({ time: minute(at), receivedAt: minute(at), values: { volume: value }, ...parts })
}

function query(parts: Partial<SampleQuery> = {}): SampleQuery {
  return { tenant: 'tours', asset, name: 'volume', ...always, ...parts }
}

async function gathered<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(...page)
  return all
}

async function samples(store: ReadingHistory, parts: Partial<SampleQuery> = {}, scope: ReadingScope = everything): Promise<Sample[]> {
  return gathered(store.samples(scope, query(parts)))
}

async function times(store: ReadingHistory, span: Span = always): Promise<string[]> {
  return gathered(store.times(everything, { tenant: 'tours', asset, ...span }))
}

/** What every store tells alike of what was measured over time; registers its tests under the caller's `describe`. */
export function describeHistory({ empty, keepsDays, runs }: HistoryUnderTest): void {
  describe('samples', () => {
    test('of one measurement, oldest first, with what is doubtful about them', async () => {
      const store = await empty()
      await store.write([volume(1500, 3), volume(2, 1, { flags: { volume: 'out-of-range', time: 'shifted' } }), volume(700, 2)])
      await store.write([aReading({ time: minute(5), values: { temperature: 4 } })])
      const common = { device: '0018b20000001a2b', channel: 'main' }
      expect(await samples(store)).toEqual([
        { ...common, time: minute(2), value: 1, flag: 'out-of-range' },
        { ...common, time: minute(700), value: 2, flag: null },
        { ...common, time: minute(1500), value: 3, flag: null },
      ])
    })

    test.for<[string, Value[]]>([
      ['numbers', [0, -0.1, 1e21]],
      ['booleans', [true, false]],
      ['states', ['on', 'off', 'l’été']],
    ])('%s', async ([, values]) => {
      const store = await empty()
      await store.write(values.map((value, index) => volume(index, value)))
      expect((await samples(store)).map(({ value }) => value)).toEqual(values)
    })

    test('from is included, to is not', async () => {
      const store = await empty()
      await store.write([0, 10, 20, 1440].map((at) => volume(at, at)))
      expect((await samples(store, { from: minute(10), to: minute(1440) })).map(({ value }) => value)).toEqual([10, 20])
      expect(await samples(store, { from: minute(20), to: minute(20) })).toEqual([])
      expect(await samples(store, { from: minute(20), to: minute(10) })).toEqual([])
    })

    test('of all devices and channels of the asset, and of no other', async () => {
      const store = await empty()
      await store.write([volume(1, 1), volume(1, 2, { device: other }), volume(2, 3, { channel: 'b' }), volume(3, 4, { asset: 'another' })])
      await store.write([volume(4, 5, { tenant: 'istres' })])
      expect((await samples(store)).map(({ device, channel, value }) => [device, channel, value])).toEqual([
        ['0018b20000001a2b', 'main', 1],
        [other, 'main', 2],
        ['0018b20000001a2b', 'b', 3],
      ])
    })

    test('what nobody measured is nothing', async () => {
      const store = await empty()
      await store.write([volume(1, 1)])
      for (const odd of ['flow', 'a b', '"', "' or 1=1 --", 'time', 'tenant', 'device', 'quality', '__proto__', '\ud83d'])
        expect(await samples(store, { name: odd })).toEqual([])
      for (const odd of ['nobody', '\\', "'", '\n', '"']) expect(await samples(store, { asset: odd })).toEqual([])
    })

    test.for<[string, ReadingScope, number]>([
      ['its tenant', { tenant: 'tours', services: null, assets: null }, 1],
      ['another tenant', { tenant: 'istres', services: null, assets: null }, 0],
      ['its service', { tenant: null, services: ['lighting', 'water'], assets: null }, 1],
      ['another service', { tenant: null, services: ['lighting'], assets: null }, 0],
      ['its asset', { tenant: 'tours', services: null, assets: ['x', asset] }, 1],
      ['another asset', { tenant: 'tours', services: null, assets: ['x'] }, 0],
      ['no asset', { tenant: 'tours', services: null, assets: [] }, 0],
    ])('a scope of %s', async ([, scope, expected]) => {
      const store = await empty()
      await store.write([volume(1, 1)])
      expect(await samples(store, {}, scope)).toHaveLength(expected)
      expect(await store.windows(scope, { ...query(), windowMs: dayMs })).toHaveLength(expected)
      expect(await store.windows(scope, { ...query(), windowMs: 1000 })).toHaveLength(expected)
      expect(await gathered(store.times(scope, query()))).toHaveLength(expected)
      expect(await store.count(scope, { tenant: 'tours', asset })).toBe(expected)
    })

    test('many, over many days, each once', async () => {
      const store = await empty()
      const all = Array.from({ length: 2500 }, (_, index) => volume(index * 37, index))
      for (let at = 0; at < all.length; at += 500) await store.write(all.slice(at, at + 500))
      expect((await samples(store)).map(({ value }) => value)).toEqual(all.map((_, index) => index))
      expect(await times(store)).toEqual(all.map(({ time }) => time))
    })

    test('what is written while they are read breaks nothing', async () => {
      const store = await empty()
      for (let day = 0; day < 5; day++) await store.write(Array.from({ length: 400 }, (_, at) => volume(day * 1440 + at, day)))
      let found = 0
      for await (const page of store.samples(everything, query())) {
        await store.write([volume(10 * 1440 + found, 9)])
        found += page.length
      }
      expect(found).toBeGreaterThanOrEqual(2000)
    })
  })

  describe('windows', () => {
    test('first, last, least, most, sum and count of each', async () => {
      const store = await empty()
      await store.write([volume(1, 10), volume(2, 30), volume(59, 20), volume(60, 40), volume(1440, 5)])
      const common = { device: '0018b20000001a2b', channel: 'main' }
      const one = (from: number, value: number) => ({
        ...common,
        from: minute(from),
        ...{ first: value, last: value, min: value, max: value, sum: value, count: 1 },
      })
      expect(await store.windows(everything, { ...query(), windowMs: 3_600_000 })).toEqual([
        { ...common, from: minute(0), first: 10, last: 20, min: 10, max: 30, sum: 60, count: 3 },
        one(60, 40),
        one(1440, 5),
      ])
      expect(await store.windows(everything, { ...query(), windowMs: dayMs })).toEqual([
        { ...common, from: minute(0), first: 10, last: 40, min: 10, max: 40, sum: 100, count: 4 },
        one(1440, 5),
      ])
    })

    test('windows of several days begin with 1970', async () => {
      const store = await empty()
      await store.write([volume(0, 1), volume(1440, 2), volume(2880, 3)])
      const windowMs = 2 * dayMs
      const start = new Date(Math.floor(Date.parse(minute(0)) / windowMs) * windowMs).toISOString()
      const found = await store.windows(everything, { ...query(), windowMs })
      expect(found[0]).toMatchObject({ from: start })
      expect(found.reduce((sum, window) => sum + window.sum, 0)).toBe(6)
      expect(found).toHaveLength(2)
    })

    test('by device and channel', async () => {
      const store = await empty()
      await store.write([volume(1, 1, { device: other }), volume(2, 2), volume(3, 3, { channel: 'b' })])
      for (const windowMs of [dayMs, 3_600_000]) {
        const found = await store.windows(everything, { ...query(), windowMs })
        expect(found.map(({ device, channel, sum }) => [device, channel, sum])).toEqual([
          ['0018b20000001a2b', 'b', 3],
          ['0018b20000001a2b', 'main', 2],
          [other, 'main', 1],
        ])
      }
    })

    test('booleans count, states do not', async () => {
      const store = await empty()
      await store.write([aReading({ time: minute(1), values: { leak: true, lampState: 'on' } })])
      await store.write([aReading({ time: minute(2), values: { leak: false, lampState: 'off' } })])
      for (const windowMs of [dayMs, 3_600_000]) {
        expect(await store.windows(everything, { ...query({ name: 'leak' }), windowMs })).toMatchObject([
          { first: 1, last: 0, sum: 1, count: 2 },
        ])
        expect(await store.windows(everything, { ...query({ name: 'lampState' }), windowMs })).toEqual([])
      }
    })

    test('days that are cut by the span count with what is inside', async () => {
      const store = await empty()
      await store.write([volume(10, 1), volume(700, 2), volume(1450, 4), volume(2000, 8), volume(2900, 16)])
      const found = await store.windows(everything, { ...query({ from: minute(600), to: minute(1500) }), windowMs: dayMs })
      expect(found.map(({ from, sum, count }) => [from, sum, count])).toEqual([
        [minute(0), 2, 1],
        [minute(1440), 4, 1],
      ])
    })

    test('late, repeated and corrected readings count once', async () => {
      const store = await empty()
      const days = async () =>
        (await store.windows(everything, { ...query(), windowMs: dayMs })).map(({ first, last, sum, count }) => [first, last, sum, count])
      await store.write([volume(10, 10), volume(20, 20)])
      expect(await days()).toEqual([[10, 20, 30, 2]])
      await store.write([volume(10, 10), volume(20, 20), volume(5, 1)])
      expect(await days()).toEqual([[1, 20, 31, 3]])
      await store.write([volume(20, 7)])
      expect(await days()).toEqual([[1, 7, 18, 3]])
    })

    test('are the sum of their samples, whatever was written', async () => {
      const value = fc.record({ at: fc.integer({ min: 0, max: 4000 }), value: fc.integer({ min: -50, max: 50 }), second: fc.boolean() })
      await fc.assert(
        fc.asyncProperty(fc.array(value, { maxLength: 60 }), fc.constantFrom(dayMs, 3_600_000, 900_000), async (all, windowMs) => {
          const store = await empty()
          await store.write(all.map(({ at, value, second }) => volume(at, value, { channel: second ? 'b' : 'main' })))
          const found = await store.windows(everything, { ...query(), windowMs })
          const expected = await samples(store)
          expect(found.reduce((sum, window) => sum + window.count, 0)).toBe(expected.length)
          for (const window of found) {
            const inside = expected.filter(
              ({ time, channel }) =>
                channel === window.channel && time >= window.from && Date.parse(time) < Date.parse(window.from) + windowMs,
            )
            const numbers = inside.map((sample) => Number(sample.value))
            expect(window).toMatchObject({ first: numbers[0], last: numbers.at(-1), min: Math.min(...numbers), max: Math.max(...numbers) })
            expect(window.sum).toBeCloseTo(numbers.reduce((sum, number) => sum + number, 0))
          }
        }),
        { numRuns: runs },
      )
    })
  })

  describe('instants', () => {
    test('each once, oldest first, whatever was measured', async () => {
      const store = await empty()
      await store.write([
        volume(5, 1),
        volume(5, 1, { channel: 'b' }),
        volume(1500, 2),
        aReading({ time: minute(1), values: { leak: true } }),
      ])
      await store.write([volume(2, 1, { asset: 'another' }), aReading({ time: minute(5), family: 'energy', values: { power: 1 } })])
      await store.write([aReading({ time: minute(7), values: {} })])
      expect(await times(store)).toEqual([minute(1), minute(5), minute(7), minute(1500)])
      expect(await times(store, { from: minute(5), to: minute(1500) })).toEqual([minute(5), minute(7)])
    })
  })

  describe('counting', () => {
    test('every reading of the asset in the span', async () => {
      const store = await empty()
      await store.write([0, 1, 1440, 3000].map((at) => volume(at, at)))
      await store.write([volume(1, 1, { channel: 'b' }), volume(1, 1, { asset: 'another', device: other })])
      const count = (span: Partial<Span> = {}) => store.count(everything, { tenant: 'tours', asset, ...span })
      expect(await count()).toBe(5)
      expect(await count({ from: minute(1) })).toBe(4)
      expect(await count({ to: minute(1) })).toBe(1)
      expect(await count({ from: minute(1), to: minute(3000) })).toBe(3)
      expect(await store.count(everything, { tenant: 'tours', asset: 'nobody' })).toBe(0)
    })
  })

  describe('removing', () => {
    test('takes out what these devices read in the span, and nothing else', async () => {
      const store = await empty()
      await store.write([10, 20, 30, 1450, 1460].map((at) => volume(at, at)))
      await store.write([volume(20, 7, { device: other }), volume(21, 8, { device: other, asset: 'another' })])
      await store.remove({ devices: ['0018b20000001a2b', 'ffffffffffffffff'], from: minute(20), to: minute(1460) })
      expect((await samples(store)).map(({ value }) => value)).toEqual([10, 7, 1460])
      expect(await store.count(everything, { tenant: 'tours', asset: 'another' })).toBe(1)
      const days = await store.windows(everything, { ...query(), windowMs: dayMs })
      expect(days.map(({ from, device, sum }) => [from, device, sum])).toEqual([
        [minute(0), '0018b20000001a2b', 10],
        [minute(0), other, 7],
        [minute(1440), '0018b20000001a2b', 1460],
      ])
    })

    test('the last value is the one before', async () => {
      const store = await empty()
      await store.write([volume(10, 10), volume(1450, 20), volume(1460, 30)])
      await store.remove({ devices: ['0018b20000001a2b'], from: minute(1440), to: minute(2880) })
      expect(await store.lastValues(everything, {})).toMatchObject([{ name: 'volume', value: 10, time: minute(10) }])
      await store.remove({ devices: ['0018b20000001a2b'], ...always })
      expect(await store.lastValues(everything, {})).toEqual([])
    })

    test('what is written afterwards counts, without the values of before', async () => {
      const store = await empty()
      await store.write([aReading({ time: minute(10), values: { volume: 1, temperature: 900 } })])
      await store.remove({ devices: ['0018b20000001a2b'], from: minute(10), to: minute(11) })
      await store.write([aReading({ time: minute(10), values: { volume: 2 } })])
      expect((await store.list(everything, { order: 'oldest first', limit: 10 })).readings.map(({ values }) => values)).toEqual([
        { volume: 2 },
      ])
      expect(await samples(store, { name: 'temperature' })).toEqual([])
      expect(await store.windows(everything, { ...query({ name: 'temperature' }), windowMs: dayMs })).toEqual([])
    })

    test('one device after the other, each written anew, loses nothing of the others', async () => {
      const store = await empty()
      const devices = ['0018b20000000001', '0018b20000000002', '0018b20000000003']
      const of = (device: string, value: number) => [10, 20, 30].map((at) => volume(at, value, { device }))
      for (const device of devices) await store.write(of(device, 1))
      for (const device of devices) {
        await store.remove({ devices: [device], ...always })
        expect(await store.count(everything, { tenant: 'tours', asset })).toBe(6)
        await store.write(of(device, 2))
      }
      expect((await samples(store)).map(({ value }) => value)).toEqual(Array.from({ length: 9 }, () => 2))
    })

    test('of no device, and of an empty span, is nothing', async () => {
      const store = await empty()
      await store.write([volume(10, 10)])
      await store.remove({ devices: [], ...always })
      await store.remove({ devices: ['0018b20000001a2b'], from: minute(11), to: minute(11) })
      expect(await samples(store)).toHaveLength(1)
    })
  })

  describe('keeping', () => {
    const keep = (readings: number | null, daily: number | null, parts: Partial<Keeping> = {}): Keeping => ({
      tenant: null,
      service: null,
      readings,
      daily,
      ...parts,
    })
    const now = new Date(minute(100 * 1440 + 600))

    test('what is older goes, what is not stays', async () => {
      const store = await empty()
      await store.write([volume(0, 1), volume(80 * 1440, 2), volume(99 * 1440, 3)])
      await store.expire([keep(10, null)], now)
      expect((await samples(store)).map(({ value }) => value)).toEqual([3])
      expect(await times(store)).toEqual([minute(99 * 1440)])
      expect(await store.count(everything, { tenant: 'tours', asset })).toBe(1)
    })

    test('no rule, or one without an end, takes nothing', async () => {
      const store = await empty()
      await store.write([volume(0, 1)])
      await store.expire([], now)
      await store.expire([keep(null, null)], now)
      expect(await samples(store)).toHaveLength(1)
    })

    test('the narrowest rule counts: tenant and service, tenant, service, all', async () => {
      const store = await empty()
      const readings = ['tours', 'istres'].flatMap((tenant) =>
        ['water', 'lighting'].map((service, index) =>
          volume(60 * 1440, 1, { tenant, service, asset: service, device: `0018b2000000000${index}`, channel: tenant }),
        ),
      )
      await store.write(readings)
      const rules = [
        keep(10, null),
        keep(null, null, { service: 'lighting' }),
        keep(50, null, { tenant: 'tours' }),
        keep(10, null, { tenant: 'tours', service: 'lighting' }),
      ]
      await store.expire(rules, now)
      const { readings: left } = await store.list(everything, { order: 'oldest first', limit: 10 })
      expect(left.map(({ tenant, service }) => `${tenant}/${service}`).sort()).toEqual(['istres/lighting', 'tours/water'])
      expect((await store.lastValues(everything, {})).map(({ tenant, service }) => `${tenant}/${service}`)).toEqual([
        'istres/lighting',
        'tours/water',
      ])
    })

    test.skipIf(!keepsDays)('days outlive their readings, and end at their own time', async () => {
      const store = await empty()
      await store.write([volume(0, 10), volume(5, 20), volume(80 * 1440, 30)])
      await store.expire([keep(1, 50)], new Date(minute(40 * 1440)))
      expect(await samples(store)).toHaveLength(1)
      const days = () => store.windows(everything, { ...query(), windowMs: dayMs })
      expect(await days()).toMatchObject([
        { from: minute(0), first: 10, last: 20, sum: 30, count: 2 },
        { from: minute(80 * 1440), sum: 30 },
      ])
      await store.expire([keep(1, 50)], now)
      expect(await days()).toMatchObject([{ from: minute(80 * 1440), sum: 30 }])
    })

    test.skipIf(!keepsDays)('a removal takes the days too', async () => {
      const store = await empty()
      await store.write([volume(0, 10)])
      await store.expire([keep(1, null)], now)
      await store.remove({ devices: ['0018b20000001a2b'], ...always })
      expect(await store.windows(everything, { ...query(), windowMs: dayMs })).toEqual([])
    })
  })
}
