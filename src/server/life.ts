import { newId } from '../adapters/sql/new-id.ts'
import type { LifeDesk } from '../api/ports.ts'
import { gatewayCertificate } from '../provisioning/life/gateway-certificates.ts'
import { LifeService } from '../provisioning/life/life-service.ts'
import { unknownGateways } from '../provisioning/life/unknown-gateways.ts'
import type { ReadingHistory } from '../readings/history.ts'
import type { Decoding } from './decoding.ts'
import type { HotPath } from './hot-path.ts'
import type { EnteredNetwork } from './network.ts'
import type { Provisioning } from './provisioning.ts'
import type { Storage } from './storage.ts'

/** Devices added, swapped, moved, disabled, retired and restored; gateways' certificates, and those nobody knows. */
export function lifeDesk(
  { inventory, inventoryStore, provisioning: store, audit, store: readings }: Storage,
  { models }: Decoding,
  { heard }: Pick<HotPath, 'heard'>,
  { runner, vault, fingerprints }: Provisioning,
  { client: { provisioning: network } }: EnteredNetwork,
): LifeDesk {
  const now = () => new Date()
  const life = new LifeService({
    ...{ inventory, facts: inventoryStore, store, runner, network, vault, fingerprints, newId, now },
    models: {
      list: () => models.list(),
      get: (slug) => models.get(slug),
      deviceProfile: (slug) => models.profileOf(slug),
    },
    readings: (of) => countReadings(readings, of),
  })
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
    gatewayCertificate: (scope, gatewayId) => gatewayCertificate({ inventory, network, audit, now }, scope, gatewayId),
    unknownGateways: (scope, query) => unknownGateways({ heard, network, known }, scope, query),
  }
}

/** null: the store is away. */
async function countReadings(
  readings: Pick<ReadingHistory, 'count'>,
  { tenant, asset, from }: { tenant: string; asset: string; from: string },
): Promise<number | null> {
  return readings.count({ tenant, services: null, assets: [asset] }, { tenant, asset, from }).catch(() => null)
}
