import type { DeviceProfile } from '../../codecs/device-profile.ts'
import type { Parameters } from '../../inventory/entities.ts'
import type { Holdings } from '../../inventory/ports.ts'
import type { ListedDevice, NetworkApplication, NetworkDevice, NetworkGateway, NetworkProfile, NetworkTenant } from '../network.ts'
import type { Territory } from '../territory/territory.ts'
import type { ObjectKind, PlannedRow, Remembered } from './plan.ts'

/** What there is: on the network server, in the inventory, and in our memory of what was written. EUIs in lower case. */
export interface World {
  /** all of them: a name is looked for among them */
  tenants: readonly NetworkTenant[]
  /** of those tenants that the territory names, and of more where they are known: they tell where else a device is */
  applications: readonly NetworkApplication[]
  profiles: readonly NetworkProfile[]
  /** by devEui, of all the applications above */
  devices: ReadonlyMap<string, ListedDevice>
  /** by devEui: those of `needsDetail`, read in full; one that is gone by now is left out */
  details: ReadonlyMap<string, NetworkDevice>
  gateways: readonly NetworkGateway[]
  /** of the territory's tenants, assignments that ended included */
  inventory: Holdings
  /** by `memoryKey(kind, key)` */
  memory: ReadonlyMap<string, Remembered>
}

export function memoryKey(kind: ObjectKind, key: string): string {
  return `${kind} ${key}`
}

export const keyOf = {
  tenant: ({ slug }: { slug: string }) => slug,
  application: ({ tenant, slug }: { tenant: string; slug: string }) => `${tenant}/${slug}`,
  profile: ({ tenant, model }: { tenant: string; model: string }) => `${tenant}/${model}`,
  installation: ({ tenant, devEui, channel }: { tenant: string; devEui: string; channel: string }) => `${tenant}/${devEui}/${channel}`,
}

/** What the planner needs of a model of the registry. */
export interface ModelFacts {
  /** `vendor/model` */
  slug: string
  /** of `device-profiles/`; undefined: the model comes without one, and its devices need a device profile that is there */
  profile: DeviceProfile | undefined
  /** throws an `OndineError` for a channel or parameters with which it must not be installed; `parameters`: those it will have */
  accept: (channel: string, parameters: Parameters) => void
}

export interface PlanInput {
  territory: Territory
  world: World
  /** by `vendor/model` */
  models: (slug: string) => ModelFacts | undefined
  /** by devEui: fingerprints of the keys that were delivered with the folder */
  keys: ReadonlyMap<string, string>
  /** EUIs that the inventory has in a tenant that is not the territory's, on the network or not */
  ofOthers: { devices: ReadonlySet<string>; gateways: ReadonlySet<string> }
  /** what reading the folder refused; goes into the plan as it is, and nothing that these may mean is pruned */
  refusedRows: readonly PlannedRow[]
  options: { prune: boolean }
  /** an installation of long after it is a slip of the pen */
  now: Date
}

/**
 * DevEUIs to be read in full before planning: wanted ones on the network of which the memory is missing or of another `updatedAt`
 * (a list has neither joinEui nor variables nor flags). Of an unchanged fleet there is none.
 */
export function needsDetail({ territory, world }: Pick<PlanInput, 'territory'> & { world: Omit<World, 'details'> }): readonly string[] {
  const wanted = new Set(territory.devices.map(({ devEui }) => devEui))
  return [...wanted].filter((devEui) => isUnread(devEui, world))
}

/** Whether only a full read tells what this device is like now. */
export function isUnread(devEui: string, { devices, memory }: Pick<World, 'devices' | 'memory'>): boolean {
  const listed = devices.get(devEui)
  return listed !== undefined && memory.get(memoryKey('device', devEui))?.updatedAt !== listed.updatedAt
}
