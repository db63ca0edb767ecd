import type { WantedService, WantedTenant } from '../territory/territory.ts'
import { type Draft, emptyDraft, plannedRow, refused, type Verdict } from './draft.ts'
import { type Found, findApplication, findTenant } from './find.ts'
import type { Step } from './plan.ts'
import { keyOf, memoryKey, type PlanInput } from './world.ts'
import type { WorldIndex } from './world-index.ts'

/** What things in a tenant or a service build on: `networkId` null: it is yet to be made. Refused ones are not here. */
export interface Place {
  networkId: string | null
}

export interface Places {
  tenants: ReadonlyMap<string, Place>
  /** by `tenant/service` */
  applications: ReadonlyMap<string, Place>
}

export function planTenantsAndServices({ territory }: PlanInput, index: WorldIndex): Draft & { places: Places } {
  const draft = emptyDraft()
  const tenants = planEach(territory.tenants, draft, {
    kind: 'tenant',
    keyOf: keyOf.tenant,
    judge: (wanted) => judgeTenant(wanted, index),
    step: (wanted, found) => ({ kind: 'tenant', action: 'create-tenant', key: keyOf.tenant(wanted), source: null, wanted, ...found }),
  })
  const applications = planEach(territory.services, draft, {
    kind: 'application',
    keyOf: keyOf.application,
    judge: (wanted) => judgeService(wanted, tenants.get(wanted.tenant), index),
    step: (wanted, found) => {
      return { kind: 'application', action: 'create-application', key: keyOf.application(wanted), source: null, wanted, ...found }
    },
  })
  return { ...draft, places: { tenants, applications } }
}

interface Judged {
  verdict: Verdict
  networkId: string | null
}

interface Planning<W> {
  kind: 'tenant' | 'application'
  keyOf: (wanted: W) => string
  judge: (wanted: W) => Judged
  step: (wanted: W, found: { found?: string }) => Step
}

function planEach<W extends { name: string }>(all: readonly W[], draft: Draft, planning: Planning<W>): Map<string, Place> {
  const places = new Map<string, Place>()
  const seen = new Set<string>()
  const taken = new Set<string>()
  for (const wanted of all) {
    const key = planning.keyOf(wanted)
    const judged = seen.has(key) ? { verdict: refused('declared-twice'), networkId: null } : planning.judge(wanted)
    seen.add(key)
    const twice = judged.networkId !== null && taken.has(judged.networkId)
    const { outcome, reason, facts } = twice ? refused('name-taken') : judged.verdict
    const verdict = { outcome, ...(reason === undefined ? {} : { reason }), facts: { name: wanted.name, ...facts } }
    draft.rows.push(plannedRow({ kind: planning.kind, key, source: null }, verdict))
    if (outcome === 'refused') continue
    const { networkId } = judged
    places.set(key, { networkId })
    if (networkId !== null) taken.add(networkId)
    if (outcome !== 'unchanged') draft.steps.push(planning.step(wanted, networkId === null ? {} : { found: networkId }))
  }
  return places
}

function judgeTenant(wanted: WantedTenant, index: WorldIndex): Judged {
  const row = index.inventory.tenants.get(wanted.slug)
  return judgeFound(findTenant(wanted, index), wanted.name, ({ id }) => {
    const known = index.world.memory.get(memoryKey('tenant', wanted.slug))?.networkId === id && row?.chirpstackTenantId === id
    if (!known) return { outcome: 'change', reason: 'taken-over' }
    return row.timeZone === wanted.timeZone
      ? undefined
      : { outcome: 'change', reason: 'time-zone', facts: { from: row.timeZone, to: wanted.timeZone } }
  })
}

function judgeService(wanted: WantedService, tenant: Place | undefined, index: WorldIndex): Judged {
  if (tenant === undefined) return { verdict: refused('tenant-refused', { tenant: wanted.tenant }), networkId: null }
  if (tenant.networkId === null) return { verdict: { outcome: 'create' }, networkId: null }
  const key = keyOf.application(wanted)
  return judgeFound(findApplication(wanted, tenant.networkId, index), wanted.name, ({ id }) => {
    const remembered = index.world.memory.get(memoryKey('application', key))?.networkId
    const known = remembered === id && index.inventory.services.get(key)?.chirpstackApplicationId === id
    return known ? undefined : { outcome: 'change', reason: 'taken-over' }
  })
}

/** Names on the network server stay: they are in topics of its own, in its users' habits, and two folders may differ about them. */
function judgeFound<T extends { id: string; name: string }>(
  found: Found<T>,
  name: string,
  differs: (one: T) => Verdict | undefined,
): Judged {
  if (found === undefined) return { verdict: { outcome: 'create' }, networkId: null }
  if ('several' in found) return { verdict: refused('name-ambiguous', { count: `${found.several}` }), networkId: null }
  const { one } = found
  const kept: Verdict =
    one.name === name ? { outcome: 'unchanged' } : { outcome: 'unchanged', reason: 'name-kept', facts: { is: one.name } }
  return { verdict: differs(one) ?? kept, networkId: one.id }
}
