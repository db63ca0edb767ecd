import { z } from 'zod'
import type { Scope } from '../../access/scope.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { deviceStatusSchema } from '../../inventory/entities.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import type { Fingerprints } from '../keys/fingerprint.ts'
import type { ProvisioningStore } from '../ports.ts'
import type { NewDevices } from './new-devices.ts'

export const checkedLabelSchema = z.object({
  status: deviceStatusSchema.nullable().describe('Of the device that the label names; null: it is not known here.'),
  serial: z.string().nullable().describe('Serial number of this device as it was delivered; null: none, or not known here.'),
  serialOf: z.array(euiSchema).describe('DevEUIs of other devices that have the serial number of the label, five at most.'),
  keys: z
    .enum(['none', 'same', 'other', 'unknown'])
    .describe(
      '`none`: the label carries no key; `other`: it is not the one that was written; `unknown`: none was written that could be compared.',
    ),
})
export type CheckedLabel = z.infer<typeof checkedLabelSchema>

interface Parts {
  inventory: Pick<Inventory, 'device' | 'devices'>
  store: Pick<ProvisioningStore, 'recall'>
  fingerprints: Fingerprints
  newDevices: Pick<NewDevices, 'named'>
}

/** A label beside what is known of its device; its keys are compared by their fingerprint and kept nowhere. Rejects with `label.*`. */
export async function checkLabel(
  { inventory, store, fingerprints, newDevices }: Parts,
  scope: Scope,
  label: string,
): Promise<CheckedLabel> {
  const named = await newDevices.named(scope, { label }, { tenant: undefined, keys: undefined })
  if (named === undefined) throw new OndineError('life.two-devices', {})
  const { devEui, keys } = named
  const device = await inventory.device(scope, devEui).catch((thrown: unknown) => {
    if (thrown instanceof OndineError && thrown.kind === 'not-found') return null
    throw thrown
  })
  const serial = named.label?.serial ?? null
  const others = serial === null ? [] : (await inventory.devices(scope, { serial, limit: 6 })).items
  const [remembered] = device === null ? [] : await store.recall([{ kind: 'device', key: devEui }])
  const written = remembered?.keys ?? null
  const hasKeys = Object.keys(keys).length > 0
  return {
    status: device?.status ?? null,
    serial: device?.serial ?? null,
    serialOf: others
      .map((other) => other.devEui)
      .filter((other) => other !== devEui)
      .slice(0, 5),
    keys: !hasKeys ? 'none' : written === null ? 'unknown' : fingerprints.ofKeys(devEui, keys) === written ? 'same' : 'other',
  }
}
