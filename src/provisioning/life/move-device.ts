import { OndineError } from '../../errors/ondine-error.ts'
import { keyFields, type RootKeys } from '../../lorawan/root-keys.ts'
import { auditRow } from '../apply/audit-row.ts'
import { rememberDevice } from '../apply/remember.ts'
import type { StepEffects, StepOf, StepTools } from '../apply/step-tools.ts'
import type { Activation, DeviceContent, NetworkDevice } from '../network.ts'
import { checkExpected, rowsNow } from './runners.ts'

/** What was of a device before it left one tenant, for the other. */
interface Luggage {
  keys: RootKeys | undefined
  fingerprint: string | null
  /** null: it has none, or a crash lost it: it joins again */
  activation: Activation | null
}

/**
 * Within a tenant the application is changed, and the session stays. Into another tenant there is no such call: the device is deleted
 * there and made here, with its keys, which are sealed on disk before they are nowhere else, and with its session if it has one.
 */
export async function moveDevice(step: StepOf<'move-device'>, tools: StepTools): Promise<StepEffects> {
  await checkExpected(step, tools)
  const { devEui, from, to } = step
  const { network, places, fingerprints } = tools
  const application = await places.application(to.tenant, to.service)
  const current = await network.getDevice(devEui)
  const known = tools.known('device', devEui)
  const content = await contentThere(step, application.id, current, tools)
  const inventory = rowsNow(step, tools)
  if (from.tenant === to.tenant) {
    if (current === undefined) throw new OndineError('life.not-on-network', { devEui })
    if (current.applicationId !== application.id) await network.updateDevice(content)
    const updatedAt = (await network.getDevice(devEui))?.updatedAt ?? null
    const entry = { tenant: to.tenant, owner: known?.owner ?? null, keys: known?.keys ?? null, updatedAt }
    return { ...(known === undefined ? {} : { remember: [rememberDevice(content, entry, fingerprints)] }), inventory }
  }
  const { keys, fingerprint } = await carriedOver(step, content, current, tools)
  const updatedAt = (await network.getDevice(devEui))?.updatedAt ?? null
  // The folder of the other tenant did not make it: whoever declares it there takes it over.
  const entry = { tenant: to.tenant, owner: null, keys: fingerprint, updatedAt }
  const fields = keyFields.filter((field) => keys?.[field] !== undefined)
  return {
    remember: [rememberDevice(content, entry, fingerprints)],
    ...(fingerprint === null ? {} : { dropKeys: [{ devEui, fingerprint }] }),
    inventory: {
      ...inventory,
      audit: [
        ...inventory.audit,
        ...(fields.length === 0
          ? []
          : [auditRow(tools, { tenant: to.tenant, action: 'device.keys', object: devEui, after: { fields, moved: true } })]),
      ],
    },
  }
}

async function carriedOver(
  { devEui, from, to, model }: StepOf<'move-device'>,
  content: DeviceContent,
  current: NetworkDevice | undefined,
  tools: StepTools,
): Promise<Luggage> {
  const { network, places } = tools
  const { lorawan } = await places.profile(to.tenant, model ?? '')
  const isThere = current?.applicationId === content.applicationId
  const luggage = current === undefined || isThere ? opened(devEui, tools) : await packed(devEui, from.tenant, model ?? '', tools)
  if (current !== undefined && !isThere) await network.deleteDevice(devEui)
  if (!isThere) await network.createDevice(content)
  if (luggage.keys !== undefined && (await network.createKeys(devEui, lorawan.macVersion, luggage.keys)) === 'already') {
    await network.updateKeys(devEui, lorawan.macVersion, luggage.keys)
  }
  if (luggage.activation !== null) await network.activate(devEui, luggage.activation)
  return luggage
}

/** On disk, sealed, before anything is deleted. Where keys cannot be read there is nothing to pack, and nothing is moved. */
async function packed(
  devEui: string,
  tenant: string,
  model: string,
  { network, places, keep, vault, fingerprints, now }: StepTools,
): Promise<Luggage> {
  const { lorawan } = await places.profile(tenant, model)
  const keys = await network.getKeys(devEui, lorawan.macVersion)
  const activation = (await network.getActivation(devEui)) ?? null
  if (keys === undefined) return { keys, fingerprint: null, activation }
  const fingerprint = fingerprints.ofKeys(devEui, keys)
  await keep.putSealedKeys([{ devEui, fingerprint, sealed: vault.seal(devEui, keys) }], now().toISOString())
  return { keys, fingerprint, activation }
}

/** A crash came between: the keys wait sealed. Rejects with `provisioning.keys-missing`. */
function opened(devEui: string, { sealed, vault }: StepTools): Luggage {
  if (sealed === undefined) return { keys: undefined, fingerprint: null, activation: null }
  return { keys: vault.open(devEui, sealed.sealed), fingerprint: sealed.fingerprint, activation: null }
}

async function contentThere(
  { devEui, from, to, model, content }: StepOf<'move-device'>,
  applicationId: string,
  current: NetworkDevice | undefined,
  { places }: StepTools,
): Promise<DeviceContent> {
  if (from.tenant === to.tenant && current !== undefined) return { ...current, applicationId }
  const profile = await places.profile(to.tenant, model ?? '')
  return { ...content, devEui, applicationId, profileId: profile.id }
}
