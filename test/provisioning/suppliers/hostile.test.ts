import { describe, expect, test } from 'vitest'
import { type ErrorCode, OndineError } from '../../../src/errors/ondine-error.ts'
import { limits } from '../../../src/provisioning/suppliers/delivery.ts'
import { imported } from '../../support/deliveries.ts'
import { type TestCell, workbook, workbookParts } from '../../support/xlsx.ts'
import { zip } from '../../support/zip.ts'

const key = '6ac3f1e09b7d4c5580fe1299aa34b7c1'
const row = `0018b20000000001;${key}`
const sheet = [
  ['DevEUI', 'AppKey'],
  ['0018b20000000001', key],
]
const parts = workbookParts({ A: sheet })
const cellsAt = (...names: string[]): TestCell => ({
  xml: () => names.map((name) => `<c r="${name}" t="inlineStr"><is><t>x</t></is></c>`).join(''),
})
const withSheet = (xml: string) => zip({ ...parts, 'xl/worksheets/sheet1.xml': xml })
const rows = (inner: string) => `<worksheet><sheetData>${inner}</sheetData></worksheet>`

const blanks = Buffer.alloc(limits.unpackedBytes + 1e6, ' ')
const entities = Array.from({ length: 12 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`).join('')

/** Each is refused with one sentence: this code, no key in it, and what it costs is bounded. */
const files: [name: string, file: string, bytes: () => Uint8Array, code: ErrorCode][] = [
  ['nothing', 'a.csv', () => Buffer.alloc(0), 'delivery.empty'],
  ['blanks', 'a.csv', () => Buffer.from(' \r\n\t'), 'delivery.empty'],
  ['a NUL between two rows', 'a.csv', () => Buffer.from(`DevEUI;AppKey\n\0\n${row}`), 'file.not-text'],
  ['NULs only', 'a.csv', () => Buffer.alloc(5_000), 'file.not-text'],
  ['a picture', 'a.csv', () => Buffer.from('89504e470d0a1a0a0000', 'hex'), 'delivery.other-format'],
  ['a PDF', 'delivery.pdf', () => Buffer.from('%PDF-1.7\n'), 'delivery.other-format'],
  ['an old Excel file', 'a.xlsx', () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'delivery.old-excel'],
  ['a gzip', 'a.csv.gz', () => Buffer.from('1f8b0800', 'hex'), 'delivery.other-format'],
  ['a million columns', 'a.csv', () => Buffer.from(`DevEUI;AppKey${';'.repeat(1e6)}\n${row}`), 'file.too-many'],
  ['a million columns between quotes', 'a.csv', () => Buffer.from(`DevEUI;AppKey${';""'.repeat(3e5)}\n${row}`), 'file.too-many'],
  ['more than a million rows', 'a.csv', () => Buffer.from(`DevEUI;AppKey\n${row}\n${'\n'.repeat(1_000_001)}`), 'file.too-many'],
  ['a record without an end', 'a.csv', () => Buffer.from(`DevEUI;AppKey\n"${'a'.repeat(2e6)}"`), 'file.malformed'],
  ['a quote that is never closed', 'a.csv', () => Buffer.from(`DevEUI;AppKey\n"0018b20000000001;${key}\n`), 'file.malformed'],
  ['brackets without an end', 'a.json', () => Buffer.from('['.repeat(1e6)), 'file.malformed'],
  ['objects in objects without an end', 'a.json', () => Buffer.from(`${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`), 'delivery.no-records'],
  ['a JSON of numbers', 'a.json', () => Buffer.from('[1,2,3]'), 'delivery.no-records'],
  ['a JSON that is cut off', 'a.json', () => Buffer.from(`[{"devEui":"0018b20000000001","appKey":"${key}`), 'file.malformed'],
  [
    'a record with too many names',
    'a.json',
    () => Buffer.from(JSON.stringify([Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`c${n}`, 'x']))])),
    'file.too-many',
  ],
  ['an XML bomb', 'a.xml', () => Buffer.from(`<!DOCTYPE d [<!ENTITY e0 "x">${entities}]><d><devEui>&e12;</devEui></d>`), 'file.doctype'],
  [
    'an XML that asks for a file',
    'a.xml',
    () => Buffer.from('<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'),
    'file.doctype',
  ],
  ['elements in elements without an end', 'a.xml', () => Buffer.from(`${'<a>'.repeat(1e5)}${'</a>'.repeat(1e5)}`), 'file.malformed'],
  ['an XML that is cut off', 'a.xml', () => Buffer.from(`<l><d devEui="0018b20000000001" appKey="${key}`), 'file.malformed'],
  ['a ZIP of something else', 'a.xlsx', () => zip({ 'a.csv': row }), 'file.not-a-workbook'],
  ['a ZIP that is cut off', 'a.xlsx', () => zip(parts).subarray(0, 300), 'file.xlsx-unreadable'],
  ['a ZIP whose directory leads nowhere', 'a.xlsx', () => broken(zip(parts), 16, 0x7fffffff), 'file.xlsx-unreadable'],
  ['a workbook with a password of ZIP', 'a.xlsx', () => zip(parts, { encrypted: true }), 'file.xlsx-unreadable'],
  ['a ZIP that claims 1 GB', 'a.xlsx', () => zip(parts, { claimedSize: 1e9 }), 'file.too-large'],
  ['a ZIP bomb: more blanks than a delivery unpacks to', 'a.xlsx', () => zip({ ...parts, 'xl/media.xml': blanks }), 'file.too-large'],
  ['a ZIP bomb that claims to be small', 'a.xlsx', () => zip({ ...parts, 'xl/media.xml': blanks }, { claimedSize: 10 }), 'file.too-large'],
  ['a cell in the millionth column', 'a.xlsx', () => workbook({ A: [...sheet, [cellsAt('ZZZZ3')]] }), 'file.too-many'],
  [
    'a row a billion rows down',
    'a.xlsx',
    () => withSheet(rows('<row r="1000000000"><c r="A1000000000"><v>1</v></c></row>')),
    'file.too-many',
  ],
  [
    'a row far down, said in another way',
    'a.xlsx',
    () => withSheet(rows("<x:row spans='1' r = '1000000000'><x:c r='A1000000000'/></x:row>")),
    'file.too-many',
  ],
  ['a sheet that is no XML', 'a.xlsx', () => withSheet('<<<'), 'file.xlsx-unreadable'],
  [
    'a workbook whose sheet is missing',
    'a.xlsx',
    () => zip({ ...parts, 'xl/_rels/workbook.xml.rels': '<Relationships/>' }),
    'file.xlsx-unreadable',
  ],
  [
    'one text to which many cells point',
    'a.xlsx',
    () =>
      zip({
        ...workbookParts({ A: sheet }, { shared: true }),
        'xl/sharedStrings.xml': `<sst><si><t>${'x'.repeat(1e6)}</t></si></sst>`,
        'xl/worksheets/sheet1.xml': rows(
          Array.from({ length: 2_000 }, (_, n) => `<row r="${n + 1}"><c r="A${n + 1}" t="s"><v>0</v></c></row>`).join(''),
        ),
      }),
    'file.too-large',
  ],
]

