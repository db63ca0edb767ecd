import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { OndineError } from '../../errors/ondine-error.ts'
import { decryptWith, isAgeFile } from '../../formats/age.ts'
import type { CheckedRow } from '../../provisioning/suppliers/check-rows.ts'
import { type Delivery, limits } from '../../provisioning/suppliers/delivery.ts'
import { type DeliveryPaths, deliveryName, freeName, pathsOf, refuseExisting } from '../../provisioning/suppliers/delivery-files.ts'
import { check, type UnderstoodDelivery, understand } from '../../provisioning/suppliers/import-delivery.ts'
import { knownModels } from '../../provisioning/suppliers/models.ts'
import { readDelivery } from '../../provisioning/suppliers/read-delivery.ts'
import { readProfiles, supplierNameSchema } from '../../provisioning/suppliers/supplier-profile.ts'
import {
  devicesOfTable,
  devicesOfTables,
  isTerritory,
  readTerritoryFile,
  refuseUndeclared,
} from '../../provisioning/territory/territory-folder.ts'
import { installedModels } from '../installed-models.ts'
import type { Session } from '../session.ts'

export interface ImportOptions {
  supplier: string
  model?: string
  tenant?: string
  service?: string
  sheet?: string
  keys?: string
  identity?: string
  check?: true
  acceptWeakKeys?: true
  reversed: 'hold' | 'keep' | 'turn'
  replace?: true
  dropMissing?: true
  name?: string
  territory: string
}

/** A delivery read and judged; nothing is written yet. */
export interface Checked {
  understood: UnderstoodDelivery
  rows: readonly CheckedRow[]
  /** of all devices that name none */
  model: string | null
  /** of a supplier named by --supplier, known or not yet; null: auto */
  supplier: string | null
  /** devices it was compared with, and whether a server was asked for them */
  compared: { devices: number; withServer: boolean }
  /** null: only looked at */
  paths: DeliveryPaths | null
  /** what stands in the table that is replaced and not in this delivery; null: none is replaced, or nothing is lost */
  dropped: Dropped | null
}

interface Dropped {
  table: string
  count: number
  /** devEui */
  first: string
  /** a name for this delivery beside that table */
  free: string
}

/** Rejects with one sentence where the delivery as a whole cannot be taken. */
export async function look(session: Session, file: string, options: ImportOptions): Promise<Checked> {
  const supplier = options.supplier === 'auto' ? null : supplierName(options.supplier)
  const registry = await installedModels(session)
  const { territory } = options
  const delivery = await readFileOf(file, options.identity)
  const keys = options.keys === undefined ? null : await readFileOf(options.keys, options.identity)
  const profiles = await readProfiles(territory)
  const isNew = supplier !== null && profiles.every((profile) => profile.supplier !== supplier)
  const understood = understand(delivery, {
    profiles: isNew ? [] : profiles,
    supplier: isNew ? null : supplier,
    sheet: options.sheet ?? null,
    keys,
  })
  const model = options.model ?? understood.profile?.model ?? null
  if (model !== null && registry.get(model) === undefined) throw new OndineError('codec.unknown-model', { model })
  const place = await placeOf(options, model === null ? null : (registry.get(model)?.service ?? null), file)
  const paths = options.check === true ? null : place
  if (paths !== null) refuseExisting(territory, paths, options.replace === true, file)
  const replaced = options.replace === true ? (place?.table ?? null) : null
  const former = replaced === null ? [] : await devicesOfTable(territory, replaced)
  const { known, compared } = await knownDevices(session, territory, replaced, new Set(former))
  const rows = check(understood, {
    ...knownModels(registry.list()),
    knownFrom: (devEui) => known.get(devEui) ?? null,
    model,
    joinEui: understood.profile?.joinEui ?? null,
    acceptWeakKeys: options.acceptWeakKeys === true,
    reversed: options.reversed,
  })
  const dropped = replaced === null ? null : droppedBy(rows, former, replaced, freeName(territory, replaced, file))
  return { understood, rows, model, supplier, compared, paths, dropped }
}

function droppedBy(rows: readonly CheckedRow[], former: readonly string[], table: string, free: string): Dropped | null {
  const taken = new Set(rows.flatMap(({ device }) => device?.devEui ?? []))
  const missing = former.filter((devEui) => !taken.has(devEui))
  const [first] = missing
  return first === undefined ? null : { table, count: missing.length, first, free }
}

function supplierName(name: string): string {
  if (supplierNameSchema.safeParse(name).success) return name
  throw new OndineError('delivery.bad-supplier', { supplier: name })
}

async function readFileOf(path: string, identity: string | undefined): Promise<Delivery> {
  const bytes = await bytesOf(path)
  if (!isAgeFile(bytes)) return readDelivery(bytes, path)
  if (identity === undefined) throw new OndineError('delivery.encrypted', { file: basename(path) })
  return readDelivery(await decryptWith((await bytesOf(identity)).toString('utf8'), bytes), path.replace(/\.age$/i, ''))
}

async function bytesOf(path: string): Promise<Buffer> {
  const file = basename(path)
  try {
    const { size } = await stat(path)
    if (size > limits.fileBytes) throw new OndineError('file.too-large', { file, limit: limits.fileBytes / 1e6 })
    return await readFile(path)
  } catch (thrown) {
    if (thrown instanceof OndineError) throw thrown
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
    if (code === 'ENOENT') throw new OndineError('delivery.not-there', { file: path }, { cause: thrown })
    throw new OndineError('delivery.unreadable', { file, reason: code }, { cause: thrown })
  }
}

/** Where its files go; null: it is only looked at, and nobody said whose it is. */
async function placeOf(options: ImportOptions, ofModel: string | null, file: string): Promise<DeliveryPaths | null> {
  const { territory, tenant, service = ofModel, name } = options
  if (options.check === true && (tenant === undefined || service === null)) return null
  if (tenant === undefined) throw new OndineError('delivery.no-place', { option: '--tenant' })
  if (service === null) throw new OndineError('delivery.no-place', { option: '--service' })
  const delivery = name === undefined ? deliveryName(basename(file)) : slug('--name', name)
  const paths = pathsOf(slug('--tenant', tenant), slug('--service', service), delivery)
  if (await isTerritory(territory)) refuseUndeclared((await readTerritoryFile(territory)).declared, tenant, service)
  return paths
}

function slug(option: string, value: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)) return value
  throw new OndineError('delivery.bad-slug', { option, value })
}

/** Devices of the territory's tables, and of the inventory where a server is there. */
async function knownDevices(session: Session, territory: string, except: string | null, former: ReadonlySet<string>) {
  const known = (await isTerritory(territory)) ? await devicesOfTables(territory, except) : new Map<string, string>()
  const withServer = await addInventory(session, known, former)
  return { known, compared: { devices: known.size, withServer } }
}

/**
 * false: no server is named, and none is running here. One that was named must answer. `former`: devices of the table that is
 * replaced, which the server may know by it.
 */
async function addInventory(session: Session, known: Map<string, string>, former: ReadonlySet<string>): Promise<boolean> {
  const isNamed = (session.options.url ?? session.io.environment.ONDINE_URL) !== undefined
  const from = 'inventory'
  try {
    const client = await session.client()
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page: { items: readonly { devEui: string }[]; cursor: string | null } = await client.devices.list({
        limit: 1_000,
        ...(cursor === undefined ? {} : { cursor }),
      })
      for (const { devEui } of page.items) if (!former.has(devEui)) known.set(devEui, from)
      cursor = page.cursor
    }
    return true
  } catch (thrown) {
    if (isNamed) throw thrown
    return false
  }
}
