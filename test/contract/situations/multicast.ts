import multicastGrpc from '@chirpstack/chirpstack-api/api/multicast_group_grpc_pb.js'
import multicastPb from '@chirpstack/chirpstack-api/api/multicast_group_pb.js'
import { expect, test } from 'vitest'
import { fill } from '../../../src/adapters/chirpstack/wire/fill.ts'
import { toTimestamp } from '../../../src/adapters/chirpstack/wire/timestamp.ts'
import { until } from '../../support/radio/until.ts'
import { quiet } from '../expected.ts'
import type { ContractDevice } from '../network.ts'
import { keyOf, type Territory } from '../territory.ts'

const groups = multicastGrpc.MulticastGroupServiceService

type Scheduling = keyof multicastPb.MulticastGroupSchedulingTypeMap

async function groupOf(t: Territory, devices: readonly ContractDevice[], scheduling: Scheduling = 'DELAY'): Promise<string> {
  const multicastGroup = fill(new multicastPb.MulticastGroup(), {
    name: 'street',
    applicationId: t.applicationId,
    mcAddr: '01020304',
    mcNwkSKey: keyOf('00'.repeat(8)),
    mcAppSKey: keyOf('00'.repeat(8)),
    groupType: multicastPb.MulticastGroupType.CLASS_C,
    frequency: 869_525_000,
    classCSchedulingType: multicastPb.MulticastGroupSchedulingType[scheduling],
  })
  const { call } = t.api.connection
  const multicastGroupId = (await call(groups.create, fill(new multicastPb.CreateMulticastGroupRequest(), { multicastGroup }))).getId()
  for (const { devEui } of devices) {
    await call(groups.addDevice, fill(new multicastPb.AddDeviceToMulticastGroupRequest(), { multicastGroupId, devEui }))
  }
  return multicastGroupId
}

async function enqueue(t: Territory, multicastGroupId: string): Promise<number> {
  const queueItem = fill(new multicastPb.MulticastGroupQueueItem(), {
    multicastGroupId,
    fPort: 40,
    data: Buffer.from('40', 'hex'),
    expiresAt: toTimestamp(Date.now() + 60_000),
  })
  const request = fill(new multicastPb.EnqueueMulticastGroupQueueItemRequest(), { queueItem })
  return (await t.api.connection.call(groups.enqueue, request)).getFCnt()
}

async function waiting(t: Territory, multicastGroupId: string): Promise<number> {
  const request = fill(new multicastPb.ListMulticastGroupQueueRequest(), { multicastGroupId })
  return (await t.api.connection.call(groups.listQueue, request)).getItemsList().length
}

export function multicast(here: () => Territory): void {
  test('multicast: every gateway that is needed emits, 5 s apart, and no event tells', async () => {
    const t = here()
    const [first, second] = [await t.gateway(), await t.gateway()]
    const lamps = [await t.listening([first]), await t.listening([second])]
    const group = await groupOf(t, lamps)
    const before = [first.asked(), second.asked()]
    expect(await enqueue(t, group)).toBe(0)
    expect(await waiting(t, group)).toBe(1)
    const asked = () => [first.asked() - (before[0] ?? 0), second.asked() - (before[1] ?? 0)]
    await until(() => asked().includes(1), 'the first gateway')
    await quiet(2000)
    expect(asked().toSorted()).toEqual([0, 1])
    await until(async () => (await waiting(t, group)) === 0, 'an empty queue')
    expect(asked()).toEqual([1, 1])
    for (const lamp of lamps) expect(t.events.of(lamp.devEui).map(({ kind }) => kind)).toEqual(['join', 'up'])
  })

  test('multicast in GPS time: all gateways are asked together, 5 s later', async () => {
    const t = here()
    const [first, second] = [await t.gateway(), await t.gateway()]
    const group = await groupOf(t, [await t.listening([first]), await t.listening([second])], 'GPS_TIME')
    const before = first.asked() + second.asked()
    await enqueue(t, group)
    await quiet(3500)
    expect([first.asked() + second.asked() - before, await waiting(t, group)]).toEqual([0, 1])
    await until(() => first.asked() + second.asked() - before > 0, 'a gateway')
    await quiet(1500)
    expect([first.asked() + second.asked() - before, await waiting(t, group)]).toEqual([2, 0])
  })

  test('multicast: an item that a gateway refuses disappears; only the gateway tells', async () => {
    const t = here()
    const gateway = await t.gateway()
    const lamp = await t.listening([gateway])
    const group = await groupOf(t, [lamp])
    gateway.answer('QUEUE_FULL')
    const before = [gateway.asked(), t.events.gatewayMessages(gateway.id, 'event/ack')]
    await enqueue(t, group)
    await until(async () => (await waiting(t, group)) === 0, 'an empty queue')
    await quiet(3000)
    const after = [gateway.asked(), t.events.gatewayMessages(gateway.id, 'event/ack')]
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1])
    expect(t.events.of(lamp.devEui).map(({ kind }) => kind)).toEqual(['join', 'up'])
  })

  test('multicast: a group without a device takes an item and sends nothing', async () => {
    const t = here()
    const group = await groupOf(t, [])
    expect([await enqueue(t, group), await enqueue(t, group), await waiting(t, group)]).toEqual([0, 1, 0])
  })
}
