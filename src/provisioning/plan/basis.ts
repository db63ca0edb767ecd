import { createHash } from 'node:crypto'
import type { Assignment } from '../../inventory/entities.ts'
import { canonicalJson } from '../keys/canonical-json.ts'
import { findApplication, findProfile, findTenant } from './find.ts'
import type { PlannedRow } from './plan.ts'
import { memoryKey, type World } from './world.ts'
import { indexWorld, placed, type WorldIndex } from './world-index.ts'

type Compared = Pick<PlannedRow, 'kind' | 'key' | 'facts'>

/**
 * Digest of all in the world that the rows of a plan were compared with: another one means that the world has moved since, and the
 * plan is none of it. The order of rows and lists, times of writing, and what no row speaks of make no difference.
 */
export function basisOf(rows: Iterable<Compared>, world: World): string {
  return digestOf(rows, indexWorld(world))
}

export function digestOf(rows: Iterable<Compared>, index: WorldIndex): string {
  const seen = [...rows].map((row) => `${row.kind} ${row.key} ${seenOf(row, index)}`).sort()
  const hash = createHash('sha256')
  let part = ''
  for (const line of seen) {
    part += `${line}\n`
    if (part.length < partSize) continue
    hash.update(part)
    part = ''
  }
  return hash.update(part).digest('hex')
}

/** Hashed in pieces of about this many characters: each piece costs, and so would one text of all. */
const partSize = 65_536

/** Of devices and installations there are as many as there are rows: their members have one order and need no sorting. */
function seenOf(row: Compared, index: WorldIndex): string {
  if (row.kind === 'device') return JSON.stringify(seenDevice(row.key, index))
  if (row.kind === 'installation') return JSON.stringify(seenInstallation(row, index))
  if (row.kind === 'gateway') return canonicalJson(seenGateway(row.key, index))
  if (row.kind === 'profile') return canonicalJson(seenProfile(row, index))
  return canonicalJson(row.kind === 'tenant' ? seenTenant(row, index) : seenApplication(row, index))
}

function seenTenant({ key: slug, facts }: Compared, index: WorldIndex): unknown {
  const row = index.inventory.tenants.get(slug)
  return {
    found: findTenant({ slug, name: facts.name ?? '' }, index) ?? null,
    remembered: networkIdOf('tenant', slug, index),
    inventory: row === undefined ? null : [row.id, row.chirpstackTenantId, row.timeZone],
  }
}

function seenApplication({ key, facts }: Compared, index: WorldIndex): unknown {
  const [tenant, slug] = split(key)
  const id = networkTenant(tenant, index)
  const row = index.inventory.services.get(key)
  return {
    found: id === null ? null : (findApplication({ tenant, slug, name: facts.name ?? '' }, id, index) ?? null),
    remembered: networkIdOf('application', key, index),
    inventory: row === undefined ? null : [row.id, row.chirpstackApplicationId],
  }
}

function seenProfile({ key, facts }: Compared, index: WorldIndex): unknown {
  const [tenant, model] = split(key)
  const id = networkTenant(tenant, index)
  const found = [true, false].map((named) => {
    const profile = id === null ? undefined : findProfile({ tenant, model, name: facts.name ?? model, named }, id, index)
    if (profile === undefined || 'several' in profile) return profile ?? null
    const { name, lorawan, tags } = profile.one
    return [profile.one.id, name, lorawan, tags.model ?? null]
  })
  const remembered = index.world.memory.get(memoryKey('profile', key))
  return { found, remembered: [remembered?.networkId ?? null, remembered?.owner ?? null] }
}

function seenGateway(gatewayId: string, index: WorldIndex): unknown {
  const is = index.gateways.get(gatewayId)
  const row = index.inventory.gateways.get(gatewayId)
  const remembered = index.world.memory.get(memoryKey('gateway', gatewayId))
  return {
    is: is === undefined ? null : [is.tenantId, is.name, is.description, is.location, is.statsInterval, is.tags],
    inventory: row === undefined ? null : [row.tenantId, row.name, row.latitude, row.longitude],
    owner: remembered?.owner ?? null,
  }
}

