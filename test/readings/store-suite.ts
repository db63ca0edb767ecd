import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Reading } from '../../src/readings/reading.ts'
import { compareReadings } from '../../src/readings/reading-order.ts'
import type { ReadingQuery, ReadingScope, ReadingStore } from '../../src/readings/reading-store.ts'
import { aReading, everything, minute } from '../support/reading-builder.ts'
import { randomReadings } from './random-readings.ts'

/** How the suite gets at one kind of store. */
export interface StoreUnderTest {
  /** a started store that holds nothing */
  empty: () => Promise<ReadingStore>
  /** stops this store and starts another on the same data; left out where nothing outlives the store */
  again?: (store: ReadingStore) => Promise<ReadingStore>
  /** how many random sets of readings are written, each into an empty store */
  runs: number
}

const byKey = (readings: readonly Reading[]) => [...readings].sort(compareReadings('oldest first'))

async function all(store: ReadingStore, scope: ReadingScope = everything, query: Partial<ReadingQuery> = {}): Promise<Reading[]> {
  const found: Reading[] = []
  let cursor: string | null = null
  do {
    const page = await store.list(scope, { order: 'oldest first', limit: 1000, ...query, ...(cursor === null ? {} : { cursor }) })
    found.push(...page.readings)
    cursor = page.cursor
  } while (cursor !== null)
  return found
}

