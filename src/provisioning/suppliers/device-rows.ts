import { hexDigits, isScientific } from '../../lorawan/hex-text.ts'
import { type KeyField, keyFields } from '../../lorawan/root-keys.ts'
import { type Columns, columnName, letters } from './columns.ts'
import type { Row } from './delivery.ts'
import { type Field, plainTitle } from './titles.ts'

/** A sheet of devices or of keys, and what its columns are. */
export interface Table {
  /** of the reports: `delivery.csv`; `delivery.xlsx#Keys` where it is not the first sheet */
  file: string
  /** its cells have names of their own: B17 */
  hasCells: boolean
  columns: Columns
  rows: readonly Row[]
}

/** A row of a list of devices, and where its keys are. */
export interface DeviceRow {
  table: Table
  source: Row
  /** the row of another sheet that has its keys; null: its own */
  keys: KeyRow | null
  /** the lines that give different keys for it; null: they agree */
  keysDiffer: string | null
  /** why it is no device: nothing in it, or a total, a remark, titles again */
  aside: 'empty' | 'other' | null
}

export interface KeyRow {
  table: Table
  source: Row
  devEui: string
}

/** The rows of a list of devices. Blank lines and empty rows at its end are nothing; an empty row between others is told. */
export function deviceRows(table: Table): DeviceRow[] {
  const { columns, rows } = table
  const data = rows.slice(columns.first)
  const last = data.findLastIndex((row) => seemsDevice(row, columns))
  const title = plainTitle(columns.titles[columns.at.devEui ?? -1] ?? '')
  return data.flatMap((source, index): DeviceRow[] => {
    const isEmpty = source.cells.every((cell) => cell.trim() === '')
    if (isEmpty && (index > last || source.cells.length < 2 || table.hasCells)) return []
    const devEui = cellOf(source, columns.at.devEui)
    const isTitle = title !== '' && plainTitle(devEui) === title
    const aside = isEmpty ? 'empty' : isTitle || index > last ? 'other' : null
    return [{ table, source, keys: null, keysDiffer: null, aside }]
  })
}

/** Below the last such row stand totals and remarks; above it, whatever is wrong is a device's fault. */
function seemsDevice(row: Row, { at }: Columns): boolean {
  const devEui = cellOf(row, at.devEui)
  const isIdentifier = (text: string) => (hexDigits(text)?.length ?? 0) >= 8 || /[0-9a-f]{8}/i.test(text)
  return isScientific(devEui) || isIdentifier(devEui) || keyFields.some((field) => isIdentifier(cellOf(row, at[field])))
}

/** Gives every device its keys from other sheets, by devEui; what matches none is given back. */
export function joinKeys(rows: readonly DeviceRow[], keyTables: readonly Table[]): { rows: DeviceRow[]; unmatched: KeyRow[] } {
  const byEui = new Map<string, KeyRow[]>()
  for (const table of keyTables) {
    for (const source of table.rows.slice(table.columns.first)) {
      const devEui = hexDigits(cellOf(source, table.columns.at.devEui))
      if (devEui?.length !== 16) continue
      const found = byEui.get(devEui)
      if (found === undefined) byEui.set(devEui, [{ table, source, devEui }])
      else found.push({ table, source, devEui })
    }
  }
  const used = new Set<string>()
  const joined = rows.map((row): DeviceRow => {
    const devEui = hexDigits(cellOf(row.source, row.table.columns.at.devEui)) ?? ''
    const [keys, ...others] = byEui.get(devEui) ?? []
    if (keys === undefined) return row
    used.add(devEui)
    const differ = others.some((other) => keyFields.some((field) => keyText(other, field) !== keyText(keys, field)))
    const lines = [keys, ...others].map(({ table, source }) => `${table.file}:${source.line}`).join(', ')
    return { ...row, keys, keysDiffer: differ ? lines : null }
  })
  return { rows: joined, unmatched: [...byEui].flatMap(([devEui, found]) => (used.has(devEui) ? [] : found)) }
}

function keyText({ table, source }: KeyRow, field: KeyField): string {
  const text = cellOf(source, table.columns.at[field])
  return hexDigits(text) ?? text
}

/** As written, without the spaces around it; empty where there is no such column. */
export function written(row: DeviceRow, field: Field): string {
  const { table, source } = holderOf(row, field)
  return cellOf(source, table.columns.at[field])
}

/** Does the source hold it as a number, a date or a truth value? */
export function isNotText(row: DeviceRow, field: Field): boolean {
  const { table, source } = holderOf(row, field)
  const column = table.columns.at[field]
  return column !== undefined && source.notText?.includes(column) === true
}

/** Where in the source a person finds it. */
export function placeOf(row: DeviceRow, field: Field): string {
  const { table, source } = holderOf(row, field)
  const column = table.columns.at[field]
  if (column === undefined) return field === 'devEui' ? field : placeOf(row, 'devEui')
  const where = table.hasCells ? `${letters(column)}${source.line}` : columnName(table.columns.titles, column)
  return table === row.table ? where : `${table.file} ${where}`
}

function holderOf(row: DeviceRow, field: Field): { table: Table; source: Row } {
  return row.keys !== null && isKeyField(field) ? row.keys : row
}

function isKeyField(field: Field): field is KeyField {
  return field === 'appKey' || field === 'nwkKey' || field === 'genAppKey'
}

export function cellOf({ cells }: Row, column: number | undefined): string {
  return column === undefined ? '' : (cells[column]?.trim() ?? '')
}
