import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Dates, readNumber, readPairs, readScalar } from '../../../src/provisioning/territory/cells.ts'
import { deviceRows } from '../../../src/provisioning/territory/device-rows.ts'
import { installationRows } from '../../../src/provisioning/territory/installation-rows.ts'
import { openTable } from '../../../src/provisioning/territory/table.ts'
import { ZonedTime } from '../../../src/provisioning/territory/zoned-time.ts'

const file = 'tours/water/x.csv'
const place = { tenant: 'tours', service: 'water', dates: new Dates(new ZonedTime('Europe/Paris')) }

const text = fc.string({ unit: fc.constantFrom('a', 'B', 'é', ' ', ',', ';', '"', "'", '1', '\t', '|'), maxLength: 8 })
const eui = fc.nat({ max: 0xffffff }).map((n) => `70b3d57ed0${n.toString(16).padStart(6, '0')}`)
const index = fc.integer({ min: -10_000_000, max: 10_000_000 }).map((n) => n / 1_000)
const row = fc.record({
  devEui: eui,
  name: text,
  site: text,
  index: fc.option(index),
  at: fc.date({ min: new Date('2000-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }),
})

const encodings = {
  'UTF-8': (all: string) => Buffer.from(all),
  'UTF-8 with a mark': (all: string) => Buffer.from(`\ufeff${all}`),
  'UTF-16LE': (all: string) => Buffer.from(`\ufeff${all}`, 'utf16le'),
  'Windows-1252': (all: string) => Buffer.from(all, 'latin1'),
}
const writing = fc.record({
  separator: fc.constantFrom(',', ';', '\t', '|'),
  encoding: fc.constantFrom(...(Object.keys(encodings) as (keyof typeof encodings)[])),
  end: fc.constantFrom('\r\n', '\n', '\r'),
  quoteAll: fc.boolean(),
  comma: fc.boolean(),
  capitals: fc.boolean(),
  says: fc.boolean(),
})

/** As a spreadsheet or a program may write it. */
function written(columns: readonly string[], rows: readonly (readonly string[])[], how: Writing): Buffer {
  const { separator, end, quoteAll, encoding, says } = how
  const cell = (one: string) => (quoteAll || one.includes(separator) || /["\r\n]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one)
  const lines = [columns, ...rows].map((cells) => cells.map(cell).join(separator))
  return encodings[encoding]([...(says ? [`sep=${separator}`] : []), ...lines, ''].join(end))
}
type Writing = typeof writing extends fc.Arbitrary<infer T> ? T : never

/** What a cell means: spaces around it and control characters are nothing. */
const meant = (one: string) => one.trim().replace(/\p{Cc}+/gu, ' ')

describe('the same table, however it is written', () => {
  test('devices', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), writing, (rows, how) => {
        const cells = rows.map(({ devEui, name }) => [
          how.capitals ? devEui.toUpperCase() : devEui,
          name,
          'acme/flow-2',
          `n=${name.replace(/[;=]/g, '')}x`,
        ])
        const { rows: read, refused } = deviceRows(
          openTable(written(['devEui', how.capitals ? 'NAME' : 'name', 'model', 'tags'], cells, how), file),
          place,
        )
        expect(refused).toEqual([])
        expect(read.map(({ devEui, name, model, tags }) => ({ devEui, name, model, tags }))).toEqual(
          rows.map(({ devEui, name }) => ({
            devEui,
            name: meant(name),
            model: 'acme/flow-2',
            tags: { n: meant(`${name.replace(/[;=]/g, '')}x`) },
          })),
        )
        expect(read.map(({ source }) => source.line)).toEqual(rows.map((_, at) => at + (how.says ? 3 : 2)))
      }),
    )
  })

  test('installations', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), writing, (rows, how) => {
        const number = (value: number | null) => (value === null ? '' : how.comma ? String(value).replace('.', ',') : String(value))
        const cells = rows.map(({ devEui, site, index: start, at }) => [site, devEui, `A-${devEui}`, at.toISOString(), number(start)])
        const { rows: read, refused } = installationRows(
          openTable(written(['site', 'devEui', 'asset', 'date', 'startIndex'], cells, how), file),
          place,
        )
        // A first cell that begins with # makes a remark of its row; none here does.
        expect(refused).toEqual([])
        expect(read.map(({ devEui, site, from, startIndex }) => ({ devEui, site, from, startIndex }))).toEqual(
          rows.map(({ devEui, site, index: start, at }) => ({
            devEui,
            site: meant(site) === '' ? null : meant(site),
            from: at.toISOString(),
            // Nobody writes -0.
            startIndex: start === null ? null : start + 0,
          })),
        )
      }),
    )
  })
})

describe('numbers', () => {
  test.for([
    ['318.442', 318.442],
    ['318,442', 318.442],
    ['1 318,442', 1318.442],
    ['1\u202f318\u00a0442', 1318442],
    ['-0,5', -0.5],
    ['+7', 7],
  ] as const)('%s', ([cell, value]) => expect(readNumber(cell)).toEqual({ value }))

  test.for(['1.318,442', '1,318.442', '3.2E+05', '12 m³', '1 31', '', '٣', '0x10', 'Infinity'])(
    '%s is none that two people read alike',
    (cell) => {
      expect(readNumber(cell)).toMatchObject({ reason: 'number-malformed' })
    },
  )
})

describe('parameters of one cell', () => {
  test.for([
    ['pulse=10; inverted=vrai; unit=l', { pulse: 10, inverted: true, unit: 'l' }],
    ['code=0042;factor=1,5;', { code: '0042', factor: 1.5 }],
    ['{"pulse": 10, "label": "10"}', { pulse: 10, label: '10' }],
    ['', {}],
  ] as const)('%s', ([cell, value]) => expect(readPairs(cell, readScalar)).toEqual({ value }))

  test.for(['pulse', '=10', 'a=1; a=2', '{"a": {"b": 1}}', '{"a": null}', '{"a": 1', '[1]'])('%s is refused', (cell) => {
    expect(readPairs(cell, readScalar)).toEqual({ reason: 'pairs-malformed' })
  })
})