/** What every store does alike; registers its tests under the caller's `describe`. */
export function describeStore({ empty, again, runs }: StoreUnderTest): void {
  describe('writing', () => {
    test('gives back every member of a reading', async () => {
      const store = await empty()
      const reading = aReading({
        quality: 'suspect',
        flags: { temperature: 'out-of-range', time: 'shifted' },
        values: { volume: 318.442, temperature: -81.4, leak: true, tamper: false, lampState: 'on', count: 3 },
      })
      expect(await store.write([reading])).toEqual({ rejected: [] })
      expect(await all(store)).toEqual([reading])
    })

    test('keeps what is not known as not known', async () => {
      const store = await empty()
      const reading = aReading({
        values: {},
        radio: { gateways: 0, gateway: null, rssi: null, snr: null, spreadingFactor: null, margin: null },
      })
      await store.write([reading])
      expect(await all(store)).toEqual([reading])
    })

    test('the same reading again changes nothing', async () => {
      const store = await empty()
      const readings = [aReading(), aReading({ time: minute(400), receivedAt: minute(401) })]
      await store.write([...readings, ...readings])
      await store.write(readings)
      expect(await all(store)).toEqual(readings)
      expect(await store.lastValues(everything, {})).toHaveLength(3)
    })

    test('a key written again takes the newer values', async () => {
      const store = await empty()
      await store.write([aReading({ values: { volume: 1 } })])
      await store.write([aReading({ values: { volume: 2 }, quality: 'estimated' })])
      expect(await all(store)).toEqual([aReading({ values: { volume: 2 }, quality: 'estimated' })])
    })

    test('channels, devices and instants are apart', async () => {
      const store = await empty()
      const readings = [
        aReading({ channel: 'relay-1' }),
        aReading({ channel: 'relay-2' }),
        aReading({ device: '0018b20000001a2c', channel: 'relay-1' }),
        aReading({ time: '2026-11-22T06:00:00.001Z' }),
      ]
      await store.write(readings)
      expect(await all(store)).toEqual(byKey(readings))
    })

    test('families are apart and listed together', async () => {
      const store = await empty()
      const readings = [
        aReading(),
        aReading({ family: 'street-light', service: 'lighting', asset: 'L-Foch-014', device: '70b3d5e75e001234', values: { level: 80 } }),
      ]
      await store.write(readings)
      expect(await all(store)).toEqual(byKey(readings))
    })

    test.for<[string, string]>([
      ['spaces, commas, equals signs', 'a b, c=d '],
      ['quotes', `"double" 'single' \`back\``],
      ['accents', 'Forêt-près-du-Lièvre'],
      ['emoji', 'fuite 💧👩🏽‍🔧'],
      ['what looks like a comment or a type', '#42i'],
    ])('keeps %s in any text', async ([, odd]) => {
      const store = await empty()
      const reading = aReading({
        tenant: odd,
        service: odd,
        asset: odd,
        channel: odd,
        model: odd,
        values: { state: odd },
        flags: { state: odd },
      })
      expect(await store.write([reading])).toEqual({ rejected: [] })
      expect(await all(store)).toEqual([reading])
      expect(await all(store, { tenant: odd, services: [odd], assets: [odd] }, { asset: odd })).toEqual([reading])
      expect(await store.lastValues({ tenant: odd, services: [odd], assets: [odd] }, { asset: odd })).toMatchObject([
        { value: odd, flag: odd },
      ])
    })

    test.for(['\\', 'a\\', '\\ b', '\\"', '\\n', 'C:\\temp\\'])('keeps backslashes in states: %s', async (odd) => {
      const store = await empty()
      const reading = aReading({ model: odd, service: odd, values: { state: odd } })
      await store.write([reading])
      expect(await all(store, { tenant: null, services: [odd], assets: null })).toEqual([reading])
    })

    test.for([0, -1, 0.1, 1e21, 1.7976931348623157e308, 5e-324, 1e-7, 4294967296, 9007199254740991])(
      'keeps the number %d',
      async (volume) => {
        const store = await empty()
        await store.write([aReading({ values: { volume } })])
        expect((await all(store))[0]?.values).toEqual({ volume })
      },
    )
  })

  describe('rejecting', () => {
    test('a value that changes its kind is rejected, the others are stored', async () => {
      const store = await empty()
      await store.write([aReading({ time: minute(0), receivedAt: minute(0), values: { temperature: 8.5 } })])
      const good = Array.from({ length: 20 }, (_, index) => aReading({ time: minute(1 + index), values: { temperature: index } }))
      const bad = [
        aReading({ time: minute(100), values: { temperature: 'cold' } }),
        aReading({ time: minute(101), values: { temperature: true } }),
      ]
      const { rejected } = await store.write([...good.slice(0, 7), ...bad, ...good.slice(7)])
      expect(rejected.map((one) => one.reading)).toEqual(bad)
      for (const one of rejected) expect(one.reason).toMatch(/temperature/)
      expect(await all(store)).toHaveLength(21)
      expect(await store.lastValues(everything, {})).toMatchObject([{ name: 'temperature', value: 19 }])
    })

    test('within one write the first kind stands', async () => {
      const store = await empty()
      const readings = [aReading({ time: minute(1), values: { valve: 'open' } }), aReading({ time: minute(2), values: { valve: false } })]
      const { rejected } = await store.write(readings)
      expect(rejected.map((one) => one.reading)).toEqual([readings[1]])
      expect(await all(store)).toEqual([readings[0]])
    })

    test.for<[string, Partial<Reading>]>([
      ['a number that is none', { values: { volume: Number.NaN } }],
      ['an infinite number', { values: { volume: Number.POSITIVE_INFINITY } }],
      ['a name that is not a vocabulary name', { values: { 'a b': 1 } }],
      ['a name that the store needs', { values: { time: 1 } }],
      ['an asset with a backslash', { asset: 'a\\' }],
      ['an asset with a line end', { asset: 'a\nb' }],
      ['an empty tenant', { tenant: '' }],
      ['half a character', { values: { state: '\ud83d' } }],
      ['a time before 1970', { time: '1969-12-31T23:59:59.999Z' }],
      ['a time that is none', { time: 'yesterday' }],
    ])('%s is rejected with its reason, the others are stored', async ([, fault]) => {
      const store = await empty()
      const good = [aReading({ time: minute(1) }), aReading({ time: minute(2) })]
      const bad = aReading({ time: minute(3), ...fault })
      const { rejected } = await store.write([good[0]!, bad, good[1]!])
      expect(rejected).toEqual([{ reading: bad, reason: expect.stringMatching(/./) }])
      expect(await all(store)).toEqual(good)
    })
  })

  describe('listing', () => {
    test('orders by time whatever the order of writing', async () => {
      const store = await empty()
      const minutes = [1500, 3, 700, -60, 1441, 0, 1440, 2880]
      for (const at of minutes) await store.write([aReading({ time: minute(at), values: { volume: at } })])
      const sorted = [...minutes].sort((a, b) => a - b).map(minute)
      expect((await all(store)).map((reading) => reading.time)).toEqual(sorted)
      expect((await all(store, everything, { order: 'newest first' })).map((reading) => reading.time)).toEqual(sorted.reverse())
    })

    test('from is included, to is not', async () => {
      const store = await empty()
      await store.write([0, 10, 20, 1440].map((at) => aReading({ time: minute(at) })))
      expect((await all(store, everything, { from: minute(10), to: minute(1440) })).map((reading) => reading.time)).toEqual([
        minute(10),
        minute(20),
      ])
    })

    test('bounds beyond any calendar are all there is', async () => {
      const store = await empty()
      await store.write([aReading()])
      expect(await all(store, everything, { from: '0001-01-01T00:00:00.000Z', to: '9999-12-31T23:59:59.999Z' })).toEqual([aReading()])
      expect(await all(store, everything, { from: '9999-12-31T23:59:59.999Z' })).toEqual([])
      expect(await all(store, everything, { to: '0001-01-01T00:00:00.000Z' })).toEqual([])
    })

    test.for(['a\nb', 'a\0b', "' or 1=1 --", "a\\' or tenant = 'tours", '"', '\ud83d'])(
      'an asset asked for that nobody has is nothing: %j',
      async (asset) => {
        const store = await empty()
        await store.write([aReading()])
        expect(await all(store, everything, { asset })).toEqual([])
        expect(await store.lastValues({ tenant: 'tours', services: null, assets: null }, { asset })).toEqual([])
      },
    )

    test('of some devices only, whatever they served', async () => {
      const store = await empty()
      const [first, second, third] = ['0018b20000001a2b', '0018b20000001a2c', '0018b20000001a2d'] as const
      await store.write([
        aReading({ device: first, time: minute(1), asset: 'before' }),
        aReading({ device: first, time: minute(2), asset: 'after', channel: 'relay-1' }),
        aReading({ device: second, time: minute(1) }),
        aReading({ device: third, time: minute(3), family: 'street-light', values: { power: 3 } }),
      ])
      const found = await all(store, everything, { devices: [first, third], limit: 1 })
      expect(found.map(({ device, time }) => [device, time])).toEqual([
        [first, minute(1)],
        [first, minute(2)],
        [third, minute(3)],
      ])
      expect(await all(store, everything, { devices: [first], asset: 'after' })).toHaveLength(1)
      expect(await all(store, everything, { devices: [] })).toEqual([])
      expect(await all(store, everything, { devices: ['ffffffffffffffff'] })).toEqual([])
    })

    test('an asset keeps its history when its device is replaced', async () => {
      const store = await empty()
      const before = aReading({ time: minute(1) })
      const after = aReading({ time: minute(2), device: '24e1240000000001', model: 'milesight/em400-mud@1.0.0' })
      await store.write([before, after, aReading({ time: minute(3), asset: 'w-other' })])
      expect(await all(store, everything, { asset: 'w-7f3k2m9q' })).toEqual([before, after])
    })

    test.for(['oldest first', 'newest first'] as const)('pages hold each reading once, %s, many at one instant', async (order) => {
      const store = await empty()
      const readings = [0, 1, 1, 1, 1, 1, 1, 1, 2, 1440, 1440, 1440].map((at, index) =>
        aReading({
          time: minute(at),
          device: `0018b2000000000${(index * 7) % 12 > 9 ? 'a' : (index * 7) % 12}`,
          channel: index % 2 === 0 ? 'main' : 'second',
          family: index % 3 === 0 ? 'water-meter' : 'street-light',
        }),
      )
      await store.write(readings)
      for (const limit of [1, 2, 3, 5, 11, 12, 13]) {
        expect(await all(store, everything, { order, limit })).toEqual([...readings].sort(compareReadings(order)))
      }
    })

    test.for(['oldest first', 'newest first'] as const)('a device of two families is on both sides of a page, %s', async (order) => {
      const store = await empty()
      const readings = [aReading({ family: 'energy' }), aReading({ family: 'street-light' }), aReading({ family: 'water-meter' })]
      await store.write(readings)
      expect(await all(store, everything, { order, limit: 1 })).toEqual([...readings].sort(compareReadings(order)))
    })

    test('a page goes on where it was, whatever was written meanwhile', async () => {
      const store = await empty()
      const written = Array.from({ length: 10 }, (_, index) => aReading({ time: minute(index * 10) }))
      await store.write(written)
      const first = await store.list(everything, { order: 'newest first', limit: 4 })
      await store.write([aReading({ time: minute(1000) }), aReading({ time: minute(85) }), aReading({ time: minute(90), channel: 'b' })])
      const second = await store.list(everything, { order: 'newest first', limit: 100, cursor: first.cursor! })
      expect([...first.readings, ...second.readings]).toEqual([...written].reverse())
      expect(second.cursor).toBeNull()
    })

    test.for(['nonsense', '[9007199254740991,"a","b","c"]', '[-1,"a","b","c"]'])(
      'a cursor of someone else is refused: %s',
      async (text) => {
        const store = await empty()
        const cursor = Buffer.from(text).toString('base64url')
        await expect(store.list(everything, { order: 'oldest first', limit: 1, cursor })).rejects.toMatchObject({
          code: 'reading.cursor-unknown',
        })
      },
    )

    test('an empty store has an empty page', async () => {
      const store = await empty()
      expect(await store.list(everything, { order: 'newest first', limit: 10 })).toEqual({ readings: [], cursor: null })
      expect(await store.lastValues(everything, {})).toEqual([])
    })
  })

  describe('scope', () => {
    const readings = [
      aReading({ tenant: 'tours', service: 'water', asset: 'a', time: minute(1), device: '0018b20000000001' }),
      aReading({ tenant: 'tours', service: 'lighting', asset: 'b', time: minute(2), device: '0018b20000000002' }),
      aReading({ tenant: 'istres', service: 'water', asset: 'a', time: minute(3), device: '0018b20000000003' }),
    ]
    test.for<[string, ReadingScope, number[]]>([
      ['null is all', everything, [0, 1, 2]],
      ['a tenant sees its own', { tenant: 'tours', services: null, assets: null }, [0, 1]],
      ['another tenant sees nothing', { tenant: 'vichy', services: null, assets: null }, []],
      ['services', { tenant: null, services: ['water'], assets: null }, [0, 2]],
      ['assets', { tenant: null, services: null, assets: ['b', 'c'] }, [1]],
      ['all together', { tenant: 'tours', services: ['water', 'lighting'], assets: ['a', 'x'] }, [0]],
      ['no service is nothing', { tenant: null, services: [], assets: null }, []],
      ['no asset is nothing', { tenant: 'tours', services: null, assets: [] }, []],
    ])('%s', async ([, scope, expected]) => {
      const store = await empty()
      await store.write(readings)
      const visible = expected.map((index) => readings[index]!)
      expect(await all(store, scope)).toEqual(visible)
      const last = await store.lastValues(scope, {})
      expect(new Set(last.map((value) => `${value.tenant}/${value.asset}`))).toEqual(
        new Set(visible.map(({ tenant, asset }) => `${tenant}/${asset}`)),
      )
      expect(await all(store, scope, { asset: 'a' })).toEqual(visible.filter((reading) => reading.asset === 'a'))
    })
  })

  describe('last values', () => {
    test('the newest time of each name wins, late readings do not', async () => {
      const store = await empty()
      await store.write([
        aReading({ time: minute(10), values: { volume: 10, batteryVoltage: 3.6 }, flags: { batteryVoltage: 'out-of-range' } }),
        aReading({ time: minute(20), device: '24e1240000000001', values: { volume: 20, leak: false } }),
      ])
      await store.write([aReading({ time: minute(15), values: { volume: 15 }, flags: { volume: 'estimated' } })])
      const common = { tenant: 'tours', service: 'water', asset: 'w-7f3k2m9q' }
      expect(await store.lastValues(everything, { asset: 'w-7f3k2m9q' })).toEqual([
        { ...common, name: 'batteryVoltage', value: 3.6, time: minute(10), device: '0018b20000001a2b', flag: 'out-of-range' },
        { ...common, name: 'leak', value: false, time: minute(20), device: '24e1240000000001', flag: null },
        { ...common, name: 'volume', value: 20, time: minute(20), device: '24e1240000000001', flag: null },
      ])
      expect(await store.lastValues(everything, { asset: 'another' })).toEqual([])
    })
  })

  test('last values of a family outlive a repeat of another family at the same instant', async () => {
    const store = await empty()
    const lamp = aReading({ family: 'street-light', values: { level: 40 } })
    const energy = aReading({ family: 'energy', values: { power: 7 } })
    await store.write([{ ...lamp, time: minute(-10), values: { level: 10 } }, lamp, energy])
    await store.write([energy])
    expect((await store.lastValues(everything, {})).map(({ name, value }) => [name, value])).toEqual([
      ['level', 40],
      ['power', 7],
    ])
  })

  describe('last values written late', () => {
    test.for([
      ['with the same names', { volume: 15 }],
      ['with a name more', { volume: 15, temperature: 7 }],
    ] as const)('%s', async ([, values]) => {
      const store = await empty()
      await store.write([aReading({ time: minute(20), values: { volume: 20 } })])
      await store.write([aReading({ time: minute(15), values })])
      const volume = (await store.lastValues(everything, {})).find((value) => value.name === 'volume')
      expect(volume).toMatchObject({ value: 20, time: minute(20) })
    })
  })

  test('describes itself', async () => {
    const store = await empty()
    expect(await store.describe()).toEqual({
      kind: expect.stringMatching(/^(sqlite|influxdb[12]|memory)$/),
      version: expect.stringMatching(/./),
      detail: expect.stringMatching(/./),
    })
  })

  test.skipIf(again === undefined)('a restart keeps everything', async () => {
    const store = await empty()
    const readings = [aReading(), aReading({ time: minute(1500), family: 'street-light', values: { level: 40, lampState: 'on' } })]
    await store.write(readings)
    const later = await again!(store)
    expect(await all(later)).toEqual(readings)
    expect(await later.lastValues(everything, {})).toHaveLength(5)
    const { rejected } = await later.write([aReading({ time: minute(1501), family: 'street-light', values: { level: 'bright' } })])
    expect(rejected).toHaveLength(1)
  })

  test('any readings come back equal', async () => {
    await fc.assert(
      fc.asyncProperty(randomReadings, fc.integer({ min: 1, max: 50 }), async (readings, limit) => {
        const store = await empty()
        expect(await store.write(readings)).toEqual({ rejected: [] })
        expect(await all(store, everything, { limit })).toEqual(byKey(readings))
      }),
      { numRuns: runs },
    )
  })
}