function seenDevice(devEui: string, index: WorldIndex): unknown {
  const { devices, details, memory } = index.world
  const is = devices.get(devEui)
  const remembered = memory.get(memoryKey('device', devEui))
  const row = index.inventory.devices.get(devEui)
  return [
    is === undefined ? null : [is.applicationId, is.profileId, is.name, tagsSeen(is.tags, remembered?.written.tags)],
    is === undefined ? null : (details.get(devEui)?.joinEui ?? remembered?.written.joinEui ?? null),
    row === undefined ? null : [row.tenantId, row.serviceId, row.model, row.serial, row.status, index.inventory.installed.has(devEui)],
    remembered?.owner ?? null,
    remembered?.keys ?? null,
  ]
}

/** Tags that others gave a device we wrote matter to no plan; of one that we did not write any may be the row's. */
function tagsSeen(tags: Readonly<Record<string, string>>, written: unknown): unknown {
  const ours = typeof written === 'object' && written !== null ? written : tags
  const names = Object.keys(tags).filter((name) => name === 'model' || Object.hasOwn(ours, name))
  return names.sort().map((name) => [name, tags[name]])
}

function seenInstallation({ key, facts }: Compared, index: WorldIndex): unknown {
  const [tenant, device] = split(key)
  const [devEui, channel] = split(device)
  const { inventory } = index
  const tenantId = inventory.tenants.get(tenant)?.id ?? ''
  const asset = inventory.assetsByCode.get(placed(tenantId, facts.asset ?? ''))
  const site = asset?.siteId === undefined || asset.siteId === null ? undefined : inventory.sites.get(asset.siteId)
  const row = inventory.devices.get(devEui)
  // Of a row by serial number, which device that is; of one that was found nowhere its key has the serial number.
  const serial = inventory.devicesBySerial.get(placed(tenantId, row === undefined ? devEui : (row.serial ?? ''))) ?? []
  const ofDevice = inventory.assignmentsOfDevice.get(placed(devEui, channel)) ?? []
  const ofAsset = asset === undefined ? [] : (inventory.assignmentsOfAsset.get(placed(asset.id, channel)) ?? [])
  return [
    asset === undefined ? null : [asset.id, asset.serviceId],
    site === undefined ? null : [site.name, site.commune, site.latitude, site.longitude],
    row === undefined ? null : [row.tenantId, row.model, row.status, row.serial],
    serial.map((one) => (one.status === 'retired' ? `${one.devEui} retired` : one.devEui)).sort(),
    ofDevice.map(seenAssignment).sort(),
    ofAsset.map(seenAssignment).sort(),
  ]
}

function seenAssignment(one: Assignment): string {
  const { id, devEui, assetId, equipmentId, from, to, startIndex, parameters } = one
  const values = Object.keys(parameters)
    .sort()
    .map((name) => [name, parameters[name]])
  return JSON.stringify([id, devEui, assetId, equipmentId, from, to, startIndex, values])
}

function networkIdOf(kind: 'tenant' | 'application', key: string, index: WorldIndex): string | null {
  return index.world.memory.get(memoryKey(kind, key))?.networkId ?? null
}

/** As far as it can be told without the name that the territory gives it: enough, for a tenant that is not known is a row of its own. */
function networkTenant(slug: string, index: WorldIndex): string | null {
  return networkIdOf('tenant', slug, index) ?? index.inventory.tenants.get(slug)?.chirpstackTenantId ?? null
}

/** At the first stroke. */
function split(key: string): [string, string] {
  const at = key.indexOf('/')
  return at < 0 ? [key, ''] : [key.slice(0, at), key.slice(at + 1)]
}
