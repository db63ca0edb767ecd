import type { Device, Service, Tenant } from '../../inventory/entities.ts'
import type { Holdings, InventoryChanges } from '../../inventory/ports.ts'
import type { ListedDevice } from '../network.ts'
import { writtenOf } from '../plan/content.ts'
import type { ObjectKind, Remembered } from '../plan/plan.ts'
import { keyOf, memoryKey, type World } from '../plan/world.ts'
import { type KnownModel, modelFinder, type RecognisedBy } from './find-model.ts'
import { serviceSlug, slugFor } from './slugs.ts'

export interface RecogniseInput {
  /** of the whole network server; `inventory` of all tenants. Devices in `details` are remembered, too. */
  world: World
  models: readonly KnownModel[]
  /** name of a device profile → `vendor/model`, as a person says */
  mapping: ReadonlyMap<string, string>
  /** IANA zone of tenants that are new */
  timeZone: string
  newId: () => string
}

/** `count`: devices */
export interface RecognisedModel {
  model: string
  by: RecognisedBy
  count: number
}

/** A device profile of which nothing tells the model: a mapping is needed. */
export interface UnrecognisedProfile {
  /** slug */
  tenant: string
  profile: string
  count: number
  /** one of its devices */
  example: string
  /** what it may be, to be said by a person; null: nothing points anywhere */
  suggestion: string | null
}

/** An entry of the memory, but for its fingerprint. Nobody owns what is adopted. */
export type Adopted = Omit<Remembered, 'fingerprint'>

export interface Recognised {
  changes: Pick<InventoryChanges, 'tenants' | 'services' | 'declared' | 'gateways'>
  remember: readonly Adopted[]
  /** `adopted`: new in the inventory */
  counts: readonly { kind: ObjectKind; found: number; adopted: number }[]
  /** most devices first, as those below */
  recognised: readonly RecognisedModel[]
  unrecognised: readonly UnrecognisedProfile[]
}

/**
 * What a network that exists is in the inventory: its tenants, services, devices in stock and gateways. What the inventory knows
 * stays as it is, but for ids and models that it lacked; a slug is proposed once. Writes nothing to the network.
 */
export function recognise(input: RecogniseInput): Recognised {
  const tenants = recogniseTenants(input)
  const finder = modelFinder(input.models, input.world.profiles, input.mapping)
  const services = recogniseServices(input, tenants.byId, finder)
  const devices = recogniseDevices(input, services.byId, finder)
  const gateways = recogniseGateways(input, tenants.byId)
  const profiles = rememberProfiles(input, tenants.byId, finder)
  const { world } = input
  const remember = [...tenants.remember, ...services.remember, ...profiles, ...gateways.remember, ...devices.remember]
  return {
    changes: { tenants: tenants.changed, services: services.changed, declared: devices.changed, gateways: gateways.changed },
    remember: remember.filter(({ kind, key }) => !world.memory.has(memoryKey(kind, key))),
    counts: [
      { kind: 'tenant', found: world.tenants.length, adopted: tenants.changed.length },
      { kind: 'application', found: world.applications.length, adopted: services.changed.length },
      { kind: 'profile', found: world.profiles.length, adopted: profiles.length },
      { kind: 'gateway', found: world.gateways.length, adopted: gateways.changed.length },
      { kind: 'device', found: world.devices.size, adopted: devices.adopted },
    ],
    recognised: devices.recognised,
    unrecognised: devices.unrecognised,
  }
}

type Finder = ReturnType<typeof modelFinder>

type PlacedService = Service & { tenant: Tenant }

/** Kept, or new, by the network server's id. */
interface Of<Row, T = Row> {
  byId: ReadonlyMap<string, T>
  changed: Row[]
  remember: Adopted[]
}

