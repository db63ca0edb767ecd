import { serverScope } from '../../src/access/scope.ts'
import type { Desks } from '../../src/api/ports.ts'
import { type InventoryStore, noChanges } from '../../src/inventory/ports.ts'
import { Fingerprints } from '../../src/provisioning/keys/fingerprint.ts'
import { KeyVault } from '../../src/provisioning/keys/vault.ts'
import { OneAtATime } from '../../src/provisioning/one-at-a-time.ts'
import type { ProvisioningStore } from '../../src/provisioning/ports.ts'
import { ProvisioningService } from '../../src/provisioning/provisioning-service.ts'
import { Upkeep } from '../../src/provisioning/upkeep.ts'
import { MemoryNetwork } from '../fakes/memory-network.ts'

export const planId = '0198c0de-0000-7000-8000-000000000001'
export const ownerId = '0198c0de-0000-4000-8000-00000000000a'

const key = new Uint8Array(32).fill(7)

/** Desks of provisioning over a store; their jobs wait for ever. */
export function provisioningDesks(
  store: ProvisioningStore,
  inventoryStore: Pick<InventoryStore, 'transaction'> | null,
  network = new MemoryNetwork(),
): Pick<Desks, 'provisioning' | 'upkeep'> {
  const fingerprints = new Fingerprints(key)
  const now = () => new Date('2026-11-22T21:00:00.000Z')
  const newId = () => crypto.randomUUID()
  const { audit: _audit, declared: _declared, retired: _retired, removedGateways: _removed, ...nothing } = noChanges
  const holdings = async (tenants: readonly string[]) =>
    inventoryStore === null ? nothing : inventoryStore.transaction((transaction) => transaction.holdings(tenants))
  const runner = {
    submit: (
      job: Omit<Parameters<ProvisioningStore['createJob']>[0], 'id' | 'createdAt'>,
      steps: Parameters<ProvisioningStore['createJob']>[1],
    ) => store.createJob({ ...job, id: newId(), createdAt: now().toISOString() }, steps),
    stopJob: (id: string) => store.setJobState(id, 'stopped', now().toISOString()),
    resumeJob: (id: string) => store.setJobState(id, 'waiting', now().toISOString()),
    progress: () => null,
  }
  const shared = { store, network, holdings, runner, fingerprints, newId, now, observing: new OneAtATime() }
  return {
    provisioning: new ProvisioningService({
      ...shared,
      known: async () => ({ devices: new Set(), gateways: new Set() }),
      vault: new KeyVault(key),
      identity: { identity: 'AGE-SECRET-KEY-1', recipient: 'age1recipient' },
      models: () => undefined,
    }),
    upkeep: new Upkeep({
      ...shared,
      inventoryStore: inventoryStore ?? { transaction: () => Promise.reject(new Error('no inventory')) },
      tenants: async (scope) => (scope.tenant === null ? ['tours', 'blois'] : [scope.tenant]),
      knownModels: () => [],
      changed: async () => {},
    }),
  }
}

/** A plan, its job and a gateway that is gone, of `tours`. */
export async function fillProvisioning(store: ProvisioningStore): Promise<void> {
  const source = { file: 'tours/water/first.csv', line: 2 }
  const wanted = {
    source,
    tenant: 'tours',
    service: 'water',
    devEui: '0018b200000000aa',
    joinEui: null,
    model: null,
    serial: '',
    name: '',
    tags: {},
  }
  const object = { kind: 'device' as const, key: wanted.devEui, source }
  await store.savePlan({
    ...{ id: planId, createdAt: '2026-11-22T20:00:00.000Z', account: 'test', tenants: ['tours'] },
    plan: {
      ...{ owner: ownerId, basis: 'basis', guards: [] },
      steps: [{ ...object, action: 'create-device', wanted, keys: null }],
      rows: [{ ...object, outcome: 'create', reason: null, facts: {} }],
    },
  })
  const job = { id: crypto.randomUUID(), action: 'apply', tenant: 'tours', subject: planId, account: 'test', scope: serverScope }
  await store.createJob({ ...job, allOrNothing: false, createdAt: '2026-11-22T20:01:00.000Z' }, { plan: planId })
  const gatewayId = '7076ff0056081234'
  await store.remember([
    {
      ...{ kind: 'gateway', key: gatewayId, tenant: 'tours', networkId: gatewayId, owner: ownerId, fingerprint: 'f', keys: null },
      ...{ updatedAt: null, written: { name: 'Mairie' } },
    },
  ])
}
