import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import { expect, test } from 'vitest'
import { fill } from '../../../src/adapters/chirpstack/wire/fill.ts'
import { until } from '../../support/radio/until.ts'
import { aDevAddr, anError, anUuid, milliseconds, quiet } from '../expected.ts'
import type { Territory } from '../territory.ts'

const devices = deviceGrpc.DeviceServiceService

export function joins(here: () => Territory): void {
  test('a join is an event with the address, and an activation', async () => {
    const t = here()
    const gateway = await t.gateway()
    const device = await t.device('A', [gateway])
    await device.requestJoin()
    const [event] = await t.events.waitFor(device.devEui, 'join')
    expect(event).toEqual({
      kind: 'join',
      qos: 1,
      retain: false,
      time: milliseconds,
      deviceInfo: {
        tenantId: t.tenantId,
        tenantName: 'Tours',
        applicationId: t.applicationId,
        applicationName: 'water',
        deviceProfileId: t.profile('A'),
        deviceProfileName: 'class A',
        deviceName: `device ${device.devEui}`,
        devEui: device.devEui,
        deviceClassEnabled: 'CLASS_A',
        tags: { service: 'water', commune: '37261' },
      },
      deduplicationId: anUuid,
      devAddr: aDevAddr,
      regionConfigId: 'eu868',
    })
    await until(() => device.joined(), 'the join accept')
    const request = fill(new devicePb.GetDeviceActivationRequest(), { devEui: device.devEui })
    const activation = (await t.api.connection.call(devices.getActivation, request)).toObject().deviceActivation
    const aKey = expect.stringMatching(/^[0-9a-f]{32}$/)
    expect(activation).toEqual({
      devEui: device.devEui,
      devAddr: event?.devAddr,
      appSKey: aKey,
      nwkSEncKey: aKey,
      sNwkSIntKey: aKey,
      fNwkSIntKey: aKey,
      fCntUp: 0,
      nFCntDown: 0,
      aFCntDown: 0,
    })
  })

  test('a class C device joins as class A, and is class C from then on', async () => {
    const t = here()
    const device = await t.joined('C', [await t.gateway()])
    const request = fill(new devicePb.GetDeviceRequest(), { devEui: device.devEui })
    await until(async () => (await t.api.connection.call(devices.get, request)).getClassEnabled() === 2, 'class C')
    await device.uplink(10, '00')
    const [up] = await t.events.waitFor(device.devEui, 'up')
    const [join] = t.events.ofKind(device.devEui, 'join')
    expect([join?.deviceInfo.deviceClassEnabled, up?.deviceInfo.deviceClassEnabled]).toEqual(['CLASS_A', 'CLASS_C'])
  })

  test('a wrong key gives UPLINK_MIC and no answer', async () => {
    const t = here()
    const gateway = await t.gateway()
    const { devEui } = await t.device('A', [gateway])
    const impostor = t.impostor(devEui, [gateway])
    await impostor.requestJoin()
    await t.events.waitFor(devEui, 'log')
    await quiet(1500)
    const description = 'MIC of join-request is invalid, make sure keys are correct'
    expect(t.events.of(devEui)).toEqual([anError('UPLINK_MIC', description, { deduplication_id: anUuid })])
    expect(impostor.joined()).toBe(false)
  })

  test('an unknown device is not heard', async () => {
    const t = here()
    const stranger = t.impostor('70b3d5e75effffff', [await t.gateway()])
    await stranger.requestJoin()
    await quiet(2000)
    expect([stranger.joined(), t.events.of(stranger.devEui)]).toEqual([false, []])
  })

  test('a device without keys is not heard', async () => {
    const t = here()
    const gateway = await t.gateway()
    const device = await t.device('A', [gateway])
    await t.api.connection.call(devices.deleteKeys, fill(new devicePb.DeleteDeviceKeysRequest(), { devEui: device.devEui }))
    await device.requestJoin()
    await quiet(2000)
    expect([device.joined(), t.events.of(device.devEui)]).toEqual([false, []])
  })

  test('a used DevNonce gives OTAA, until the nonces are flushed', async () => {
    const t = here()
    const device = await t.joined('A', [await t.gateway()])
    // the same bytes sooner would be taken for a copy from another gateway
    await quiet(1500)
    await device.requestJoin(true)
    await t.events.waitFor(device.devEui, 'log')
    const context = { deduplication_id: anUuid, dev_nonce: expect.stringMatching(/^\d+$/), join_eui: '0000000000000000' }
    expect(t.events.ofKind(device.devEui, 'log')).toEqual([anError('OTAA', 'DevNonce has already been used', context)])
    await quiet(1500)
    expect(device.joined()).toBe(false)
    await t.api.connection.call(devices.flushDevNonces, fill(new devicePb.FlushDevNoncesRequest(), { devEui: device.devEui }))
    await device.requestJoin(true)
    await t.events.waitFor(device.devEui, 'join', 2)
  })

  test('a join empties the queue when the profile says so', async () => {
    const t = here()
    const device = await t.device('A', [await t.gateway()])
    await t.enqueue(device, { fPort: 1, hex: '01' })
    expect(await t.queue(device)).toHaveLength(1)
    await device.requestJoin()
    await t.events.waitFor(device.devEui, 'join')
    await until(async () => (await t.queue(device)).length === 0, 'an empty queue')
  })

  test('a disabled device is not heard', async () => {
    const t = here()
    const device = await t.device('A', [await t.gateway()])
    const got = await t.api.connection.call(devices.get, fill(new devicePb.GetDeviceRequest(), { devEui: device.devEui }))
    const disabled = fill(got.getDevice() ?? new devicePb.Device(), { isDisabled: true })
    await t.api.connection.call(devices.update, fill(new devicePb.UpdateDeviceRequest(), { device: disabled }))
    await device.requestJoin()
    await quiet(2000)
    expect([device.joined(), t.events.of(device.devEui)]).toEqual([false, []])
  })
}
