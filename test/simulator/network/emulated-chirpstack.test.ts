import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import gatewayGrpc from '@chirpstack/chirpstack-api/api/gateway_grpc_pb.js'
import gatewayPb from '@chirpstack/chirpstack-api/api/gateway_pb.js'
import mqtt from 'mqtt'
import { describe, expect, test } from 'vitest'
import { parseEvent } from '../../../src/adapters/chirpstack/events/parse-event.ts'
import { fill } from '../../../src/adapters/chirpstack/wire/fill.ts'
import { connect } from '../../../src/adapters/chirpstack/wire/grpc.ts'
import type { NetworkEvent } from '../../../src/lorawan/network-event.ts'
import { EmbeddedBroker } from '../../../src/simulator/broker.ts'
import {
  EmulatedChirpStack,
  type EmulatedChirpStackSnapshot,
  emulatedChirpStackSnapshotSchema,
} from '../../../src/simulator/network/emulated-chirpstack.ts'
import type { EmulatedDevice } from '../../../src/simulator/network/radio/emulated-device.ts'
import { ChirpstackApi } from '../../support/chirpstack-api.ts'
import { until } from '../../support/radio/until.ts'
import { ManualClock } from './manual-clock.ts'

const gatewayId = '7076ff0056080001'
const devEui = '70b3d5e75e000001'
const appKey = '00112233445566778899001122330001'
const heardBy = [{ gatewayId, rssi: -97, snr: 4.25 }]

interface Setting {
  clock: ManualClock
  chirpstack: EmulatedChirpStack
  api: ChirpstackApi
  device: EmulatedDevice
  events: NetworkEvent[]
  close(): Promise<void>
}

async function setting(options: { format?: 'json' | 'protobuf'; snapshot?: EmulatedChirpStackSnapshot } = {}): Promise<Setting> {
  const broker = new EmbeddedBroker()
  await broker.start(0)
  const client = await mqtt.connectAsync(broker.url, { protocolVersion: 4 })
  const events: NetworkEvent[] = []
  client.on('message', (topic, payload) => {
    const event = parseEvent(topic, payload)
    if (event !== null) events.push(event)
  })
  await client.subscribeAsync('application/#', { qos: 1 })
  const clock = new ManualClock()
  const chirpstack = new EmulatedChirpStack({ brokerUrl: broker.url, seed: 11, clock, ...options })
  await chirpstack.start()
  const api = new ChirpstackApi(connect({ url: chirpstack.url, token: chirpstack.token }))
  chirpstack.gateway(gatewayId).start()
  return {
    clock,
    chirpstack,
    api,
    device: chirpstack.device({ devEui, appKey }),
    events,
    close: async () => {
      api.connection.close()
      await chirpstack.stop()
      await client.endAsync()
      await broker.stop()
    },
  }
}

/** One class C device that joined and sent a frame; asked for its status once a day. */
async function joined(s: Setting): Promise<void> {
  const tenantId = await s.api.createTenant({ name: 'Tours' })
  const applicationId = await s.api.createApplication({ tenantId, name: 'lighting' })
  const profile = { tenantId, name: 'lamp', supportsClassC: true, classCTimeout: 5, deviceStatusReqInterval: 1 }
  const deviceProfileId = await s.api.createProfile(profile)
  await s.api.createGateway({ gatewayId, name: 'site', tenantId })
  await s.api.createDevice({ devEui, name: 'lamp 1', applicationId, deviceProfileId }, appKey)
  const join = s.device.join({ heardBy })
  await s.clock.advance(1000)
  expect(await join).toBe(true)
  s.device.uplink(10, Buffer.from('0a5c', 'hex'), { heardBy, spreadingFactor: 9 })
  await s.clock.advance(10_000)
}

async function enqueue(s: Setting, fields: { confirmed?: boolean } = {}): Promise<string> {
  const queueItem = fill(new devicePb.DeviceQueueItem(), { devEui, fPort: 60, data: Uint8Array.of(1, 2), ...fields })
  const request = fill(new devicePb.EnqueueDeviceQueueItemRequest(), { queueItem })
  return (await s.api.connection.call(deviceGrpc.DeviceServiceService.enqueue, request)).getId()
}

