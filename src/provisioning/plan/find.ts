import type { NetworkApplication, NetworkProfile, NetworkTenant } from '../network.ts'
import { keyOf, memoryKey } from './world.ts'
import { placed, type WorldIndex } from './world-index.ts'

/** What the network has of a wanted object; `several`: that many have its name, and none is known to be it. */
export type Found<T> = { one: T } | { several: number } | undefined

/** By the id that is remembered, else the inventory's, else by its name. */
export function findTenant(wanted: { slug: string; name: string }, index: WorldIndex): Found<NetworkTenant> {
  const remembered = index.world.memory.get(memoryKey('tenant', wanted.slug))?.networkId
  const bound = index.inventory.tenants.get(wanted.slug)?.chirpstackTenantId
  const known = index.tenants.get(remembered ?? '') ?? index.tenants.get(bound ?? '')
  return known === undefined ? only(index.tenantsByName.get(wanted.name)) : { one: known }
}

/** The same, within a tenant of the network. */
export function findApplication(
  wanted: { tenant: string; slug: string; name: string },
  tenantId: string,
  index: WorldIndex,
): Found<NetworkApplication> {
  const key = keyOf.application(wanted)
  const remembered = index.world.memory.get(memoryKey('application', key))?.networkId
  const bound = index.inventory.services.get(key)?.chirpstackApplicationId
  const known = [remembered, bound].map((id) => index.applications.get(id ?? '')).find((one) => one?.tenantId === tenantId)
  return known === undefined ? only(index.applicationsByName.get(placed(tenantId, wanted.name))) : { one: known }
}

export interface WantedProfileName {
  tenant: string
  model: string
  name: string
  /** the territory gives this name itself: then it says which of several is meant */
  named: boolean
}

/** By the name that the territory gives it, the id that is remembered, the tag `model`, or its model's name. */
export function findProfile(wanted: WantedProfileName, tenantId: string, index: WorldIndex): Found<NetworkProfile> {
  const ofName = index.profilesByName.get(placed(tenantId, wanted.name)) ?? []
  const ofModel = ofName.filter(({ tags }) => (tags.model ?? wanted.model) === wanted.model)
  // One of this name that is of another model is told, not given a twin.
  const candidates = ofModel.length > 0 ? ofModel : ofName
  if (wanted.named && candidates.length === 1) return only(candidates)
  const remembered = index.profiles.get(index.world.memory.get(memoryKey('profile', keyOf.profile(wanted)))?.networkId ?? '')
  if (remembered?.tenantId === tenantId) return { one: remembered }
  const tagged = index.profilesByTag.get(placed(tenantId, wanted.model)) ?? []
  const taggedAndNamed = tagged.filter(({ name }) => name === wanted.name)
  return only(taggedAndNamed.length === 1 ? taggedAndNamed : tagged) ?? only(candidates)
}

function only<T>(all: readonly T[] | undefined): Found<T> {
  const [first, ...others] = all ?? []
  if (first === undefined) return undefined
  return others.length === 0 ? { one: first } : { several: others.length + 1 }
}
