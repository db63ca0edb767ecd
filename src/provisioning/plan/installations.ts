import { OndineError } from '../../errors/ondine-error.ts'
import type { Asset, Assignment, Device, Parameters } from '../../inventory/entities.ts'
import type { WantedDevice, WantedInstallation } from '../territory/territory.ts'
import { changed, type Draft, emptyDraft, placeOf, plannedRow, refused, superseded, type Verdict } from './draft.ts'
import type { FieldChange, PlannedRow } from './plan.ts'
import type { Places } from './tenants-and-services.ts'
import { keyOf, type PlanInput } from './world.ts'
import { grouped, placed, type WorldIndex } from './world-index.ts'

type Placed = WantedInstallation & { devEui: string }

/** Clocks and time zones differ by less. */
const dayMs = 24 * 60 * 60 * 1_000

/** `devices`: what became of the device rows. `devEuis`: devices that installation rows speak of, or may. */
export function planInstallations(
  input: PlanInput,
  devices: readonly PlannedRow[],
  places: Places,
  index: WorldIndex,
): Draft & { devEuis: ReadonlySet<string> } {
  if (input.territory.installations.length === 0) return { ...emptyDraft(), devEuis: new Set() }
  const rows = new Map(input.territory.devices.map((device) => [device.devEui, device]))
  const refusedDevices = new Set(devices.filter(({ outcome }) => outcome === 'refused').map(({ key }) => key))
  const bySerial = serialsOf(input.territory.devices, index)
  const draft = emptyDraft()
  const resolved = input.territory.installations.map((wanted) => ({ wanted, ...resolve(wanted, bySerial, index) }))
  const latest = input.now.getTime() + dayMs
  const isAhead = ({ from }: WantedInstallation) => Date.parse(from) > latest
  // One of the future is refused, and so takes no other's place.
  const all = resolved.flatMap(({ wanted, devEui }) => (devEui === undefined || isAhead(wanted) ? [] : [{ ...wanted, devEui }]))
  const rivals = {
    ofDevice: grouped(all, ({ tenant, devEui, channel }) => `${tenant} ${devEui} ${channel}`),
    ofAsset: grouped(all, ({ tenant, asset, channel }) => `${tenant} ${channel} ${asset}`),
  }
  for (const { wanted, devEui, verdict: unresolved } of resolved) {
    const { tenant, channel, serial, source, asset } = wanted
    const key = keyOf.installation({ tenant, devEui: devEui ?? serial ?? '-', channel })
    const of = { kind: 'installation', key, source } as const
    const there: Placed | undefined = devEui === undefined ? undefined : { ...wanted, devEui }
    const judged: Judged = isAhead(wanted)
      ? { verdict: refused('in-the-future', { date: wanted.from.slice(0, 10) }) }
      : there === undefined
        ? { verdict: unresolved ?? refused('serial-unknown') }
        : judge(there, { row: rows.get(there.devEui), isRefused: refusedDevices.has(there.devEui), rivals }, input, places, index)
    draft.rows.push(plannedRow(of, { ...judged.verdict, facts: { asset, ...judged.verdict.facts } }))
    const { outcome } = judged.verdict
    if (there !== undefined && (outcome === 'create' || outcome === 'change')) {
      draft.steps.push({ ...of, action: 'install', wanted: there, changes: judged.changes ?? [] })
    }
  }
  return { ...draft, devEuis: new Set(resolved.flatMap(({ meant }) => meant)) }
}

interface Judged {
  verdict: Verdict
  changes?: FieldChange[]
}

/** By `placed(tenant slug, serial)`: the devices of rows; of a serial that no row has, those of the inventory. */
function serialsOf(devices: readonly WantedDevice[], { world, inventory }: WorldIndex): Map<string, Set<string>> {
  const slugs = new Map([...inventory.tenants.values()].map(({ id, slug }) => [id, slug]))
  const found = new Map<string, Set<string>>()
  const add = (tenant: string, serial: string, devEui: string) => {
    const key = placed(tenant, serial)
    const known = found.get(key)
    if (known === undefined) found.set(key, new Set([devEui]))
    else known.add(devEui)
  }
  for (const { tenant, serial, devEui } of devices) if (serial !== '') add(tenant, serial, devEui)
  const ofRows = new Set(found.keys())
  // What a row says of a device's serial is to become that of the inventory.
  const told = new Set(devices.flatMap(({ serial, devEui }) => (serial === '' ? [] : [devEui])))
  for (const { tenantId, serial, devEui } of world.inventory.devices) {
    const tenant = slugs.get(tenantId) ?? ''
    if (serial !== null && !told.has(devEui) && !ofRows.has(placed(tenant, serial))) add(tenant, serial, devEui)
  }
  return found
}

