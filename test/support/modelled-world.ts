import type { Asset, Assignment, Device } from '../../src/inventory/entities.ts'
import type { Holdings } from '../../src/inventory/ports.ts'
import type { NetworkApplication, NetworkDevice, NetworkGateway, NetworkProfile, NetworkTenant } from '../../src/provisioning/network.ts'
import { deviceContent, gatewayContent, profileContent, writtenOf } from '../../src/provisioning/plan/content.ts'
import type { Remembered, Step } from '../../src/provisioning/plan/plan.ts'
import { keyOf, type ModelFacts, memoryKey, needsDetail, type World } from '../../src/provisioning/plan/world.ts'
import type { Territory } from '../../src/provisioning/territory/territory.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

/** A network server, an inventory and a memory to carry the steps of plans out on: what the executor does, in a page. */
export class ModelledWorld {
  tenants: NetworkTenant[] = []
  applications: NetworkApplication[] = []
  profiles: NetworkProfile[] = []
  devices = new Map<string, NetworkDevice>()
  gateways = new Map<string, NetworkGateway>()
  keys = new Map<string, string>()
  memory = new Map<string, Remembered>()
  inventory: Mutable<Holdings> = {
    ...{ tenants: [], services: [], sites: [], assets: [], equipment: [] },
    ...{ devices: [], gateways: [], assignments: [] },
  }
  #count = 0

