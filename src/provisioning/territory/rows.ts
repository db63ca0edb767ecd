import type { CsvRecord } from '../../formats/csv.ts'
import type { PlannedRow } from '../plan/plan.ts'
import { type CellResult, type Dates, holdsKey, plainCell, readPairs, readScalar } from './cells.ts'
import { type Column, pairsColumnOf } from './columns.ts'
import type { RowReason } from './row-reasons.ts'
import type { Table } from './table.ts'

/** Where the rows of a table belong, and how their dates are read. */
export interface Place {
  tenant: string
  service: string
  dates: Dates
}

/** A row refused before it is sent, as a plan shows it. */
export type RefusedRow = PlannedRow & { outcome: 'refused'; reason: RowReason }

/** Reads one row cell by cell and remembers the first fault. */
export class RowReader {
  readonly record: CsvRecord
  readonly table: Table
  fault: { reason: RowReason; facts: Readonly<Record<string, string>> } | null = null

  constructor(table: Table, record: CsvRecord) {
    this.table = table
    this.record = record
    if (record.cells.slice(table.columns.titles.length).some((cell) => cell.trim() !== '')) this.refuse('cells-too-many', null, this.width)
    const key = record.cells.findIndex(holdsKey)
    if (key >= 0) this.refuse('holds-key', table.columns.titles[key] ?? '')
  }

  /** Empty where there is no such column. */
  cell(column: Column): string {
    const at = this.table.columns.at[column]
    return at === undefined ? '' : plainCell(this.record.cells[at] ?? '')
  }

  /** null: empty, or refused. */
  read<T>(column: Column, reader: (cell: string) => CellResult<T>): T | null {
    const cell = this.cell(column)
    return cell === '' ? null : this.take(column, reader(cell))
  }

  text(column: Column, most: number): string {
    const cell = this.cell(column)
    if (cell.length > most) this.refuse('text-too-long', column, { length: String(cell.length), most: String(most) })
    return cell
  }

  number(column: Column, reader: (cell: string) => CellResult<number>, [least, most]: readonly [number, number]): number | null {
    const value = this.read(column, reader)
    if (value === null || (value >= least && value <= most)) return value
    this.refuse('number-out-of-range', column, { written: this.cell(column), least: String(least), most: String(most) })
    return null
  }

  /** Tags or parameters, of their one cell and of their own columns. */
  pairs(): Record<string, number | string | boolean> {
    const { kind } = this.table.columns
    const column = pairsColumnOf[kind]
    // A tag is a text whatever it looks like.
    const scalar = kind === 'device' ? String : readScalar
    const all = this.take(column, readPairs(this.cell(column), scalar)) ?? {}
    for (const [name, at] of this.table.columns.pairs) {
      const cell = plainCell(this.record.cells[at] ?? '')
      if (cell !== '') all[name] = scalar(cell)
    }
    return all
  }

  take<T>(column: Column, result: CellResult<T>): T | null {
    if ('value' in result) return result.value
    this.refuse(result.reason, column, result.facts)
    return null
  }

  /** The first fault counts. */
  refuse(reason: RowReason, column: string | null, facts: Readonly<Record<string, string>> = {}): void {
    this.fault ??= { reason, facts: column === null ? facts : { column: this.titleOf(column), ...facts } }
  }

  /** As the file has it: whoever mends the cell looks for that. */
  private titleOf(name: string): string {
    const { at, titles } = this.table.columns
    const column = Object.entries(at).find(([column]) => column === name)
    return titles[column?.[1] ?? -1] ?? name
  }

  private get width(): Readonly<Record<string, string>> {
    const { columns, separator } = this.table
    return { cells: String(this.record.cells.length), titles: String(columns.titles.length), separator }
  }

  get source(): { file: string; line: number } {
    return { file: this.table.file, line: this.record.line }
  }

  /** null: nothing is wrong. `key`: what the plan knows it by; null: its place stands for it. */
  refused(key: string | null): RefusedRow | null {
    if (this.fault === null) return null
    const { source, table } = this
    // Cells that moved to the right are the cause of whatever is wrong in them.
    const isMoved = this.record.cells.length > table.columns.titles.length && this.fault.reason !== 'holds-key'
    const fault = isMoved ? ({ reason: 'cells-too-many', facts: this.width } as const) : this.fault
    return { kind: table.columns.kind, key: key ?? `${source.file}:${source.line}`, source, outcome: 'refused', ...fault }
  }
}
