import type { Asset, Assignment, Device, Equipment, Gateway, Parameters, Service, Site, Tenant } from './entities.ts'
import { type Holdings, type InventoryChanges, noChanges } from './ports.ts'
import { proposeSlug } from './slug.ts'

/** A territory as plain data; things refer to each other by slug, name, serial and EUI. */
export interface Seed {
  tenants: readonly Omit<Tenant, 'id'>[]
  services: readonly (Omit<Service, 'id' | 'tenantId'> & { tenant: string })[]
  sites: readonly (Omit<Site, 'id' | 'tenantId'> & { tenant: string })[]
  /** `site`: name; a slug that is left out is made from the code, or is a pseudonym where the service is personal */
  assets: readonly { tenant: string; service: string; site: string | null; code: string; slug?: string; name: string }[]
  equipment: readonly { tenant: string; serial: string; kind: string }[]
  devices: readonly (Omit<Device, 'tenantId' | 'serviceId'> & { tenant: string; service: string | null })[]
  gateways: readonly (Omit<Gateway, 'tenantId'> & { tenant: string | null })[]
  /** `asset`: slug or code of an asset of the device's tenant; `equipment`: serial */
  assignments: readonly {
    devEui: string
    channel: string
    asset: string
    equipment: string | null
    /** ISO 8601 */
    from: string
    parameters: Parameters
    startIndex: number | null
  }[]
}

interface SeedContext {
  newId: () => string
  random: (n: number) => Uint8Array
}

/**
 * The rows that are missing. What is known by its name is left as it is, whatever the seed says: people may have
 * changed it since. Throws an Error on a seed that refers to what it does not declare: a mistake in our own data.
 */
export function planSeed(
  seed: Seed,
  held: Holdings,
  taken: { devices: ReadonlySet<string>; gateways: ReadonlySet<string> },
  context: SeedContext,
): InventoryChanges {
  const tenants = merge(
    held.tenants,
    seed.tenants,
    (row) => row.slug,
    (row): Tenant => ({ id: context.newId(), ...row }),
  )
  const tenantId = (slug: string) => need(tenants.all.get(slug), 'tenant', slug).id

  const services = merge(
    held.services,
    seed.services.map(({ tenant, ...row }) => ({ ...row, tenantId: tenantId(tenant) })),
    (row) => key(row.tenantId, row.slug),
    (row): Service => ({ id: context.newId(), ...row }),
  )
  const sites = merge(
    held.sites,
    seed.sites.map(({ tenant, ...row }) => ({ ...row, tenantId: tenantId(tenant) })),
    (row) => key(row.tenantId, row.name),
    (row): Site => ({ id: context.newId(), ...row }),
  )
  const equipment = merge(
    held.equipment,
    seed.equipment.map(({ tenant, ...row }) => ({ ...row, tenantId: tenantId(tenant) })),
    (row) => key(row.tenantId, row.serial),
    (row): Equipment => ({ id: context.newId(), ...row }),
  )
  // A slug that is given is the asset, whatever code people have given it since.
  const heldCodes = new Map(held.assets.map((asset) => [key(asset.tenantId, asset.slug), asset.code]))
  const assets = merge(
    held.assets,
    seed.assets.map(({ tenant, ...row }) => {
      const id = tenantId(tenant)
      const code = row.slug === undefined ? row.code : (heldCodes.get(key(id, row.slug)) ?? row.code)
      return { ...row, code, tenantId: id }
    }),
    (row) => key(row.tenantId, row.code),
    ({ service, site, slug, ...row }): Asset => ({
      ...row,
      id: context.newId(),
      serviceId: need(services.all.get(key(row.tenantId, service)), 'service', service).id,
      siteId: site === null ? null : need(sites.all.get(key(row.tenantId, site)), 'site', site).id,
      slug: slug ?? proposeSlug(service, row.code, 0, context.random),
    }),
  )
  const bySlug = new Map([...assets.all.values()].map((asset) => [key(asset.tenantId, asset.slug), asset]))
  const devices = seed.devices
    .filter((device) => !taken.devices.has(device.devEui))
    .map(({ tenant, service, ...row }): Device => {
      const id = tenantId(tenant)
      return { ...row, tenantId: id, serviceId: service === null ? null : need(services.all.get(key(id, service)), 'service', service).id }
    })
  const gateways = seed.gateways
    .filter((gateway) => !taken.gateways.has(gateway.gatewayId))
    .map(({ tenant, ...row }): Gateway => ({ ...row, tenantId: tenant === null ? null : tenantId(tenant) }))

  // A device that was here before has had its assignments from people or from the seed before.
  const fresh = new Map(devices.map((device) => [device.devEui, device]))
  const assignments = seed.assignments.flatMap((row): Assignment[] => {
    const device = fresh.get(row.devEui)
    if (device === undefined) return []
    const { devEui, channel, parameters, startIndex } = row
    const asset = key(device.tenantId, row.asset)
    return [
      {
        id: context.newId(),
        devEui,
        channel,
        assetId: need(bySlug.get(asset) ?? assets.all.get(asset), 'asset', row.asset).id,
        equipmentId:
          row.equipment === null ? null : need(equipment.all.get(key(device.tenantId, row.equipment)), 'equipment', row.equipment).id,
        from: new Date(row.from).toISOString(),
        to: null,
        parameters,
        startIndex,
        endIndex: null,
      },
    ]
  })
  return {
    ...noChanges,
    tenants: tenants.missing,
    services: services.missing,
    sites: sites.missing,
    equipment: equipment.missing,
    assets: assets.missing,
    devices,
    gateways,
    assignments,
  }
}

function merge<Row, Declared>(
  held: readonly Row[],
  declared: readonly Declared[],
  keyOf: (row: Row | Declared) => string,
  make: (declared: Declared) => Row,
): { all: ReadonlyMap<string, Row>; missing: readonly Row[] } {
  const all = new Map(held.map((row) => [keyOf(row), row]))
  const missing: Row[] = []
  for (const row of declared) {
    if (all.has(keyOf(row))) continue
    const made = make(row)
    all.set(keyOf(row), made)
    missing.push(made)
  }
  return { all, missing }
}

function key(tenantId: string, name: string): string {
  return `${tenantId} ${name}`
}

function need<T>(found: T | undefined, kind: string, name: string): T {
  if (found === undefined) throw new Error(`the seed refers to a ${kind} it does not declare: ${name}`)
  return found
}
