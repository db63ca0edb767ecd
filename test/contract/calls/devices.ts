import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import { expect, test } from 'vitest'
import { fill } from '../../../src/adapters/chirpstack/wire/fill.ts'
import type { Bench } from '../bench.ts'
import { expectRefusal, missingEui, missingId, noObject } from '../refusal.ts'

const devices = deviceGrpc.DeviceServiceService
const key = '00112233445566778899001122330001'
const zeros = '0'.repeat(32)

/** A device of this bench, not yet created. */
function named(
  bench: Bench,
  fields: { devEui?: string; name?: string; applicationId?: string; deviceProfileId?: string; joinEui?: string },
) {
  return { name: 'x', applicationId: bench.applicationId, deviceProfileId: bench.profileId, devEui: bench.eui(), ...fields }
}

export function deviceCalls(open: () => Bench): void {
  test('device: create, get, change, delete', async () => {
    const bench = open()
    const { api, call } = bench
    const device = { ...named(bench, { name: 'meter 1' }), tags: { commune: '37261' }, variables: { secret: 'x' } }
    const { devEui } = device
    await api.createDevice({ ...device, devEui: devEui.toUpperCase() })
    const get = () => call(devices.get, fill(new devicePb.GetDeviceRequest(), { devEui }))
    const first = (await get()).toObject()
    expect(first).toEqual({
      device: {
        devEui,
        name: 'meter 1',
        description: '',
        applicationId: bench.applicationId,
        deviceProfileId: bench.profileId,
        skipFcntCheck: false,
        isDisabled: false,
        variablesMap: [['secret', 'x']],
        tagsMap: [['commune', '37261']],
        joinEui: '0000000000000000',
      },
      createdAt: expect.anything(),
      updatedAt: first.createdAt,
      classEnabled: 0,
    })
    const changed = fill(new devicePb.Device(), { ...named(bench, { devEui, name: 'meter 2' }) })
    await call(devices.update, fill(new devicePb.UpdateDeviceRequest(), { device: changed }))
    expect((await get()).toObject().device).toMatchObject({ name: 'meter 2', tagsMap: [], variablesMap: [] })
    await call(devices.delete, fill(new devicePb.DeleteDeviceRequest(), { devEui }))
    await expectRefusal(get(), 'notFound', noObject(devEui))
  })

  test('device: the same name twice, no name, and an empty DevEUI are accepted', async () => {
    const bench = open()
    const { api, call } = bench
    await api.createDevice(named(bench, { name: 'same' }))
    await api.createDevice(named(bench, { name: 'same' }))
    await api.createDevice(named(bench, { name: '' }))
    await api.createDevice(named(bench, { devEui: '' }))
    const { device } = (await call(devices.get, fill(new devicePb.GetDeviceRequest(), { devEui: '' }))).toObject()
    expect(device?.devEui).toBe('0000000000000000')
    await call(devices.delete, fill(new devicePb.DeleteDeviceRequest(), { devEui: '' }))
  })

  test('device: a name over 100 characters is refused by PostgreSQL alone', async () => {
    const bench = open()
    const create = bench.api.createDevice(named(bench, { name: 'n'.repeat(101) }))
    if (bench.database === 'sqlite') await create
    else await expectRefusal(create, 'internal', 'value too long for type character varying(100)')
  })

  test('device: duplicates and what refers to nothing, in the words of the database', async () => {
    const bench = open()
    const { api, database } = bench
    const first = named(bench, {})
    await api.createDevice(first)
    const [twice, noProfile] =
      database === 'sqlite'
        ? ['UNIQUE constraint failed: device.dev_eui', 'FOREIGN KEY constraint failed']
        : [
            'duplicate key value violates unique constraint "device_pkey"',
            'insert or update on table "device" violates foreign key constraint "device_device_profile_id_fkey"',
          ]
    await expectRefusal(api.createDevice(first), 'internal', twice)
    await expectRefusal(api.createDevice(named(bench, { deviceProfileId: missingId })), 'internal', noProfile)
    await expectRefusal(api.createDevice(named(bench, { applicationId: missingId })), 'internal', 'Record not found')
  })

  for (const [devEui, details] of [
    ['zz', 'Invalid string length'],
    ['123', 'Odd number of digits'],
    ['1234', 'Invalid string length'],
    ['zzzzzzzzzzzzzzzz', "Invalid character 'z' at position 0"],
  ] as const) {
    test(`device: the DevEUI ${devEui} is refused as INTERNAL`, async () => {
      const bench = open()
      await expectRefusal(bench.api.createDevice(named(bench, { devEui })), 'internal', details)
    })
  }

  test('device: what else is refused', async () => {
    const bench = open()
    const { api, call } = bench
    await expectRefusal(api.createDevice(named(bench, { applicationId: 'nope' })), 'invalidArgument', 'invalid character: found `n` at 0')
    await expectRefusal(api.createDevice(named(bench, { joinEui: 'xx' })), 'internal', 'Invalid string length')
    await expectRefusal(call(devices.create, new devicePb.CreateDeviceRequest()), 'invalidArgument', 'device is missing')
    const device = fill(new devicePb.Device(), named(bench, { devEui: missingEui }))
    const change = call(devices.update, fill(new devicePb.UpdateDeviceRequest(), { device }))
    await expectRefusal(change, 'notFound', noObject(missingEui))
    const remove = fill(new devicePb.DeleteDeviceRequest(), { devEui: missingEui })
    await expectRefusal(call(devices.delete, remove), 'notFound', noObject(missingEui))
  })

  test('device: a tenant has so many', async () => {
    const bench = open()
    const { api } = bench
    const tenantId = await api.createTenant({ name: 'one', maxDeviceCount: 1 })
    const place = {
      applicationId: await api.createApplication({ tenantId, name: 'a' }),
      deviceProfileId: await api.createProfile({ tenantId, name: 'p' }),
    }
    await api.createDevice(named(bench, place))
    const second = api.createDevice(named(bench, place))
    await expectRefusal(second, 'invalidArgument', 'Not allowed (Max number of devices exceeded for tenant)')
  })

  test('device: lists of one application, sorted, searched, counted', async () => {
    const bench = open()
    const { api, call, applicationId } = bench
    const euis: string[] = []
    for (const name of ['c', 'a', 'bb']) {
      const device = { ...named(bench, { name }), tags: { letter: name } }
      euis.push(device.devEui)
      await api.createDevice(device)
    }
    const list = async (fields: object) =>
      (await call(devices.list, fill(new devicePb.ListDevicesRequest(), { applicationId, limit: 10, ...fields }))).toObject()
    const namesBy = async (fields: object) => (await list(fields)).resultList.map(({ name }) => name)
    expect((await list({ search: 'B' })).resultList).toEqual([
      {
        devEui: euis[2],
        createdAt: expect.anything(),
        updatedAt: expect.anything(),
        name: 'bb',
        description: '',
        deviceProfileId: bench.profileId,
        deviceProfileName: 'class A',
        tagsMap: [['letter', 'bb']],
      },
    ])
    expect(await namesBy({})).toEqual(['a', 'bb', 'c'])
    expect(await namesBy({ orderBy: 1 })).toEqual(['c', 'a', 'bb'])
    expect(await namesBy({ orderBy: 1, orderByDesc: true, limit: 2 })).toEqual(['bb', 'a'])
    expect(await namesBy({ tags: { letter: 'a' } })).toEqual(['a'])
    expect(await namesBy({ deviceProfileId: missingId })).toEqual([])
    expect(await list({ limit: 0 })).toEqual({ totalCount: 3, resultList: [] })
    expect(await list({ search: euis[0] })).toEqual({ totalCount: 0, resultList: [] })
    expect(await list({ applicationId: missingId })).toEqual({ totalCount: 0, resultList: [] })
    await expectRefusal(list({ applicationId: '' }), 'invalidArgument', 'invalid length: found 0')
  })

  test('keys: create, get, change, delete; empty ones are zeros', async () => {
    const bench = open()
    const { api, call, database } = bench
    const device = named(bench, {})
    const { devEui } = device
    await api.createDevice(device)
    const get = () => call(devices.getKeys, fill(new devicePb.GetDeviceKeysRequest(), { devEui }))
    const deviceKeys = (nwkKey: string, of = devEui) => fill(new devicePb.DeviceKeys(), { devEui: of, nwkKey })
    const create = (nwkKey: string, of = devEui) =>
      call(devices.createKeys, fill(new devicePb.CreateDeviceKeysRequest(), { deviceKeys: deviceKeys(nwkKey, of) }))
    const update = (nwkKey: string) =>
      call(devices.updateKeys, fill(new devicePb.UpdateDeviceKeysRequest(), { deviceKeys: deviceKeys(nwkKey) }))
    const flush = () => call(devices.flushDevNonces, fill(new devicePb.FlushDevNoncesRequest(), { devEui }))
    const remove = () => call(devices.deleteKeys, fill(new devicePb.DeleteDeviceKeysRequest(), { devEui }))

    for (const early of [get, () => update(key), flush, remove]) await expectRefusal(early(), 'notFound', noObject(devEui))
    await create(key.toUpperCase())
    expect((await get()).toObject().deviceKeys).toEqual({ devEui, nwkKey: key, appKey: zeros, genAppKey: zeros })
    await update('')
    expect((await get()).getDeviceKeys()?.getNwkKey()).toBe(zeros)
    await flush()

    const [twice, nobody] =
      database === 'sqlite'
        ? ['UNIQUE constraint failed: device_keys.dev_eui', 'FOREIGN KEY constraint failed']
        : [
            'duplicate key value violates unique constraint "device_keys_pkey"',
            'insert or update on table "device_keys" violates foreign key constraint "device_keys_dev_eui_fkey"',
          ]
    await expectRefusal(create(key), 'internal', twice)
    await expectRefusal(create(key, missingEui), 'internal', nobody)
    await expectRefusal(update('xyz'), 'internal', 'Odd number of digits')
    await expectRefusal(update('0011'), 'internal', 'Invalid string length')
    await expectRefusal(update(`zz${key.slice(2)}`), 'internal', "Invalid character 'z' at position 0")
    await remove()
    await expectRefusal(get(), 'notFound', noObject(devEui))
  })

  test('activation: none, by hand, ended', async () => {
    const bench = open()
    const { api, call } = bench
    const device = named(bench, {})
    const { devEui } = device
    await api.createDevice(device)
    const get = async (of = devEui) =>
      (await call(devices.getActivation, fill(new devicePb.GetDeviceActivationRequest(), { devEui: of }))).toObject()
    expect(await get()).toEqual({})
    const session = { devEui, devAddr: '01020304', appSKey: key, nwkSEncKey: key, sNwkSIntKey: key, fNwkSIntKey: key }
    const deviceActivation = fill(new devicePb.DeviceActivation(), session)
    await call(devices.activate, fill(new devicePb.ActivateDeviceRequest(), { deviceActivation }))
    expect((await get()).deviceActivation).toEqual({ ...session, fCntUp: 0, nFCntDown: 0, aFCntDown: 0 })
    await call(devices.deactivate, fill(new devicePb.DeactivateDeviceRequest(), { devEui }))
    expect(await get()).toEqual({})
    await expectRefusal(get(missingEui), 'notFound', noObject(missingEui))
    const nobody = fill(new devicePb.DeactivateDeviceRequest(), { devEui: missingEui })
    await expectRefusal(call(devices.deactivate, nobody), 'notFound', noObject(missingEui))
  })

  test('link metrics: want a start', async () => {
    const bench = open()
    const device = named(bench, {})
    await bench.api.createDevice(device)
    const request = fill(new devicePb.GetDeviceLinkMetricsRequest(), { devEui: device.devEui })
    await expectRefusal(bench.call(devices.getLinkMetrics, request), 'internal', 'start is None')
  })
}