function resolve(
  { tenant, devEui, serial }: WantedInstallation,
  bySerial: ReadonlyMap<string, ReadonlySet<string>>,
  index: WorldIndex,
): { devEui?: string; verdict?: Verdict; meant: readonly string[] } {
  if (devEui !== null) return { devEui, meant: [devEui] }
  const found = [...(bySerial.get(placed(tenant, serial ?? '')) ?? [])]
  // A serial is given again when a radio is replaced: the one that left the network is not meant.
  const living = found.filter((one) => index.inventory.devices.get(one)?.status !== 'retired')
  const [first, ...others] = living.length > 0 ? living : found
  if (first === undefined) return { verdict: refused('serial-unknown', { serial: serial ?? '' }), meant: [] }
  if (others.length === 0) return { devEui: first, meant: [first] }
  return { meant: found, verdict: refused('serial-ambiguous', { serial: serial ?? '', devices: [first, ...others].sort().join(', ') }) }
}

interface About {
  row: WantedDevice | undefined
  isRefused: boolean
  rivals: { ofDevice: ReadonlyMap<string, readonly Placed[]>; ofAsset: ReadonlyMap<string, readonly Placed[]> }
}

function judge(wanted: Placed, { row, isRefused, rivals }: About, input: PlanInput, places: Places, index: WorldIndex): Judged {
  const { tenant, service, devEui, channel } = wanted
  if (!places.applications.has(keyOf.application({ tenant, slug: service }))) {
    return { verdict: refused('service-refused', { service: `${tenant}/${service}` }) }
  }
  const known = index.inventory.devices.get(devEui)
  const refusal = refusedDevice(known, row, isRefused, index.inventory.tenants.get(tenant)?.id)
  if (refusal !== undefined) return { verdict: refusal }
  const rival =
    judgeRivals(wanted, rivals.ofDevice.get(`${tenant} ${devEui} ${channel}`) ?? []) ??
    judgeRivals(wanted, rivals.ofAsset.get(`${tenant} ${channel} ${wanted.asset}`) ?? [])
  if (rival !== undefined) return { verdict: rival }
  const tenantId = index.inventory.tenants.get(tenant)?.id
  const asset = tenantId === undefined ? undefined : index.inventory.assetsByCode.get(placed(tenantId, wanted.asset))
  const compared = compare(wanted, asset, index, input.now.toISOString())
  if (compared.verdict.outcome !== 'create' && compared.verdict.outcome !== 'change') return compared
  const fault = checkModel(wanted, row?.model ?? known?.model ?? null, compared.kept, input.models)
  return fault === undefined ? compared : { verdict: fault }
}

function refusedDevice(
  known: Device | undefined,
  row: WantedDevice | undefined,
  isRefused: boolean,
  tenantId: string | undefined,
): Verdict | undefined {
  if (known !== undefined && known.tenantId !== tenantId) return refused('device-of-other-tenant')
  if (known?.status === 'disabled') return superseded('device-disabled')
  if (known?.status === 'retired') return superseded('device-retired')
  if (known === undefined && row === undefined) return refused('device-unknown')
  if (known === undefined && isRefused) return refused('device-refused')
  return undefined
}

/** Of several rows for one channel of a device, or of an asset, the one that begins last is how things are now. */
function judgeRivals(wanted: Placed, rivals: readonly Placed[]): Verdict | undefined {
  const others = rivals.filter((one) => one.source.file !== wanted.source.file || one.source.line !== wanted.source.line)
  const [own, latest] = [Date.parse(wanted.from), Math.max(...others.map(({ from }) => Date.parse(from)))]
  const other = others.find(({ from }) => Date.parse(from) === latest)
  if (other === undefined || latest < own) return undefined
  const facts = { other: placeOf(other.source) }
  return latest === own ? refused('installation-twice', facts) : superseded('later-row', facts)
}

