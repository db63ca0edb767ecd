import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCsv, toCsv } from '../../../src/formats/csv.ts'
import { reversedBytes } from '../../../src/lorawan/hex-text.ts'
import type { CheckedRow } from '../../../src/provisioning/suppliers/check-rows.ts'
import { reportLine } from '../../../src/provisioning/suppliers/report.ts'
import { imported } from '../../support/deliveries.ts'
import { workbook } from '../../support/xlsx.ts'

const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
/** Of one vendor, as a delivery's are; so that none looks reversed. */
const devEui = hex(10).map((rest) => `0018b2${rest}`)
const device = fc.record({
  devEui,
  joinEui: hex(16),
  appKey: hex(32),
  remark: fc.string({ unit: 'grapheme', maxLength: 20 }),
  serial: fc.nat().map(String),
})
const table = fc.uniqueArray(device, { minLength: 3, maxLength: 12, selector: (one) => one.devEui })
type Device = typeof device extends fc.Arbitrary<infer T> ? T : never

const titles = {
  devEui: ['DevEUI', 'dev_eui', 'Device EUI', 'Identifiant radio', 'Geräte-EUI'],
  joinEui: ['JoinEUI', 'AppEUI', 'App EUI', 'join_eui'],
  appKey: ['AppKey', 'Clé OTAA', 'Application Key', 'Anwendungsschlüssel'],
  remark: ['Remarque', 'Adresse', 'Bemerkung'],
  serial: ['N° de série', 'Serial', 'Seriennummer'],
} as const
type Column = keyof typeof titles
const columns = fc.shuffledSubarray(['devEui', 'joinEui', 'appKey', 'remark', 'serial'] as const, { minLength: 5 })
const named = fc.record(Object.fromEntries(Object.entries(titles).map(([column, names]) => [column, fc.constantFrom(...names)])))

const writings = [
  (digits: string) => digits,
  (digits: string) => digits.toUpperCase(),
  (digits: string) => pairs(digits).join(':'),
  (digits: string) => pairs(digits).join('-').toUpperCase(),
  (digits: string) => pairs(digits).join(' '),
  (digits: string) => `0x${digits}`,
]
const pairs = (digits: string) => digits.match(/../g) ?? []

