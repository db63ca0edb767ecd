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
  const there = found ?? (await network.listApplications(tenantId)).find((one) => one.name === name)?.id
  const id = there ?? (await network.createApplication(tenantId, name)).id
  const owner = found === undefined && (there === undefined || look) ? tools.owner : null
  const known = services.find((one) => one.slug === slug)
  const service: Service = { id: known?.id ?? newId(), tenantId: tenant.id, slug, name: known?.name ?? name, chirpstackApplicationId: id }
  const key = keyOf.application(wanted)
  return {
    remember: [rememberApplication(key, { id, tenantId, name }, { tenant: tenantSlug, owner }, fingerprints)],
    inventory: {
      services: [service],
      audit: [
        auditRow(tools, { tenant: tenantSlug, action: owner === null ? 'service.adopt' : 'service.create', object: key, after: { name } }),
      ],
    },
  }
}
