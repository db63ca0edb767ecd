import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Aggregate } from '../../src/readings/aggregate.ts'
import { windowingOf } from '../../src/readings/calendar.ts'
import type { Reading } from '../../src/readings/reading.ts'
import { seriesOf } from '../../src/readings/series.ts'
import { MemoryReadingStore } from '../fakes/memory-reading-store.ts'
import { aReading, everything, minute } from '../support/reading-builder.ts'

const counter = { installation: 'a', modulus: null, smallStep: 0.1 }

async function series(
  readings: readonly Reading[],
  aggregate: Aggregate,
  window = '1h',
  parts: { name?: string; from?: number; to?: number; zone?: string } = {},
) {
  const store = new MemoryReadingStore()
  await store.write(readings)
  return seriesIn(store, aggregate, window, parts)
}

async function seriesIn(
  store: MemoryReadingStore,
  aggregate: Aggregate,
  window: string,
  { name = 'volume', from = 0, to = 180, zone = 'UTC' }: { name?: string; from?: number; to?: number; zone?: string } = {},
) {
  const query = { tenant: 'tours', asset: 'w-7f3k2m9q', name, from: minute(from), to: minute(to) }
  return seriesOf(store, everything, { ...query, aggregate, windowing: windowingOf(window, zone), facts: () => counter })
}
const volumes = (...values: [number, number][]) => values.map(([at, volume]) => aReading({ time: minute(at), values: { volume } }))

describe('series', () => {
  test.for<[Aggregate, (number | null)[]]>([
    ['mean', [20, null, 5]],
    ['min', [10, null, 5]],
    ['max', [30, null, 5]],
    ['sum', [60, null, 5]],
    ['count', [3, 0, 1]],
    ['first', [10, null, 5]],
    ['last', [20, null, 5]],
  ])('%s of each window, holes told', async ([aggregate, expected]) => {
    const { points } = await series(volumes([1, 10], [2, 30], [59, 20], [120, 5]), aggregate)
    expect(points.map(({ value }) => value)).toEqual(expected)
    expect(points.map(({ from, to, count }) => [from, to, count])).toEqual([
      [minute(0), minute(60), 3],
      [minute(60), minute(120), 0],
      [minute(120), minute(180), 1],
    ])
  })

  test('consumption counts where the later index was read', async () => {
    const { points, steps } = await series(volumes([10, 100], [50, 101], [70, 103], [130, 104]), 'consumption')
    expect(points.map(({ value }) => value)).toEqual([1, 2, 1])
    expect(steps).toEqual({ start: 1, reset: 0, rollover: 0, backflow: 0 })
  })

  test('states have a first and a last, and no mean', async () => {
    const readings = ['on', 'off'].map((lampState, at) => aReading({ time: minute(at), values: { lampState } }))
    expect((await series(readings, 'last', '1h', { name: 'lampState', to: 60 })).points[0]).toMatchObject({ value: 'off', count: 2 })
    expect((await series(readings, 'mean', '1h', { name: 'lampState', to: 60 })).points[0]).toMatchObject({ value: null })
  })

  test('calendar days of a zone', async () => {
    const { points } = await series(volumes([-61, 1], [-59, 3], [1379, 6], [1381, 10]), 'consumption', 'day', {
      ...{ from: -60, to: 2820, zone: 'Europe/Paris' },
    })
    expect(points.map(({ from, value }) => [from, value])).toEqual([
      [minute(-60), 3],
      [minute(1380), 4],
    ])
  })

  test('days whose readings have expired are told by what is kept of them', async () => {
    const store = new MemoryReadingStore()
    await store.write(volumes([-2000, 100], [-1500, 110], [10, 130], [20, 135]))
    await store.expire([{ tenant: null, service: null, readings: 0, daily: null }], new Date(minute(100)))
    const days = await seriesIn(store, 'consumption', 'day', { from: -2880, to: 1440, zone: 'Europe/Paris' })
    expect(days.fromDays).toBe(true)
    expect(days.points.reduce((sum, { value }) => sum + Number(value), 0)).toBe(35)
    expect((await seriesIn(store, 'consumption', '1d', { from: -2880, to: 1440 })).points.map(({ value }) => value)).toEqual([10, null, 25])
  })

  test('an empty span has no points', async () => {
    expect((await series(volumes([1, 1]), 'mean', '1h', { from: 10, to: 10 })).points).toEqual([])
  })

  test('windows of any width have the same sum, count and consumption', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2879 }), fc.integer({ min: 0, max: 1000 })), { maxLength: 40 }),
        async (all) => {
          const readings = volumes(...all)
          for (const aggregate of ['sum', 'count', 'consumption'] as const) {
            const totals = []
            for (const window of ['15m', '1h', 'day']) {
              const { points } = await series(readings, aggregate, window, { to: 2880 })
              totals.push(points.reduce((sum, { value }) => sum + Number(value), 0))
            }
            // Days are told by their first and last index: a reset within a day is not seen there.
            if (aggregate === 'consumption') totals.pop()
            expect(new Set(totals).size).toBe(1)
          }
        },
      ),
      { numRuns: 50 },
    )
  })
})
