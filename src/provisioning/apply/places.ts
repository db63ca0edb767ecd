import { OndineError } from '../../errors/ondine-error.ts'
import type { Service, Tenant } from '../../inventory/entities.ts'
import type { InventoryStore } from '../../inventory/ports.ts'
import type { NetworkProfile, NetworkProvisioning } from '../network.ts'
import type { ObjectKind, Remembered } from '../plan/plan.ts'
import { keyOf, memoryKey } from '../plan/world.ts'
import type { Memory } from '../ports.ts'

interface Parts {
  network: Pick<NetworkProvisioning, 'listProfiles'>
  memory: Pick<Memory, 'recall'>
  inventory: Pick<InventoryStore, 'transaction'>
}

/** `id`: of the network server */
export interface TenantPlace {
  id: string
  tenant: Tenant
  services: readonly Service[]
}

export interface ApplicationPlace {
  id: string
  tenant: Tenant
  service: Service
}

/**
 * Finds tenants, applications and profiles by what steps call them: in memory, in the inventory, and profiles on the network server
 * too. Kept until `forget`; what a step of the same job could not make is told with that step's reason.
 */
export class Places {
  readonly #parts: Parts
  readonly #failed = new Map<string, string>()
  readonly #tenants = new Map<string, Promise<TenantPlace>>()
  readonly #applications = new Map<string, Promise<ApplicationPlace>>()
  readonly #profile = new Map<string, Promise<NetworkProfile>>()
  readonly #profiles = new Map<string, Promise<readonly NetworkProfile[]>>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Rejects with `provisioning.needs`. */
  tenant(slug: string): Promise<TenantPlace> {
    return this.#once(this.#tenants, memoryKey('tenant', slug), async () => {
      const { tenants, services } = await this.#parts.inventory.transaction((transaction) => transaction.holders([slug]))
      const [tenant] = tenants
      const id = (await this.#recall('tenant', slug))?.networkId ?? tenant?.chirpstackTenantId
      if (tenant === undefined || id === undefined || id === null) throw this.#missing('tenant', slug)
      return { id, tenant, services }
    })
  }

  /** Whether the inventory has it, network or not. */
  async inventoryTenant(slug: string): Promise<Tenant | undefined> {
    return (await this.#parts.inventory.transaction((transaction) => transaction.holders([slug]))).tenants[0]
  }

  /** Rejects with `provisioning.needs`. */
  application(tenantSlug: string, slug: string): Promise<ApplicationPlace> {
    const key = keyOf.application({ tenant: tenantSlug, slug })
    return this.#once(this.#applications, memoryKey('application', key), async () => {
      const { tenant, services } = await this.tenant(tenantSlug)
      const service = services.find((one) => one.slug === slug)
      const id = (await this.#recall('application', key))?.networkId ?? service?.chirpstackApplicationId
      if (service === undefined || id === undefined || id === null) throw this.#missing('application', key)
      return { id, tenant, service }
    })
  }

  /** As the network server has it: what it says of the MAC version decides where keys go. Rejects with `provisioning.needs`. */
  profile(tenantSlug: string, model: string): Promise<NetworkProfile> {
    const key = keyOf.profile({ tenant: tenantSlug, model })
    return this.#once(this.#profile, memoryKey('profile', key), async () => {
      const profiles = await this.profiles(tenantSlug)
      const id = (await this.#recall('profile', key))?.networkId
      const found = profiles.find((profile) => profile.id === id) ?? profiles.find(({ tags }) => tags.model === model)
      if (found === undefined) throw this.#missing('profile', key)
      return found
    })
  }

  /** All of a tenant. */
  profiles(tenantSlug: string): Promise<readonly NetworkProfile[]> {
    return this.#once(this.#profiles, tenantSlug, async () => this.#parts.network.listProfiles((await this.tenant(tenantSlug)).id))
  }

  /** What was found may be another by now: a step has made or changed some. */
  forget(): void {
    for (const found of [this.#tenants, this.#applications, this.#profile, this.#profiles]) found.clear()
  }

  /** A step of this job could not make it. */
  failed(kind: ObjectKind, key: string, reason: string): void {
    this.#failed.set(memoryKey(kind, key), reason)
    this.forget()
  }

  made(kind: ObjectKind, key: string): void {
    this.#failed.delete(memoryKey(kind, key))
    this.forget()
  }

  async #recall(kind: Remembered['kind'], key: string): Promise<Remembered | undefined> {
    return (await this.#parts.memory.recall([{ kind, key }]))[0]
  }

  #missing(kind: ObjectKind, key: string): OndineError {
    return new OndineError('provisioning.needs', { object: `${kind} ${key}`, reason: this.#failed.get(memoryKey(kind, key)) ?? '' })
  }

  #once<T>(found: Map<string, Promise<T>>, name: string, find: () => Promise<T>): Promise<T> {
    const known = found.get(name)
    if (known !== undefined) return known
    const reason = this.#failed.get(name)
    const finding = reason === undefined ? find() : Promise.reject(new OndineError('provisioning.needs', { object: name, reason }))
    found.set(name, finding)
    // A server that was away is asked again; what is not there stays so until a step makes it.
    finding.catch((error: unknown) => {
      const lasting = error instanceof OndineError && error.code === 'provisioning.needs'
      if (!lasting && found.get(name) === finding) found.delete(name)
    })
    return finding
  }
}
