import type { Logger } from 'pino'
import { serverScope } from '../access/scope.ts'
import type { NetworkDirectory } from '../adapters/chirpstack/network-directory.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { Inventory } from '../inventory/inventory.ts'

const interval = 10 * 60_000

/** Reads the network server's gateways into the inventory, now and every ten minutes; what the inventory knows already is left alone. */
export class GatewayWatch {
  readonly #directory: NetworkDirectory
  readonly #inventory: Inventory
  readonly #logger: Logger
  #timer: NodeJS.Timeout | null = null

  constructor(directory: NetworkDirectory, inventory: Inventory, logger: Logger) {
    this.#directory = directory
    this.#inventory = inventory
    this.#logger = logger
  }

  start(): void {
    void this.#read()
    this.#timer = setInterval(() => void this.#read(), interval)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  async #read(): Promise<void> {
    try {
      const gateways = await this.#directory.listGateways()
      const known = gateways.map(({ gatewayId, name, latitude, longitude }) => ({ gatewayId, name, latitude, longitude, tenant: null }))
      await this.#inventory.seed(serverScope, { ...nothing, gateways: known })
    } catch (error) {
      this.#logger.warn({ reason: OndineError.from(error).message }, 'gateways: not read from ChirpStack, trying again later')
    }
  }
}

const nothing = { tenants: [], services: [], sites: [], assets: [], equipment: [], devices: [], gateways: [], assignments: [] }
