import type { Device } from '../../inventory/entities.ts'
import type { ListedDevice } from '../network.ts'
import type { WantedDevice } from '../territory/territory.ts'
import { deviceName, ownTags } from './content.ts'
import { changed, changedTags, type Draft, emptyDraft, isOfOther, placeOf, plannedRow, refused, superseded, type Verdict } from './draft.ts'
import type { FieldChange, Guard } from './plan.ts'
import type { NeededModel, ProfilePlace } from './profiles.ts'
import type { Places } from './tenants-and-services.ts'
import { keyOf, memoryKey, type PlanInput } from './world.ts'
import { grouped, type WorldIndex } from './world-index.ts'

/** A row that nothing speaks against so far, or why not. */
interface Judged {
  wanted: WantedDevice
  verdict: Verdict | undefined
}

/** What of the device rows can be told before the device profiles are. */
export function judgeDevices(
  input: PlanInput,
  places: Places,
  index: WorldIndex,
): { judged: readonly Judged[]; needed: readonly NeededModel[] } {
  const rows = grouped(input.territory.devices, ({ devEui }) => devEui)
  const judged = input.territory.devices.map((wanted) => {
    const other = (rows.get(wanted.devEui) ?? []).find((one) => one !== wanted)
    const verdict =
      other === undefined ? judgeDevice(wanted, input, places, index) : refused('device-twice', { other: placeOf(other.source) })
    return { wanted, verdict }
  })
  const needed = new Map<string, NeededModel>()
  for (const { wanted, verdict } of judged) {
    const { tenant, model } = wanted
    if (verdict === undefined && model !== null) needed.set(keyOf.profile({ tenant, model }), { tenant, model })
  }
  return { judged, needed: [...needed.values()] }
}

function judgeDevice(wanted: WantedDevice, { models, ofOthers }: PlanInput, places: Places, index: WorldIndex): Verdict | undefined {
  const { tenant, service, model, devEui } = wanted
  const application = places.applications.get(keyOf.application({ tenant, slug: service }))
  if (application === undefined) return refused('service-refused', { service: `${tenant}/${service}` })
  const known = index.inventory.devices.get(devEui)
  if (known !== undefined && known.tenantId !== index.inventory.tenants.get(tenant)?.id) return refused('device-of-other-tenant')
  if (known === undefined && ofOthers.devices.has(devEui)) return refused('device-of-other-tenant')
  if (known?.status === 'disabled') return superseded('device-disabled')
  if (known?.status === 'retired') return superseded('device-retired')
  const listed = index.world.devices.get(devEui)
  const elsewhere = deviceElsewhere(listed, application.networkId, places.tenants.get(tenant)?.networkId, index)
  if (elsewhere !== undefined && isWhereMoved(known, tenant, listed, index)) return superseded('device-moved', elsewhere.facts)
  if (elsewhere !== undefined) return elsewhere
  if (model === null) return refused('model-missing')
  return models(model) === undefined ? refused('model-unknown', { model }) : undefined
}

function deviceElsewhere(
  listed: ListedDevice | undefined,
  applicationId: string | null,
  tenantId: string | null | undefined,
  index: WorldIndex,
): Verdict | undefined {
  if (listed === undefined || listed.applicationId === applicationId) return undefined
  const application = index.applications.get(listed.applicationId)
  if (application === undefined || application.tenantId !== tenantId) return refused('device-of-other-tenant')
  return refused('device-elsewhere', { application: application.name })
}

/** The inventory knows it there too: it was moved by us, after its row was written or before its row was edited. */
function isWhereMoved(known: Device | undefined, tenant: string, listed: ListedDevice | undefined, index: WorldIndex): boolean {
  const slug = index.inventory.serviceSlugs.get(known?.serviceId ?? '')
  return slug !== undefined && index.applicationKeys.get(listed?.applicationId ?? '') === keyOf.application({ tenant, slug })
}

/** By `tenant/service`: how many devices are given other keys. */
type Rekeys = Map<string, number>

