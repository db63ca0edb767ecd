import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { Dates } from '../../../src/provisioning/territory/cells.ts'
import { ZonedTime } from '../../../src/provisioning/territory/zoned-time.ts'

/** Summer time, half hours, both hemispheres, the date line, and a day that one of them left out (Apia, 2011-12-30). */
const zones = ['Europe/Paris', 'UTC', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'Indian/Reunion']
const known = new Map(zones.map((zone) => [zone, new ZonedTime(zone)]))
const clock = fc.record({
  zone: fc.constantFrom(...zones),
  minutes: fc.integer({ min: 0, max: 366 * 24 * 60 }),
  year: fc.integer({ min: 1996, max: 2040 }),
})

describe('a clock time of a zone', () => {
  test('is the instant that Temporal gives, at changes to and from summer time too', () => {
    fc.assert(
      fc.property(clock, ({ zone, minutes, year }) => {
        const at = Date.UTC(year, 0, 1) + minutes * 60_000
        const plain = Temporal.PlainDateTime.from(new Date(at).toISOString().slice(0, 19))
        const here = known.get(zone)!
        expect(here.instantOf(at)).toBe(plain.toZonedDateTime(zone).epochMilliseconds)
      }),
      { numRuns: 3_000 },
    )
  })

  test.for([
    ['skipped in spring: an hour later', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
    ['twice in autumn: the first', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['before midnight of the change', '2026-10-24T23:59', '2026-10-24T21:59:00.000Z'],
  ] as const)('%s', ([, text, instant]) => {
    expect(new Dates(new ZonedTime('Europe/Paris')).read(text)).toEqual({ value: instant })
  })

  test('is written so that it is read back', () => {
    fc.assert(
      fc.property(clock, fc.integer({ min: 0, max: 86_399_999 }), ({ zone, minutes, year }, more) => {
        const time = new Date(Date.UTC(year, 0, 1) + minutes * 60_000 + (more % 3 === 0 ? more : 0)).toISOString()
        const dates = new Dates(known.get(zone)!)
        expect(dates.read(dates.write(time))).toEqual({ value: time })
      }),
    )
  })
})

describe('dates of a table', () => {
  const paris = new Dates(new ZonedTime('Europe/Paris'))
  test.for([
    ['2026-11-22', '2026-11-21T23:00:00.000Z'],
    ['22/11/2026', '2026-11-21T23:00:00.000Z'],
    ['22.11.2026', '2026-11-21T23:00:00.000Z'],
    ['2/7/2026', '2026-07-01T22:00:00.000Z'],
    ['22/11/2026 08:05', '2026-11-22T07:05:00.000Z'],
    ['22/11/2026 8h05', '2026-11-22T07:05:00.000Z'],
    ['2026-11-22T08:00', '2026-11-22T07:00:00.000Z'],
    ['2026-11-22 08:00:30', '2026-11-22T07:00:30.000Z'],
    ['2026-11-22T08:00:00Z', '2026-11-22T08:00:00.000Z'],
    ['2026-11-22T08:00:00.123456Z', '2026-11-22T08:00:00.123Z'],
    ['2026-11-22T08:00:00+05:30', '2026-11-22T02:30:00.000Z'],
    ['2026-11-22T08:00-0200', '2026-11-22T10:00:00.000Z'],
  ])('%s', ([text, instant]) => {
    expect(paris.read(text!)).toEqual({ value: instant })
  })

  test.for([
    '46348',
    '22/11/26',
    '11/22/2026',
    '2026-02-30',
    '2026-13-01',
    '2026-11-22T24:30',
    '2026-11-22T08:00+25:00',
    '1066-10-14',
    'demain',
  ])('%s is none', (text) => {
    expect(paris.read(text)).toEqual({ reason: 'date-malformed', facts: { written: text } })
  })
})
