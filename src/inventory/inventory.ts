import { randomBytes } from 'node:crypto'
import { may } from '../access/permissions.ts'
import { type Scope, seesTenant } from '../access/scope.ts'
import { OndineError } from '../errors/ondine-error.ts'
import { checkTenant, type InstalledModel, type InstallRequest, planInstall } from './install.ts'
import type { Page, PageQuery } from './page.ts'
import type { InventoryStore, InventoryTransaction } from './ports.ts'
import { planSeed, type Seed } from './seed.ts'
import { isPersonal, proposeSlug } from './slug.ts'
import type { AssetFilter, AssetView, DeviceFilter, DeviceView, GatewayView, ServiceView, TenantView } from './views.ts'

/** The part of the territory a query on readings may touch; null means all. Same shape as the readings' own. */
export interface ReadingScope {
  tenant: string | null
  services: readonly string[] | null
  assets: readonly string[] | null
}

/** What an order is sent to. Same shape as the commands' own. */
export interface CommandTarget {
  tenant: string
  /** IANA */
  timeZone: string
  service: string
  /** slug */
  asset: string
  devEui: string
  channel: string
  /** `vendor/model` */
  model: string
  /** of the device; null: unknown */
  firmware: string | null
}

type Optional<T> = { [K in keyof T]?: T[K] | undefined }

interface Dependencies {
  store: InventoryStore
  /** UUIDv7 */
  newId: () => string
  /** told after the commit: the directory */
  changed?: (devEuis: readonly string[]) => Promise<void>
  now?: () => Date
}

/** Who has what, where, since when. Every question and every change takes the asker's scope first. */
export class Inventory {
  readonly #store: InventoryStore
  readonly #newId: () => string
  readonly #changed: (devEuis: readonly string[]) => Promise<void>
  readonly #now: () => Date

  constructor({ store, newId, changed, now }: Dependencies) {
    this.#store = store
    this.#newId = newId
    this.#changed = changed ?? (() => Promise.resolve())
    this.#now = now ?? (() => new Date())
  }

  async devices(scope: Scope, query: PageQuery & Optional<DeviceFilter>): Promise<Page<DeviceView>> {
    if (query.asset === undefined) return this.#store.devices(scope, query, query)
    const { asset, tenant } = await this.named(scope, { asset: query.asset, tenant: query.tenant })
    return this.#store.devices(scope, { ...query, asset, tenant }, query)
  }

