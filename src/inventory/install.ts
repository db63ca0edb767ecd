import { z } from 'zod'
import type { AuditEntry } from '../access/audit.ts'
import { type Scope, seesCommune, seesService } from '../access/scope.ts'
import { OndineError } from '../errors/ondine-error.ts'
import {
  type Asset,
  type Assignment,
  type Device,
  type Equipment,
  type Parameters,
  parametersSchema,
  type Service,
  type Site,
  siteSchema,
  type Tenant,
} from './entities.ts'
import { checkOverlap, endedBy, openBefore } from './overlaps.ts'
import { type InstallFacts, type InventoryChanges, noChanges } from './ports.ts'
import { slugSchema } from './slug.ts'

/** Binds a channel of a device to an asset from a date on. What does not exist yet is made. */
export const installRequestSchema = z.strictObject({
  tenant: slugSchema.optional().describe('Slug; needed only for a new device when the token is not bound to a tenant.'),
  asset: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .describe('The asset’s slug or code. A new one gets this as its code, and as its slug too unless the service is personal.'),
  assetName: z.string().min(1).max(200).optional().describe('Name for people of a new asset; left out: its code.'),
  channel: z.string().min(1).default('main').describe('Channel of the device, of those its model has.'),
  service: slugSchema.optional().describe('Slug; left out: the asset’s, else the device’s, else the model’s.'),
  model: z
    .string()
    .regex(/^[^/]+\/[^/]+$/, 'must be vendor/model')
    .optional()
    .describe('`vendor/model`, where it is not known yet; of `/v1/codecs`.'),
  deviceName: z.string().min(1).max(100).optional().describe('Name for people of the device; left out: as it is.'),
  equipment: z
    .strictObject({
      serial: z.string().trim().min(1).max(200).describe('Serial number, unique per tenant.'),
      kind: z.string().min(1).max(200).describe('What it is, for people.'),
    })
    .optional()
    .describe('What the device is fixed to: the meter beside its radio, the lamp under its controller.'),
  site: z
    .object({
      name: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .optional()
        .describe('Name of the place; a new one is made. Left out: where the asset is, else a place of the name of its code.'),
    })
    .extend(siteSchema.pick({ commune: true, latitude: true, longitude: true }).partial().shape)
    .optional()
    .describe('Where it is; left out: where the asset is. What is null or left out in it stays as known.'),
  parameters: parametersSchema
    .default({})
    .describe(
      'By name, in the units and ranges of `/v1/codecs`. Given again, they replace all; left out or empty, those that are there stay.',
    ),
  from: z.iso.datetime({ offset: true }).optional().describe('From when on, included; left out: now.'),
  startIndex: z.number().optional().describe('Index of the meter at `from`, in the counter’s unit (water: m³).'),
  endIndex: z.number().optional().describe('Last index of what served the asset until then, in the counter’s unit (water: m³).'),
  replace: z.boolean().default(false).describe('true: the device that serves the asset until now makes room.'),
  newTenant: z.boolean().default(false).describe('true: a tenant that does not exist is made. The first of all is made by itself.'),
  newService: z
    .boolean()
    .default(false)
    .describe('true: a service that the tenant does not have is made. The one of the model is made by itself.'),
})
export type InstallRequest = z.infer<typeof installRequestSchema>

/** What counts of the model when it is installed. */
export interface InstalledModel {
  /** `vendor/model` */
  slug: string
  /** slug */
  service: string
  /** throws for parameters with which the channel must not be installed */
  accept: (parameters: Parameters) => void
}

export interface InstallContext {
  scope: Scope
  devEui: string
  /** slugs, decided from scope, request and what is known */
  tenant: string
  service: string
  /** ISO 8601 UTC with milliseconds */
  now: string
  /** slug for the asset if it must be made */
  slug: string
  newId: () => string
  /** undefined: not known yet */
  model: InstalledModel | undefined
}

/**
 * What an installation changes, and the other devices that stop serving the asset. Throws `inventory.service-unknown`,
 * `inventory.device-elsewhere`, `inventory.device-retired`, `inventory.asset-other-service`,
 * `inventory.model-other-service`, `inventory.asset-served`, `inventory.assignment-overlaps`, `inventory.outside-scope`, or what
 * the model's `accept` throws.
 */
