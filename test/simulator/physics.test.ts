import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binFill } from '../../src/simulator/physics/bin.ts'
import { day, hour, minute } from '../../src/simulator/physics/calendar.ts'
import { waterUse } from '../../src/simulator/physics/household.ts'
import { between, noise, seedOf } from '../../src/simulator/physics/noise.ts'
import { soil } from '../../src/simulator/physics/soil.ts'
import { streetLight } from '../../src/simulator/physics/street-light.ts'
import { sunriseAndSunset } from '../../src/simulator/physics/sun.ts'
import { airTemperature, showers } from '../../src/simulator/physics/weather.ts'

const seeds = fc.nat(2 ** 32 - 1)
const times = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2036, 0, 1) })
const place = { latitude: 47.39, longitude: 0.69 }

describe('noise', () => {
  test('is spread evenly and depends on every key', () => {
    const drawn = Array.from({ length: 10_000 }, (_, i) => noise(37261, 1, i))
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length
    expect(mean).toBeCloseTo(0.5, 1)
    expect(Math.min(...drawn)).toBeLessThan(0.01)
    expect(Math.max(...drawn)).toBeGreaterThan(0.99)
    expect(new Set(drawn).size).toBeGreaterThan(9_990)
    expect(noise(1, 2, 3)).not.toBe(noise(1, 3, 2))
    expect(seedOf('a')).not.toBe(seedOf('b'))
  })

  test('stays between its bounds', () => {
    fc.assert(
      fc.property(seeds, fc.integer(), (seed, key) => {
        const value = between(-3, 5, seed, key)
        expect(value >= -3 && value < 5).toBe(true)
      }),
    )
  })
})

describe('a household', () => {
  test('its index never falls, and no hour is beyond a meter', () => {
    fc.assert(
      fc.property(seeds, times, fc.integer({ min: 0, max: 10 * day }), (seed, time, later) => {
        const used = waterUse(seed, time + later).volume - waterUse(seed, time).volume
        expect(used).toBeGreaterThanOrEqual(0)
        const inOneHour = waterUse(seed, time + hour).volume - waterUse(seed, time).volume
        expect(inOneHour).toBeLessThan(1)
      }),
      { numRuns: 500 },
    )
  })

  test('nights are still, but for a leak, which runs through all of them and is told after a day', () => {
    let leaks = 0
    // two of them with a leak in these days
    for (const seed of [1, 2, 3, 4, 5, 6, 20, 35]) {
      for (let d = 0; d < 60; d++) {
        const midnight = Date.UTC(2026, 9, 1) + d * day
        const hours = Array.from({ length: 24 }, (_, h) => midnight + h * hour)
        const drawn = hours.map((time) => waterUse(seed, time + hour).volume - waterUse(seed, time).volume)
        const told = hours.every((time) => waterUse(seed, time).leak)
        if (told) leaks++
        if (told) expect(Math.min(...drawn)).toBeGreaterThan(0.003)
        if (hours.every((time) => !waterUse(seed, time).leak && !waterUse(seed, time + day).leak))
          expect(Math.min(...drawn)).toBeLessThan(0.003)
      }
    }
    expect(leaks).toBeGreaterThan(0)
  })
})

