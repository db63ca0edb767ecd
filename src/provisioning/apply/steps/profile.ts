import { OndineError } from '../../../errors/ondine-error.ts'
import type { NetworkProfile, ProfileContent } from '../../network.ts'
import { profileContent } from '../../plan/content.ts'
import { auditRow } from '../audit-row.ts'
import { rememberProfile } from '../remember.ts'
import type { StepEffects, StepOf, StepTools } from '../step-tools.ts'

type ProfileStep = StepOf<'create-profile'> | StepOf<'update-profile'>

export async function createProfile(step: StepOf<'create-profile'>, tools: StepTools): Promise<StepEffects> {
  const { network, places, models, look } = tools
  if (step.found !== undefined) {
    const found = (await places.profiles(step.tenant)).find(({ id }) => id === step.found)
    if (found === undefined) throw new OndineError('provisioning.gone', { object: `profile ${step.key}` })
    return effects(step, found.id, found, null, tools)
  }
  const { id: tenantId } = await places.tenant(step.tenant)
  const content = profileContent({ ...step, tenantId }, await models.profile(step.model), undefined)
  // Names are not unique there: what a lost answer made, or the same plan before, is of this name and for this model.
  const there = (await network.listProfiles(tenantId)).find(({ name }) => name === step.name)
  if (there !== undefined && there.tags.model !== step.model) {
    throw new OndineError('provisioning.taken', { object: `Device profile ${step.name}`, by: 'model' })
  }
  const known = tools.known('profile', step.key)
  if (there !== undefined && !look && known?.networkId !== there.id)
    return effects({ ...step, found: there.id }, there.id, there, null, tools)
  if (there !== undefined) await network.updateProfile(there.id, content)
  const id = there?.id ?? (await network.createProfile(content)).id
  return effects(step, id, content, known?.networkId === id ? known.owner : tools.owner, tools)
}

export async function updateProfile(step: StepOf<'update-profile'>, tools: StepTools): Promise<StepEffects> {
  const { network, places, models } = tools
  const known = tools.known('profile', step.key)
  const current: NetworkProfile = await places.profile(step.tenant, step.model)
  const content = profileContent({ ...step, tenantId: current.tenantId }, await models.profile(step.model), current)
  await network.updateProfile(current.id, content)
  return effects(step, current.id, content, known?.owner ?? null, tools)
}

function effects(step: ProfileStep, id: string, content: ProfileContent, owner: string | null, tools: StepTools): StepEffects {
  const action = step.action === 'update-profile' ? 'profile.update' : step.found === undefined ? 'profile.create' : 'profile.adopt'
  return {
    remember: [rememberProfile(step.key, id, content, { tenant: step.tenant, owner }, tools.fingerprints)],
    inventory: { audit: [auditRow(tools, { tenant: step.tenant, action, object: step.key, after: { name: content.name } })] },
  }
}