export function planInstall(
  facts: InstallFacts,
  request: InstallRequest,
  context: InstallContext,
): { changes: InventoryChanges; replaced: readonly string[] } {
  const from = request.from === undefined ? context.now : new Date(request.from).toISOString()
  const tenant = facts.tenant ?? newTenant(context)
  checkService(facts, request, context)
  const service = facts.service ?? newService(facts, request, tenant, context)
  checkDevice(facts, tenant, context)
  const site = siteOf(facts, request, tenant, context)
  const asset = assetOf(facts, request, { tenant, service, site }, context)
  const equipment = equipmentOf(facts, request, tenant, context)

  const moved = site !== null && !equal(site, request.site === undefined ? facts.assetSite : facts.namedSite)
  const current = facts.deviceAssignments.find((one) => one.channel === request.channel && one.to === null)
  const same = current !== undefined && current.assetId === asset.id
  const closing = openBefore(facts, request)
  const corrected = same && (request.from === undefined || current.from === from)
  const device = deviceOf(facts, request, { tenant, service }, context)

  if (corrected) {
    const next = withRequest(current, request, equipment)
    context.model?.accept(next.parameters)
    const changed = !equal(next, current) || !equal(device, facts.device) || !equal(asset, facts.asset) || moved
    return {
      changes: !changed
        ? noChanges
        : {
            ...noChanges,
            sites: site === null ? [] : [site],
            assets: [asset],
            equipment: equipment === null ? [] : [equipment],
            devices: [device],
            assignments: [next],
            audit: [audit(context, tenant, 'device.correct', context.devEui, trace(current), trace(next))],
          },
      replaced: [],
    }
  }

  // One that has not begun yet is a slip of the pen: it begins when it is said to now, and what it ended goes on until then.
  if (same && request.from !== undefined && context.now < current.from && from < current.from) {
    const ended = endedBy(facts, request, current)
    checkOverlap(facts, request, { asset: asset.slug, devEui: context.devEui, from }, [current, ...ended])
    const next = { ...withRequest(current, request, equipment), from }
    context.model?.accept(next.parameters)
    return {
      changes: {
        ...noChanges,
        sites: moved ? [site] : [],
        assets: equal(asset, facts.asset) ? [] : [asset],
        equipment: equipment === null ? [] : [equipment],
        devices: [device],
        assignments: [...ended.map((one) => ({ ...one, to: from })), next],
        audit: [audit(context, tenant, 'device.correct', context.devEui, trace(current), trace(next))],
      },
      replaced: [],
    }
  }

  if (!same) checkModel(facts, request, context)
  checkServed(facts, request, closing, context)
  context.model?.accept(request.parameters)
  checkOverlap(facts, request, { asset: asset.slug, devEui: context.devEui, from })
  const closed = closing.map((one) => ({
    ...one,
    to: from,
    endIndex: one.assetId === asset.id ? (request.endIndex ?? one.endIndex) : one.endIndex,
  }))
  const opened: Assignment = {
    id: context.newId(),
    devEui: context.devEui,
    channel: request.channel,
    assetId: asset.id,
    equipmentId: equipment?.id ?? null,
    from,
    to: null,
    parameters: request.parameters,
    startIndex: request.startIndex ?? null,
    endIndex: null,
  }
  const freed = freedDevices(facts, closing, context.devEui)
  const replaced = [...new Set(closing.filter((one) => one.devEui !== context.devEui).map((one) => one.devEui))]
  return {
    changes: {
      ...noChanges,
      tenants: facts.tenant === undefined ? [tenant] : [],
      services: facts.service === undefined ? [service] : [],
      sites: moved ? [site] : [],
      assets: equal(asset, facts.asset) ? [] : [asset],
      equipment: equipment === null ? [] : [equipment],
      devices: [device, ...freed],
      assignments: [...closed, opened],
      audit: [
        ...closed.map((one) => audit(context, tenant, 'device.uninstall', one.devEui, trace({ ...one, to: null }), trace(one))),
        audit(context, tenant, 'device.install', context.devEui, null, { ...trace(opened), asset: asset.slug }),
      ],
    },
    replaced,
  }
}

