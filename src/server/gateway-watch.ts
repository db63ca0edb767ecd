import type { Logger } from 'pino'
import { serverScope } from '../access/scope.ts'
import type { NetworkDirectory } from '../adapters/chirpstack/network-directory.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { Inventory } from '../inventory/inventory.ts'

const interval = 10 * 60_000

/**
 * Reads the gateways of the tenants that have a device here into the inventory, now and every ten minutes; what the
 * inventory knows already is left alone. ChirpStack gives any key the gateways of every tenant, so they are asked for by tenant.
 */
export class GatewayWatch {
  readonly #directory: NetworkDirectory
  readonly #inventory: Inventory
  readonly #logger: Logger
  #timer: NodeJS.Timeout | null = null
  #stopped = false
  #reading: Promise<void> = Promise.resolve()

  constructor(directory: NetworkDirectory, inventory: Inventory, logger: Logger) {
    this.#directory = directory
    this.#inventory = inventory
    this.#logger = logger
  }

  /** Waits for nothing: ChirpStack may be away. */
  async start(): Promise<void> {
    this.#stopped = false
    this.#look()
    this.#timer = setInterval(() => this.#look(), interval)
  }

  /** Finishes the tenant at hand. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#reading
  }

  #look(): void {
    this.#reading = this.#reading.then(() => this.#read())
  }

  async #read(): Promise<void> {
    try {
      const { items: tenants } = await this.#inventory.tenants(serverScope, { limit: 1000 })
      for (const { slug, chirpstackTenantId } of tenants) {
        if (this.#stopped) return
        const tenantId = chirpstackTenantId ?? (await this.#tenantIdOf(slug))
        if (tenantId === null) continue
        const found = await this.#directory.listGateways(tenantId)
        const gateways = found.map(({ gatewayId, name, latitude, longitude }) => ({ gatewayId, name, latitude, longitude, tenant: slug }))
        await this.#inventory.seed(serverScope, { ...nothing, gateways })
      }
    } catch (error) {
      this.#logger.warn({ reason: OndineError.from(error).message }, 'gateways: not read from ChirpStack, trying again later')
    }
  }

  /** A tenant that people named here is known to ChirpStack by one of its devices; null until it has one there. */
  async #tenantIdOf(tenant: string): Promise<string | null> {
    const [device] = (await this.#inventory.devices(serverScope, { tenant, limit: 1 })).items
    return device === undefined ? null : ((await this.#directory.getDevice(device.devEui))?.tenantId ?? null)
  }
}

const nothing = { tenants: [], services: [], sites: [], assets: [], equipment: [], devices: [], gateways: [], assignments: [] }
