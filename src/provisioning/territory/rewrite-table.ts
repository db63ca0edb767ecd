import { OndineError } from '../../errors/ondine-error.ts'
import { csvSpans, type RecordSpan } from '../../formats/csv-spans.ts'
import { encodeText } from '../../formats/encoding.ts'
import { hexDigits } from '../../lorawan/hex-text.ts'
import { cellText, holdKeys, isPairs, isUnfit, ownCell, pairsCell, samePairs, says } from './cell-values.ts'
import type { Dates, Scalar } from './cells.ts'
import { plainCell } from './cells.ts'
import { titleFor } from './column-titles.ts'
import { type Column, pairsColumnOf } from './columns.ts'
import { RowReader } from './rows.ts'
import { isRow, openTable, type Table } from './table.ts'
import type { CellValue, TableChange, WrittenRows } from './table-change.ts'

/**
 * A table with some of its rows as they shall be; every other byte is as it was. What is there already, however it is written,
 * changes nothing. Throws `territory.not-rewritable` and what a table is refused for.
 */
export function rewriteTable(
  bytes: Uint8Array,
  file: string,
  changes: readonly TableChange[],
  dates: Dates,
): { bytes: Uint8Array; rows: WrittenRows } {
  const rewriting = new Rewriting(openTable(bytes, file), dates)
  for (const change of changes) rewriting.take(change)
  const text = rewriting.text()
  const { rows } = rewriting
  if (text === rewriting.table.text) return { bytes, rows }
  const before = encodeText(rewriting.table.text, rewriting.table.encoding, bytes)
  const after = encodeText(text, rewriting.table.encoding, bytes)
  // Bytes that are not of the encoding would be lost, and a character that it has not cannot be written.
  if (before === null || after === null || Buffer.compare(before, bytes) !== 0) throw new OndineError('territory.not-rewritable', { file })
  rewriting.prove(openTable(after, file))
  return { bytes: after, rows }
}

class Rewriting {
  readonly table: Table
  readonly rows: WrittenRows = { changed: 0, added: 0, removed: 0, leftOut: [] }
  private readonly dates: Dates
  private readonly spans: readonly RecordSpan[]
  /** record → column → its new cell */
  private readonly cells = new Map<number, Map<number, string>>()
  private readonly removed = new Set<number>()
  private readonly added: Map<number, string>[] = []
  private readonly newTitles: Column[] = []
  private readonly byEui = new Map<string, number[]>()
  private readonly rowAt: ReadonlyMap<number, number>
  /** of rows that name their device by nothing else */
  private readonly bySerial = new Map<string, number[]>()

  constructor(table: Table, dates: Dates) {
    this.table = table
    this.dates = dates
    const spans = csvSpans(table.text, table.separator)
    const isSame =
      spans?.length === table.records.length && spans.every(({ cells }, index) => sameCells(cells, table.records[index]?.cells))
    if (!isSame) throw new OndineError('territory.not-rewritable', { file: table.file })
    this.spans = spans
    this.rowAt = new Map(table.records.map(({ line }, row) => [line, row]))
    for (const [index, record] of table.records.entries()) {
      if (index <= table.titleRecord || !isRow(record)) continue
      const devEui = hexDigits(this.cell(index, 'devEui'))
      if (devEui !== null) put(this.byEui, devEui, index)
      else if (table.columns.kind === 'installation') put(this.bySerial, this.cell(index, 'serial'), index)
    }
  }

  take(change: TableChange): void {
    const row = this.find(change)
    if (change.remove === true) {
      if (row === null || this.removed.has(row)) return
      this.removed.add(row)
      this.rows.removed += 1
    } else if (row !== null) this.change(row, change)
    else this.add(change)
  }

  private find({ kind, devEui, line, set }: TableChange): number | null {
    const lineOf = (row: number) => this.table.records[row]?.line
    const serial = set.serial ?? this.serialAt(line)
    const named = typeof serial === 'string' ? (this.bySerial.get(serial) ?? []) : []
    const rows = [...(this.byEui.get(devEui) ?? []), ...named].filter((row) => !this.removed.has(row))
    if (kind === 'device') return rows.find((row) => lineOf(row) === line) ?? rows[0] ?? null
    const fits = (row: number, column: Column) => {
      const value = column === 'channel' ? (set.channel ?? 'main') : set[column]
      return value === undefined || isPairs(value) || says(column, this.cell(row, column), value, this.dates)
    }
    const fitting = rows.filter((row) => lineOf(row) === line || (fits(row, 'channel') && fits(row, 'date')))
    return fitting.find((row) => lineOf(row) === line) ?? fitting.at(-1) ?? null
  }

