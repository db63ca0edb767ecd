import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nearest } from '../../codecs/kit/hint.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { hexDigits } from '../../lorawan/hex-text.ts'
import { plainCell } from './cells.ts'
import { isRow, openTable, type Table } from './table.ts'
import type { Territory } from './territory.ts'
import { parseTerritoryFile, type TerritoryFile } from './territory-file.ts'

export const territoryFileName = 'territory.yaml'

export async function isTerritory(folder: string): Promise<boolean> {
  return (await entries(folder)).some(({ name }) => name === territoryFileName)
}

/** Rejects with `territory.none`, `territory.invalid` and `file.malformed`. */
export async function readTerritoryFile(folder: string): Promise<TerritoryFile> {
  const text = await readFile(join(folder, territoryFileName), 'utf8').catch((cause: unknown) => {
    throw new OndineError('territory.none', { folder }, { cause })
  })
  return parseTerritoryFile(text, territoryFileName)
}

/** To whom keys are encrypted. Rejects with `delivery.no-recipient`, `territory.invalid` and `file.malformed`. */
export async function recipientOf(territory: string): Promise<string> {
  const file = join(territory, territoryFileName)
  const recipient = (await isTerritory(territory)) ? (await readTerritoryFile(territory)).recipient : null
  if (recipient === null) throw new OndineError('delivery.no-recipient', { file })
  return recipient
}

/** A file that stands where a service's files stand. */
export interface PlacedFile {
  /** from the folder, with slashes: `tours/water/delivery.csv` */
  file: string
  tenant: string
  service: string
}

export interface FolderFiles {
  tables: PlacedFile[]
  /** encrypted keys beside their table */
  keys: PlacedFile[]
  /** tables beside the folders of services: `tours/delivery.csv` */
  misplaced: { file: string; tenant: string }[]
}

/** What stands in `<tenant>/<service>/`; reports and what begins with `.` or `_` are left out. In the order of their names. */
export async function filesOf(territory: string): Promise<FolderFiles> {
  const found: FolderFiles = { tables: [], keys: [], misplaced: [] }
  for (const tenant of await folders(territory)) {
    const inTenant = await entries(join(territory, tenant))
    for (const { name } of inTenant) if (isTable(name)) found.misplaced.push({ file: `${tenant}/${name}`, tenant })
    for (const service of await folders(join(territory, tenant))) {
      for (const { name } of await entries(join(territory, tenant, service))) {
        const placed = { file: `${tenant}/${service}/${name}`, tenant, service }
        if (isTable(name)) found.tables.push(placed)
        else if (/\.keys\.age$/i.test(name) && !isLeftOut(name)) found.keys.push(placed)
      }
    }
  }
  return found
}

/**
 * A misspelt folder must not be left out in silence: its devices would be missing, and be pruned. Throws `territory.unknown-folder`
 * and `territory.misplaced`.
 */
export function refuseStrangers(
  { tables, keys, misplaced }: FolderFiles,
  { tenants, services }: Pick<Territory, 'tenants' | 'services'>,
): void {
  const slugs = tenants.map(({ slug }) => slug)
  for (const { file, tenant, service } of [...tables, ...keys]) {
    if (!slugs.includes(tenant)) throw stranger(file, 'tenant', tenant, slugs)
    const own = services.filter((one) => one.tenant === tenant).map(({ slug }) => slug)
    if (!own.includes(service)) throw stranger(file, 'service', service, own)
  }
  const lost = misplaced.find(({ tenant }) => slugs.includes(tenant))
  if (lost !== undefined) throw new OndineError('territory.misplaced', lost)
}

/**
 * Throws `delivery.undeclared` where territory.yaml declares no such tenant or service: `plan` would refuse the whole folder for it.
 */
export function refuseUndeclared({ tenants, services }: Pick<Territory, 'tenants' | 'services'>, tenant: string, service: string): void {
  const slugs = tenants.map(({ slug }) => slug)
  if (!slugs.includes(tenant)) throw undeclared('--tenant', tenant, slugs)
  const own = services.filter((one) => one.tenant === tenant).map(({ slug }) => slug)
  if (!own.includes(service)) throw undeclared('--service', service, own)
}

function undeclared(option: string, name: string, known: readonly string[]): OndineError {
  return new OndineError('delivery.undeclared', { option, name, near: nearest(name, known) ?? '', known: known.slice(0, 12).join(', ') })
}

function stranger(file: string, what: string, name: string, known: readonly string[]): OndineError {
  return new OndineError('territory.unknown-folder', { file, what, name, near: nearest(name, known) ?? '' })
}

/** DevEuis of the device tables of a territory and their table; `except`: a table that is not read, as are those that `plan` refuses. */
export async function devicesOfTables(territory: string, except: string | null): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const { file } of (await filesOf(territory)).tables) {
    if (file === except) continue
    for (const devEui of devicesIn(await readFile(join(territory, file)), file)) found.set(devEui, file)
  }
  return found
}

/** DevEuis of one device table, of which the name is from the territory's folder; none where it is not there. */
export async function devicesOfTable(territory: string, file: string): Promise<string[]> {
  const bytes = await readFile(join(territory, file)).catch(() => null)
  return bytes === null ? [] : devicesIn(bytes, file)
}

function devicesIn(bytes: Uint8Array, file: string): string[] {
  const table = opened(bytes, file)
  if (table === null) return []
  const { columns, records, titleRecord } = table
  // An installation table may name a device before it is delivered.
  const column = columns.kind === 'device' ? columns.at.devEui : undefined
  if (column === undefined) return []
  return records.slice(titleRecord + 1).flatMap((record) => (isRow(record) ? (hexDigits(plainCell(record.cells[column] ?? '')) ?? []) : []))
}

/** null: another file than a table, such as the delivery that is about to be imported. */
function opened(bytes: Uint8Array, file: string): Table | null {
  try {
    return openTable(bytes, file)
  } catch {
    return null
  }
}

function isTable(name: string): boolean {
  return /\.csv$/i.test(name) && !/\.report\.csv$/i.test(name) && !isLeftOut(name)
}

function isLeftOut(name: string): boolean {
  return /^[._]/.test(name)
}

async function folders(path: string): Promise<string[]> {
  const all = await entries(path)
  return all.filter((entry) => entry.isDirectory() && !isLeftOut(entry.name) && entry.name !== 'node_modules').map(({ name }) => name)
}

async function entries(path: string): Promise<Dirent[]> {
  const all = await readdir(path, { withFileTypes: true }).catch(() => [])
  return all.sort((a, b) => (a.name < b.name ? -1 : 1))
}