/**
 * The first tenant is made by itself; later a name that nobody bears is rather a typing error. Throws
 * `inventory.tenant-not-found` or `inventory.tenant-unknown`.
 */
export function checkTenant(
  facts: InstallFacts,
  request: InstallRequest,
  { scope, tenant }: Pick<InstallContext, 'scope' | 'tenant'>,
): void {
  if (facts.tenant !== undefined) return
  if (scope.tenant !== null) throw new OndineError('inventory.tenant-not-found', { tenant })
  if (facts.otherTenants.length > 0 && !request.newTenant) {
    throw new OndineError('inventory.tenant-unknown', { tenant, tenants: facts.otherTenants.join(', ') })
  }
}

function newTenant(context: InstallContext): Tenant {
  return { id: context.newId(), slug: context.tenant, name: context.tenant, timeZone: 'Europe/Paris', chirpstackTenantId: null }
}

/** A mistyped service would be one of its own, whose assets are personal no more. */
function newService(facts: InstallFacts, request: InstallRequest, tenant: Tenant, context: InstallContext): Service {
  const { service, scope } = context
  if (service !== context.model?.service && !request.newService) {
    const services = facts.services.map(({ slug }) => slug).filter((slug) => seesService(scope, slug))
    throw new OndineError('inventory.service-unknown', { service, tenant: tenant.slug, services: services.join(', ') })
  }
  return { id: context.newId(), tenantId: tenant.id, slug: context.service, name: context.service, chirpstackApplicationId: null }
}

function checkService(facts: InstallFacts, request: InstallRequest, { scope, service }: InstallContext): void {
  if (!seesService(scope, service)) throw new OndineError('inventory.outside-scope', { what: `service ${service}` })
  if (facts.assetService !== undefined && facts.assetService.slug !== service) {
    throw new OndineError('inventory.asset-other-service', { asset: request.asset, service, of: facts.assetService.slug })
  }
}

/** Whoever names the asset's service means it: a pulse counter may count anything. */
function checkModel({ assetService }: InstallFacts, request: InstallRequest, { model }: InstallContext): void {
  if (assetService === undefined || model === undefined || request.service !== undefined || model.service === assetService.slug) return
  const { slug, service } = model
  throw new OndineError('inventory.model-other-service', { asset: request.asset, of: assetService.slug, model: slug, service })
}

/** A mistyped asset is mostly one that another device serves. */
function checkServed(facts: InstallFacts, request: InstallRequest, closing: readonly Assignment[], { devEui }: InstallContext): void {
  const other = closing.find((one) => one.devEui !== devEui)
  if (other === undefined || request.replace) return
  const heard = facts.assetHeard.find((one) => one.devEui === other.devEui)?.lastSeen ?? ''
  throw new OndineError('inventory.asset-served', { asset: request.asset, channel: other.channel, devEui: other.devEui, heard })
}

/** Communes are rights: neither the place the asset has nor the place it gets may lie outside of them. */
function siteOf(facts: InstallFacts, request: InstallRequest, tenant: Tenant, context: InstallContext): Site | null {
  const site = request.site === undefined ? (facts.assetSite ?? null) : placed(facts, request, tenant, context)
  const touched = [site, ...(facts.asset === undefined ? [] : [facts.assetSite ?? null])]
  if (request.site !== undefined && facts.namedSite !== undefined) touched.push(facts.namedSite)
  for (const commune of touched.map((one) => one?.commune ?? null)) {
    if (!seesCommune(context.scope, commune)) {
      throw new OndineError('inventory.outside-scope', { what: commune === null ? 'an asset without a commune' : `commune ${commune}` })
    }
  }
  return site
}

