import { OndineError } from '../../errors/ondine-error.ts'
import { rememberDevice } from '../apply/remember.ts'
import type { StepEffects, StepOf, StepTools } from '../apply/step-tools.ts'
import { rowsNow } from './runners.ts'

/**
 * One update, into another tenant too: keys and session stay with the device, and nothing is ever deleted. In another tenant it needs
 * that tenant's device profile of its model.
 */
export async function moveDevice(step: StepOf<'move-device'>, tools: StepTools): Promise<StepEffects> {
  const inventory = await rowsNow(step, tools)
  const { devEui, from, to, model } = step
  const { network, places, fingerprints } = tools
  const current = await network.getDevice(devEui)
  if (current === undefined) throw new OndineError('life.not-on-network', { devEui })
  const application = await places.application(to.tenant, to.service)
  const profileId = from.tenant === to.tenant ? current.profileId : (await places.profile(to.tenant, model ?? '')).id
  const content = { ...current, applicationId: application.id, profileId }
  if (current.applicationId !== application.id || current.profileId !== profileId) await network.updateDevice(content)
  const known = tools.known('device', devEui)
  if (known === undefined) return { inventory }
  // The folder of another tenant did not make it: whoever declares it there takes it over.
  const owner = from.tenant === to.tenant ? known.owner : null
  const updatedAt = (await network.getDevice(devEui))?.updatedAt ?? null
  return { remember: [rememberDevice(content, { tenant: to.tenant, owner, keys: known.keys, updatedAt }, fingerprints)], inventory }
}
