import type { Tenant } from '../../../inventory/entities.ts'
import { auditRow } from '../audit-row.ts'
import { rememberTenant } from '../remember.ts'
import type { StepEffects, StepOf, StepTools } from '../step-tools.ts'

/** Names are not unique on the network server, so it always looks: a second tenant of the same name would be nobody's. */
export async function createTenant({ wanted, found }: StepOf<'create-tenant'>, tools: StepTools): Promise<StepEffects> {
  const { network, fingerprints, look, newId } = tools
  const { slug, name, timeZone } = wanted
  const there = found ?? (await network.listTenants()).find((one) => one.name === name)?.id
  const id = there ?? (await network.createTenant(name)).id
  // Found by the planner or by chance, it is not ours; found where our own answer was lost, it is.
  const owner = found === undefined && (there === undefined || look) ? tools.owner : null
  const row = await tools.places.inventoryTenant(slug)
  const tenant: Tenant = { id: row?.id ?? newId(), slug, name, timeZone, chirpstackTenantId: id }
  return {
    remember: [rememberTenant(slug, { id, name }, { tenant: slug, owner }, fingerprints)],
    inventory: {
      tenants: [tenant],
      audit: [auditRow(tools, { tenant: slug, action: owner === null ? 'tenant.adopt' : 'tenant.create', object: slug, after: { name } })],
    },
  }
}
