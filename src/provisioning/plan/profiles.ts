import type { DeviceProfile } from '../../codecs/device-profile.ts'
import type { NetworkProfile } from '../network.ts'
import type { Territory } from '../territory/territory.ts'
import { changed, type Draft, emptyDraft, plannedRow, refused, type Verdict } from './draft.ts'
import { findProfile, type WantedProfileName } from './find.ts'
import type { FieldChange } from './plan.ts'
import type { Place, Places } from './tenants-and-services.ts'
import { keyOf, memoryKey, type PlanInput } from './world.ts'
import type { WorldIndex } from './world-index.ts'

/** The device profile that devices of a model get; `supportsOtaa` of what is, or will be, on the network. */
export interface ProfilePlace extends Place {
  supportsOtaa: boolean
}

export interface NeededModel {
  tenant: string
  model: string
}

/** `needed`: the models of the device rows. Those that are refused are not among `profiles`. */
export function planProfiles(
  { territory, models }: PlanInput,
  needed: readonly NeededModel[],
  { tenants }: Places,
  index: WorldIndex,
): Draft & { profiles: ReadonlyMap<string, ProfilePlace> } {
  const draft = emptyDraft()
  const profiles = new Map<string, ProfilePlace>()
  for (const wanted of wantedProfiles(territory, needed)) {
    const { tenant, model, name } = wanted
    const key = keyOf.profile(wanted)
    const facts = models(model)
    const place = tenants.get(tenant)
    const judged: Judged =
      place === undefined
        ? { verdict: refused('tenant-refused', { tenant }) }
        : facts === undefined
          ? { verdict: refused('model-unknown', { model }) }
          : judgeProfile(wanted, facts.profile, place, index)
    const { verdict, found, changes = [], supportsOtaa } = judged
    draft.rows.push(plannedRow({ kind: 'profile', key, source: null }, { ...verdict, facts: { name, ...verdict.facts } }))
    if (verdict.outcome === 'refused' || supportsOtaa === undefined) continue
    profiles.set(key, { networkId: found ?? null, supportsOtaa })
    const step = { kind: 'profile', key, source: null, tenant, model, name } as const
    if (changes.length > 0) draft.steps.push({ ...step, action: 'update-profile', changes })
    else if (verdict.outcome !== 'unchanged') {
      draft.steps.push({ ...step, action: 'create-profile', ...(found === undefined ? {} : { found }) })
    }
  }
  return { ...draft, profiles }
}

interface Judged {
  verdict: Verdict
  found?: string
  changes?: FieldChange[]
  supportsOtaa?: boolean
}

/** Those that the territory names, then those that its rows need. */
function wantedProfiles({ profiles }: Territory, needed: readonly NeededModel[]): WantedProfileName[] {
  const wanted = new Map<string, WantedProfileName>()
  for (const profile of profiles) wanted.set(keyOf.profile(profile), { ...profile, named: true })
  for (const { tenant, model } of needed) {
    const key = keyOf.profile({ tenant, model })
    if (!wanted.has(key)) wanted.set(key, { tenant, model, name: model, named: false })
  }
  return [...wanted.values()]
}

function judgeProfile(wanted: WantedProfileName, file: DeviceProfile | undefined, tenant: Place, index: WorldIndex): Judged {
  const found = tenant.networkId === null ? undefined : findProfile(wanted, tenant.networkId, index)
  if (found === undefined) {
    if (file === undefined) return { verdict: refused('profile-missing', { model: wanted.model }) }
    return { verdict: { outcome: 'create' }, supportsOtaa: file.supportsOtaa }
  }
  if ('several' in found) return { verdict: refused('profile-ambiguous', { count: `${found.several}`, model: wanted.model }) }
  const { one } = found
  if (one.tags.model !== undefined && one.tags.model !== wanted.model) {
    return { verdict: refused('profile-other-model', { is: one.tags.model, model: wanted.model }) }
  }
  const there = { found: one.id, supportsOtaa: one.lorawan.supportsOtaa }
  const remembered = index.world.memory.get(memoryKey('profile', keyOf.profile(wanted)))
  if (remembered?.networkId !== one.id) return { ...there, verdict: { outcome: 'change', reason: 'taken-over' } }
  // A profile made by hand is its maker's: devices that work with it would be moved to other settings.
  if (remembered.owner === null || file === undefined) return { ...there, verdict: { outcome: 'unchanged' } }
  const changes = profileChanges(wanted, file, one)
  if (changes.length === 0) return { ...there, verdict: { outcome: 'unchanged' } }
  return { found: one.id, supportsOtaa: file.supportsOtaa, changes, verdict: { outcome: 'change' } }
}

function profileChanges(wanted: WantedProfileName, { title: _title, ...lorawan }: DeviceProfile, is: NetworkProfile): FieldChange[] {
  return [
    ...changed('name', is.name, wanted.name),
    ...changed('region', is.lorawan.region, lorawan.region),
    ...changed('macVersion', is.lorawan.macVersion, lorawan.macVersion),
    ...changed('regionalParameters', is.lorawan.regionalParameters, lorawan.regionalParameters),
    ...changed('class', is.lorawan.class, lorawan.class),
    ...changed('supportsOtaa', is.lorawan.supportsOtaa, lorawan.supportsOtaa),
    ...changed('expectedInterval', is.lorawan.expectedInterval, lorawan.expectedInterval),
    ...changed('tags.model', is.tags.model ?? null, wanted.model),
  ]
}
