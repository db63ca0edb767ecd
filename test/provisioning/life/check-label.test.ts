import { expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import { readLabel } from '../../../src/lorawan/qr.ts'
import { Fingerprints } from '../../../src/provisioning/keys/fingerprint.ts'
import { checkLabel } from '../../../src/provisioning/life/check-label.ts'
import { FakeInventory } from '../../fakes/fake-inventory.ts'
import { MemoryProvisioningStore } from '../../fakes/memory-provisioning-store.ts'

const devEui = '0018b20000001a2b'
const key = '8f3c61d20a97be4455e1c0d97a6b1f02'
const text = `DevEUI=${devEui};AppKey=${key};SN=S1`

async function setUp(written: string | null) {
  const [inventory, store, fingerprints] = [new FakeInventory(), new MemoryProvisioningStore(), new Fingerprints(new Uint8Array(32))]
  const keys = written === null ? null : fingerprints.ofKeys(devEui, readLabel(`DevEUI=${devEui};AppKey=${written}`).keys)
  await store.remember([
    {
      ...{ kind: 'device', key: devEui, tenant: 'tours', owner: null, networkId: devEui, written: {} },
      ...{ fingerprint: 'x', keys, updatedAt: null },
    },
  ])
  const parts = {
    ...{ store, fingerprints },
    inventory: {
      device: inventory.device,
      devices: async () => ({ items: inventory.deviceViews.filter(({ serial }) => serial === 'S1'), cursor: null }),
    },
    newDevices: {
      named: async (_scope: unknown, { label = '' }: { label?: string | undefined }) => {
        const read = readLabel(label)
        return { devEui: read.devEui, label: read, keys: read.keys }
      },
    },
  }
  return { inventory, check: (label: string) => checkLabel(parts, serverScope, label) }
}

test.for([
  ['the one that was written', key, text, 'same'],
  ['another one', '00112233445566778899aabbccddee01', text, 'other'],
  ['one of which nobody knows what was written', null, text, 'unknown'],
  ['none', key, `DevEUI=${devEui};SN=S1`, 'none'],
] as const)('the key of a label: %s', async ([, written, label, keys]) => {
  const { check } = await setUp(written)
  expect(await check(label)).toMatchObject({ keys })
})

test('a serial number that is another device’s is told, and the one that this device has', async () => {
  const { inventory, check } = await setUp(key)
  const [own, other] = inventory.deviceViews
  own!.serial = 'S2'
  other!.serial = 'S1'
  expect(await check(text)).toMatchObject({ status: own!.status, serial: 'S2', serialOf: [other!.devEui] })
  own!.serial = 'S1'
  expect(await check(text)).toMatchObject({ serial: 'S1', serialOf: [other!.devEui] })
})

test('of a device that is not known here nothing is compared', async () => {
  const { check } = await setUp(key)
  expect(await check(`DevEUI=70b3d5e75e001234;AppKey=${key}`)).toEqual({
    ...{ status: null, serial: null, serialOf: [], keys: 'unknown' },
  })
})
