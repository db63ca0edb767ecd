import { OndineError } from '../../../errors/ondine-error.ts'
import type { Service } from '../../../inventory/entities.ts'
import { keyOf } from '../../plan/world.ts'
import { auditRow } from '../audit-row.ts'
import { rememberApplication } from '../remember.ts'
import type { StepEffects, StepOf, StepTools } from '../step-tools.ts'

/** As with a tenant: names are not unique there, so it always looks. */
export async function createApplication({ wanted, found }: StepOf<'create-application'>, tools: StepTools): Promise<StepEffects> {
  const { network, fingerprints, look, newId, places } = tools
  const { tenant: tenantSlug, slug, name } = wanted
  const { id: tenantId, tenant, services } = await places.tenant(tenantSlug)
  const key = keyOf.application(wanted)
  const all = await network.listApplications(tenantId)
  const there = all.find((one) => (found === undefined ? one.name === name : one.id === found))
  if (found !== undefined && there === undefined) throw new OndineError('provisioning.gone', { object: `application ${key}` })
  const { id, name: called } = there ?? { ...(await network.createApplication(tenantId, name)), name }
  const made = found === undefined && (there === undefined || look) ? tools.owner : null
  const remembered = tools.known('application', key)
  const owner = remembered?.networkId === id ? remembered.owner : made
  const known = services.find((one) => one.slug === slug)
  const service: Service = { id: known?.id ?? newId(), tenantId: tenant.id, slug, name: known?.name ?? name, chirpstackApplicationId: id }
  return {
    remember: [rememberApplication(key, { id, tenantId, name: called }, { tenant: tenantSlug, owner }, fingerprints)],
    inventory: {
      services: [service],
      audit: [
        auditRow(tools, { tenant: tenantSlug, action: owner === null ? 'service.adopt' : 'service.create', object: key, after: { name } }),
      ],
    },
  }
}
