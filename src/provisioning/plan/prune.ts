import { type Draft, emptyDraft, plannedRow, refused, superseded, type Verdict } from './draft.ts'
import type { ObjectKind, Remembered } from './plan.ts'
import type { Places } from './tenants-and-services.ts'
import { keyOf, type PlanInput } from './world.ts'
import type { WorldIndex } from './world-index.ts'

/** The EUI of a row's key: its own, or that of an installation's device. */
const euiOfKey = /^(?:[^/]+\/)?([0-9a-f]{16})(?:\/[^/]+)?$/

/**
 * Deletes devices and gateways that this folder made and wants no more; `keep`: devEuis of installation rows. Tenants, applications
 * and device profiles stay: others may build on them.
 */
export function planPrune(
  { territory, options, refusedRows }: PlanInput,
  keep: ReadonlySet<string>,
  places: Places,
  index: WorldIndex,
): Draft & { deletes: ReadonlyMap<string, number> } {
  const draft = emptyDraft()
  const deletes = new Map<string, number>()
  if (!options.prune) return { ...draft, deletes }
  const refusedEuis = refusedRows.flatMap(({ key }) => euiOfKey.exec(key)?.[1] ?? [])
  const wanted = {
    device: new Set([...territory.devices.map(({ devEui }) => devEui), ...keep, ...refusedEuis]),
    gateway: new Set([...territory.gateways.map(({ gatewayId }) => gatewayId), ...refusedEuis]),
  }
  // A row whose EUI cannot be read may be any device's.
  const unread = (kind: ObjectKind) => refusedRows.some((row) => row.kind === kind && !euiOfKey.test(row.key))
  const hides = { device: unread('device') || unread('installation'), gateway: unread('gateway') }
  const unwanted = [...index.world.memory.values()].filter(({ kind, key, owner }) => {
    return owner === territory.id && (kind === 'device' || kind === 'gateway') && !wanted[kind].has(key)
  })
  for (const entry of unwanted.sort(byKey)) {
    const { kind, key } = entry
    if (kind !== 'device' && kind !== 'gateway') continue
    const is = kind === 'device' ? index.world.devices.get(key) : index.gateways.get(key)
    // A gateway that the network has lost still has its row, which keeps it from every other tenant.
    if (is === undefined && !(kind === 'gateway' && index.inventory.gateways.has(key))) continue
    const verdict: Verdict = judge(entry, hides[kind], places, index) ?? { outcome: 'delete' }
    const of = { key, source: null }
    draft.rows.push(plannedRow({ kind, ...of }, verdict))
    if (verdict.outcome !== 'delete') continue
    if (kind === 'gateway') draft.steps.push({ ...of, kind, action: 'delete-gateway', gatewayId: key })
    else {
      draft.steps.push({ ...of, kind, action: 'delete-device', devEui: key })
      const application = applicationOf(entry, index)
      deletes.set(application, (deletes.get(application) ?? 0) + 1)
    }
  }
  return { ...draft, deletes }
}

function judge({ kind, key, tenant }: Remembered, hides: boolean, { tenants }: Places, index: WorldIndex): Verdict | undefined {
  if (hides) return refused('rows-unread')
  const networkTenant = tenants.get(tenant)?.networkId
  if (kind === 'gateway') {
    const is = index.gateways.get(key)
    return is === undefined || is.tenantId === networkTenant ? undefined : refused('gateway-elsewhere', { tenant: is.tenantId })
  }
  if (index.inventory.installed.has(key)) return refused('installed')
  const status = index.inventory.devices.get(key)?.status
  if (status === 'disabled') return superseded('device-disabled')
  if (status === 'retired') return superseded('device-retired')
  const application = index.applications.get(index.world.devices.get(key)?.applicationId ?? '')
  return application !== undefined && application.tenantId === networkTenant ? undefined : refused('device-of-other-tenant')
}

/** `tenant/service` of the application that a device is in; of one that no territory names, its name on the network. */
function applicationOf({ key, tenant }: Remembered, index: WorldIndex): string {
  const application = index.applications.get(index.world.devices.get(key)?.applicationId ?? '')
  const known = index.applicationKeys.get(application?.id ?? '')
  return known ?? keyOf.application({ tenant, slug: application?.name ?? '' })
}

/** Devices before gateways: what was made first goes last. */
function byKey(a: Remembered, b: Remembered): number {
  if (a.kind !== b.kind) return a.kind === 'device' ? -1 : 1
  return a.key < b.key ? -1 : 1
}