async function story(format: 'json' | 'protobuf'): Promise<NetworkEvent[]> {
  const s = await setting({ format })
  await joined(s)
  s.device.status = { battery: 127, margin: 7 }
  s.device.uplink(10, Buffer.from('0a5d', 'hex'), { heardBy })
  await s.clock.advance(10_000)
  await enqueue(s, { confirmed: true })
  await s.clock.advance(1500)
  s.device.uplink(10, Buffer.from('0a5e', 'hex'), { heardBy })
  await s.clock.advance(10_000)
  await enqueue(s, { confirmed: true })
  await s.clock.advance(20_000)
  const kinds = ['join', 'uplink', 'uplink', 'status', 'txack', 'uplink', 'ack', 'txack', 'ack']
  await until(() => s.events.length >= kinds.length, 'all events')
  await s.close()
  expect(s.events.map(({ type }) => type).toSorted()).toEqual(kinds.toSorted())
  return s.events
}

describe('the emulated ChirpStack', () => {
  test('the same seed and time give the same events, in JSON and in protobuf', async () => {
    const byType = (a: NetworkEvent, b: NetworkEvent) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
    const [json, protobuf] = [await story('json'), await story('protobuf')]
    expect(protobuf.toSorted(byType)).toEqual(json.toSorted(byType))
    expect(json.filter(({ type }) => type === 'status')).toMatchObject([{ margin: 7, externalPower: false, battery: 50 }])
    expect(json.filter(({ type }) => type === 'ack')).toMatchObject([{ acknowledged: true }, { acknowledged: false }])
  })

  test('the status is kept with the device', async () => {
    const s = await setting()
    await joined(s)
    s.device.status = { battery: 0, margin: -3 }
    s.device.uplink(10, Buffer.from('00', 'hex'), { heardBy })
    await s.clock.advance(1000)
    const got = await s.api.connection.call(deviceGrpc.DeviceServiceService.get, fill(new devicePb.GetDeviceRequest(), { devEui }))
    expect(got.toObject().deviceStatus).toEqual({ margin: -3, externalPowerSource: true, batteryLevel: -1 })
    await s.close()
  })

  test('goes on from a snapshot: sessions, counters, queues, and ids that were never given', async () => {
    const first = await setting()
    await joined(first)
    first.chirpstack.gateway(gatewayId).stop()
    const id = await enqueue(first)
    const snapshot = emulatedChirpStackSnapshotSchema.parse(JSON.parse(JSON.stringify(first.chirpstack.snapshot())))
    const next = await enqueue(first)
    await first.close()

    const second = await setting({ snapshot })
    expect(second.device.joined).toBe(true)
    await second.clock.advance(15_000)
    await until(() => second.events.some(({ type }) => type === 'txack'), 'the kept item')
    expect(second.events).toMatchObject([{ type: 'txack', queueItemId: id }])
    second.device.uplink(10, Buffer.from('01', 'hex'), { heardBy })
    await second.clock.advance(1000)
    await until(() => second.events.some(({ type }) => type === 'uplink'), 'an uplink in the same session')
    expect(second.events.find(({ type }) => type === 'uplink')).toMatchObject({ fCnt: 1 })
    await second.close()

    const afterACrash = await setting({ snapshot })
    expect([id, next]).not.toContain(await enqueue(afterACrash))
    await afterACrash.close()
  })

  test('what is not emulated says so', async () => {
    const s = await setting()
    const request = new gatewayPb.GetGatewayMetricsRequest()
    await expect(s.api.connection.call(gatewayGrpc.GatewayServiceService.getMetrics, request)).rejects.toMatchObject({
      code: 12,
    })
    await s.close()
  })

  test('a busy broker port is replaced by a free one', async () => {
    const [one, two] = [new EmbeddedBroker(), new EmbeddedBroker()]
    const port = await one.start(0)
    const other = await two.start(port)
    expect(other).not.toBe(port)
    expect(two.url).toBe(`mqtt://127.0.0.1:${other}`)
    await one.stop()
    await two.stop()
  })
})
