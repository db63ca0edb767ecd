import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Attendance } from '../../src/readings/attendance.ts'

const hour = 3_600_000
const start = Date.UTC(2026, 10, 22)
const at = (hours: number) => new Date(start + hours * hour).toISOString()

function report(hours: readonly number[], { from = 0, to = 24 } = {}) {
  const attendance = new Attendance({ from: start + from * hour, to: start + to * hour, interval: hour })
  for (const one of hours) attendance.add(start + one * hour)
  return attendance.report()
}
const every = (count: number, offset = 0) => Array.from({ length: count }, (_, hours) => hours + offset)

describe('attendance', () => {
  test.for([0, 0.2, 0.5, 0.99])('a day of hourly readings, %f h after the hour, is whole', (offset) => {
    expect(report(every(24, offset))).toMatchObject({ received: 24, expected: 24, missing: 0, completeness: 1, gaps: [], gapCount: 0 })
  })

  test('a little early or late is none missing', () => {
    expect(report([0, 1.4, 2, 3.3, 4.1, 4.9], { to: 6 })).toMatchObject({ missing: 0, gaps: [] })
  })

  test('what did not come is a gap from the reading before to the one after', () => {
    expect(report([0, 1, 2, 6, 7], { to: 8 })).toEqual({
      ...{ from: at(0), to: at(8), received: 5, expected: 8, missing: 3, completeness: 5 / 8, gapCount: 1 },
      gaps: [{ from: at(2), to: at(6), missing: 3 }],
    })
  })

  test('what is missing at the beginning and at the end counts', () => {
    expect(report([5, 6, 7], { to: 12 })).toMatchObject({
      missing: 9,
      gaps: [
        { from: at(0), to: at(5), missing: 5 },
        { from: at(7), to: at(12), missing: 4 },
      ],
    })
  })

  test('nothing at all is one gap', () => {
    expect(report([])).toEqual({
      ...{ from: at(0), to: at(24), received: 0, expected: 24, missing: 24, completeness: 0, gapCount: 1 },
      gaps: [{ from: at(0), to: at(24), missing: 24 }],
    })
  })

  test('an empty span expects nothing', () => {
    expect(report([], { from: 3, to: 3 })).toMatchObject({ expected: 0, missing: 0, completeness: null, gaps: [] })
  })

  test('more than expected does not make up for a gap', () => {
    const quarters = every(49).map((quarter) => quarter / 4)
    expect(report(quarters, { to: 24 })).toMatchObject({ received: 49, expected: 24, missing: 11, completeness: 13 / 24 })
  })

  test('of very many gaps the longest are told, in order of time, and all are counted', () => {
    const hours = every(4000).map((index) => index * 3 + (index > 2000 ? 10 : 0))
    const found = report(hours, { to: hours.at(-1)! + 1 })
    expect(found).toMatchObject({ gapCount: 3999, missing: 3999 * 2 + 10 })
    expect(found.gaps).toHaveLength(1000)
    expect(found.gaps).toContainEqual({ from: at(6000), to: at(6013), missing: 12 })
    expect(found.gaps.map(({ from }) => from)).toEqual(found.gaps.map(({ from }) => from).sort())
  })

  test('whatever came, expected is what fits, and the parts add up', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 24 * 60 - 1 }), { maxLength: 60 }), (minutes) => {
        const found = report(minutes.sort((a, b) => a - b).map((minute) => minute / 60))
        expect(found.received).toBe(minutes.length)
        expect(found.missing).toBe(found.gaps.reduce((sum, { missing }) => sum + missing, 0))
        expect(found.missing).toBeLessThanOrEqual(found.expected)
        expect(found.completeness).toBeGreaterThanOrEqual(0)
        expect(found.completeness).toBeLessThanOrEqual(1)
      }),
    )
  })
})
