import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { OndineError } from '../../errors/ondine-error.ts'
import { decryptWith, isAgeFile } from '../../formats/age.ts'
import type { CheckedRow } from '../../provisioning/suppliers/check-rows.ts'
import { type Delivery, limits } from '../../provisioning/suppliers/delivery.ts'
import { type DeliveryPaths, deliveryName, pathsOf, refuseExisting } from '../../provisioning/suppliers/delivery-files.ts'
import { check, type UnderstoodDelivery, understand } from '../../provisioning/suppliers/import-delivery.ts'
import { knownModels } from '../../provisioning/suppliers/models.ts'
import { readDelivery } from '../../provisioning/suppliers/read-delivery.ts'
import { readProfiles, supplierNameSchema } from '../../provisioning/suppliers/supplier-profile.ts'
import { devicesOfTables, isTerritory } from '../../provisioning/territory/territory-folder.ts'
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
  const paths = options.check === true ? null : placeOf(options, model === null ? null : (registry.get(model)?.service ?? null), file)
  if (paths !== null) refuseExisting(territory, paths, options.replace === true)
  const { known, compared } = await knownDevices(session, territory, options.replace === true ? (paths?.table ?? null) : null)
  const rows = check(understood, {
    ...knownModels(registry.list()),
    knownFrom: (devEui) => known.get(devEui) ?? null,
    model,
    joinEui: understood.profile?.joinEui ?? null,
    acceptWeakKeys: options.acceptWeakKeys === true,
    reversed: options.reversed,
  })
  return { understood, rows, model, supplier, compared, paths }
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

function placeOf({ tenant, service }: ImportOptions, ofModel: string | null, file: string): DeliveryPaths {
  const place = service ?? ofModel
  if (tenant === undefined) throw new OndineError('delivery.no-place', { option: '--tenant' })
  if (place === null) throw new OndineError('delivery.no-place', { option: '--service' })
  return pathsOf(slug('--tenant', tenant), slug('--service', place), deliveryName(basename(file)))
}

function slug(option: string, value: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)) return value
  throw new OndineError('delivery.bad-slug', { option, value })
}

/** Devices of the territory's tables, and of the inventory where a server is there. */
async function knownDevices(session: Session, territory: string, except: string | null) {
  const known = (await isTerritory(territory)) ? await devicesOfTables(territory, except) : new Map<string, string>()
  const withServer = await addInventory(session, known)
  return { known, compared: { devices: known.size, withServer } }
}

/** false: no server is named, and none is running here. One that was named must answer. */
async function addInventory(session: Session, known: Map<string, string>): Promise<boolean> {
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
      for (const { devEui } of page.items) known.set(devEui, from)
      cursor = page.cursor
    }
    return true
  } catch (thrown) {
    if (isNamed) throw thrown
    return false
  }
}
