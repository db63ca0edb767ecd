import { type Scope, seesTenant } from '../access/scope.ts'
import type { Holdings } from '../inventory/ports.ts'
import { inParallel } from './in-parallel.ts'
import type {
  ListedDevice,
  NetworkApplication,
  NetworkDevice,
  NetworkGateway,
  NetworkProfile,
  NetworkProvisioning,
  NetworkTenant,
} from './network.ts'
import type { Remembered } from './plan/plan.ts'
import { memoryKey, type World } from './plan/world.ts'
import type { Memory } from './ports.ts'
import type { SameTexts } from './same-texts.ts'

export interface Sources {
  network: NetworkProvisioning
  memory: Pick<Memory, 'remembered'>
  /** all that some tenants have in the inventory, in one transaction */
  holdings: (tenants: readonly string[]) => Promise<Holdings>
}

/** A world without what only a full read tells. */
export type Lists = Omit<World, 'details'>

/** Devices read in full at the same time. */
const atOnce = 16

/**
 * The world of some tenants, by lists; `texts`: as a plan needs it, and no more; `names`: slug → name by which a tenant is looked for
 * that is not known by its id. Of the network's tenants a scope of one tenant sees those that are known to be its own: a name in a file
 * gives it no other.
 */
export async function observe(
  scope: Scope,
  { network, memory, holdings }: Sources,
  names: ReadonlyMap<string, string | null>,
  texts?: SameTexts,
): Promise<Lists> {
  const slugs = [...names.keys()]
  const [inventory, remembered, all] = await Promise.all([
    holdings(slugs).then((held) => texts?.holdings(held) ?? held),
    memoryOf(memory, slugs, texts),
    network.listTenants(),
  ])
  const theirs = tenantsOf(scope, names, { inventory, remembered, all })
  const tenants = scope.tenant === null ? all : theirs
  return { tenants, ...(await listed(network, theirs, texts)), inventory, memory: remembered }
}

/** With what lists do not tell of these devices. */
export async function inFull(network: NetworkProvisioning, lists: Lists, devEuis: readonly string[]): Promise<World> {
  const details = new Map<string, NetworkDevice>()
  await inParallel(devEuis, atOnce, async (devEui) => {
    const device = await network.getDevice(devEui)
    if (device !== undefined) details.set(devEui, device)
  })
  return { ...lists, details }
}

/** By `memoryKey`; `tenants`: slugs, null: of all. */
export async function memoryOf(
  memory: Sources['memory'],
  tenants: readonly string[] | null,
  texts?: SameTexts,
): Promise<Map<string, Remembered>> {
  const found = new Map<string, Remembered>()
  for await (const page of memory.remembered(tenants)) {
    for (const entry of page) found.set(memoryKey(entry.kind, entry.key), texts?.remembered(entry) ?? entry)
  }
  return found
}

interface Known {
  inventory: Holdings
  remembered: ReadonlyMap<string, Remembered>
  all: readonly NetworkTenant[]
}

function tenantsOf(scope: Scope, names: ReadonlyMap<string, string | null>, { inventory, remembered, all }: Known): NetworkTenant[] {
  const ids = new Set<string>()
  const called = new Set<string>()
  for (const [slug, name] of names) {
    if (!seesTenant(scope, slug)) continue
    const id =
      remembered.get(memoryKey('tenant', slug))?.networkId ?? inventory.tenants.find((one) => one.slug === slug)?.chirpstackTenantId
    if (id !== undefined && id !== null) ids.add(id)
    else if (scope.tenant === null && name !== null) called.add(name)
  }
  return all.filter(({ id, name }) => ids.has(id) || called.has(name))
}

/** All that lists tell of these tenants. */
export async function listed(
  network: NetworkProvisioning,
  tenants: readonly NetworkTenant[],
  texts?: SameTexts,
): Promise<Pick<World, 'applications' | 'profiles' | 'gateways' | 'devices'>> {
  const applications: NetworkApplication[] = []
  const profiles: NetworkProfile[] = []
  const gateways: NetworkGateway[] = []
  const devices = new Map<string, ListedDevice>()
  for (const { id } of tenants) {
    const [itsApplications, itsProfiles, itsGateways] = await Promise.all([
      network.listApplications(id),
      network.listProfiles(id),
      network.listGateways(id),
    ])
    applications.push(...itsApplications)
    profiles.push(...itsProfiles)
    gateways.push(...itsGateways)
    for (const application of itsApplications) {
      for await (const page of network.listDevices(application.id))
        for (const device of page) devices.set(device.devEui, texts?.listed(device) ?? device)
    }
  }
  return { applications, profiles, gateways, devices }
}
