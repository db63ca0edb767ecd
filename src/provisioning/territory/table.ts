import { OndineError } from '../../errors/ondine-error.ts'
import { type CsvRecord, parseCsv } from '../../formats/csv.ts'
import { decodeText, type Encoding } from '../../formats/encoding.ts'
import { keyFields } from '../../lorawan/root-keys.ts'
import { columnName } from '../suppliers/columns.ts'
import { limits } from '../suppliers/delivery.ts'
import { meaningOfTitle } from '../suppliers/titles.ts'
import { isKeyLike, plainCell } from './cells.ts'
import { columnsFrom, deviceColumns, installationColumns, isKnownTitle, isRemark, type TableColumns } from './columns.ts'

/** A table of a territory, as people and spreadsheets save it: any separator and encoding, titles in its first line. */
export interface Table {
  /** from the folder, with slashes */
  file: string
  text: string
  encoding: Encoding
  separator: string
  columns: TableColumns
  /** index of the titles among all records; the rows are behind it */
  titleRecord: number
  /** all of them, the titles too */
  records: readonly CsvRecord[]
}

const separators = [',', ';', '\t', '|']

/**
 * Throws one sentence where a table cannot be read as a whole: `file.…`, `territory.key-column`, `territory.no-columns` and those of
 * its columns. None repeats what stands in a cell.
 */
export function openTable(bytes: Uint8Array, file: string): Table {
  if (bytes.length > limits.fileBytes) throw new OndineError('file.too-large', { file, limit: limits.fileBytes / 1e6 })
  const { text, encoding } = decodeText(bytes, file)
  const separator = separatorOf(text)
  const records = parseCsv(text, { file, separator, maxRecords: limits.rows, maxColumns: limits.columns })
  const titleRecord = records.findIndex(
    (record, index) => !isBlank(record) && !(index === 0 && /^sep=.$/i.test(record.cells.join(separator))),
  )
  const titles = (records[titleRecord]?.cells ?? []).map(plainCell)
  const rows = records.slice(titleRecord + 1)
  refuseKeys(titles, rows, file)
  if (!titles.some(isKnownTitle)) {
    throw new OndineError('territory.no-columns', {
      file,
      devices: deviceColumns.join(', '),
      installations: installationColumns.join(', '),
    })
  }
  const columns = columnsFrom(titles, file, (column) => rows.every(({ cells }) => (cells[column] ?? '').trim() === ''))
  return { file, text, encoding, separator, columns, titleRecord, records }
}

/** The one that makes the most known titles of the first line; a spreadsheet's own `sep=;` before it counts too. */
function separatorOf(text: string): string {
  const said = /^sep=(.)[\r\n]/i.exec(text)?.[1]
  if (said !== undefined) return said
  const [line = ''] = /^.*\S.*$/m.exec(text.slice(0, 100_000)) ?? []
  const known = (separator: string) => line.split(separator).filter((title) => isKnownTitle(unquoted(title))).length
  return separators.reduce((best, next) => (known(next) > known(best) ? next : best))
}

function unquoted(title: string): string {
  return plainCell(title.trim().replace(/^"(.*)"$/, '$1'))
}

/** Nothing in it, as between the parts of a table. */
function isBlank({ cells }: CsvRecord): boolean {
  return cells.every((cell) => cell.trim() === '')
}

/** A row that is no remark (`# …` in its first cell) and not blank. */
export function isRow(record: CsvRecord): boolean {
  return !isBlank(record) && !record.cells[0]?.trimStart().startsWith('#')
}

/** By its title in the suppliers' dictionary, and by what it holds: half of its cells are keys. */
function refuseKeys(titles: readonly string[], rows: readonly CsvRecord[], file: string): void {
  const filled: number[] = []
  const keys: number[] = []
  for (const { cells } of rows) {
    for (let column = 0; column < cells.length; column++) {
      const cell = cells[column] ?? ''
      if (cell === '') continue
      filled[column] = (filled[column] ?? 0) + 1
      if (isKeyLike(cell)) keys[column] = (keys[column] ?? 0) + 1
    }
  }
  const width = Math.max(titles.length, filled.length)
  for (let column = 0; column < width; column++) {
    const isFull = (keys[column] ?? 0) * 2 >= (filled[column] ?? 0) && (keys[column] ?? 0) > 0
    if (isFull || isKeyTitle(titles[column] ?? ''))
      throw new OndineError('territory.key-column', { file, column: columnName(titles, column) })
  }
}

function isKeyTitle(title: string): boolean {
  const meaning = meaningOfTitle(title)
  if (meaning === null || (meaning.weak && isRemark(title))) return false
  return meaning.field === 'session' || keyFields.some((field) => field === meaning.field)
}
