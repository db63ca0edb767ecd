import type { NetworkGateway } from '../network.ts'
import type { WantedGateway } from '../territory/territory.ts'
import { gatewayTags } from './content.ts'
import { changed, changedTags, type Draft, emptyDraft, isOfOther, plannedRow, refused } from './draft.ts'
import type { FieldChange } from './plan.ts'
import { sameLocation } from './same-location.ts'
import type { Places } from './tenants-and-services.ts'
import { memoryKey, type PlanInput } from './world.ts'
import { grouped, type WorldIndex } from './world-index.ts'

export function planGateways({ territory, ofOthers }: PlanInput, { tenants }: Places, index: WorldIndex): Draft {
  const draft = emptyDraft()
  const byId = grouped(territory.gateways, ({ gatewayId }) => gatewayId)
  for (const wanted of territory.gateways) {
    const { gatewayId: key, tenant } = wanted
    const of = { kind: 'gateway', key, source: null } as const
    const place = tenants.get(tenant)
    const is = index.gateways.get(key)
    const refusal =
      (byId.get(key)?.length ?? 0) > 1
        ? refused('declared-twice')
        : place === undefined
          ? refused('tenant-refused', { tenant })
          : is !== undefined && is.tenantId !== place.networkId
            ? refused('gateway-elsewhere', { tenant: index.tenants.get(is.tenantId)?.name ?? is.tenantId })
            : isOfOtherTenant(wanted, ofOthers.gateways, index)
              ? refused('gateway-of-other-tenant')
              : undefined
    if (refusal !== undefined) {
      draft.rows.push(plannedRow(of, refusal))
      continue
    }
    const changes = is === undefined ? [] : gatewayChanges(wanted, is, index)
    const isTouched = is === undefined || changes.length > 0
    const remembered = index.world.memory.get(memoryKey('gateway', key))
    if (isTouched && isOfOther(remembered, territory)) {
      draft.rows.push(plannedRow(of, refused('other-folder', { owner: remembered?.owner ?? '' })))
      continue
    }
    const outcome = is === undefined ? 'create' : changes.length > 0 ? 'change' : 'unchanged'
    draft.rows.push(plannedRow(of, { outcome }))
    if (outcome === 'create') draft.steps.push({ ...of, action: 'create-gateway', wanted })
    if (outcome === 'change') draft.steps.push({ ...of, action: 'update-gateway', wanted, changes })
  }
  return draft
}

/** Its row stays where it is, also while the network has lost it: who has it there takes it away. */
function isOfOtherTenant({ gatewayId, tenant }: WantedGateway, others: ReadonlySet<string>, { inventory }: WorldIndex): boolean {
  const row = inventory.gateways.get(gatewayId)
  return row === undefined ? others.has(gatewayId) : row.tenantId !== inventory.tenants.get(tenant)?.id
}

function gatewayChanges(wanted: WantedGateway, is: NetworkGateway, index: WorldIndex): FieldChange[] {
  return [
    ...changed('name', is.name, wanted.name),
    ...changed('description', is.description, wanted.description),
    ...(sameLocation(wanted.location, is.location) ? [] : [{ field: 'location', from: is.location, to: wanted.location }]),
    ...changed('statsInterval', is.statsInterval, wanted.statsInterval),
    ...changedTags(is.tags, gatewayTags(wanted)),
    ...inventoryChanges(wanted, index),
  ]
}

function inventoryChanges({ gatewayId, tenant, name, location }: WantedGateway, { inventory }: WorldIndex): FieldChange[] {
  const row = inventory.gateways.get(gatewayId)
  if (row === undefined || row.tenantId !== inventory.tenants.get(tenant)?.id) return [{ field: 'inventory', from: null, to: name }]
  const moved = location !== null && (row.latitude !== location.latitude || row.longitude !== location.longitude)
  const to = location === null ? null : `${location.latitude} ${location.longitude}`
  return [
    ...changed('inventory.name', row.name, name),
    ...(moved ? [{ field: 'inventory.location', from: row.latitude === null ? null : `${row.latitude} ${row.longitude}`, to }] : []),
  ]
}