function recogniseTenants({ world, timeZone, newId }: RecogniseInput): Of<Tenant> {
  const { tenants: rows } = world.inventory
  const bound = new Map(rows.map((row) => [row.chirpstackTenantId, row]))
  const free = new Map(rows.filter(({ chirpstackTenantId }) => chirpstackTenantId === null).map((row) => [row.name.toLowerCase(), row]))
  const taken = new Set(rows.map(({ slug }) => slug.toLowerCase()))
  const byId = new Map<string, Tenant>()
  const changed: Tenant[] = []
  for (const { id, name } of inOrder(world.tenants, ({ name, id }) => `${name} ${id}`)) {
    const known = bound.get(id)
    const named = free.get(name.toLowerCase())
    free.delete(name.toLowerCase())
    const fresh = (): Tenant => ({ id: newId(), slug: slugFor(name, 'tenant', taken), name, timeZone, chirpstackTenantId: id })
    const tenant = known ?? (named === undefined ? fresh() : { ...named, chirpstackTenantId: id })
    if (known === undefined) changed.push(tenant)
    byId.set(id, tenant)
  }
  const remember = world.tenants.map((one) => adopted('tenant', slugOf(byId, one.id), slugOf(byId, one.id), one.id, writtenOf.tenant(one)))
  return { byId, changed, remember }
}

function recogniseServices(
  { world, newId }: RecogniseInput,
  tenants: ReadonlyMap<string, Tenant>,
  finder: Finder,
): Of<Service, PlacedService> {
  const rows = world.inventory.services
  const bound = new Map(rows.map((row) => [row.chirpstackApplicationId, row]))
  const free = new Map(
    rows.filter(({ chirpstackApplicationId }) => chirpstackApplicationId === null).map((row) => [`${row.tenantId} ${row.slug}`, row]),
  )
  const taken = new Map<string, Set<string>>()
  for (const { tenantId, slug } of rows) takenIn(taken, tenantId).add(slug.toLowerCase())
  const models = modelsIn(world, finder)
  const byId = new Map<string, PlacedService>()
  const changed: PlacedService[] = []
  for (const application of inOrder(world.applications, ({ tenantId, name, id }) => `${tenantId} ${name} ${id}`)) {
    const { id, name } = application
    const tenant = tenants.get(application.tenantId)
    if (tenant === undefined) continue
    const known = bound.get(id)
    const wanted = serviceSlug(name, finder.servicesOf(models.get(id) ?? new Set()))
    const same = free.get(`${tenant.id} ${wanted}`)
    free.delete(`${tenant.id} ${wanted}`)
    const fresh = (): Service => {
      return {
        id: newId(),
        tenantId: tenant.id,
        slug: slugFor(wanted, 'service', takenIn(taken, tenant.id)),
        name,
        chirpstackApplicationId: id,
      }
    }
    const service = { ...(known ?? (same === undefined ? fresh() : { ...same, chirpstackApplicationId: id })), tenant }
    if (known === undefined) changed.push(service)
    byId.set(id, service)
  }
  const remember = world.applications.flatMap((application) => {
    const service = byId.get(application.id)
    if (service === undefined) return []
    const { slug: tenant } = service.tenant
    return [
      adopted('application', keyOf.application({ tenant, slug: service.slug }), tenant, application.id, writtenOf.application(application)),
    ]
  })
  return { byId, changed: changed.map(({ tenant: _tenant, ...service }) => service), remember }
}

/** Models by application. */
function modelsIn({ devices }: World, finder: Finder): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const device of devices.values()) {
    const model = finder.modelOf(device)?.model
    if (model !== undefined) takenIn(found, device.applicationId).add(model)
  }
  return found
}

interface RecognisedDevices {
  changed: Device[]
  adopted: number
  remember: Adopted[]
  recognised: RecognisedModel[]
  unrecognised: UnrecognisedProfile[]
}