  /** Rejects with `inventory.device-not-found`. */
  async device(scope: Scope, devEui: string): Promise<DeviceView> {
    const [device] = (await this.#store.devices(scope, { devEui }, { limit: 1 })).items
    if (device === undefined) throw new OndineError('inventory.device-not-found', { devEui })
    return device
  }

  async assets(scope: Scope, query: PageQuery & Optional<AssetFilter>): Promise<Page<AssetView>> {
    const page = await this.#store.assets(scope, query, query)
    return { ...page, items: page.items.map((asset) => forRole(scope, asset)) }
  }

  /**
   * By slug, else by code where the role may see it. Rejects with `inventory.asset-not-found`, or
   * `inventory.asset-ambiguous` across tenants.
   */
  async asset(scope: Scope, { slug, tenant }: { slug: string; tenant?: string | undefined }): Promise<AssetView> {
    const found = await this.#find(scope, slug, tenant)
    if (found === undefined) throw new OndineError('inventory.asset-not-found', { asset: slug })
    return forRole(scope, found)
  }

  /**
   * What names an asset outside of the inventory: its slug, and its tenant where it was found by its code. What is a slug,
   * or neither, is given back as it is. Rejects with `inventory.asset-ambiguous` for a code of several tenants.
   */
  async named(
    scope: Scope,
    { asset, tenant }: { asset: string; tenant?: string | undefined },
  ): Promise<{ asset: string; tenant: string | undefined }> {
    const bearers = (await this.#store.assets(scope, { asset, tenant }, { limit: 1 })).items
    const found = bearers.length > 0 ? undefined : await this.#find(scope, asset, tenant)
    return found === undefined ? { asset, tenant } : { asset: found.slug, tenant: found.tenant }
  }

  async gateways(scope: Scope, query: PageQuery & Optional<{ tenant: string }>): Promise<Page<GatewayView>> {
    return this.#store.gateways(scope, query, query)
  }

  /** Rejects with `inventory.gateway-not-found`. */
  async gateway(scope: Scope, gatewayId: string): Promise<GatewayView> {
    const [gateway] = (await this.#store.gateways(scope, { gatewayId }, { limit: 1 })).items
    if (gateway === undefined) throw new OndineError('inventory.gateway-not-found', { gateway: gatewayId })
    return gateway
  }

  async services(scope: Scope, query: PageQuery & Optional<{ tenant: string }>): Promise<Page<ServiceView>> {
    return this.#store.services(scope, query, query)
  }

  async tenants(scope: Scope, query: PageQuery & Optional<{ tenant: string }>): Promise<Page<TenantView>> {
    return this.#store.tenants(scope, query, query)
  }

  /** How many of each the scope sees. */
  counts(scope: Scope): Promise<{ devices: number; gateways: number }> {
    return this.#store.counts(scope)
  }

  /** The device that an order to this asset (slug or code) goes to, on the channel `main` if there is one; undefined: no such asset in this scope. Rejects with `asset.no-device`. */
  async target(scope: Scope, reference: string): Promise<CommandTarget | undefined> {
    const found = await this.#find(scope, reference, undefined)
    if (found === undefined) return undefined
    const asset = found.slug
    const device = found.devices.find((one) => one.channel === 'main') ?? found.devices[0]
    const [tenant] = (await this.#store.tenants(scope, { tenant: found.tenant }, { limit: 1 })).items
    if (device === undefined || device.model === null || tenant === undefined) throw new OndineError('asset.no-device', { asset })
    const { devEui, channel, model, firmware } = device
    return { tenant: found.tenant, timeZone: tenant.timeZone, service: found.service, asset, devEui, channel, model, firmware }
  }

  /** Communes become the assets that are in them: readings know no communes. */
  async readingScope(scope: Scope): Promise<ReadingScope> {
    const { tenant, services } = scope
    return { tenant, services, assets: scope.communes === null ? null : await this.#store.assetSlugs(scope) }
  }

  /**
   * Binds a device to an asset and gives the device as it then is; see `planInstall` for what it refuses. What the model
   * is asked to accept are the parameters the channel will have, kept ones included.
   */
  async install(scope: Scope, devEui: string, request: InstallRequest, model?: InstalledModel): Promise<DeviceView> {
    if (!may(scope, 'install')) throw new OndineError('access.forbidden', { role: scope.role, action: 'install' })
    const tenant = await this.#tenantOf(scope, devEui, request.tenant)
    const replaced = await this.#store.transaction(async (transaction) => {
      const { asset } = request
      const services = { service: request.service ?? null, modelService: model?.service ?? null }
      const site = request.site === undefined ? null : { name: request.site.name }
      const facts = await transaction.installFacts({ tenant, ...services, asset, devEui, site, serial: request.equipment?.serial ?? null })
      checkTenant(facts, request, { scope, tenant })
      const service = request.service ?? facts.service?.slug ?? model?.service
      if (service === undefined) throw new OndineError('inventory.service-needed', { asset })
      const slug = facts.asset?.slug ?? (await this.#freeSlug(transaction, facts.tenant?.id, service, asset))
      const context = { scope, devEui, tenant, service, slug, now: this.#now().toISOString(), newId: this.#newId, model }
      const plan = planInstall(facts, request, context)
      await transaction.apply(plan.changes)
      return plan.replaced
    })
    // Also when nothing changed: whoever repeats an installation that ended in an error mends a directory that missed it.
    await this.#changed([devEui, ...replaced])
    return this.device(scope, devEui)
  }

  /** Writes what is missing of a declared territory and leaves what is there as it is; the server's own scope only. */
  async seed(scope: Scope, seed: Seed): Promise<{ devices: number; assignments: number }> {
    if (scope.tenant !== null || !may(scope, 'administrate')) {
      throw new OndineError('access.forbidden', { role: scope.role, action: 'administrate' })
    }
    const { devEuis, written } = await this.#store.transaction(async (transaction) => {
      const holdings = await transaction.holdings(seed.tenants.map((tenant) => tenant.slug))
      const taken = await transaction.existing({
        devices: seed.devices.map((device) => device.devEui),
        gateways: seed.gateways.map((gateway) => gateway.gatewayId),
      })
      const changes = planSeed(seed, holdings, taken, { newId: this.#newId, random: randomBytes })
      await transaction.apply(changes)
      return {
        devEuis: [...new Set([...changes.devices, ...changes.assignments].map((row) => row.devEui))],
        written: { devices: changes.devices.length, assignments: changes.assignments.length },
      }
    })
    if (devEuis.length > 0) await this.#changed(devEuis)
    return written
  }

  /** By slug, else by code. Those to whom a code is not shown do not find by it either. */
  async #find(scope: Scope, asset: string, tenant: string | undefined): Promise<AssetView | undefined> {
    const bySlug = (await this.#store.assets(scope, { asset, tenant }, { limit: 2 })).items
    const byCode = bySlug.length > 0 ? [] : (await this.#store.assets(scope, { code: asset, tenant }, { limit: 1000 })).items
    const [found, second] = [...bySlug, ...byCode.filter((one) => showsDwelling(scope, one))]
    if (second !== undefined) throw new OndineError('inventory.asset-ambiguous', { asset })
    return found
  }

  async #tenantOf(scope: Scope, devEui: string, asked: string | undefined): Promise<string> {
    const tenant = asked ?? scope.tenant ?? (await this.#store.devices(scope, { devEui }, { limit: 1 })).items[0]?.tenant
    if (tenant === undefined) throw new OndineError('inventory.tenant-needed', {})
    if (!seesTenant(scope, tenant)) throw new OndineError('inventory.tenant-not-found', { tenant })
    return tenant
  }

  async #freeSlug(transaction: InventoryTransaction, tenantId: string | undefined, service: string, code: string): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      const slug = proposeSlug(service, code, attempt, randomBytes)
      if (tenantId === undefined || !(await transaction.slugTaken(tenantId, slug))) return slug
    }
  }
}

/** Who the dwelling behind a pseudonym belongs to is for those who go there. */
function showsDwelling(scope: Scope, asset: AssetView): boolean {
  return !isPersonal(asset.service) || may(scope, 'install')
}

function forRole(scope: Scope, asset: AssetView): AssetView {
  if (showsDwelling(scope, asset)) return asset
  const site = asset.site === null ? null : { name: asset.slug, commune: asset.site.commune, latitude: null, longitude: null }
  return { ...asset, code: asset.slug, name: asset.slug, site }
}
