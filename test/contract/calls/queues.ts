import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import multicastGrpc from '@chirpstack/chirpstack-api/api/multicast_group_grpc_pb.js'
import multicastPb from '@chirpstack/chirpstack-api/api/multicast_group_pb.js'
import { expect, test } from 'vitest'
import { fill } from '../../../src/adapters/chirpstack/wire/fill.ts'
import { toTimestamp } from '../../../src/adapters/chirpstack/wire/timestamp.ts'
import type { Bench } from '../bench.ts'
import { anUuid } from '../expected.ts'
import { expectRefusal, missingEui, missingId, noObject } from '../refusal.ts'

const devices = deviceGrpc.DeviceServiceService
const groups = multicastGrpc.MulticastGroupServiceService
const key = '00112233445566778899001122330001'
const badPort = 'Validation error: FPort must be between 1 - 255'

async function newDevice(bench: Bench): Promise<string> {
  const devEui = bench.eui()
  await bench.api.createDevice({ devEui, name: 'x', applicationId: bench.applicationId, deviceProfileId: bench.profileId })
  return devEui
}

function enqueue(
  bench: Bench,
  devEui: string,
  fields: { id?: string; fPort: number; bytes?: number; expiresAt?: number },
  flushQueue = false,
) {
  const { id, fPort, bytes = 1, expiresAt } = fields
  const queueItem = fill(new devicePb.DeviceQueueItem(), {
    id,
    devEui,
    fPort,
    data: new Uint8Array(bytes).fill(1),
    expiresAt: expiresAt === undefined ? undefined : toTimestamp(expiresAt),
  })
  return bench.call(devices.enqueue, fill(new devicePb.EnqueueDeviceQueueItemRequest(), { queueItem, flushQueue }))
}

async function queueOf({ call }: Bench, devEui: string) {
  return (await call(devices.getQueue, fill(new devicePb.GetDeviceQueueItemsRequest(), { devEui }))).toObject()
}

export function queueCalls(open: () => Bench): void {
  test('queue: items keep their order and say what they are', async () => {
    const bench = open()
    const devEui = await newDevice(bench)
    const expiresAt = Date.now() + 60_000
    const id = (await enqueue(bench, devEui, { fPort: 7, expiresAt })).getId()
    expect(id).toEqual(anUuid)
    // an id of the caller is not kept
    const second = (await enqueue(bench, devEui, { id: missingId, fPort: 8, bytes: 300 })).getId()
    expect(second).not.toBe(missingId)
    const { totalCount, resultList } = await queueOf(bench, devEui)
    expect([totalCount, resultList.map((item) => item.id)]).toEqual([2, [id, second]])
    expect(resultList[0]).toEqual({
      id,
      devEui,
      confirmed: false,
      fPort: 7,
      data: 'AQ==',
      isPending: false,
      fCntDown: 0,
      isEncrypted: false,
      expiresAt: toTimestamp(expiresAt).toObject(),
    })
    const third = (await enqueue(bench, devEui, { fPort: 9, bytes: 0, expiresAt: Date.now() - 60_000 }, true)).getId()
    expect((await queueOf(bench, devEui)).resultList.map((item) => item.id)).toEqual([third])
    await bench.call(devices.flushQueue, fill(new devicePb.FlushDeviceQueueRequest(), { devEui }))
    expect(await queueOf(bench, devEui)).toEqual({ totalCount: 0, resultList: [] })
  })

  test('queue: only the lowest byte of an fPort counts', async () => {
    const bench = open()
    const devEui = await newDevice(bench)
    for (const fPort of [1, 223, 224, 255, 257]) await enqueue(bench, devEui, { fPort })
    expect((await queueOf(bench, devEui)).resultList.map((item) => item.fPort)).toEqual([1, 223, 224, 255, 1])
    for (const fPort of [0, 256, 512]) await expectRefusal(enqueue(bench, devEui, { fPort }), 'invalidArgument', badPort)
  })

  test('queue: an unknown device has an empty one, and no item', async () => {
    const bench = open()
    expect(await queueOf(bench, missingEui)).toEqual({ totalCount: 0, resultList: [] })
    await bench.call(devices.flushQueue, fill(new devicePb.FlushDeviceQueueRequest(), { devEui: missingEui }))
    const details =
      bench.database === 'sqlite'
        ? 'FOREIGN KEY constraint failed'
        : 'insert or update on table "device_queue_item" violates foreign key constraint "device_queue_item_dev_eui_fkey"'
    await expectRefusal(enqueue(bench, missingEui, { fPort: 1 }), 'internal', details)
    const nothing = bench.call(devices.enqueue, new devicePb.EnqueueDeviceQueueItemRequest())
    await expectRefusal(nothing, 'invalidArgument', 'queue_item is missing')
  })
}