function broken(bytes: Buffer, at: number, value: number): Buffer {
  bytes.writeUInt32LE(value, bytes.length - 22 + at)
  return bytes
}

describe('what is no delivery, or means harm, is one sentence', () => {
  test.for(files)('%s', async ([, file, bytes, code]) => {
    const error = await imported(bytes(), file).then(
      ({ rows }) => rows.length,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof OndineError)) throw new Error(`not one of our errors: ${error instanceof Error ? error.stack : error}`)
    expect(error.code).toBe(code)
    expect(error.message.length).toBeLessThan(300)
    expect(`${error.message}${JSON.stringify(error.context)}`).not.toContain(key.slice(0, 8))
  })
})

describe('a title that holds a key is not repeated', () => {
  test.for([`AppKey of all: ${key}`, `Key ${key.replaceAll(/(..)/g, '$1 ')}`, `Key ${Buffer.from(key, 'hex').toString('base64')}`])(
    '%s',
    async (title) => {
      const text = `${title};${title};Remarque\nx;y;z\n`
      const error = await imported(Buffer.from(text), 'a.csv').catch((thrown: unknown) => thrown)
      if (!(error instanceof OndineError)) throw new Error('it was read')
      expect(error.message).toContain('Columns seen: A, B, "Remarque"')
    },
  )
})

describe('what looks like harm and is none is read', () => {
  test('formulas count by the value they last had, whatever they say', async () => {
    const formula = (value: string): TestCell => ({
      xml: (name) => `<c r="${name}" t="str"><f>WEBSERVICE("http://example.org")</f><v>${value}</v></c>`,
    })
    const { rows } = await imported(
      workbook({
        A: [
          ['DevEUI', 'AppKey'],
          [formula('0018b20000000001'), formula(key)],
        ],
      }),
      'a.xlsx',
    )
    expect(rows).toMatchObject([{ outcome: 'accept', devEui: '0018b20000000001', line: 2 }])
  })

  test('a DOCTYPE inside a text of JSON or CSV is a text', async () => {
    const { rows } = await imported(Buffer.from(`DevEUI;AppKey;Name\n${row};<!DOCTYPE x>\n`), 'a.csv')
    expect(rows).toMatchObject([{ outcome: 'accept' }])
  })

  test('names that JavaScript gives a meaning of its own', async () => {
    const text = `[{"__proto__":{"devEui":"ffff"},"constructor":"x","devEui":"0018b20000000001","appKey":"${key}"}]`
    expect((await imported(Buffer.from(text), 'a.json')).rows).toMatchObject([{ outcome: 'accept', devEui: '0018b20000000001' }])
  })

  test('a cell of a million blanks', async () => {
    const { rows } = await imported(
      Buffer.from(`DevEUI;AppKey;Name\n${row};${' '.repeat(900_000)}x\n${' '.repeat(900_000)}x;${key};\n`),
      'a.csv',
    )
    expect(rows[0]).toMatchObject({ outcome: 'accept', devEui: '0018b20000000001' })
  })
})

test('a key is no name, however it is written', async () => {
  const asArray = (key.match(/../g) ?? []).map((byte) => `0x${byte}`).join(', ')
  const { rows: judged } = await imported(Buffer.from(`DevEUI;AppKey;Name\n0018b20000000001;${key};${asArray}\n`), 'a.csv')
  expect(judged).toMatchObject([{ outcome: 'flag', findings: [{ slug: 'text-left-out' }], device: { name: '' } }])
})
