import type { Asset, Assignment, Device, Equipment, Gateway, Service, Site, Tenant } from '../../inventory/entities.ts'
import type { NetworkApplication, NetworkGateway, NetworkProfile, NetworkTenant } from '../network.ts'
import type { World } from './world.ts'

/** A world to look things up in: each list is read once. */
export interface WorldIndex {
  world: World
  tenants: ReadonlyMap<string, NetworkTenant>
  tenantsByName: ReadonlyMap<string, readonly NetworkTenant[]>
  applications: ReadonlyMap<string, NetworkApplication>
  /** `tenant/service` of an application's id, of those that are known */
  applicationKeys: ReadonlyMap<string, string>
  /** by `placed(tenantId, name)` */
  applicationsByName: ReadonlyMap<string, readonly NetworkApplication[]>
  profiles: ReadonlyMap<string, NetworkProfile>
  /** by `placed(tenantId, name)` */
  profilesByName: ReadonlyMap<string, readonly NetworkProfile[]>
  /** by `placed(tenantId, vendor/model)` */
  profilesByTag: ReadonlyMap<string, readonly NetworkProfile[]>
  gateways: ReadonlyMap<string, NetworkGateway>
  /** devices of an application, by its id */
  devicesIn: ReadonlyMap<string, number>
  inventory: {
    tenants: ReadonlyMap<string, Tenant>
    /** by `tenant/service`, slugs */
    services: ReadonlyMap<string, Service>
    serviceSlugs: ReadonlyMap<string, string>
    sites: ReadonlyMap<string, Site>
    assets: ReadonlyMap<string, Asset>
    /** by `placed(tenant id, code or slug)`; a code comes first */
    assetsByCode: ReadonlyMap<string, Asset>
    equipment: ReadonlyMap<string, Equipment>
    devices: ReadonlyMap<string, Device>
    /** by `placed(tenant id, serial number)` */
    devicesBySerial: ReadonlyMap<string, readonly Device[]>
    gateways: ReadonlyMap<string, Gateway>
    /** by `placed(devEui, channel)` */
    assignmentsOfDevice: ReadonlyMap<string, readonly Assignment[]>
    /** by `placed(asset id, channel)` */
    assignmentsOfAsset: ReadonlyMap<string, readonly Assignment[]>
    /** devEuis with an open assignment */
    installed: ReadonlySet<string>
  }
}

/** One key of two parts; neither an id nor an EUI has a blank. */
export function placed(within: string, name: string): string {
  return `${within} ${name}`
}

export function indexWorld(world: World): WorldIndex {
  const { tenants, applications, profiles, devices, gateways, inventory, memory } = world
  const slugs = new Map(inventory.tenants.map(({ id, slug }) => [id, slug]))
  const devicesIn = new Map<string, number>()
  for (const { applicationId } of devices.values()) devicesIn.set(applicationId, (devicesIn.get(applicationId) ?? 0) + 1)
  return {
    world,
    tenants: by(tenants, ({ id }) => id),
    tenantsByName: grouped(tenants, ({ name }) => name),
    applications: by(applications, ({ id }) => id),
    applicationKeys: new Map(
      [...memory.values()].flatMap(({ kind, key, networkId }) => (kind === 'application' ? [[networkId, key]] : [])),
    ),
    applicationsByName: grouped(applications, ({ tenantId, name }) => placed(tenantId, name)),
    profiles: by(profiles, ({ id }) => id),
    profilesByName: grouped(profiles, ({ tenantId, name }) => placed(tenantId, name)),
    profilesByTag: grouped(profiles, ({ tenantId, tags }) => (tags.model === undefined ? undefined : placed(tenantId, tags.model))),
    gateways: by(gateways, ({ gatewayId }) => gatewayId),
    devicesIn,
    inventory: {
      tenants: by(inventory.tenants, ({ slug }) => slug),
      services: by(inventory.services, ({ tenantId, slug }) => `${slugs.get(tenantId)}/${slug}`),
      serviceSlugs: new Map(inventory.services.map(({ id, slug }) => [id, slug])),
      sites: by(inventory.sites, ({ id }) => id),
      assets: by(inventory.assets, ({ id }) => id),
      assetsByCode: new Map([
        ...inventory.assets.map((asset) => [placed(asset.tenantId, asset.slug), asset] as const),
        ...inventory.assets.map((asset) => [placed(asset.tenantId, asset.code), asset] as const),
      ]),
      equipment: by(inventory.equipment, ({ id }) => id),
      devices: by(inventory.devices, ({ devEui }) => devEui),
      devicesBySerial: grouped(inventory.devices, ({ tenantId, serial }) => (serial === null ? undefined : placed(tenantId, serial))),
      gateways: by(inventory.gateways, ({ gatewayId }) => gatewayId),
      assignmentsOfDevice: grouped(inventory.assignments, ({ devEui, channel }) => placed(devEui, channel)),
      assignmentsOfAsset: grouped(inventory.assignments, ({ assetId, channel }) => placed(assetId, channel)),
      installed: new Set(inventory.assignments.filter(({ to }) => to === null).map(({ devEui }) => devEui)),
    },
  }
}

function by<T>(all: readonly T[], key: (one: T) => string): Map<string, T> {
  return new Map(all.map((one) => [key(one), one]))
}

/** What has no key is in no group. */
export function grouped<T>(all: readonly T[], key: (one: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const of = key(one)
    if (of === undefined) continue
    const group = groups.get(of)
    if (group === undefined) groups.set(of, [one])
    else group.push(one)
  }
  return groups
}