function recogniseDevices({ world }: RecogniseInput, services: ReadonlyMap<string, PlacedService>, finder: Finder): RecognisedDevices {
  const known = new Map(world.inventory.devices.map((row) => [row.devEui, row]))
  const changed: Device[] = []
  const remember: Adopted[] = []
  const recognised = new Map<string, RecognisedModel>()
  const unrecognised = new Map<string, UnrecognisedProfile>()
  let adoptedCount = 0
  for (const device of inOrder([...world.devices.values()], ({ devEui }) => devEui)) {
    const service = services.get(device.applicationId)
    if (service === undefined) continue
    const found = finder.modelOf(device)
    const row = known.get(device.devEui)
    if (row === undefined) {
      changed.push(inStock(device, service, found?.model ?? null))
      adoptedCount += 1
    } else if (row.model === null && found !== undefined) changed.push({ ...row, model: found.model })
    const detail = world.details.get(device.devEui)
    if (detail !== undefined) {
      const entry = adopted('device', device.devEui, service.tenant.slug, device.devEui, writtenOf.device(detail))
      remember.push({ ...entry, updatedAt: detail.updatedAt })
    }
    if (found !== undefined) countOf(recognised, `${found.model} ${found.by}`, { ...found, count: 0 })
    else if (row === undefined || row.model === null) {
      const { slug: tenant } = service.tenant
      const profile = finder.profileName(device)
      const first = { tenant, profile, count: 0, example: device.devEui, suggestion: finder.suggestionFor(device) }
      countOf(unrecognised, `${tenant} ${profile}`, first)
    }
  }
  return { changed, adopted: adoptedCount, remember, recognised: byCount(recognised), unrecognised: byCount(unrecognised) }
}

function inStock({ devEui, name }: ListedDevice, service: Service, model: string | null): Device {
  const { tenantId, id: serviceId } = service
  return { devEui, tenantId, serviceId, name: name === '' ? devEui : name, model, serial: null, firmware: null, status: 'in stock' }
}

function recogniseGateways(
  { world }: RecogniseInput,
  tenants: ReadonlyMap<string, Tenant>,
): Pick<Of<Holdings['gateways'][number]>, 'changed' | 'remember'> {
  const known = new Set(world.inventory.gateways.map(({ gatewayId }) => gatewayId))
  const changed: Holdings['gateways'][number][] = []
  const remember: Adopted[] = []
  for (const gateway of inOrder(world.gateways, ({ gatewayId }) => gatewayId)) {
    const { gatewayId, name, location, updatedAt } = gateway
    const tenant = tenants.get(gateway.tenantId)
    if (tenant === undefined) continue
    const place = { latitude: location?.latitude ?? null, longitude: location?.longitude ?? null }
    if (!known.has(gatewayId)) changed.push({ gatewayId, tenantId: tenant.id, name: name === '' ? gatewayId : name, ...place })
    remember.push({ ...adopted('gateway', gatewayId, tenant.slug, gatewayId, writtenOf.gateway(gateway)), updatedAt })
  }
  return { changed, remember }
}

/** Those whose model is known, unless a tenant has several of it: then a person says which one new devices get. */
function rememberProfiles({ world }: RecogniseInput, tenants: ReadonlyMap<string, Tenant>, finder: Finder): Adopted[] {
  const found = new Map<string, Adopted | 'several'>()
  for (const profile of world.profiles) {
    const model = finder.modelOfProfile(profile)?.model
    const tenant = tenants.get(profile.tenantId)?.slug
    if (model === undefined || tenant === undefined) continue
    const key = keyOf.profile({ tenant, model })
    const entry = { ...adopted('profile', key, tenant, profile.id, writtenOf.profile(profile)), updatedAt: profile.updatedAt }
    found.set(key, found.has(key) ? 'several' : entry)
  }
  return [...found.values()].flatMap((entry) => (entry === 'several' ? [] : [entry]))
}

function adopted(kind: Remembered['kind'], key: string, tenant: string, networkId: string, written: Remembered['written']): Adopted {
  return { kind, key, tenant, networkId, owner: null, keys: null, updatedAt: null, written }
}

function slugOf(tenants: ReadonlyMap<string, Tenant>, id: string): string {
  return tenants.get(id)?.slug ?? id
}

function takenIn(all: Map<string, Set<string>>, within: string): Set<string> {
  const known = all.get(within) ?? new Set<string>()
  all.set(within, known)
  return known
}

/** Lists come in any order, and slugs are given in one. */
function inOrder<T>(all: readonly T[], key: (one: T) => string): T[] {
  return [...all].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

function countOf<T extends { count: number }>(counts: Map<string, T>, name: string, first: T): void {
  const known = counts.get(name) ?? first
  known.count += 1
  counts.set(name, known)
}

function byCount<T extends { count: number }>(counts: ReadonlyMap<string, T>): T[] {
  return [...counts.values()].sort((a, b) => b.count - a.count)
}
