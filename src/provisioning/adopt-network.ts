import type { Scope } from '../access/scope.ts'
import type { InventoryStore } from '../inventory/ports.ts'
import { noChanges } from '../inventory/ports.ts'
import type { KnownModel } from './adopt/find-model.ts'
import { type Recognised, recognise } from './adopt/recognise.ts'
import type { Fingerprints } from './keys/fingerprint.ts'
import { inFull, listed, memoryOf, type Sources } from './observe.ts'
import { memoryKey } from './plan/world.ts'
import type { ProvisioningStore } from './ports.ts'
import type { Adoption } from './views.ts'

export interface AdoptDependencies extends Pick<Sources, 'network' | 'holdings'> {
  store: Pick<ProvisioningStore, 'remembered' | 'remember'>
  inventoryStore: Pick<InventoryStore, 'transaction'>
  fingerprints: Fingerprints
  knownModels: () => readonly KnownModel[]
  /** told after the commit: the directory */
  changed: (devEuis: readonly string[]) => Promise<void>
  /** UUIDv7 */
  newId: () => string
  now: () => Date
}

/** Of tenants that nobody described yet, as of those that an installation makes. */
const timeZone = 'Europe/Paris'

/** Reads the whole network server into the inventory and the memory; nothing is written to it. `tenants`: slugs of those that are here. */
export async function adoptNetwork(
  scope: Scope,
  given: AdoptDependencies,
  { mapping, dryRun, tenants }: { mapping: ReadonlyMap<string, string>; dryRun: boolean; tenants: readonly string[] },
): Promise<Adoption> {
  const { network, store, holdings, knownModels, newId } = given
  const all = await network.listTenants()
  const [inventory, memory] = await Promise.all([holdings(tenants), memoryOf(store, null)])
  const lists = { tenants: all, ...(await listed(network, all)), inventory, memory }
  // What is read in full now is what drift compares with later.
  const unknown = dryRun ? [] : [...lists.devices.keys()].filter((devEui) => !memory.has(memoryKey('device', devEui)))
  const world = await inFull(network, lists, unknown)
  const recognised = recognise({ world, models: knownModels(), mapping, timeZone, newId })
  if (!dryRun) await keep(scope, given, recognised)
  const { counts, recognised: models, unrecognised } = recognised
  return { dryRun, counts: [...counts], recognised: [...models], unrecognised: [...unrecognised] }
}

async function keep(scope: Scope, given: AdoptDependencies, { changes, remember, counts }: Recognised): Promise<void> {
  const { inventoryStore, store, fingerprints, changed, now } = given
  const after = Object.fromEntries(counts.map(({ kind, adopted }) => [kind, adopted]))
  const audit = {
    time: now().toISOString(),
    account: scope.account,
    tenant: null,
    action: 'network.adopt',
    object: 'chirpstack',
    before: null,
    after,
  }
  await inventoryStore.transaction((transaction) => transaction.apply({ ...noChanges, ...changes, audit: [audit] }))
  if (changes.declared.length > 0) await changed(changes.declared.map(({ devEui }) => devEui))
  await store.remember(remember.map((entry) => ({ ...entry, fingerprint: fingerprints.ofObject(entry.kind, entry.written) })))
}
