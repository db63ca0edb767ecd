import { parentPort, workerData } from 'node:worker_threads'
import { crc32 } from 'node:zlib'
import readXlsxFile from 'read-excel-file/node'
import { z } from 'zod'
import { storedZip, unzip, ZipError } from './zip.ts'

/** What `readXlsx` hands over, and what it gets back: a thread of its own, whose memory has a limit. */
const jobSchema = z.object({
  bytes: z.instanceof(Uint8Array),
  maxBytes: z.number(),
  maxRows: z.number(),
  maxColumns: z.number(),
  maxText: z.number(),
})

export interface XlsxSheet {
  name: string
  /** the place in the list is the row's number less 1; a cell that is not text keeps what the file wrote for it */
  rows: string[][]
  /** per row the columns, from 0, of cells that are no text: numbers, dates, truth values */
  notText: (number[] | null)[]
}

export type XlsxAnswer =
  | { sheets: XlsxSheet[] }
  | { refused: 'damaged' | 'too-large' | 'encrypted' | 'rows' | 'columns' | 'text' | 'no-sheet' }

/** A number as the sheet's XML has it, before anything rounds it. */
class RawNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

async function answer(): Promise<XlsxAnswer> {
  const { bytes, maxBytes, maxRows, maxColumns, maxText } = jobSchema.parse(workerData)
  const contents = unzip(bytes, { wanted: (name) => /\.xml(\.rels)?$/.test(name), maxBytes })
  if (!contents.has('xl/workbook.xml')) return { refused: 'no-sheet' }
  for (const [name, content] of contents) {
    const beyond = name.startsWith('xl/worksheets/') ? sizeFault(content.toString('latin1'), maxRows, maxColumns) : null
    if (beyond !== null) return { refused: beyond }
  }
  const sheets = await readXlsxFile(
    storedZip(contents, (content) => crc32(content)),
    { trim: false, parseNumber: (text) => new RawNumber(text) },
  )
  const read: XlsxSheet[] = []
  let text = 0
  for (const { sheet, data } of sheets) {
    const plain: XlsxSheet = { name: sheet, rows: [], notText: [] }
    for (const row of data) {
      const other: number[] = []
      const cells = row.map((value: unknown, index) => {
        if (typeof value === 'string') return value
        if (value === null) return ''
        other.push(index)
        return value instanceof RawNumber ? value.text : value instanceof Date ? value.toISOString() : String(value)
      })
      // One shared text that a million cells point to is a million texts on its way out of here.
      for (const cell of cells) text += cell.length
      if (text > maxText) return { refused: 'text' }
      plain.rows.push(cells)
      plain.notText.push(other.length === 0 ? null : other)
    }
    read.push(plain)
  }
  return { sheets: read }
}

/** The library makes room for every row and column up to the furthest that is named: one cell far out would cost gigabytes. */
function sizeFault(xml: string, maxRows: number, maxColumns: number): 'rows' | 'columns' | null {
  for (const [, column = '', row] of xml.matchAll(/<(?:\w+:)?(?:row|c)\b[^>]*?\br\s*=\s*["']\s*([A-Za-z]*)(\d+)/g)) {
    if (Number(row) > maxRows) return 'rows'
    if (column !== '' && columnNumber(column) > maxColumns) return 'columns'
  }
  return null
}

function columnNumber(letters: string): number {
  return [...letters.toUpperCase()].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0)
}

try {
  parentPort?.postMessage(await answer())
} catch (thrown) {
  const refused = thrown instanceof ZipError ? thrown.reason : 'damaged'
  parentPort?.postMessage({ refused } satisfies XlsxAnswer)
}
