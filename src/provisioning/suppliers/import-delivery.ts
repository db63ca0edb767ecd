import { OndineError } from '../../errors/ondine-error.ts'
import { keyFields } from '../../lorawan/root-keys.ts'
import { type CheckedRow, checkRows, type Facts, unmatchedKeys } from './check-rows.ts'
import { type Columns, columnName, findColumns, letters } from './columns.ts'
import type { Delivery, Sheet } from './delivery.ts'
import { deviceRows, joinKeys, type Table } from './device-rows.ts'
import { recognise, type SupplierProfile } from './supplier-profile.ts'

/** A delivery understood: which rows are devices, which hold their keys. */
export interface UnderstoodDelivery {
  delivery: Delivery
  /** null: none was asked for or recognised */
  profile: SupplierProfile | null
  devices: readonly Table[]
  /** sheets and files that hold only keys */
  keys: readonly Table[]
}

export interface UnderstandOptions {
  profiles: readonly SupplierProfile[]
  /** a profile's name; null: the one that fits, if any */
  supplier: string | null
  /** only this sheet has devices; null: every one that has */
  sheet: string | null
  /** another file with the keys */
  keys: Delivery | null
}

/** Throws `delivery.no-sheet`, `delivery.no-sheets`, `delivery.no-dev-eui`, `delivery.column-ambiguous` or `delivery.profile-differs`. */
export function understand(delivery: Delivery, { profiles, supplier, sheet, keys }: UnderstandOptions): UnderstoodDelivery {
  const profile = supplier === null ? recognise(delivery.sheets, profiles) : (profiles.find((one) => one.supplier === supplier) ?? null)
  if (supplier !== null && profile !== null && !hasDevEuiOf(delivery, profile)) {
    throw new OndineError('delivery.profile-differs', { file: delivery.file, supplier, column: profile.columns.devEui ?? '' })
  }
  const all = tablesOf(delivery, profile)
  if (sheet !== null && delivery.sheets.every(({ name }) => name !== sheet)) {
    const { file, format } = delivery
    const sheets = delivery.sheets.flatMap(({ name }) => name ?? []).join(', ')
    if (sheets === '') throw new OndineError('delivery.no-sheets', { file, format: format.toUpperCase() })
    throw new OndineError('delivery.no-sheet', { file, sheet, sheets })
  }
  const lists = sheet === null ? all : all.filter(({ name }) => name === sheet)
  const [first] = lists
  if (first === undefined) throw new OndineError('delivery.no-dev-eui', { file: delivery.file, seen: seen(delivery, sheet) })
  const ofOtherFile = keys === null ? [] : tablesOf(keys, null).map(({ table }) => table)
  if (keys !== null && ofOtherFile.length === 0) throw new OndineError('delivery.no-dev-eui', { file: keys.file, seen: seen(keys, null) })
  // Where the first list has its keys, further sheets are further devices; where it has none, they hold its keys.
  if (hasKeys(first.table.columns)) return { delivery, profile, devices: lists.map(({ table }) => table), keys: ofOtherFile }
  const withKeys = all.filter(({ table }) => table !== first.table && hasKeys(table.columns)).map(({ table }) => table)
  const devices = lists.filter(({ table }) => !hasKeys(table.columns)).map(({ table }) => table)
  return { delivery, profile, devices, keys: [...withKeys, ...ofOtherFile] }
}

/** One report line per row of the lists of devices, then one per row of keys that belongs to none. */
export function check({ devices, keys }: UnderstoodDelivery, facts: Facts): CheckedRow[] {
  const { rows, unmatched } = joinKeys(devices.flatMap(deviceRows), keys)
  return [...checkRows(rows, facts), ...unmatchedKeys(unmatched)]
}

function tablesOf(delivery: Delivery, profile: SupplierProfile | null): { name: string | null; table: Table }[] {
  return delivery.sheets.flatMap((sheet, index) => {
    const columns = findColumns(sheet, delivery.file, profile) ?? (profile === null ? null : findColumns(sheet, delivery.file, null))
    if (columns === null) return []
    const file = index === 0 || sheet.name === null ? delivery.file : `${delivery.file}#${sheet.name}`
    return { name: sheet.name, table: { file, hasCells: delivery.format === 'xlsx', columns, rows: sheet.rows } }
  })
}

function hasDevEuiOf({ sheets }: Delivery, { columns: { devEui = '' }, ...profile }: SupplierProfile): boolean {
  return recognise(sheets, [{ ...profile, columns: { devEui } }]) !== null
}

function hasKeys({ at }: Columns): boolean {
  return keyFields.some((field) => at[field] !== undefined)
}

/** The titles that were found, for a person who wonders why none of them is a devEui. */
function seen({ sheets }: Delivery, only: string | null): string {
  const titles = sheets.filter(({ name }) => only === null || name === only).flatMap(titlesOf)
  return titles.slice(0, 12).join(', ') || '-'
}

function titlesOf({ titles, rows }: Sheet): string[] {
  const widest = titles ?? rows.slice(0, 40).find(({ cells }) => cells.filter((cell) => cell.trim() !== '').length > 1)?.cells ?? []
  return widest.map((title, column) => (title.trim() === '' ? letters(column) : columnName(widest, column)))
}
