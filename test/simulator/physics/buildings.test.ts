import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { day, hour, minute } from '../../../src/simulator/physics/calendar.ts'
import { electricity } from '../../../src/simulator/physics/electricity.ts'
import { isParked } from '../../../src/simulator/physics/parking.ts'
import { passages } from '../../../src/simulator/physics/passages.ts'
import { room } from '../../../src/simulator/physics/room.ts'
import { surveyor } from '../../../src/simulator/physics/survey.ts'

const seeds = fc.nat(2 ** 32 - 1)
const times = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2036, 0, 1) })
/** 23 November 2026; local midnight is 23 h UTC of the day before */
const monday = Date.UTC(2026, 10, 23) - hour
const everyHour = (from: number, days: number) => Array.from({ length: 24 * days }, (_, h) => from + h * hour)
const seedsOf = (count: number) => Array.from({ length: count }, (_, index) => index * 7919 + 1)
const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length

describe('a room', () => {
  test('is empty at night and at week ends, its air then that of outdoors', () => {
    for (const seed of seedsOf(20)) {
      for (const time of everyHour(monday, 7)) {
        const h = ((time - monday) / hour) % 24
        const off = time >= monday + 5 * day || h < 8 || h > 18.5
        if (off) expect(room(seed, 3, time).occupied).toBe(false)
        if (time >= monday + 5 * day + 12 * hour || h === 6) expect(room(seed, 3, time).co2).toBeLessThan(480)
      }
    }
  })

  test('its CO2 rises with use, rarely beyond 1,500 ppm, and never jumps', () => {
    const peaks = seedsOf(30).map((seed) => Math.max(...everyHour(monday, 5).map((time) => room(seed, 3, time).co2)))
    expect(Math.min(...peaks)).toBeGreaterThan(600)
    expect(Math.max(...peaks)).toBeLessThan(1700)
    fc.assert(
      fc.property(seeds, times, (seed, time) => {
        const [before, after] = [room(seed, 3, time), room(seed, 3, time + minute)]
        expect(Math.abs(after.co2 - before.co2)).toBeLessThan(60)
        expect(Math.abs(after.temperature - before.temperature)).toBeLessThan(0.6)
        expect(before.humidity > 25 && before.humidity < 75).toBe(true)
        expect(before.temperature > 15 && before.temperature < 32).toBe(true)
      }),
    )
  })

  test('is let down at night in winter', () => {
    for (const seed of seedsOf(10)) {
      const [night, noon] = [3, 12].map((h) => room(seed, 3, monday + day + h * hour).temperature)
      expect(noon! - night!).toBeGreaterThan(1.2)
    }
  })
})

describe('a parking place', () => {
  const share = (h: number, days: number) => mean(seedsOf(800).map((seed) => (isParked(seed, monday + days * day + h * hour) ? 1 : 0)))

  test('is mostly taken by day, less at night and on Sundays', () => {
    expect(share(11.3, 1)).toBeGreaterThan(0.85)
    expect(share(3, 1)).toBeGreaterThan(0.25)
    expect(share(3, 1)).toBeLessThan(0.45)
    expect(share(11.3, 6)).toBeLessThan(0.55)
  })

  test('cars come and go some times a day, and never at night', () => {
    const changes = (from: number, to: number) =>
      seedsOf(100).map((seed) => {
        const minutes = Array.from({ length: (to - from) / (5 * minute) }, (_, index) => isParked(seed, from + index * 5 * minute))
        return minutes.filter((parked, index) => index > 0 && parked !== minutes[index - 1]).length
      })
    expect(mean(changes(monday + 7 * hour, monday + 20 * hour))).toBeGreaterThan(2)
    expect(mean(changes(monday + 7 * hour, monday + 20 * hour))).toBeLessThan(12)
    expect(Math.max(...changes(monday + 20 * hour, monday + 31 * hour))).toBe(0)
  })
})