export function multicastCalls(open: () => Bench): void {
  const createGroup = async ({ call, applicationId }: Bench, fields: object = {}) => {
    const multicastGroup = fill(new multicastPb.MulticastGroup(), {
      name: 'street',
      applicationId,
      mcAddr: '01020304',
      mcNwkSKey: key,
      mcAppSKey: key,
      frequency: 869_525_000,
      ...fields,
    })
    return (await call(groups.create, fill(new multicastPb.CreateMulticastGroupRequest(), { multicastGroup }))).getId()
  }

  test('multicast group: create, get, change, list, delete', async () => {
    const bench = open()
    const { call, applicationId } = bench
    const id = await createGroup(bench)
    const get = async () => (await call(groups.get, fill(new multicastPb.GetMulticastGroupRequest(), { id }))).toObject()
    expect((await get()).multicastGroup).toEqual({
      id,
      name: 'street',
      applicationId,
      region: 0,
      mcAddr: '01020304',
      mcNwkSKey: key,
      mcAppSKey: key,
      fCnt: 0,
      groupType: 0,
      dr: 0,
      frequency: 869_525_000,
      classBPingSlotPeriodicity: 0,
      classCSchedulingType: 0,
    })
    const changed = { id, name: 'square', applicationId, mcAddr: '01020305', mcNwkSKey: key, mcAppSKey: key, frequency: 869_525_000 }
    const multicastGroup = fill(new multicastPb.MulticastGroup(), changed)
    await call(groups.update, fill(new multicastPb.UpdateMulticastGroupRequest(), { multicastGroup }))
    expect((await get()).multicastGroup).toMatchObject({ name: 'square', mcAddr: '01020305' })
    const list = async (fields: object) =>
      (await call(groups.list, fill(new multicastPb.ListMulticastGroupsRequest(), { applicationId, ...fields }))).toObject()
    expect((await list({ limit: 5 })).resultList).toMatchObject([{ id, name: 'square', applicationId, applicationName: 'water' }])
    expect(await list({})).toEqual({ totalCount: 1, resultList: [] })
    await call(groups.delete, fill(new multicastPb.DeleteMulticastGroupRequest(), { id }))
    await expectRefusal(get(), 'notFound', noObject(id))
  })

  test('multicast group: members come and go', async () => {
    const bench = open()
    const { call, database, api, tenantId } = bench
    const multicastGroupId = await createGroup(bench)
    const devEui = await newDevice(bench)
    const gatewayId = bench.eui()
    await api.createGateway({ gatewayId, name: 'g', tenantId })
    const addDevice = (device = devEui, group = multicastGroupId) =>
      call(groups.addDevice, fill(new multicastPb.AddDeviceToMulticastGroupRequest(), { multicastGroupId: group, devEui: device }))
    const addGateway = (gateway = gatewayId) =>
      call(groups.addGateway, fill(new multicastPb.AddGatewayToMulticastGroupRequest(), { multicastGroupId, gatewayId: gateway }))
    const removeDevice = () =>
      call(groups.removeDevice, fill(new multicastPb.RemoveDeviceFromMulticastGroupRequest(), { multicastGroupId, devEui }))
    const removeGateway = () =>
      call(groups.removeGateway, fill(new multicastPb.RemoveGatewayFromMulticastGroupRequest(), { multicastGroupId, gatewayId }))
    const members = async () => {
      const request = fill(new devicePb.ListDevicesRequest(), { applicationId: bench.applicationId, multicastGroupId, limit: 10 })
      return (await call(devices.list, request)).getResultList().map((item) => item.getDevEui())
    }

    await addDevice()
    expect(await members()).toEqual([devEui])
    await addGateway()
    const twice = (column: string, kind: string) =>
      database === 'sqlite'
        ? `UNIQUE constraint failed: multicast_group_${kind}.multicast_group_id, multicast_group_${kind}.${column}`
        : `duplicate key value violates unique constraint "multicast_group_${kind}_pkey"`
    await expectRefusal(addDevice(), 'internal', twice('dev_eui', 'device'))
    await expectRefusal(addGateway(), 'internal', twice('gateway_id', 'gateway'))
    await expectRefusal(addDevice(missingEui), 'notFound', noObject(missingEui))
    await expectRefusal(addDevice(devEui, missingId), 'notFound', noObject(missingId))
    await expectRefusal(addGateway(missingEui), 'notFound', noObject(missingEui))
    await removeDevice()
    await removeGateway()
    expect(await members()).toEqual([])
    await expectRefusal(removeDevice(), 'notFound', noObject(`multicast-group: ${multicastGroupId}, device: ${devEui}`))
    await expectRefusal(removeGateway(), 'notFound', noObject(`multicast-group: ${multicastGroupId}, gateway: ${gatewayId}`))
  })

  test('multicast group: what is refused', async () => {
    const bench = open()
    const details =
      bench.database === 'sqlite'
        ? 'FOREIGN KEY constraint failed'
        : 'insert or update on table "multicast_group" violates foreign key constraint "multicast_group_application_id_fkey"'
    await expectRefusal(createGroup(bench, { applicationId: missingId }), 'internal', details)
    await expectRefusal(createGroup(bench, { name: '' }), 'invalidArgument', 'Validation error: name is not set')
    await expectRefusal(createGroup(bench, { mcAddr: 'zz' }), 'internal', 'Invalid string length')
    await expectRefusal(createGroup(bench, { mcNwkSKey: 'zz' }), 'internal', 'Invalid string length')
  })

  test('multicast queue: one item for all gateways, counted by the group', async () => {
    const bench = open()
    const { call, api, tenantId } = bench
    const multicastGroupId = await createGroup(bench)
    // two gateways that are not there: what is for them stays
    for (const gatewayId of [bench.eui(), bench.eui()]) {
      await api.createGateway({ gatewayId, name: 'g', tenantId })
      await call(groups.addGateway, fill(new multicastPb.AddGatewayToMulticastGroupRequest(), { multicastGroupId, gatewayId }))
    }
    const enqueueFor = async (group: string, fPort: number) => {
      const queueItem = fill(new multicastPb.MulticastGroupQueueItem(), { multicastGroupId: group, fPort, data: 'AQ==' })
      const request = fill(new multicastPb.EnqueueMulticastGroupQueueItemRequest(), { queueItem })
      return (await call(groups.enqueue, request)).getFCnt()
    }
    const list = async (group: string) =>
      (await call(groups.listQueue, fill(new multicastPb.ListMulticastGroupQueueRequest(), { multicastGroupId: group }))).toObject()
        .itemsList
    expect([await enqueueFor(multicastGroupId, 5), await enqueueFor(multicastGroupId, 6)]).toEqual([0, 1])
    expect(await list(multicastGroupId)).toEqual([
      { multicastGroupId, fCnt: 0, fPort: 5, data: 'AQ==' },
      { multicastGroupId, fCnt: 1, fPort: 6, data: 'AQ==' },
    ])
    const got = await call(groups.get, fill(new multicastPb.GetMulticastGroupRequest(), { id: multicastGroupId }))
    expect(got.getMulticastGroup()?.getFCnt()).toBe(2)
    await call(groups.flushQueue, fill(new multicastPb.FlushMulticastGroupQueueRequest(), { multicastGroupId }))
    expect(await list(multicastGroupId)).toEqual([])
    // unlike in a device's queue, an fPort does not wrap, and its refusal is INTERNAL
    for (const fPort of [0, 256, 257]) await expectRefusal(enqueueFor(multicastGroupId, fPort), 'internal', badPort)
    await expectRefusal(enqueueFor(missingId, 1), 'internal', noObject(missingId))
    expect(await list(missingId)).toEqual([])
  })
}