function placed(
  { namedSite: known, asset }: InstallFacts,
  { site: asked, ...request }: InstallRequest,
  tenant: Tenant,
  context: InstallContext,
): Site {
  return {
    id: known?.id ?? context.newId(),
    tenantId: tenant.id,
    name: asked?.name ?? known?.name ?? asset?.code ?? request.asset,
    commune: asked?.commune ?? known?.commune ?? null,
    latitude: asked?.latitude ?? known?.latitude ?? null,
    longitude: asked?.longitude ?? known?.longitude ?? null,
  }
}

function assetOf(
  facts: InstallFacts,
  request: InstallRequest,
  of: { tenant: Tenant; service: Service; site: Site | null },
  context: InstallContext,
): Asset {
  if (facts.asset !== undefined) return { ...facts.asset, siteId: of.site?.id ?? null }
  return {
    id: context.newId(),
    tenantId: of.tenant.id,
    serviceId: of.service.id,
    siteId: of.site?.id ?? null,
    slug: context.slug,
    code: request.asset,
    name: request.assetName ?? request.asset,
  }
}

/** A device may be taken from stock by whoever holds it in hand, but not from a place outside of their scope. */
function checkDevice(facts: InstallFacts, tenant: Tenant, { devEui, scope }: InstallContext): void {
  if (facts.device === undefined) return
  const outside =
    facts.device.tenantId !== tenant.id ||
    (facts.deviceService !== undefined && !seesService(scope, facts.deviceService.slug)) ||
    facts.deviceAt.some((place) => !seesService(scope, place.service) || !seesCommune(scope, place.commune))
  if (outside) throw new OndineError('inventory.device-elsewhere', { devEui })
  if (facts.device.status === 'retired') throw new OndineError('inventory.device-retired', { devEui })
}

function equipmentOf(facts: InstallFacts, request: InstallRequest, tenant: Tenant, context: InstallContext): Equipment | null {
  if (request.equipment === undefined) return null
  return facts.equipment ?? { id: context.newId(), tenantId: tenant.id, ...request.equipment }
}

function deviceOf(facts: InstallFacts, request: InstallRequest, of: { tenant: Tenant; service: Service }, context: InstallContext): Device {
  const known = facts.device
  const elsewhere = facts.deviceAssignments.some((one) => one.to === null && one.channel !== request.channel)
  return {
    devEui: context.devEui,
    tenantId: of.tenant.id,
    serviceId: elsewhere && known !== undefined && known.serviceId !== null ? known.serviceId : of.service.id,
    name: request.deviceName ?? known?.name ?? context.devEui,
    model: request.model ?? known?.model ?? null,
    firmware: known?.firmware ?? null,
    serial: known?.serial ?? null,
    status: 'installed',
  }
}

/** A replaced device that serves nothing any more goes back to stock; disabled and retired ones stay what they are. */
function freedDevices(facts: InstallFacts, closing: readonly Assignment[], devEui: string): Device[] {
  const ending = new Set(closing.map((one) => one.id))
  return facts.assetDevices
    .filter((device) => device.devEui !== devEui && device.status === 'installed')
    .filter((device) => closing.some((one) => one.devEui === device.devEui))
    .filter((device) => !facts.assetDevicesOpen.some((one) => one.devEui === device.devEui && !ending.has(one.id)))
    .map((device) => ({ ...device, status: 'in stock' }))
}

/** Same place, same asset: what the request says is a correction of what was said before. */
function withRequest(current: Assignment, request: InstallRequest, equipment: Equipment | null): Assignment {
  return {
    ...current,
    parameters: Object.keys(request.parameters).length === 0 ? current.parameters : request.parameters,
    equipmentId: equipment?.id ?? current.equipmentId,
    startIndex: request.startIndex ?? current.startIndex,
  }
}

function trace({ channel, assetId, from, to, parameters, startIndex, endIndex }: Assignment) {
  return { channel, assetId, from, to, parameters, startIndex, endIndex }
}

function audit(
  { now, scope }: InstallContext,
  tenant: Tenant,
  action: string,
  object: string,
  before: AuditEntry['before'],
  after: AuditEntry['after'],
): AuditEntry {
  return { time: now, account: scope.account, tenant: tenant.slug, action, object, before, after }
}

/** Rows of plain values, whatever the order of their keys. */
function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