  private serialAt(line: number | undefined): string | null {
    const row = line === undefined ? -1 : (this.rowAt.get(line) ?? -1)
    return row <= this.table.titleRecord ? null : this.cell(row, 'serial')
  }

  private change(row: number, { devEui, set }: TableChange): void {
    const before = this.cells.get(row)?.size ?? 0
    for (const [column, value] of entriesOf(set)) {
      if (isPairs(value) && holdKeys(value)) this.rows.leftOut.push({ devEui, column })
      else if (isPairs(value) || column === this.pairsColumn) this.setPairs(row, isPairs(value) ? value : {})
      else if (!says(column, this.cell(row, column), value, this.dates)) {
        const text = cellText(column, value, this.table.separator, this.dates)
        if (isUnfit(text)) this.rows.leftOut.push({ devEui, column })
        else this.put(row, this.indexOf(column), text)
      }
    }
    if ((this.cells.get(row)?.size ?? 0) > before) this.rows.changed += 1
  }

  private add({ devEui, set }: TableChange): void {
    const cells = new Map<number, string>()
    // A table that knows devices by their serial goes on so.
    const bySerial = this.table.columns.at.devEui === undefined && typeof set.serial === 'string'
    for (const [column, value] of entriesOf(bySerial ? set : { devEui, ...set })) {
      if (value === null || (column === 'channel' && value === 'main' && this.table.columns.at.channel === undefined)) continue
      if (isPairs(value) && holdKeys(value)) this.rows.leftOut.push({ devEui, column })
      else if (isPairs(value)) for (const [index, text] of this.pairCells(value, false)) cells.set(index, text)
      else {
        const text = cellText(column, value, this.table.separator, this.dates)
        if (isUnfit(text)) this.rows.leftOut.push({ devEui, column })
        else if (text !== '') cells.set(this.indexOf(column), text)
      }
    }
    this.added.push(cells)
    this.rows.added += 1
  }

  private get pairsColumn(): Column {
    return pairsColumnOf[this.table.columns.kind]
  }

  private setPairs(row: number, wanted: Readonly<Record<string, Scalar>>): void {
    const record = this.table.records[row]
    if (record === undefined || samePairs(new RowReader(this.table, record).pairs(), wanted)) return
    const wasJson = this.cell(row, this.pairsColumn).startsWith('{')
    for (const [index, text] of this.pairCells(wanted, wasJson)) {
      if (text !== plainCell(record.cells[index] ?? '')) this.put(row, index, text)
    }
  }

  /** Each in its own column where there is one and it is read back from there, the others in the one cell. */
  private pairCells(wanted: Readonly<Record<string, Scalar>>, wasJson: boolean): Map<number, string> {
    const { columns, separator } = this.table
    const isTag = columns.kind === 'device'
    const rest: Record<string, Scalar> = { ...wanted }
    const cells = new Map<number, string>()
    for (const [name, index] of columns.pairs) {
      const value = wanted[name]
      const own = value === undefined ? null : ownCell(value, isTag, separator)
      if (own !== null) delete rest[name]
      cells.set(index, own ?? '')
    }
    const text = pairsCell(rest, isTag, wasJson)
    if (text !== '' || columns.at[this.pairsColumn] !== undefined) cells.set(this.indexOf(this.pairsColumn), text)
    return cells
  }

  private put(row: number, index: number, text: string): void {
    const cells = this.cells.get(row) ?? new Map<number, string>()
    cells.set(index, text)
    this.cells.set(row, cells)
  }

  /** As it is, or as it will be by an earlier change. */
  private cell(row: number, column: Column): string {
    const index = this.table.columns.at[column]
    if (index === undefined) return ''
    return this.cells.get(row)?.get(index) ?? plainCell(this.table.records[row]?.cells[index] ?? '')
  }

  /** A column that the table does not have is added at the right. */
  private indexOf(column: Column): number {
    const { at, titles } = this.table.columns
    const known = at[column]
    if (known !== undefined) return known
    if (!this.newTitles.includes(column)) this.newTitles.push(column)
    return titles.length + this.newTitles.indexOf(column)
  }

