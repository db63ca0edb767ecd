import { describe, expect, test } from 'vitest'
import { durationOf, instantOf } from '../../src/commands/clock-time.ts'

const paris = 'Europe/Paris'

describe('clock times', () => {
  test.for([
    ['later today', '2026-11-22T16:00:00Z', '22:30', '2026-11-22T21:30:00.000Z'],
    ['tomorrow morning', '2026-11-22T21:00:00Z', '06:00', '2026-11-23T05:00:00.000Z'],
    ['now is the next day', '2026-11-22T05:00:00Z', '06:00', '2026-11-23T05:00:00.000Z'],
    ['over the change to winter time', '2026-10-24T20:00:00Z', '06:00', '2026-10-25T05:00:00.000Z'],
    ['over the change to summer time', '2026-03-28T20:00:00Z', '06:00', '2026-03-29T04:00:00.000Z'],
    ['a clock time that is skipped', '2026-03-28T20:00:00Z', '02:30', '2026-03-29T01:30:00.000Z'],
    ['a clock time that comes twice', '2026-10-24T20:00:00Z', '02:30', '2026-10-25T00:30:00.000Z'],
    ['as the French write it', '2026-11-22T16:00:00Z', '22h30', '2026-11-22T21:30:00.000Z'],
    ['a full time with its offset', '2026-11-22T16:00:00Z', '2026-11-23T06:00:00+01:00', '2026-11-23T05:00:00.000Z'],
  ] as const)('%s', ([, now, text, expected]) => {
    expect(instantOf(text, new Date(now), paris).toISOString()).toBe(expected)
  })

  test.for(['25:00', '6', 'tomorrow', '', '2026-13-01T00:00:00Z'])('"%s" is refused', (text) => {
    expect(() => instantOf(text, new Date(), paris)).toThrow('no time')
  })
})

describe('durations', () => {
  test.for([
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['1h30', 5_400_000],
    ['2h15m', 8_100_000],
    ['2d', 172_800_000],
    ['1d12h', 129_600_000],
    ['1d1h30', 91_800_000],
    ['PT1H30M', 5_400_000],
  ] as const)('%s', ([text, expected]) => {
    expect(durationOf(text)).toBe(expected)
  })

  test.for(['0m', '5', '', '-1h', '1d5', '0d', 'soon', 'PT0S'])('"%s" is refused', (text) => {
    expect(() => durationOf(text)).toThrow('no duration')
  })
})