const encodings = {
  'UTF-8': (text: string) => Buffer.from(text),
  'UTF-8 with a mark': (text: string) => Buffer.from(`\ufeff${text}`),
  'UTF-16LE': (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16BE': (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  // Of what the tests write, it is Latin-1.
  'Windows-1252': (text: string) => Buffer.from(text.replace(/[^\t\n\r -~\u00a0-\u00ff]/g, '?'), 'latin1'),
}

/** What must be the same, whatever the file looks like. */
const essence = (rows: readonly CheckedRow[]) =>
  rows.map(({ outcome, devEui, joinEui, device }) => ({
    outcome,
    devEui,
    joinEui,
    appKey: device?.keys.appKey?.revealHex(),
    serial: device?.serial,
  }))
const meant = (devices: readonly Device[]) =>
  devices.map(({ devEui, joinEui, appKey, serial }) => ({ outcome: 'accept', devEui, joinEui, appKey, serial }))
/** Random ones are drawn: neither weak nor twice the same, or the property says something else. */
const isPlain = (devices: readonly Device[]) =>
  new Set(devices.map(({ appKey }) => appKey)).size === devices.length &&
  devices.every(({ appKey, devEui }) => !/^(.{2,16})\1+$/.test(appKey) && !/^0+$/.test(devEui))

describe('the same table, however it is written', () => {
  test('any separator, encoding, quoting, line end, order of columns, writing of EUIs and keys', async () => {
    const look = fc.record({
      separator: fc.constantFrom(';', ',', '\t', '|'),
      encode: fc.constantFrom(...Object.values(encodings)),
      end: fc.constantFrom('\n', '\r\n', '\r'),
      isQuoted: fc.boolean(),
      write: fc.constantFrom(...writings),
      before: fc.constantFrom('', 'Bon de livraison', 'Lieferschein 4711;;;'),
    })
    await fc.assert(
      fc.asyncProperty(
        table.filter(isPlain),
        columns,
        named,
        look,
        async (devices, order, names, { separator, encode, end, isQuoted, write, before }) => {
          const written = (one: Device, column: Column) => (column === 'remark' || column === 'serial' ? one[column] : write(one[column]))
          const cell = (text: string) =>
            isQuoted || /["\r\n;,\t|]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
          const rows = [
            order.map((column) => names[column] ?? ''),
            ...devices.map((one) => order.map((column) => written(one, column).replaceAll('\0', ''))),
          ]
          const text = [...(before === '' ? [] : [before]), ...rows.map((cells) => cells.map(cell).join(separator))].join(end)
          const { rows: judged, understood } = await imported(encode(text), 'delivery.csv')
          expect(essence(judged)).toEqual(meant(devices))
          expect(understood.delivery.separator).toBe(separator)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('as CSV, JSON, JSON lines, XML or XLSX', async () => {
    await fc.assert(
      fc.asyncProperty(table.filter(isPlain), async (devices) => {
        const plain = devices.map(({ remark: _remark, ...one }) => one)
        const xml = `<l>${plain
          .map(
            (one) =>
              `<d>${Object.entries(one)
                .map(([name, value]) => `<${name}>${value}</${name}>`)
                .join('')}</d>`,
          )
          .join('')}</l>`
        const sheet = [['devEui', 'joinEui', 'appKey', 'serial'], ...plain.map((one) => [one.devEui, one.joinEui, one.appKey, one.serial])]
        const files = {
          'a.csv': Buffer.from(toCsv(sheet)),
          'a.json': Buffer.from(JSON.stringify({ devices: plain })),
          'a.jsonl': Buffer.from(plain.map((one) => JSON.stringify(one)).join('\n')),
          'a.xml': Buffer.from(xml),
          'a.xlsx': workbook({ A: sheet }),
        }
        for (const [file, bytes] of Object.entries(files)) expect(essence((await imported(bytes, file)).rows)).toEqual(meant(devices))
      }),
      { numRuns: 8 },
    )
  })

  test('with a quote somewhere in the file and without, records are the same', () => {
    const cells = fc.string({ unit: fc.constantFrom(...'ab c;,\t=0é') })
    fc.assert(
      fc.property(
        fc.array(fc.array(cells, { minLength: 1, maxLength: 4 }), { minLength: 1 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (rows, end) => {
          const text = rows.map((row) => row.map((cell) => cell.replaceAll(';', '')).join(';')).join(end)
          const options = { file: 'a.csv', separator: ';', maxRecords: 1e6, maxColumns: 1e3 }
          const without = parseCsv(`${text}${end}x`, options)
          expect(parseCsv(`${text}${end}"x"`, options)).toEqual(without)
        },
      ),
    )
  })
})

describe('a devEui is never changed silently', () => {
  /** An EUI that something happened to, or anything at all. */
  const cell = fc.oneof(
    devEui.chain((eui) => fc.constantFrom(...writings).map((write) => write(eui))),
    fc.tuple(devEui, fc.nat(15)).map(([eui, at]) => eui.slice(0, at) + eui.slice(at + 1)),
    fc
      .tuple(devEui, fc.nat(15), fc.oneof(fc.string({ minLength: 1, maxLength: 2 }), fc.constantFrom(...'gGoOlIxXzZ/#&')))
      .map(([eui, at, more]) => eui.slice(0, at) + more + eui.slice(at)),
    devEui.map(reversedBytes),
    devEui.map((eui) => eui.replace(/^0+/, '')),
    fc.double({ min: 1e10, max: 1e20, noNaN: true }).map((number) => number.toExponential(fcDigits(number)).toUpperCase()),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF.,+-: eEx=\'"'), maxLength: 30 }),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
  )
  const fcDigits = (number: number) => Math.floor(number) % 15

  test('what is taken has the digits that were written, in their order, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 1, maxLength: 10 }),
        fc.constantFrom('hold', 'keep', 'turn'),
        async (cells, reversed) => {
          const written = cells.map((text) => text.replaceAll('\0', ''))
          const known = ['0018b2ffffff0001', '0018b2ffffff0002', '0018b2ffffff0003']
          const key = (index: number) =>
            (index + 0x1f3a_77c1).toString(16).padStart(8, '5').repeat(3) + (index * 7919 + 99_991).toString(16).padStart(8, '9')
          const text = toCsv([['DevEUI', 'AppKey'], ...[...known, ...written].map((eui, index) => [eui, key(index)])])
          const { rows } = await imported(Buffer.from(text), 'a.csv', { facts: { reversed } })
          for (const row of rows) {
            if (row.device === null) continue
            const source = [...known, ...written][recordOf(text, row.line)] ?? ''
            const digits = source
              .toLowerCase()
              .replaceAll('0x', '')
              .replace(/[^0-9a-z]/g, '')
            const { reason, outcome } = reportLine(row, 'en')
            expect(row.device.devEui).toBe(row.devEui)
            if (row.devEui === digits) continue
            expect({ outcome, reason, turned: reversedBytes(digits) }).toEqual({
              outcome: 'flag',
              reason: 'eui-reversed',
              turned: row.devEui,
            })
            expect(reversed).toBe('turn')
          }
          // Nothing is lost without a line of its own.
          const blank = written.filter((one) => one.trim() === '').length
          expect(rows.length).toBeGreaterThanOrEqual(known.length + written.length - blank)
        },
      ),
      { numRuns: 200 },
    )
  })

  /** Which record, from 0 and without the titles, begins on this line. */
  const recordOf = (text: string, line: number) =>
    parseCsv(text, { file: 'a.csv', separator: ',', maxRecords: 1e6, maxColumns: 1e3 }).findIndex((record) => record.line === line) - 1
})

describe('good rows stay good: a refused one costs a day', () => {
  test('drawn EUIs of any vendors and drawn keys are accepted', async () => {
    const bytes = (length: number) =>
      fc.uint8Array({ minLength: length, maxLength: length }).map((drawn) => Buffer.from(drawn).toString('hex'))
    const random = fc.uniqueArray(fc.record({ devEui: fc.noShrink(bytes(8)), key: fc.noShrink(bytes(16)) }), {
      minLength: 1,
      maxLength: 30,
      selector: (one) => one.devEui,
    })
    await fc.assert(
      fc.asyncProperty(random, async (devices) => {
        // fast-check draws zeros and the like more often than chance does.
        fc.pre(
          devices.every(({ devEui, key }) => new Set(devEui).size > 6 && new Set(key).size > 8) &&
            new Set(devices.map(({ key }) => key)).size === devices.length,
        )
        const text = toCsv([['DevEUI', 'AppKey'], ...devices.map(({ devEui, key }) => [devEui, key])], ';')
        const { rows } = await imported(Buffer.from(text), 'a.csv')
        expect(rows.filter(({ outcome }) => outcome !== 'accept')).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test('EUIs of digits only, or with one e among them, are EUIs', async () => {
    const decimal = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 15, maxLength: 15 })
    await fc.assert(
      fc.asyncProperty(decimal, fc.nat({ max: 14 }), fc.constantFrom('', 'e'), async (digits, at, letter) => {
        const eui = letter === '' ? `${digits}7` : digits.slice(0, at + 1) + letter + digits.slice(at + 1)
        fc.pre(!/^0+$/.test(eui))
        const { rows } = await imported(Buffer.from(`DevEUI;AppKey\n${eui};6ac3f1e09b7d4c5580fe1299aa34b7c1\n`), 'a.csv')
        expect(rows).toMatchObject([{ outcome: 'accept', devEui: eui }])
      }),
    )
  })
})
