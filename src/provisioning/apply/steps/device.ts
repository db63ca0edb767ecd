import { isDeepStrictEqual } from 'node:util'
import { OndineError } from '../../../errors/ondine-error.ts'
import type { Device } from '../../../inventory/entities.ts'
import type { DeviceContent, NetworkDevice, NetworkProfile } from '../../network.ts'
import { deviceContent, writtenOf } from '../../plan/content.ts'
import type { WantedDevice } from '../../territory/territory.ts'
import { auditRow } from '../audit-row.ts'
import { isPassing } from '../is-passing.ts'
import { belongsToAnother, ownerOf } from '../owner.ts'
import type { ApplicationPlace } from '../places.ts'
import { rememberDevice } from '../remember.ts'
import type { StepEffects, StepOf, StepTools } from '../step-tools.ts'
import { writeKeys } from './write-keys.ts'

interface Written {
  wanted: WantedDevice
  content: DeviceContent
  owner: string | null
  application: ApplicationPlace
  profile: NetworkProfile
  /** fingerprint of keys that are to be written; null: they stay */
  keys: string | null
  action: 'device.create' | 'device.update'
}

export async function createDevice({ wanted, keys }: StepOf<'create-device'>, tools: StepTools): Promise<StepEffects> {
  const { network, look } = tools
  const { devEui } = wanted
  const { application, profile } = await placeOf(wanted, tools)
  const ids = { applicationId: application.id, profileId: profile.id }
  const known = tools.known('device', devEui)
  if (belongsToAnother(known, tools)) throw taken(devEui, 'owner')
  const before = look ? await network.getDevice(devEui) : undefined
  const already = before !== undefined || (await network.createDevice(deviceContent(wanted, ids, undefined))) === 'already'
  const current = already ? (before ?? (await network.getDevice(devEui))) : undefined
  if (already && current === undefined) throw taken(devEui, 'unseen')
  if (current !== undefined && current.applicationId !== application.id) throw taken(devEui, 'application')
  const content = deviceContent(wanted, ids, current)
  if (current !== undefined) await updated(content, current, tools)
  const owner = ownerOf(known, already, tools)
  return withKeys({ wanted, content, owner, application, profile, keys, action: 'device.create' }, already, tools)
}

export async function updateDevice({ wanted, keys }: StepOf<'update-device'>, tools: StepTools): Promise<StepEffects> {
  const { devEui } = wanted
  const { application, profile } = await placeOf(wanted, tools)
  const known = tools.known('device', devEui)
  if (belongsToAnother(known, tools)) throw taken(devEui, 'owner')
  const current = await tools.network.getDevice(devEui)
  if (current === undefined) throw new OndineError('provisioning.gone', { object: `device ${devEui}` })
  // No plan moves a device: it was moved since, to another tenant perhaps.
  if (current.applicationId !== application.id) throw taken(devEui, 'application')
  const content = deviceContent(wanted, { applicationId: application.id, profileId: profile.id }, current)
  await updated(content, current, tools)
  return withKeys({ wanted, content, owner: known?.owner ?? null, application, profile, keys, action: 'device.update' }, true, tools)
}

export async function deleteDevice({ devEui }: StepOf<'delete-device'>, tools: StepTools): Promise<StepEffects> {
  const known = tools.known('device', devEui)
  if (known === undefined || known.owner !== tools.owner) throw taken(devEui, 'owner')
  await checkUnused(devEui, known.tenant, tools)
  await tools.network.deleteDevice(devEui)
  return {
    forget: [{ kind: 'device', key: devEui }],
    inventory: {
      retired: [{ devEui, at: tools.now().toISOString() }],
      audit: [auditRow(tools, { tenant: known.tenant, action: 'device.delete', object: devEui })],
    },
  }
}

/** Between a plan and its last step there may be days, and a stop: what was installed or taken out of use meanwhile is not deleted. */
async function checkUnused(devEui: string, tenant: string, { facts }: StepTools): Promise<void> {
  const now = await facts.transaction((transaction) => transaction.lifeFacts({ tenant, asset: null, devEuis: [devEui], serial: null }))
  const device = now?.devices.find((one) => one.devEui === devEui)
  if (now === undefined || device === undefined) return
  const isInstalled = now.assignments.some((one) => one.devEui === devEui && one.to === null)
  const isOutOfUse = device.status === 'disabled' || device.status === 'retired'
  if (isInstalled || isOutOfUse || device.tenantId !== now.tenant.id) throw new OndineError('life.changed-meanwhile', { devEui })
}

async function placeOf({ tenant, service, model, devEui }: WantedDevice, { places }: StepTools) {
  const application = await places.application(tenant, service)
  if (model === null) throw new OndineError('provisioning.needs', { object: `the model of ${devEui}`, reason: '' })
  return { application, profile: await places.profile(tenant, model) }
}

async function updated(content: DeviceContent, current: NetworkDevice, { network }: StepTools): Promise<void> {
  if (!isDeepStrictEqual(writtenOf.device(content), writtenOf.device(current))) await network.updateDevice(content)
}

/** A device that could not be given its keys is remembered as one without, so that the next plan gives them. */
async function withKeys(written: Written, wasThere: boolean, tools: StepTools): Promise<StepEffects> {
  const { wanted, profile, keys } = written
  const { devEui, tenant } = wanted
  if (keys === null) return effects(written, tools.known('device', devEui)?.keys ?? null, tools)
  try {
    const { macVersion } = profile.lorawan
    const { fields } = await writeKeys({ devEui, macVersion, fingerprint: keys }, tools, wasThere)
    const made = effects(written, keys, tools)
    const row = auditRow(tools, { tenant, action: 'device.keys', object: devEui, after: { fields } })
    const audit = [...(made.inventory?.audit ?? []), row]
    return { ...made, dropKeys: [{ devEui, fingerprint: keys }], inventory: { ...made.inventory, audit } }
  } catch (thrown) {
    if (isPassing(thrown)) throw thrown
    const error = OndineError.from(thrown)
    // Keys that were there before are still there: a device that keeps its old ones is not without.
    if (wasThere && (await hasKeys(written, tools))) return { ...effects(written, null, tools), problem: error }
    const problem = new OndineError('provisioning.without-keys', { devEui, reason: error.message }, { cause: error })
    return { ...effects(written, null, tools), problem }
  }
}

async function hasKeys({ wanted, profile }: Written, { network }: StepTools): Promise<boolean> {
  return (await network.getKeys(wanted.devEui, profile.lorawan.macVersion)) !== undefined
}

function effects({ wanted, content, owner, application, action }: Written, keys: string | null, tools: StepTools): StepEffects {
  const { devEui, model, serial, tenant, service } = wanted
  const row: Device = {
    devEui,
    tenantId: application.tenant.id,
    serviceId: application.service.id,
    name: content.name,
    model,
    serial: serial === '' ? null : serial,
    firmware: null,
    status: 'in stock',
  }
  const after = { application: `${tenant}/${service}`, name: content.name, model }
  return {
    remember: [rememberDevice(content, { tenant, owner, keys }, tools.fingerprints)],
    inventory: { declared: [row], audit: [auditRow(tools, { tenant, action, object: devEui, after })] },
  }
}

function taken(devEui: string, by: 'application' | 'owner' | 'unseen'): OndineError {
  return new OndineError('provisioning.taken', { object: `Device ${devEui}`, by })
}
