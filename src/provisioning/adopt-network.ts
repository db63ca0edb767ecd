import type { Scope } from '../access/scope.ts'
import type { Holdings, InventoryStore } from '../inventory/ports.ts'
import { noChanges } from '../inventory/ports.ts'
import type { KnownModel } from './adopt/find-model.ts'
import { type Recognised, recognise } from './adopt/recognise.ts'
import type { Fingerprints } from './keys/fingerprint.ts'
import { inFull, listed, memoryOf, type Sources } from './observe.ts'
import { memoryKey } from './plan/world.ts'
import type { ProvisioningStore } from './ports.ts'
import type { Adoption } from './views.ts'

type Adopted = Omit<Adoption, 'underWay'>

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

/** Devices read in full before they are remembered. */
const pageSize = 1_000
/** Devices of one transaction. */
const atOnce = 5_000

/** How far it has come: devices read in full, of those that were not known. */
export interface AdoptProgress {
  read: number
  of: number
}

interface How {
  mapping: ReadonlyMap<string, string>
  dryRun: boolean
  /** slugs of those that are here */
  tenants: readonly string[]
  tell: (progress: AdoptProgress) => void
}

/**
 * Reads the whole network server into the inventory and the memory; nothing is written to it. All is in the inventory first; then
 * devices are read in full and remembered by pages, so that one that was interrupted goes on where it was when it is asked for again.
 */
export async function adoptNetwork(scope: Scope, given: AdoptDependencies, { mapping, dryRun, tenants, tell }: How): Promise<Adopted> {
  const { network, store, holdings, knownModels, newId } = given
  const all = await network.listTenants()
  const [inventory, memory] = await Promise.all([holdings(tenants), memoryOf(store, null)])
  const world = { tenants: all, ...(await listed(network, all)), inventory, memory, details: new Map() }
  const models = knownModels()
  const recognised = recognise({ world, models, mapping, timeZone, newId })
  if (!dryRun) {
    await keep(scope, given, recognised)
    const known = { ...inventory, ...withRows(inventory, recognised.changes) }
    // What is read in full now is what drift compares with later.
    const unknown = [...world.devices].filter(([devEui]) => !memory.has(memoryKey('device', devEui)))
    for (let at = 0; at < unknown.length; at += pageSize) {
      tell({ read: at, of: unknown.length })
      const page = { ...world, inventory: known, devices: new Map(unknown.slice(at, at + pageSize)) }
      const read = await inFull(network, page, [...page.devices.keys()])
      const { remember } = recognise({ world: read, models, mapping, timeZone, newId })
      await rememberAll(
        given,
        remember.filter(({ kind }) => kind === 'device'),
      )
    }
  }
  const { counts, recognised: found, unrecognised } = recognised
  return { dryRun, counts: [...counts], recognised: [...found], unrecognised: [...unrecognised] }
}

async function keep(scope: Scope, given: AdoptDependencies, { changes, remember, counts }: Recognised): Promise<void> {
  const { inventoryStore, changed, now } = given
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
  const { declared, ...others } = changes
  await inventoryStore.transaction((transaction) => transaction.apply({ ...noChanges, ...others, audit: [audit] }))
  for (let at = 0; at < declared.length; at += atOnce) {
    const part = declared.slice(at, at + atOnce)
    await inventoryStore.transaction((transaction) => transaction.apply({ ...noChanges, declared: part }))
    await changed(part.map(({ devEui }) => devEui))
  }
  await rememberAll(given, remember)
}

async function rememberAll({ store, fingerprints }: AdoptDependencies, entries: Recognised['remember']): Promise<void> {
  await store.remember(entries.map((entry) => ({ ...entry, fingerprint: fingerprints.ofObject(entry.kind, entry.written) })))
}

/** As the inventory is once these are written. */
function withRows(inventory: Holdings, { tenants, services }: Recognised['changes']): Pick<Holdings, 'tenants' | 'services'> {
  const merged = <T extends { id: string }>(rows: readonly T[], more: readonly T[]) => [
    ...new Map([...rows, ...more].map((row) => [row.id, row])).values(),
  ]
  return { tenants: merged(inventory.tenants, tenants), services: merged(inventory.services, services) }
}
