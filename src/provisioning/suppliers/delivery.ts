import type { Encoding } from '../../formats/encoding.ts'

/** A supplier's file as it is: rows of cells, before anything is said about what they mean. */
export interface Delivery {
  /** its name without folder */
  file: string
  format: 'csv' | 'xlsx' | 'json' | 'xml'
  /** null: the format fixes it */
  encoding: Encoding | null
  /** of a CSV; null where there is but one column, or in other formats */
  separator: string | null
  sheets: readonly Sheet[]
}

export interface Sheet {
  /** null where the format has no sheets */
  name: string | null
  /** of JSON and XML, whose records name their values; null: the titles are one of the rows, or missing */
  titles: readonly string[] | null
  rows: readonly Row[]
}

export interface Row {
  /** from 1: the line of a CSV (where the row begins), the row of a sheet, the element of JSON or XML */
  line: number
  /** as written */
  cells: readonly string[]
  /** columns, from 0, whose cell the source holds as a number, a date or a truth value: an EUI there is no longer what it was */
  notText: readonly number[] | null
}

/** No delivery has more: what does is another file, or meant to do harm. */
export const limits = { fileBytes: 200e6, rows: 1_000_000, columns: 1_000, unpackedBytes: 400e6, text: 400e6, memory: 2_000, time: 120_000 }
