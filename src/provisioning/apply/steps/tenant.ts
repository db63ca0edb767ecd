import { OndineError } from '../../../errors/ondine-error.ts'
import type { Tenant } from '../../../inventory/entities.ts'
import { auditRow } from '../audit-row.ts'
import { rememberTenant } from '../remember.ts'
import type { StepEffects, StepOf, StepTools } from '../step-tools.ts'

/** Names are not unique on the network server, so it always looks: a second tenant of the same name would be nobody's. */
export async function createTenant({ wanted, found }: StepOf<'create-tenant'>, tools: StepTools): Promise<StepEffects> {
  const { network, fingerprints, look, newId } = tools
  const { slug, name, timeZone } = wanted
  const there = (await network.listTenants()).find((one) => (found === undefined ? one.name === name : one.id === found))
  if (found !== undefined && there === undefined) throw new OndineError('provisioning.gone', { object: `tenant ${slug}` })
  // Its name on the network stays, and is remembered as it is there.
  const { id, name: called } = there ?? { ...(await network.createTenant(name)), name }
  // Found by the planner or by chance, it is not ours; found where our own answer was lost, it is.
  const made = found === undefined && (there === undefined || look) ? tools.owner : null
  const known = tools.known('tenant', slug)
  const owner = known?.networkId === id ? known.owner : made
  const row = await tools.places.inventoryTenant(slug)
  const tenant: Tenant = { id: row?.id ?? newId(), slug, name, timeZone, chirpstackTenantId: id }
  return {
    remember: [rememberTenant(slug, { id, name: called }, { tenant: slug, owner }, fingerprints)],
    inventory: {
      tenants: [tenant],
      audit: [auditRow(tools, { tenant: slug, action: owner === null ? 'tenant.adopt' : 'tenant.create', object: slug, after: { name } })],
    },
  }
}
