import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCsv } from '../../src/formats/csv.ts'
import { csvSpans } from '../../src/formats/csv-spans.ts'
import { decodeText, encodeText } from '../../src/formats/encoding.ts'

const separator = fc.constantFrom(',', ';', '\t', '|')

test('cells are those of the parser, wherever quotes and line ends stand', () => {
  const piece = fc.constantFrom('a', 'é', ' ', '"', '""', ',', ';', '\t', '|', '\n', '\r\n', '\r', 'x"y')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), separator, (pieces, by) => {
      const text = pieces.join('')
      const spans = csvSpans(text, by)
      if (spans === null) return
      const options = { file: 'x.csv', separator: by, maxRecords: 100, maxColumns: 100 }
      expect(spans.map(({ cells }) => cells.map(({ value }) => value))).toEqual(parseCsv(text, options).map(({ cells }) => cells))
    }),
    { numRuns: 3_000 },
  )
})

test('spans are the whole text, in its order', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' '), maxLength: 6 })
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (rows) => {
      const text = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\r\n')
      const spans = csvSpans(text, ',')
      expect(spans?.map(({ cells }) => cells.map(({ value }) => value))).toEqual(rows)
      expect(spans?.map(({ start, next }) => text.slice(start, next)).join('')).toBe(text)
    }),
  )
})

test('what stands behind a closing quote, or a quote that is never closed, is no CSV that can be changed', () => {
  expect(csvSpans('a,"b"c\n', ',')).toBeNull()
  expect(csvSpans('a,"b', ',')).toBeNull()
})

test.for([
  ['UTF-8', Buffer.from('a;é\n')],
  ['UTF-8 with a mark', Buffer.from('\ufeffa;é\n')],
  ['UTF-16LE', Buffer.from('\ufeffa;é\n', 'utf16le')],
  ['UTF-16BE', Buffer.from('\ufeffa;é\n', 'utf16le').swap16()],
  ['Windows-1252', Uint8Array.from([...Array(255).keys()].map((byte) => byte + 1))],
] as const)('a text of %s is written as it was', ([, bytes]) => {
  const { text, encoding } = decodeText(bytes, 'x.csv')
  expect(Buffer.from(encodeText(text, encoding, bytes)!)).toEqual(Buffer.from(bytes))
})

test('a character that Windows-1252 does not have is not written as another one', () => {
  expect(encodeText('ł', 'Windows-1252', Buffer.from([0xe9]))).toBeNull()
})