  newId = (): string => `00000000-0000-7000-8000-${String(++this.#count).padStart(12, '0')}`
  newTime = (): string => new Date(Date.UTC(2026, 10, 22) + ++this.#count).toISOString()

  /** As lists tell it, with full reads of what `needsDetail` asks for; lists come in any order. */
  observed(territory: Territory, arrange: <T>(all: T[]) => T[] = (all) => all): World {
    const lists = {
      tenants: arrange([...this.tenants]),
      applications: arrange([...this.applications]),
      profiles: arrange([...this.profiles]),
      devices: new Map(
        arrange([...this.devices]).map(([devEui, { joinEui, disabled, skipFcntCheck, variables, ...listed }]) => {
          return [devEui, { ...listed, createdAt: listed.updatedAt }]
        }),
      ),
      gateways: arrange([...this.gateways.values()]),
      inventory: {
        ...this.inventory,
        devices: arrange([...this.inventory.devices]),
        assignments: arrange([...this.inventory.assignments]),
      },
      memory: new Map(arrange([...this.memory])),
    }
    const details = new Map<string, NetworkDevice>()
    for (const devEui of needsDetail({ territory, world: lists })) {
      const device = this.devices.get(devEui)
      if (device !== undefined) details.set(devEui, device)
    }
    return { ...lists, details }
  }

  carryOut(steps: readonly Step[], owner: string, models: (slug: string) => ModelFacts | undefined): void {
    for (const step of steps) this.#step(step, owner, models)
  }

  #step(step: Step, owner: string, models: (slug: string) => ModelFacts | undefined): void {
    switch (step.action) {
      case 'create-tenant': {
        const { slug, name, timeZone } = step.wanted
        const id = step.found ?? this.newId()
        if (step.found === undefined) this.tenants.push({ id, name })
        const row = this.inventory.tenants.find((one) => one.slug === slug)
        put(this.inventory.tenants, { id: row?.id ?? this.newId(), slug, name, timeZone, chirpstackTenantId: id })
        this.#remember('tenant', slug, slug, id, step.found === undefined ? owner : null, { name })
        return
      }
      case 'create-application': {
        const { tenant, slug, name } = step.wanted
        const tenantId = this.#networkId('tenant', tenant)
        const id = step.found ?? this.newId()
        if (step.found === undefined) this.applications.push({ id, tenantId, name })
        const holder = this.#tenant(tenant)
        const row = this.inventory.services.find((one) => one.tenantId === holder && one.slug === slug)
        put(this.inventory.services, { id: row?.id ?? this.newId(), tenantId: holder, slug, name, chirpstackApplicationId: id })
        this.#remember('application', step.key, tenant, id, step.found === undefined ? owner : null, { name, tenantId })
        return
      }
      case 'create-profile': {
        const { tenant, model, name } = step
        const tenantId = this.#networkId('tenant', tenant)
        const there = this.profiles.find(({ id }) => id === step.found)
        const file = models(model)?.profile
        if (there === undefined && file === undefined) throw new Error(`no profile of ${model}`)
        const id = there?.id ?? this.newId()
        const content = there ?? profileContent({ name, model, tenantId }, file!, undefined)
        if (there === undefined) this.profiles.push({ ...content, id, updatedAt: this.newTime() })
        this.#remember('profile', step.key, tenant, id, there === undefined ? owner : null, writtenOf.profile(content))
        return
      }
      case 'update-profile': {
        const { tenant, model, name } = step
        const known = this.#known('profile', step.key)
        const current = this.profiles.find(({ id }) => id === known.networkId)!
        const content = profileContent({ name, model, tenantId: current.tenantId }, models(model)!.profile!, current)
        put(this.profiles, { ...content, id: current.id, updatedAt: this.newTime() })
        this.#remember('profile', step.key, tenant, current.id, known.owner, writtenOf.profile(content))
        return
      }
      case 'create-gateway':
      case 'update-gateway': {
        const { wanted } = step
        const current = this.gateways.get(wanted.gatewayId)
        if ((step.action === 'create-gateway') !== (current === undefined)) throw new Error('gateway is there, or is not')
        const content = gatewayContent(wanted, this.#networkId('tenant', wanted.tenant), current)
        this.gateways.set(wanted.gatewayId, { ...content, updatedAt: this.newTime() })
        const { latitude = null, longitude = null } = content.location ?? {}
        const row = { gatewayId: wanted.gatewayId, tenantId: this.#tenant(wanted.tenant), name: wanted.name, latitude, longitude }
        put(this.inventory.gateways, row, 'gatewayId')
        const of = current === undefined ? owner : (this.memory.get(memoryKey('gateway', step.key))?.owner ?? null)
        this.#remember('gateway', step.key, wanted.tenant, step.key, of, writtenOf.gateway(content))
        return
      }
      case 'create-device':
      case 'update-device': {
        const { wanted, keys } = step
        const current = this.devices.get(wanted.devEui)
        if ((step.action === 'create-device') !== (current === undefined)) throw new Error('device is there, or is not')
        const applicationId = this.#networkId('application', keyOf.application({ tenant: wanted.tenant, slug: wanted.service }))
        const profileId = this.#networkId('profile', keyOf.profile({ tenant: wanted.tenant, model: wanted.model ?? '' }))
        const content = deviceContent(wanted, { applicationId, profileId }, current)
        const updatedAt = this.newTime()
        this.devices.set(wanted.devEui, { ...content, updatedAt })
        if (keys !== null) this.keys.set(wanted.devEui, keys)
        this.#declare(wanted.devEui, wanted, content.name)
        const known = this.memory.get(memoryKey('device', step.key))
        const of = current === undefined ? owner : (known?.owner ?? null)
        this.#remember('device', step.key, wanted.tenant, step.key, of, writtenOf.device(content), keys ?? known?.keys ?? null, updatedAt)
        return
      }
      case 'delete-device':
        this.devices.delete(step.devEui)
        this.keys.delete(step.devEui)
        this.memory.delete(memoryKey('device', step.key))
        this.inventory.devices = this.inventory.devices.map((row) => (row.devEui === step.devEui ? { ...row, status: 'retired' } : row))
        return
      case 'delete-gateway':
        this.gateways.delete(step.gatewayId)
        this.inventory.gateways = this.inventory.gateways.filter(({ gatewayId }) => gatewayId !== step.gatewayId)
        this.memory.delete(memoryKey('gateway', step.key))
        return
      case 'install':
        this.#install(step)
        return
      case 'restore':
        if (step.kind === 'device') {
          const content = { devEui: step.key, ...step.written } as unknown as NetworkDevice
          this.devices.set(step.key, { ...content, updatedAt: this.newTime() })
        }
        return
      default:
        throw new Error(`${step.action} is no step of a territory`)
    }
  }

  #declare(devEui: string, wanted: { tenant: string; service: string; model: string | null; serial: string }, name: string): void {
    const tenantId = this.#tenant(wanted.tenant)
    const serviceId = this.inventory.services.find((one) => one.tenantId === tenantId && one.slug === wanted.service)!.id
    const known = this.inventory.devices.find((row) => row.devEui === devEui)
    const serial = wanted.serial === '' ? (known?.serial ?? null) : wanted.serial
    const row: Device = { devEui, tenantId, serviceId, name, model: wanted.model, serial, firmware: null, status: 'in stock' }
    const kept = known === undefined || known.status === 'in stock' ? {} : { serviceId: known.serviceId, status: known.status }
    put(this.inventory.devices, { ...row, ...kept }, 'devEui')
  }

  /** Ends what is open on the device's channel and on the asset's, as the inventory does; what is in the way throws. */
  #install({ wanted, changes }: Extract<Step, { action: 'install' }>): void {
    const { devEui, channel, from } = wanted
    const tenantId = this.#tenant(wanted.tenant)
    const asset = this.#asset(wanted, tenantId)
    const equipmentId = wanted.equipment === null ? null : this.#equipment(wanted.equipment, tenantId)
    const mine = this.inventory.assignments.filter((one) => one.channel === channel && (one.devEui === devEui || one.assetId === asset.id))
    const same = mine.find((one) => one.devEui === devEui && one.assetId === asset.id && one.to === null && one.from === from)
    if (same !== undefined) {
      const parameters = Object.keys(wanted.parameters).length === 0 ? same.parameters : wanted.parameters
      const [equipment, startIndex] = [equipmentId ?? same.equipmentId, wanted.startIndex ?? same.startIndex]
      put(this.inventory.assignments, { ...same, parameters, equipmentId: equipment, startIndex })
      return
    }
    if (mine.some((one) => (one.to === null ? one.from >= from : one.to > from))) throw new Error(`${devEui} overlaps at ${wanted.asset}`)
    const open = mine.filter(({ to }) => to === null)
    if (open.some((one) => one.devEui !== devEui) && !changes.some(({ field }) => field === 'device'))
      throw new Error('the asset is served')
    for (const one of open) put(this.inventory.assignments, { ...one, to: from })
    const opened: Assignment = {
      ...{ id: this.newId(), devEui, channel, assetId: asset.id, equipmentId, from, to: null },
      ...{ parameters: wanted.parameters, startIndex: wanted.startIndex, endIndex: null },
    }
    this.inventory.assignments.push(opened)
    this.inventory.devices = this.inventory.devices.map((row) => (row.devEui === devEui ? { ...row, status: 'installed' } : row))
  }