export function planDevices(
  judged: readonly Judged[],
  { keys, territory }: PlanInput,
  profiles: ReadonlyMap<string, ProfilePlace>,
  index: WorldIndex,
): Draft & { rekeys: Rekeys } {
  const draft = emptyDraft()
  const rekeys: Rekeys = new Map()
  for (const { wanted, verdict } of judged) {
    const { devEui, source, tenant, service, model } = wanted
    const of = { kind: 'device', key: devEui, source } as const
    const profile = model === null ? undefined : profiles.get(keyOf.profile({ tenant, model }))
    const listed = index.world.devices.get(devEui)
    const delivered = profile?.supportsOtaa === true ? (keys.get(devEui) ?? null) : null
    const refusal =
      verdict ??
      (profile === undefined
        ? refused('profile-refused', { model: model ?? '' })
        : listed === undefined && profile.supportsOtaa && delivered === null
          ? refused('keys-missing')
          : undefined)
    if (refusal !== undefined || profile === undefined) {
      draft.rows.push(plannedRow(of, refusal ?? refused('profile-refused')))
      continue
    }
    const remembered = index.world.memory.get(memoryKey('device', devEui))
    const changes = listed === undefined ? [] : deviceChanges(wanted, listed, profile, index)
    const written = remembered?.keys ?? null
    const rekeyed = listed !== undefined && delivered !== null && delivered !== written ? delivered : null
    if (rekeyed !== null) changes.push({ field: 'keys', from: written, to: rekeyed })
    if ((listed === undefined || changes.length > 0) && isOfOther(remembered, territory)) {
      draft.rows.push(plannedRow(of, refused('other-folder', { owner: remembered?.owner ?? '' })))
      continue
    }
    if (listed === undefined) {
      draft.rows.push(plannedRow(of, { outcome: 'create' }))
      draft.steps.push({ ...of, action: 'create-device', wanted, keys: delivered })
      continue
    }
    if (rekeyed !== null) {
      const application = keyOf.application({ tenant, slug: service })
      rekeys.set(application, (rekeys.get(application) ?? 0) + 1)
    }
    draft.rows.push(plannedRow(of, { outcome: changes.length === 0 ? 'unchanged' : 'change' }))
    if (changes.length > 0) draft.steps.push({ ...of, action: 'update-device', wanted, changes, keys: rekeyed })
  }
  return { ...draft, rekeys }
}

function deviceChanges(wanted: WantedDevice, listed: ListedDevice, profile: ProfilePlace, index: WorldIndex): FieldChange[] {
  return [
    ...changed('name', listed.name, deviceName(wanted)),
    ...profileChange(wanted, listed, profile, index),
    ...joinEuiChange(wanted, index),
    ...changedTags(listed.tags, ownTags(wanted)),
    ...inventoryChanges(wanted, index),
  ]
}

function profileChange(
  { model }: WantedDevice,
  { profileId }: ListedDevice,
  { networkId }: ProfilePlace,
  index: WorldIndex,
): FieldChange[] {
  if (profileId === networkId) return []
  const name = (networkId === null ? undefined : index.profiles.get(networkId)?.name) ?? model
  return [{ field: 'profile', from: index.profiles.get(profileId)?.name ?? profileId, to: name }]
}

/** A joinEui that the row does not give is the device's to say: ChirpStack takes that of its first join. */
function joinEuiChange({ devEui, joinEui }: WantedDevice, { world }: WorldIndex): FieldChange[] {
  const is = world.details.get(devEui)?.joinEui ?? world.memory.get(memoryKey('device', devEui))?.written.joinEui
  return joinEui === null || is === undefined ? [] : changed('joinEui', is, joinEui)
}

/** Name and place of a device in the inventory are also changed on the spot; what a row says of the radio itself is the row's. */
function inventoryChanges({ tenant, service, devEui, model, serial }: WantedDevice, { inventory }: WorldIndex): FieldChange[] {
  const row = inventory.devices.get(devEui)
  if (row === undefined) return [{ field: 'inventory', from: null, to: 'in stock' }]
  const slug = row.serviceId === null ? null : (inventory.serviceSlugs.get(row.serviceId) ?? null)
  return [
    ...changed('inventory.model', row.model, model),
    ...(serial === '' ? [] : changed('inventory.serial', row.serial, serial)),
    ...(row.status === 'in stock' && inventory.services.has(`${tenant}/${service}`) ? changed('inventory.service', slug, service) : []),
  ]
}

/** A plan that deletes or re-keys more than this share of an application's devices is confirmed with the number. */
const guardedShare = 0.05

/** `deletes` and `rekeys` by `tenant/service`. */
export function guardsOf(
  deletes: ReadonlyMap<string, number>,
  rekeys: ReadonlyMap<string, number>,
  has: (application: string) => number,
): Guard[] {
  return [...new Set([...deletes.keys(), ...rekeys.keys()])]
    .sort()
    .map((application) => {
      const [deleted, rekeyed] = [deletes.get(application) ?? 0, rekeys.get(application) ?? 0]
      return { application, has: has(application), deletes: deleted, rekeys: rekeyed }
    })
    .filter(({ has: all, deletes: deleted, rekeys: rekeyed }) => deleted + rekeyed > all * guardedShare)
}
