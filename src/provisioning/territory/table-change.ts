import type { Scalar } from './cells.ts'
import type { Column, TableKind } from './columns.ts'

/** What shall stand under a column: `tags` and `parameters` by name, a `date` in ISO 8601; null: nothing. */
export type CellValue = string | number | boolean | Readonly<Record<string, Scalar>> | null

/**
 * A row of a territory's table as it shall be. A device's row is the one of its devEui; an installation's is that of its devEui, its
 * `channel` (left out: `main`) and, where it is given, its `date`: another date is another row, so that what was before stays to be read.
 */
export interface TableChange {
  /** from the folder, with slashes; a table that is not there yet is made */
  file: string
  kind: TableKind
  devEui: string
  /** of the row as it was read, from 1: decides between several that fit, and finds one that names its device by serial alone */
  line?: number
  /** columns that are not named stay as they are; `devEui` gives the row another device */
  set: Readonly<Partial<Record<Column, CellValue>>>
  /** takes the row out */
  remove?: true
}

export interface WrittenRows {
  changed: number
  added: number
  removed: number
  /** texts that a spreadsheet would run, or that look like keys: their cells stay as they are */
  leftOut: { devEui: string; column: Column }[]
}