/** `kept`: parameters that the place has already, and keeps where the row gives none. `now`: ISO 8601 UTC. */
function compare(wanted: Placed, asset: Asset | undefined, index: WorldIndex, now: string): Judged & { kept: Parameters } {
  const { inventory } = index
  const from = Date.parse(wanted.from)
  const ofDevice = inventory.assignmentsOfDevice.get(placed(wanted.devEui, wanted.channel)) ?? []
  const ofAsset = asset === undefined ? [] : (inventory.assignmentsOfAsset.get(placed(asset.id, wanted.channel)) ?? [])
  const kept: Parameters = {}
  const ahead = ofDevice.find((one) => one.to === null && one.from > now && Date.parse(one.from) > from && one.assetId === asset?.id)
  const later = [...ofDevice, ...ofAsset].filter((one) => one !== ahead && latestOf(one, ahead) > from)
  const [newest] = later.sort((a, b) => (a.from < b.from ? 1 : -1))
  if (newest !== undefined) return { kept, verdict: superseded('installed-later', laterFacts(newest, index)) }
  if (asset !== undefined && inventory.serviceSlugs.get(asset.serviceId) !== wanted.service) {
    return { kept, verdict: refused('asset-of-other-service', { service: inventory.serviceSlugs.get(asset.serviceId) ?? '' }) }
  }
  const current = ofDevice.find(({ to }) => to === null)
  // A date that was a slip of the pen, and has not come: the row that says it right counts.
  if (ahead !== undefined && asset !== undefined) {
    const changes = [...changed('from', ahead.from, wanted.from), ...corrections(wanted, ahead, asset, index)]
    return { kept: ahead.parameters, changes, verdict: { outcome: 'change' } }
  }
  const served = ofAsset.find((one) => one.to === null && one.devEui !== wanted.devEui)
  const same = current !== undefined && current.assetId === asset?.id
  if (same && Date.parse(current.from) === from) {
    const changes = corrections(wanted, current, asset, index)
    return { kept: current.parameters, changes, verdict: { outcome: changes.length === 0 ? 'unchanged' : 'change' } }
  }
  for (const one of [current, served]) {
    if (one !== undefined && Date.parse(one.from) === from) return { kept, verdict: refused('asset-served', laterFacts(one, index)) }
  }
  const changes = [
    ...(current === undefined || same ? [] : changed('asset', codeOf(current, index), wanted.asset)),
    ...(served === undefined ? [] : changed('device', served.devEui, wanted.devEui)),
    ...(same ? changed('from', current.from, wanted.from) : []),
  ]
  return { kept, changes, verdict: { outcome: changes.length === 0 ? 'create' : 'change' } }
}

/** Until when it is in the way of a row; what ended for one that is to begin earlier ends earlier too, but not before it began. */
function latestOf({ from, to }: Assignment, ahead: Assignment | undefined): number {
  return to !== null && to === ahead?.from ? Date.parse(from) + 1 : Date.parse(to ?? from)
}

function laterFacts(one: Assignment, index: WorldIndex): Record<string, string> {
  return { devEui: one.devEui, at: codeOf(one, index), since: one.from, until: one.to ?? '' }
}

function codeOf({ assetId }: Assignment, { inventory }: WorldIndex): string {
  return inventory.assets.get(assetId)?.code ?? assetId
}

/** What a row says otherwise than the inventory; what it leaves empty stays. */
function corrections(wanted: Placed, current: Assignment, asset: Asset, { inventory }: WorldIndex): FieldChange[] {
  const site = asset.siteId === null ? undefined : inventory.sites.get(asset.siteId)
  const equipment = current.equipmentId === null ? null : (inventory.equipment.get(current.equipmentId)?.serial ?? null)
  const given = <T extends FieldChange['from']>(field: string, is: T, to: T) => (to === null ? [] : changed(field, is, to))
  return [
    ...(sameParameters(wanted.parameters, current.parameters) ? [] : [parametersChange(wanted, current)]),
    ...given('startIndex', current.startIndex, wanted.startIndex),
    ...given('equipment', equipment, wanted.equipment),
    ...given('site', site?.name ?? null, wanted.site),
    ...given('commune', site?.commune ?? null, wanted.commune),
    ...given('latitude', site?.latitude ?? null, wanted.latitude),
    ...given('longitude', site?.longitude ?? null, wanted.longitude),
  ]
}

function parametersChange({ parameters: to }: Placed, { parameters: from }: Assignment): FieldChange {
  return { field: 'parameters', from, to }
}

function sameParameters(wanted: Parameters, is: Parameters): boolean {
  const names = Object.keys(wanted)
  if (names.length === 0) return true
  return names.length === Object.keys(is).length && names.every((name) => wanted[name] === is[name])
}

function checkModel(wanted: Placed, slug: string | null, kept: Parameters, models: PlanInput['models']): Verdict | undefined {
  if (slug === null) return refused('model-missing')
  const model = models(slug)
  if (model === undefined) return refused('model-unknown', { model: slug })
  try {
    model.accept(wanted.channel, Object.keys(wanted.parameters).length > 0 ? wanted.parameters : kept)
    return undefined
  } catch (error) {
    if (!(error instanceof OndineError)) throw error
    const facts = Object.fromEntries(Object.entries(error.context).map(([name, value]) => [name, `${value}`]))
    return refused('model-refuses', { ...facts, code: error.code })
  }
}
