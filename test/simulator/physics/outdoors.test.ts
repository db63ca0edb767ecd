import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { day, hour, minute } from '../../../src/simulator/physics/calendar.ts'
import { riverLevel } from '../../../src/simulator/physics/river.ts'
import { type Program, type SwitchOrder, switchAt, takeOver } from '../../../src/simulator/physics/switched.ts'
import { watering, wateringProgram } from '../../../src/simulator/physics/watering.ts'
import { rainUntil, showers, weather } from '../../../src/simulator/physics/weather.ts'

const seeds = fc.nat(2 ** 32 - 1)
const times = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2036, 0, 1) })
const seedsOf = (count: number) => Array.from({ length: count }, (_, index) => index * 7919 + 1)

describe('rain', () => {
  test('its total never falls, and is all of its showers', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3), times, fc.integer({ min: 0, max: 3 * day }), (region, time, later) => {
        const fallen = rainUntil(region, time + later) - rainUntil(region, time)
        expect(fallen).toBeGreaterThanOrEqual(-1e-9)
        const between = showers(region, time + later, 6).filter((shower) => shower.time + shower.duration > time)
        expect(fallen).toBeLessThanOrEqual(between.reduce((sum, { millimetres }) => sum + millimetres, 0) + 1e-9)
      }),
    )
  })

  test('is about that of Touraine', () => {
    for (const region of seedsOf(10)) {
      const yearly = (rainUntil(region, Date.UTC(2029, 0, 1)) - rainUntil(region, Date.UTC(2025, 0, 1))) / 4
      expect(yearly).toBeGreaterThan(500)
      expect(yearly).toBeLessThan(950)
    }
  })
})

test('weather stays within its bounds, and stations of a region agree', () => {
  fc.assert(
    fc.property(seeds, seeds, times, (one, other, time) => {
      const [here, there] = [weather(5, one, time), weather(5, other, time)]
      expect(Math.abs(here.temperature - there.temperature)).toBeLessThan(2)
      expect(here.pressure).toBe(there.pressure)
      expect(here.humidity > 20 && here.humidity < 100).toBe(true)
      expect(here.windSpeed >= 0 && here.windSpeed < 15).toBe(true)
      expect(here.windDirection >= 0 && here.windDirection < 360).toBe(true)
      expect(here.pressure > 990 && here.pressure < 1040).toBe(true)
    }),
  )
})

describe('a river', () => {
  test('stays between its bed and its meadows, and no wave comes at once', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(1, 2, 3), times, (seed, region, time) => {
        const level = riverLevel(seed, region, time)
        expect(level > 0.1 && level < 4).toBe(true)
        expect(Math.abs(riverLevel(seed, region, time + 10 * minute) - level)).toBeLessThan(0.12)
      }),
    )
  })

  test('rises after a heavy shower, and has fallen again some days later where it stays dry', () => {
    const region = 5
    let waves = 0
    for (let time = Date.UTC(2026, 0, 1); time < Date.UTC(2028, 0, 1); time += day) {
      const [shower] = showers(region, time + day - 1, 0)
      const next = showers(region, time + 8 * day, 8).filter((one) => one.time > (shower?.time ?? 0))
      if (shower === undefined || shower.millimetres < 6 || next[0] === undefined) continue
      const dryUntil = next[0].time
      if (dryUntil - shower.time < 3 * day) continue
      waves += 1
      for (const seed of seedsOf(5)) {
        const levels = Array.from({ length: 72 }, (_, h) => riverLevel(seed, region, shower.time + h * hour))
        expect(Math.max(...levels)).toBeGreaterThan(levels[0]! + 0.05)
        expect(levels.at(-1)!).toBeLessThan(Math.max(...levels))
      }
    }
    expect(waves).toBeGreaterThan(0)
  })
})

describe('a switch', () => {
  /** on from 1 h to 2 h UTC of every other day */
  const program: Program = {
    key: 'test',
    plan: (index) =>
      index % 2 === 0 ? [{ from: Date.UTC(2024, 0, 1) + index * day + hour, to: Date.UTC(2024, 0, 1) + index * day + 2 * hour }] : [],
  }
  const orders = fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 20 * hour }),
      on: fc.boolean(),
      lasting: fc.option(fc.integer({ min: 0, max: 30 * hour })),
    }),
    { maxLength: 8 },
  )

  test('whatever is ordered, the time that it was on is what its states add up to', () => {
    fc.assert(
      fc.property(orders, (given) => {
        const start = Date.UTC(2026, 0, 1)
        const step = 10 * minute
        let order: SwitchOrder | undefined
        let [counted, due, index] = [0, start, 0]
        const before = switchAt(program, undefined, start).onTime
        for (let time = start; time < start + 8 * day; time += step) {
          while (index < given.length && due + given[index]!.after <= time) {
            const { on, lasting, after } = given[index]!
            due += after
            order = takeOver(program, order, { on, since: time, until: lasting === null ? null : time + Math.ceil(lasting / step) * step })
            index += 1
          }
          expect(switchAt(program, order, time).onTime - before).toBe(counted)
          if (switchAt(program, order, time).on) counted += step
        }
      }),
      { numRuns: 25 },
    )
  })

  test('an order without an end lasts until the program switches the next time', () => {
    const noon = Date.UTC(2026, 0, 1, 12)
    expect(takeOver(program, undefined, { on: true, since: noon, until: null }).until).toBe(Date.UTC(2026, 0, 2, 1))
  })
})

test('valves outside water in the season, those under glass all the year, and no other at all', () => {
  const waters = (seed: number, from: number) =>
    watering(seed, 3, from + 14 * day, undefined).volume - watering(seed, 3, from, undefined).volume
  const inWinter = seedsOf(40).filter((seed) => waters(seed, Date.UTC(2026, 11, 1)) > 0)
  expect(inWinter.length).toBeGreaterThan(8)
  expect(inWinter.length).toBeLessThan(28)
  for (const seed of seedsOf(40)) {
    const fortnight = waters(seed, Date.UTC(2026, 6, 1))
    expect(fortnight > 0.5 && fortnight < 25).toBe(true)
    for (let index = 900; index < 914; index++) {
      for (const { from, to } of wateringProgram(seed, 3).plan(index)) {
        expect(to - from).toBeLessThanOrEqual(45 * minute)
        expect(new Date(to).getUTCHours()).toBeLessThan(5)
      }
    }
  }
})
