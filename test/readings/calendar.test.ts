import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { windowingOf, windowsWithin } from '../../src/readings/calendar.ts'

const windows = (from: string, to: string, text: string, zone = 'Europe/Paris') =>
  windowsWithin({ from: Date.parse(from), to: Date.parse(to) }, windowingOf(text, zone)).map((one) => [
    new Date(one.from).toISOString(),
    new Date(one.to).toISOString(),
  ])

describe('windows', () => {
  test('of milliseconds are counted from 1970, whole', () => {
    expect(windows('2026-11-22T06:20:00Z', '2026-11-22T07:40:00Z', '30m')).toEqual([
      ['2026-11-22T06:00:00.000Z', '2026-11-22T06:30:00.000Z'],
      ['2026-11-22T06:30:00.000Z', '2026-11-22T07:00:00.000Z'],
      ['2026-11-22T07:00:00.000Z', '2026-11-22T07:30:00.000Z'],
      ['2026-11-22T07:30:00.000Z', '2026-11-22T08:00:00.000Z'],
    ])
  })

  test('of days follow the clock of the zone: 25 hours when summer time ends, 23 when it begins', () => {
    expect(windows('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 'day')).toEqual([
      ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ])
    expect(windows('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 'day')).toEqual([
      ['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ])
  })

  test('of weeks begin on Monday, of months and years on the first', () => {
    expect(windows('2026-11-22T12:00:00Z', '2026-11-22T13:00:00Z', 'week')).toEqual([
      ['2026-11-15T23:00:00.000Z', '2026-11-22T23:00:00.000Z'],
    ])
    expect(windows('2026-02-10T00:00:00Z', '2026-03-02T00:00:00Z', 'month')).toEqual([
      ['2026-01-31T23:00:00.000Z', '2026-02-28T23:00:00.000Z'],
      ['2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
    ])
    expect(windows('2026-02-10T00:00:00Z', '2026-02-11T00:00:00Z', 'year', 'UTC')).toEqual([
      ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ])
  })

  test('where midnight is skipped the day begins with its first moment', () => {
    const [day] = windows('2024-04-26T12:00:00Z', '2024-04-26T13:00:00Z', 'day', 'Africa/Cairo')
    expect(day).toEqual(['2024-04-25T22:00:00.000Z', '2024-04-26T21:00:00.000Z'])
  })

  test.for(['', '0m', '-1h', '1.5h', '1y', 'fortnight', '1h; drop', '99999999d'])('%j is no window', (text) => {
    expect(() => windowingOf(text, 'UTC')).toThrow(expect.objectContaining({ code: 'reading.bad-window' }))
  })

  test.for(['Paris', '', 'Europe/Tours'])('%j is no zone', (zone) => {
    expect(() => windowingOf('day', zone)).toThrow(expect.objectContaining({ code: 'reading.bad-zone' }))
  })

  test('too many are refused before they are made', () => {
    expect(() => windows('1970-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '1s')).toThrow(
      expect.objectContaining({ code: 'reading.too-many-windows' }),
    )
  })

  test('an empty stretch has none', () => {
    expect(windows('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'day')).toEqual([])
  })

  test('follow each other without a hole and cover the stretch', () => {
    const from = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2030, 0, 1) })
    fc.assert(
      fc.property(
        from,
        fc.integer({ min: 1, max: 40 * 86_400_000 }),
        fc.constantFrom('6h', '1d', 'day', 'week', 'month'),
        fc.constantFrom('Europe/Paris', 'UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia'),
        (start, length, text, zone) => {
          const found = windowsWithin({ from: start, to: start + length }, windowingOf(text, zone))
          expect(found[0]!.from).toBeLessThanOrEqual(start)
          expect(found.at(-1)!.to).toBeGreaterThanOrEqual(start + length)
          for (const [index, one] of found.slice(1).entries()) expect(one.from).toBe(found[index]!.to)
        },
      ),
    )
  })
})
