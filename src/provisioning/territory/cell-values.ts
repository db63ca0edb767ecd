import { hexDigits } from '../../lorawan/hex-text.ts'
import { type Dates, holdsKey, plainCell, readNumber, readPairs, readScalar, type Scalar } from './cells.ts'
import type { Column } from './columns.ts'
import type { CellValue } from './table-change.ts'

type Plain = Exclude<CellValue, Readonly<Record<string, Scalar>>>

/** Is a value of tags or parameters? */
export function isPairs(value: CellValue): value is Readonly<Record<string, Scalar>> {
  return typeof value === 'object' && value !== null
}

/** Does a cell say this already, however it is written? */
export function says(column: Column, cell: string, value: Plain, dates: Dates): boolean {
  const text = plainCell(cell)
  if (value === null || value === '') return text === '' || (column === 'joinEui' && /^0+$/.test(text))
  if (column === 'devEui' || column === 'joinEui') return hexDigits(text) === hexDigits(String(value))
  if (column === 'channel' && text === '') return value === 'main'
  if (column === 'commune') return text.toUpperCase() === String(value).toUpperCase()
  if (column === 'date') {
    const [read, wanted] = [dates.read(text), dates.read(String(value))]
    return 'value' in read && 'value' in wanted && read.value === wanted.value
  }
  if (typeof value !== 'number') return text === plainCell(String(value))
  const read = readNumber(text)
  return 'value' in read && read.value === value
}

/** As a cell. In a table of semicolons numbers have a comma: the spreadsheets that write them so take 1.5 for a day in May. */
export function cellText(column: Column, value: Plain, separator: string, dates: Dates): string {
  if (value === null) return ''
  if (typeof value === 'number') return decimal(value, separator)
  if (column !== 'date') return plainCell(String(value))
  const read = dates.read(String(value))
  return 'value' in read ? dates.write(read.value) : String(value)
}

function decimal(value: number, separator: string): string {
  const text = /e/.test(String(value)) ? value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 }) : String(value)
  return separator === ';' ? text.replace('.', ',') : text
}

/** A spreadsheet would run it (OWASP: CSV injection), a plan would refuse it, or a row would become a remark. */
export function isUnfit(text: string): boolean {
  const isFormula = /^[=+\-@]/.test(text) && !/^[+-]?[\d\s.,]*$/.test(text)
  return isFormula || holdsKey(text) || text.startsWith('#')
}

/** A tag or parameter in a column of its own; null: there it would be read as something else. */
export function ownCell(value: Scalar, isTag: boolean, separator: string): string | null {
  const text = typeof value === 'number' ? decimal(value, separator) : plainCell(String(value))
  if (text === '' || isUnfit(text)) return null
  return (isTag ? text === String(value) : readScalar(text) === value) ? text : null
}

/** All of them in one cell: short where that is read back the same, else as JSON. */
export function pairsCell(pairs: Readonly<Record<string, Scalar>>, isTag: boolean, wasJson: boolean): string {
  const entries = Object.entries(pairs)
  if (entries.length === 0) return ''
  const short = entries.map(([name, value]) => `${name}=${String(value)}`).join('; ')
  const read = readPairs(short, isTag ? String : readScalar)
  return isTag && !wasJson && !isUnfit(short) && 'value' in read && samePairs(read.value, pairs) ? short : JSON.stringify(pairs)
}

/** Would a plan refuse the row for one of them? */
export function holdKeys(pairs: Readonly<Record<string, Scalar>>): boolean {
  return Object.entries(pairs).some((pair) => pair.some((part) => holdsKey(String(part))))
}

export function samePairs(one: Readonly<Record<string, Scalar>>, other: Readonly<Record<string, Scalar>>): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && one[name] === other[name])
}