describe('a door', () => {
  test('its counts never fall, nobody leaves who has not entered, and all have left by midnight', () => {
    fc.assert(
      fc.property(seeds, times, fc.integer({ min: 0, max: 10 * day }), (seed, time, later) => {
        const [before, after] = [passages(seed, time), passages(seed, time + later)]
        expect(after.entered).toBeGreaterThanOrEqual(before.entered)
        expect(after.left).toBeGreaterThanOrEqual(before.left)
        expect(before.entered).toBeGreaterThanOrEqual(before.left)
      }),
    )
    for (const seed of seedsOf(20)) {
      const { entered, left } = passages(seed, monday + 2 * day)
      expect(entered).toBe(left)
    }
  })

  test('is closed on one day of the week, and busiest in the day', () => {
    for (const seed of seedsOf(20)) {
      const perDay = Array.from(
        { length: 7 },
        (_, d) => passages(seed, monday + (d + 1) * day).entered - passages(seed, monday + d * day).entered,
      )
      expect(perDay.filter((count) => count === 0)).toHaveLength(1)
      expect(mean(perDay)).toBeGreaterThan(200)
      expect(mean(perDay)).toBeLessThan(1500)
      const tuesday = monday + day
      expect(passages(seed, tuesday + 7 * hour).entered).toBe(passages(seed, tuesday).entered)
    }
  })
})

describe('a building’s electricity', () => {
  test('its counters never fall, grow each at its own hours, and agree with its power', () => {
    fc.assert(
      fc.property(seeds, times, fc.integer({ min: 1, max: 48 }), (seed, time, quarters) => {
        const [before, after] = [electricity(seed, time), electricity(seed, time + quarters * 15 * minute)]
        expect(after.energyT1).toBeGreaterThanOrEqual(before.energyT1)
        expect(after.energyT2).toBeGreaterThanOrEqual(before.energyT2)
      }),
    )
    for (const seed of seedsOf(10)) {
      const from = monday + 9 * hour
      const [before, after] = [electricity(seed, from), electricity(seed, from + hour)]
      expect(after.energyT2).toBe(before.energyT2)
      const mid = electricity(seed, from + hour / 2).power
      expect((after.energyT1 - before.energyT1) / (mid / 1000)).toBeGreaterThan(0.96)
      expect((after.energyT1 - before.energyT1) / (mid / 1000)).toBeLessThan(1.04)
      expect(electricity(seed, monday + 4 * hour).energyT1).toBe(electricity(seed, monday + hour).energyT1)
    }
  })

  test('takes more by day than at night, on Mondays than on Sundays, in January than in July', () => {
    const used = (seed: number, from: number, to: number) => {
      const [before, after] = [electricity(seed, from), electricity(seed, to)]
      return after.energyT1 + after.energyT2 - before.energyT1 - before.energyT2
    }
    for (const seed of seedsOf(10)) {
      expect(electricity(seed, monday + 11 * hour).power).toBeGreaterThan(1.5 * electricity(seed, monday + 3 * hour).power)
      expect(used(seed, monday, monday + day)).toBeGreaterThan(1.5 * used(seed, monday + 6 * day, monday + 7 * day))
      const [january, july] = [Date.UTC(2026, 0, 5), Date.UTC(2026, 6, 6)].map((from) => used(seed, from, from + 28 * day))
      expect(january! / july!).toBeGreaterThan(1.5)
    }
  })

  test('its phases make its power', () => {
    fc.assert(
      fc.property(seeds, times, (seed, time) => {
        const { power, phases } = electricity(seed, time)
        expect(phases.reduce((sum, phase) => sum + phase.power, 0)).toBeCloseTo(power, 6)
        for (const { voltage, current, powerFactor, power: own } of phases) {
          expect(voltage * current * powerFactor).toBeCloseTo(own, 6)
          expect(voltage > 220 && voltage < 245).toBe(true)
        }
      }),
    )
  })
})

test('a coverage tester is carried about on working days, and lies at its depot otherwise', () => {
  const depot = { latitude: 47.39, longitude: 0.69 }
  for (const seed of seedsOf(20)) {
    expect(surveyor(seed, depot, monday + 3 * hour)).toMatchObject(depot)
    expect(surveyor(seed, depot, monday + 6 * day + 12 * hour)).toMatchObject(depot)
    const walk = Array.from({ length: 9 * 60 }, (_, index) => surveyor(seed, depot, monday + 8 * hour + index * minute))
    const steps = walk
      .slice(1)
      .map((at, index) => 111_320 * Math.hypot(at.latitude - walk[index]!.latitude, 0.68 * (at.longitude - walk[index]!.longitude)))
    expect(Math.max(...steps)).toBeLessThan(140)
    expect(steps.reduce((sum, step) => sum + step, 0)).toBeGreaterThan(2000)
  }
})