  #asset(wanted: Extract<Step, { action: 'install' }>['wanted'], tenantId: string): Asset {
    const known = this.inventory.assets.find((one) => one.tenantId === tenantId && one.code === wanted.asset)
    const { site, commune, latitude, longitude } = wanted
    const placed = [site, commune, latitude, longitude].some((value) => value !== null)
    let siteId = known?.siteId ?? null
    if (placed) {
      const named = this.inventory.sites.find((one) => one.tenantId === tenantId && one.name === (site ?? wanted.asset))
      const at = (site === null ? this.inventory.sites.find(({ id }) => id === siteId) : undefined) ?? named
      siteId = at?.id ?? this.newId()
      put(this.inventory.sites, {
        ...{ id: siteId, tenantId, name: site ?? at?.name ?? wanted.asset, commune: commune ?? at?.commune ?? null },
        ...{ latitude: latitude ?? at?.latitude ?? null, longitude: longitude ?? at?.longitude ?? null },
      })
    }
    const serviceId = this.inventory.services.find((one) => one.tenantId === tenantId && one.slug === wanted.service)!.id
    const fresh = { id: this.newId(), tenantId, serviceId, slug: wanted.asset, code: wanted.asset, name: wanted.assetName ?? wanted.asset }
    const asset: Asset = { ...(known ?? { ...fresh, siteId: null }), siteId }
    put(this.inventory.assets, asset)
    return asset
  }

  #equipment(serial: string, tenantId: string): string {
    const known = this.inventory.equipment.find((one) => one.tenantId === tenantId && one.serial === serial)
    const row = known ?? { id: this.newId(), tenantId, serial, kind: 'meter' }
    put(this.inventory.equipment, row)
    return row.id
  }

  #tenant(slug: string): string {
    return this.inventory.tenants.find((one) => one.slug === slug)!.id
  }

  #networkId(kind: Remembered['kind'], key: string): string {
    return this.#known(kind, key).networkId
  }

  #known(kind: Remembered['kind'], key: string): Remembered {
    const known = this.memory.get(memoryKey(kind, key))
    if (known === undefined) throw new Error(`nothing is remembered of ${kind} ${key}`)
    return known
  }

  #remember(
    kind: Remembered['kind'],
    key: string,
    tenant: string,
    networkId: string,
    owner: string | null,
    written: Remembered['written'],
    keys: string | null = null,
    updatedAt: string | null = null,
  ): void {
    const entry = { kind, key, tenant, networkId, owner, fingerprint: JSON.stringify(written), keys, updatedAt, written }
    this.memory.set(memoryKey(kind, key), entry)
  }
}

/** In the place of the one of the same id, or at the end. */
function put<T extends object, K extends keyof T>(all: T[], row: T, id: K = 'id' as K): void {
  const at = all.findIndex((one) => one[id] === row[id])
  if (at < 0) all.push(row)
  else all[at] = row
}
