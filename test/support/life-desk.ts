import { randomBytes } from 'node:crypto'
import { type Logger, pino } from 'pino'
import { serverScope } from '../../src/access/scope.ts'
import { newId } from '../../src/adapters/sql/new-id.ts'
import type { Desks, LifeDesk } from '../../src/api/ports.ts'
import { checkComplete, checkInstallation } from '../../src/codecs/check-installation.ts'
import type { DeviceProfile } from '../../src/codecs/device-profile.ts'
import type { Model } from '../../src/codecs/model.ts'
import { OndineError } from '../../src/errors/ondine-error.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import type { InventoryStore } from '../../src/inventory/ports.ts'
import { JobRunner } from '../../src/provisioning/apply/job-runner.ts'
import { Pace } from '../../src/provisioning/apply/pace.ts'
import { Fingerprints } from '../../src/provisioning/keys/fingerprint.ts'
import { KeyVault } from '../../src/provisioning/keys/vault.ts'
import { gatewayCertificate } from '../../src/provisioning/life/gateway-certificates.ts'
import { LifeService } from '../../src/provisioning/life/life-service.ts'
import { HeardGateways, unknownGateways } from '../../src/provisioning/life/unknown-gateways.ts'
import type { NetworkProvisioning } from '../../src/provisioning/network.ts'
import type { ProvisioningStore } from '../../src/provisioning/ports.ts'
import { MemoryNetwork } from '../fakes/memory-network.ts'

interface Parts {
  store: ProvisioningStore
  inventoryStore: InventoryStore
  inventory: Inventory
  network?: NetworkProvisioning
  models?: readonly Model[]
  profile?: DeviceProfile
  logger?: Logger
}

export const otaa: DeviceProfile = {
  ...{ title: 'x', region: 'EU868', macVersion: '1.0.3', regionalParameters: 'A', class: 'A', supportsOtaa: true },
  expectedInterval: 3600,
}

/** Vault, runner and service of a device's life over a store, as a server has them. */
export function lifeOver(parts: Parts) {
  const { store, inventoryStore, inventory, network = new MemoryNetwork(), models = [], profile = otaa } = parts
  const [vault, fingerprints] = [new KeyVault(randomBytes(32)), new Fingerprints(randomBytes(32))]
  const now = () => new Date()
  const model = (slug: string) => models.find((one) => one.slug === slug)
  const runner = new JobRunner({
    ...{ store, inventoryStore, inventory, network, vault, fingerprints, newId, now },
    models: {
      profile: async () => profile,
      installed: (slug, channel) => {
        const found = model(slug)
        if (found === undefined) return undefined
        const accept = (parameters: Parameters<typeof checkComplete>[1]) => {
          checkInstallation(found, { channel, parameters })
          checkComplete(found, parameters)
        }
        return { slug, service: found.service, accept }
      },
    },
    pace: new Pace(),
    logger: parts.logger ?? pino({ level: 'silent' }),
  })
  const life = new LifeService({
    ...{ inventory, facts: inventoryStore, store, runner, network, vault, fingerprints, newId, now },
    models: { list: () => models, get: model, deviceProfile: () => profile },
    readings: async () => 26_310,
  })
  return { life, runner, network, vault, fingerprints }
}

const heard = new HeardGateways()
heard.arrived({ topic: 'eu868/gateway/aa55ff0056081234/event/stats' }, new Date())

export function lifeDeskOver(parts: Parts): LifeDesk {
  const { life, network } = lifeOver(parts)
  const { inventory, inventoryStore } = parts
  const known = async (gateways: readonly string[]) =>
    (await inventoryStore.transaction((transaction) => transaction.existing({ devices: [], gateways }))).gateways
  return {
    ...{
      add: life.add.bind(life),
      label: life.label.bind(life),
      swap: life.swap.bind(life),
      undoSwap: life.undoSwap.bind(life),
      move: life.move.bind(life),
    },
    ...{ disable: life.disable.bind(life), restore: life.restore.bind(life), retire: life.retire.bind(life) },
    flushNonces: life.flushNonces.bind(life),
    gatewayCertificate: (scope, gatewayId) =>
      gatewayCertificate({ inventory, network, audit: { add: async () => {} }, now: () => new Date() }, scope, gatewayId),
    unknownGateways: (scope, query) => unknownGateways({ heard, network, known }, scope, query),
  }
}

/** Knows what is there, and does nothing. */
export function fakeLifeDesk(inventory: Desks['inventory']): LifeDesk {
  const refuse = () => Promise.reject(new OndineError('life.two-devices', {}))
  const needs: LifeDesk['disable'] = async (scope, devEui) => {
    await inventory.device(scope, devEui)
    return refuse()
  }
  const known = async (ids: readonly string[]) => new Set(ids.filter((id) => id === '7076ff0056081234'))
  return {
    add: async (scope, { devEui = '' }) => {
      await inventory.device(serverScope, devEui)
      await inventory.device(scope, devEui).catch(() => {
        throw new OndineError('inventory.device-elsewhere', { devEui })
      })
      return refuse()
    },
    label: async (scope, { label }) => {
      const device = await inventory.device(scope, label).catch(() => null)
      return { status: device?.status ?? null, serial: null, serialOf: [], keys: 'none' }
    },
    swap: async (scope, slug) => {
      await inventory.asset(scope, { slug })
      return refuse()
    },
    undoSwap: async (_scope, number) => Promise.reject(new OndineError('life.swap-unknown', { number })),
    move: async (scope, devEui) => {
      await inventory.device(scope, devEui)
      return refuse()
    },
    ...{ disable: needs, restore: needs, retire: needs, flushNonces: needs },
    gatewayCertificate: async (scope, gateway) => {
      const { items } = await inventory.gateways(scope, { limit: 100 })
      if (items.some(({ gatewayId }) => gatewayId === gateway)) return refuse()
      throw new OndineError('inventory.gateway-not-found', { gateway })
    },
    unknownGateways: (scope, query) => unknownGateways({ heard, network: new MemoryNetwork(), known }, scope, query),
  }
}
