import { isDeepStrictEqual } from 'node:util'
import { OndineError } from '../../errors/ondine-error.ts'
import { auditRow } from '../apply/audit-row.ts'
import { belongsToAnother } from '../apply/owner.ts'
import { rememberDevice, rememberGateway, rememberProfile } from '../apply/remember.ts'
import type { StepEffects, StepOf, StepTools } from '../apply/step-tools.ts'
import { writtenOf } from '../plan/content.ts'
import type { Remembered } from '../plan/plan.ts'
import { writtenSchemas } from './steps.ts'

/** Writes an object as it was written the last time. Rejects with `provisioning.gone` where it is there no more. */
export async function restore(step: StepOf<'restore'>, tools: StepTools): Promise<StepEffects> {
  const { kind, key } = step
  const known = tools.known(kind, key)
  if (known === undefined) throw new OndineError('provisioning.gone', { object: `${kind} ${key}` })
  if (tools.owner !== null && belongsToAnother(known, tools))
    throw new OndineError('provisioning.taken', { object: `${kind} ${key}`, by: 'owner' })
  const restored = { profile: restoreProfile, gateway: restoreGateway, device: restoreDevice }[kind]
  const remembered = await restored(step, known, tools)
  return {
    remember: [remembered],
    inventory: { audit: [auditRow(tools, { tenant: known.tenant, action: `${kind}.restore`, object: key })] },
  }
}

async function restoreProfile({ key, written }: StepOf<'restore'>, known: Remembered, tools: StepTools): Promise<Remembered> {
  const content = writtenSchemas.profile.parse(written)
  await tools.network.updateProfile(known.networkId, content)
  return rememberProfile(key, known.networkId, content, { ...known, updatedAt: null }, tools.fingerprints)
}

async function restoreGateway({ key, written }: StepOf<'restore'>, known: Remembered, tools: StepTools): Promise<Remembered> {
  const content = { gatewayId: key, ...writtenSchemas.gateway.parse(written) }
  const current = await tools.network.getGateway(key)
  if (current === undefined) await tools.network.createGateway(content)
  else if (!isDeepStrictEqual(writtenOf.gateway(current), writtenOf.gateway(content))) await tools.network.updateGateway(content)
  return rememberGateway(content, { ...known, updatedAt: null }, tools.fingerprints)
}

async function restoreDevice({ key, written }: StepOf<'restore'>, known: Remembered, tools: StepTools): Promise<Remembered> {
  const content = { devEui: key, ...writtenSchemas.device.parse(written) }
  const current = await tools.network.getDevice(key)
  if (current === undefined) throw new OndineError('provisioning.gone', { object: `device ${key}` })
  if (!isDeepStrictEqual(writtenOf.device(current), writtenOf.device(content))) await tools.network.updateDevice(content)
  return rememberDevice(content, { ...known, updatedAt: null }, tools.fingerprints)
}