describe('a bin', () => {
  test('stays between empty and full', () => {
    fc.assert(
      fc.property(seeds, times, (seed, time) => {
        const { fill } = binFill(seed, time)
        expect(fill >= 0 && fill <= 100).toBe(true)
      }),
    )
  })

  test('only fills until it is emptied, and is emptied within nine days', () => {
    fc.assert(
      fc.property(seeds, times, (seed, start) => {
        const steps = Array.from({ length: 9 * 24 * 4 }, (_, i) => binFill(seed, start + i * 15 * minute))
        const drops = steps.filter(({ fill }, i) => fill < (steps[i - 1]?.fill ?? 0) - 1e-9)
        expect(drops.length).toBeGreaterThan(0)
        for (const { fill, tilted } of drops) {
          expect(fill).toBeLessThan(15)
          expect(tilted).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('soil', () => {
  test('stays between dry and wet', () => {
    fc.assert(
      fc.property(seeds, seeds, times, (seed, region, time) => {
        const { moisture, temperature, conductivity } = soil(seed, region, time)
        expect(moisture > 8 && moisture < 46).toBe(true)
        expect(temperature > -15 && temperature < 40).toBe(true)
        expect(conductivity > 0 && conductivity < 0.1).toBe(true)
      }),
    )
  })

  test('dries between showers and gets wetter by one', () => {
    const region = 5
    const winter = Date.UTC(2026, 0, 10)
    const rain = showers(region, winter + 30 * day, 29)
    expect(rain.length).toBeGreaterThan(3)
    for (const [i, { time }] of rain.entries()) {
      expect(soil(1, region, time).moisture).toBeGreaterThan(soil(1, region, time - minute).moisture)
      const next = rain[i + 1]?.time ?? winter + 30 * day
      if (next - time > 2 * hour) expect(soil(1, region, next - minute).moisture).toBeLessThan(soil(1, region, time + hour).moisture)
    }
  })

  test('summers are warmer than winters', () => {
    expect(airTemperature(1, Date.UTC(2026, 6, 20, 14))).toBeGreaterThan(airTemperature(1, Date.UTC(2026, 0, 20, 14)) + 5)
  })
})

describe('the sun', () => {
  // Laon, computed with the NOAA equations: 21 June 03:37–19:55 UTC, 21 December 07:39–15:47 UTC.
  test.each([
    [Date.UTC(2026, 5, 21), 3 * 60 + 37, 19 * 60 + 55],
    [Date.UTC(2026, 11, 21), 7 * 60 + 39, 15 * 60 + 47],
  ])('rises and sets within ten minutes of the almanac', (midnight, rises, sets) => {
    const { sunrise, sunset } = sunriseAndSunset({ latitude: 49.564, longitude: 3.62 }, midnight + 9 * hour)
    expect(Math.abs((sunrise - midnight) / minute - rises)).toBeLessThan(10)
    expect(Math.abs((sunset - midnight) / minute - sets)).toBeLessThan(10)
  })
})

describe('a street light', () => {
  const at = (h: number, commanded: number | null = null) => streetLight(1, place, Date.UTC(2026, 10, 22, h), commanded)

  test('follows the night', () => {
    expect([3, 6, 12, 18, 23].map((h) => at(h).level)).toEqual([50, 100, 0, 100, 50])
    expect(at(18).power).toBeGreaterThan(1.5 * at(23).power)
    expect(at(12).power).toBeLessThan(2)
  })

  test('an order wins over the program, by day too', () => {
    expect(at(18, 30)).toMatchObject({ level: 30, source: 'manual', on: true })
    expect(at(18, 30).power).toBeLessThan(at(18).power)
    expect(at(12, 80)).toMatchObject({ level: 80, on: true })
    expect(at(18, 0)).toMatchObject({ level: 0, on: false })
  })

  test('its counters never fall and agree with its power', () => {
    fc.assert(
      fc.property(seeds, times, fc.integer({ min: 0, max: 3 * day }), (seed, time, later) => {
        const before = streetLight(seed, place, time, null)
        const after = streetLight(seed, place, time + later, null)
        const hours = later / hour
        expect(after.energy - before.energy).toBeGreaterThanOrEqual(0)
        expect(after.energy - before.energy).toBeLessThanOrEqual((hours * 78) / 1000 + 1e-6)
        expect(after.burningTime - before.burningTime).toBeLessThanOrEqual(hours * 3600 + 1e-3)
        expect(after.burningTime).toBeGreaterThanOrEqual(before.burningTime)
      }),
      { numRuns: 200 },
    )
  })

  test('burns about 4,100 hours a year', () => {
    const burnt =
      streetLight(1, place, Date.UTC(2027, 0, 1), null).burningTime - streetLight(1, place, Date.UTC(2026, 0, 1), null).burningTime
    expect(burnt / 3600).toBeGreaterThan(4000)
    expect(burnt / 3600).toBeLessThan(4500)
  })

  test('some lamps fail and are mended', () => {
    const failed = Array.from({ length: 400 }, (_, seed) => streetLight(seed, place, Date.UTC(2026, 10, 22, 19), null)).filter(
      (light) => light.failed,
    )
    expect(failed.length).toBeGreaterThan(0)
    expect(failed.length).toBeLessThan(40)
    for (const light of failed) expect(light.power).toBeLessThan(2)
  })
})
