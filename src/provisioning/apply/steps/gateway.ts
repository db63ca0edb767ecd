import { isDeepStrictEqual } from 'node:util'
import { OndineError } from '../../../errors/ondine-error.ts'
import type { Gateway } from '../../../inventory/entities.ts'
import type { NetworkGateway } from '../../network.ts'
import { gatewayContent, writtenOf } from '../../plan/content.ts'
import type { WantedGateway } from '../../territory/territory.ts'
import { auditRow } from '../audit-row.ts'
import { belongsToAnother, ownerOf } from '../owner.ts'
import { rememberGateway } from '../remember.ts'
import type { StepEffects, StepOf, StepTools } from '../step-tools.ts'

export async function createGateway({ wanted }: StepOf<'create-gateway'>, tools: StepTools): Promise<StepEffects> {
  const { network, places, look } = tools
  const { id: tenantId } = await places.tenant(wanted.tenant)
  const before = look ? await network.getGateway(wanted.gatewayId) : undefined
  const already = before !== undefined || (await network.createGateway(gatewayContent(wanted, tenantId, undefined))) === 'already'
  const current = already ? (before ?? (await network.getGateway(wanted.gatewayId))) : undefined
  if (already) await completed(wanted, current, tenantId, tools)
  return effects(wanted, current, 'gateway.create', tools)
}

export async function updateGateway({ wanted }: StepOf<'update-gateway'>, tools: StepTools): Promise<StepEffects> {
  const { network, places } = tools
  const { id: tenantId } = await places.tenant(wanted.tenant)
  const current = await network.getGateway(wanted.gatewayId)
  if (current === undefined) throw new OndineError('provisioning.gone', { object: `gateway ${wanted.gatewayId}` })
  await completed(wanted, current, tenantId, tools)
  return effects(wanted, current, 'gateway.update', tools)
}

export async function deleteGateway({ gatewayId }: StepOf<'delete-gateway'>, tools: StepTools): Promise<StepEffects> {
  const known = tools.known('gateway', gatewayId)
  if (known === undefined || known.owner !== tools.owner) throw taken(gatewayId, 'owner')
  const current = await tools.network.getGateway(gatewayId)
  if (current !== undefined && current.tenantId !== (await tools.places.tenant(known.tenant)).id) throw taken(gatewayId, 'tenant')
  await tools.network.deleteGateway(gatewayId)
  return {
    forget: [{ kind: 'gateway', key: gatewayId }],
    inventory: {
      removedGateways: [gatewayId],
      audit: [auditRow(tools, { tenant: known.tenant, action: 'gateway.delete', object: gatewayId })],
    },
  }
}

/** Makes what is there already as it is wanted, unless it is another's. */
async function completed(wanted: WantedGateway, current: NetworkGateway | undefined, tenantId: string, tools: StepTools): Promise<void> {
  const { gatewayId } = wanted
  if (current === undefined) throw taken(gatewayId, 'unseen')
  if (current.tenantId !== tenantId) throw taken(gatewayId, 'tenant')
  if (belongsToAnother(tools.known('gateway', gatewayId), tools)) throw taken(gatewayId, 'owner')
  const content = gatewayContent(wanted, tenantId, current)
  if (!isDeepStrictEqual(writtenOf.gateway(content), writtenOf.gateway(current))) await tools.network.updateGateway(content)
}

async function effects(wanted: WantedGateway, current: NetworkGateway | undefined, action: string, tools: StepTools): Promise<StepEffects> {
  const { gatewayId, tenant: slug, name } = wanted
  const { id: tenantId, tenant } = await tools.places.tenant(slug)
  const content = gatewayContent(wanted, tenantId, current)
  const owner = ownerOf(tools.known('gateway', gatewayId), current !== undefined, tools)
  const { latitude = null, longitude = null } = content.location ?? {}
  const row: Gateway = { gatewayId, tenantId: tenant.id, name, latitude, longitude }
  return {
    remember: [rememberGateway(content, { tenant: slug, owner }, tools.fingerprints)],
    inventory: { gateways: [row], audit: [auditRow(tools, { tenant: slug, action, object: gatewayId, after: { name } })] },
  }
}

function taken(gatewayId: string, by: 'unseen' | 'tenant' | 'owner'): OndineError {
  return new OndineError('provisioning.taken', { object: `Gateway ${gatewayId}`, by })
}