  private titleOf(column: Column): string {
    const { kind, titles } = this.table.columns
    return titleFor(column, kind, titles)
  }

  text(): string {
    const { text, separator, titleRecord, columns } = this.table
    const edits: { start: number; end: number; text: string }[] = []
    for (const [row, cells] of this.cells) {
      const span = this.spans[row]
      if (span === undefined || this.removed.has(row)) continue
      const width = Math.max(span.cells.length, ...[...cells.keys()].map((index) => index + 1))
      let beyond = ''
      for (let index = 0; index < width; index++) {
        const [old, next] = [span.cells[index], cells.get(index)]
        const wasQuoted = old !== undefined && text[old.start] === '"'
        if (old === undefined) beyond += separator + quoted(next ?? '', separator, false)
        else if (next !== undefined) edits.push({ start: old.start, end: old.end, text: quoted(next, separator, wasQuoted) })
      }
      if (beyond !== '') edits.push({ start: span.end, end: span.end, text: beyond })
    }
    for (const row of this.removed) edits.push({ start: this.spans[row]?.start ?? 0, end: this.spans[row]?.next ?? 0, text: '' })
    const title = this.spans[titleRecord]
    if (title !== undefined && this.newTitles.length > 0) {
      edits.push({
        start: title.end,
        end: title.end,
        text: this.newTitles.map((column) => separator + quoted(this.titleOf(column), separator, false)).join(''),
      })
    }
    const last = this.spans.findLast(({ cells }) => cells.some(({ value }) => value.trim() !== ''))
    const lineEnd = /\r\n|\n|\r/.exec(text)?.[0] ?? '\r\n'
    const isEnded = last !== undefined && last.next > last.end
    for (const cells of this.added) {
      const width = Math.max(columns.titles.length, ...[...cells.keys()].map((index) => index + 1))
      const row = Array.from({ length: width }, (_, index) => quoted(cells.get(index) ?? '', separator, false)).join(separator)
      const at = last?.next ?? text.length
      edits.push({ start: at, end: at, text: isEnded ? row + lineEnd : lineEnd + row })
    }
    return withEdits(text, edits)
  }

  /** Reads it back: what was not to be changed is as it was, and what was is as it shall be. */
  prove(after: Table): void {
    const { records, titleRecord } = this.table
    const wanted = records.flatMap(({ cells }, row) => {
      if (this.removed.has(row)) return []
      const all = row === titleRecord ? [...cells, ...this.newTitles.map((column) => this.titleOf(column))] : [...cells]
      for (const [column, text] of this.cells.get(row) ?? []) all[column] = text
      return [all]
    })
    for (const cells of this.added) {
      const all: string[] = []
      for (const [column, text] of cells) all[column] = text
      wanted.push(all)
    }
    const print = (rows: readonly (readonly string[])[]) =>
      JSON.stringify(
        rows
          .map((cells) =>
            Array.from(cells, (cell) => cell ?? '')
              .join('\n')
              .trimEnd(),
          )
          .filter((row) => row !== ''),
      )
    if (print(wanted) !== print(after.records.map(({ cells }) => cells))) {
      throw new OndineError('territory.not-rewritable', { file: this.table.file })
    }
  }
}

function put(rows: Map<string, number[]>, name: string, row: number): void {
  const same = rows.get(name)
  if (same === undefined) rows.set(name, [row])
  else same.push(row)
}

function entriesOf(set: TableChange['set']): [Column, CellValue][] {
  // Object.entries forgets what the keys are; they are those of `set`.
  return (Object.entries(set) as [Column, CellValue | undefined][]).flatMap(([column, value]) =>
    value === undefined ? [] : [[column, value]],
  )
}

function sameCells(spans: RecordSpan['cells'], cells: readonly string[] | undefined): boolean {
  return spans.length === cells?.length && spans.every(({ value }, index) => value === cells[index])
}

function quoted(text: string, separator: string, always: boolean): string {
  return always || text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function withEdits(text: string, edits: { start: number; end: number; text: string }[]): string {
  const parts: string[] = []
  let at = 0
  for (const edit of edits.sort((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(at, edit.start), edit.text)
    at = edit.end
  }
  return parts.join('') + text.slice(at)
}
