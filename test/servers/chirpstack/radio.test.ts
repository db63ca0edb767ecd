import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChirpstackClient, createChirpstackClient } from '../../../src/adapters/chirpstack/client.ts'
import { parseEvent } from '../../../src/adapters/chirpstack/events/parse-event.ts'
import { connect } from '../../../src/adapters/chirpstack/wire/grpc.ts'
import type { NetworkEvent } from '../../../src/lorawan/network-event.ts'
import { ChirpstackApi } from '../../support/chirpstack-api.ts'
import { type Chirpstack, chirpstackBinary, framesMayBeLost, sayWhenAbsent, startChirpstack } from '../../support/chirpstack-server.ts'
import { Device, Gateway, until } from '../../support/radio/index.ts'
import { startMosquitto } from '../../support/servers/mosquitto.ts'
import { startRedis } from '../../support/servers/redis.ts'

sayWhenAbsent()

const appKey = '00112233445566778899001122334455'
const devEui = '70b3d5e75e000002'

const absent = chirpstackBinary('sqlite') === undefined

describe.skipIf(absent).for(['json', 'protobuf'] as const)('a frame through the real ChirpStack, %s', framesMayBeLost, (form) => {
  const stops: (() => Promise<void>)[] = []
  const events: NetworkEvent[] = []
  const qualities = new Set<number>()
  let chirpstack: Chirpstack
  let api: ChirpstackApi
  let client: ChirpstackClient
  let listener: MqttClient
  let near: Gateway
  let far: Gateway
  let lamp: Device

  const find = <T extends NetworkEvent['type']>(type: T, matches: (event: Extract<NetworkEvent, { type: T }>) => boolean = () => true) =>
    events.find(
      (event): event is Extract<NetworkEvent, { type: T }> => event.type === type && matches(event as Extract<NetworkEvent, { type: T }>),
    )

  beforeAll(async () => {
    const mosquitto = await startMosquitto()
    const redis = await startRedis()
    chirpstack = await startChirpstack({ json: form === 'json', mosquittoUrl: mosquitto.url, redisUrl: redis.url })
    stops.push(chirpstack.stop, redis.stop, mosquitto.stop)

    listener = await mqtt.connectAsync(mosquitto.url, { protocolVersion: 5 })
    listener.on('message', (topic, payload, packet) => {
      const event = parseEvent(topic, payload)
      if (event !== null) events.push(event)
      if (topic.startsWith('application/')) qualities.add(packet.qos)
    })
    await listener.subscribeAsync(['application/#', '+/gateway/#'], { qos: 1 })

    api = new ChirpstackApi(connect({ url: chirpstack.grpcUrl, token: chirpstack.token }))
    client = createChirpstackClient({ url: chirpstack.grpcUrl, token: chirpstack.token })
    const tenantId = await api.createTenant({ name: 'Tours' })
    const applicationId = await api.createApplication({ tenantId, name: 'lighting' })
    const deviceProfileId = await api.createProfile({ tenantId, name: 'class C', supportsClassC: true })
    await api.createDevice({ devEui, name: 'lamp 1', applicationId, deviceProfileId, tags: { commune: '37261' } }, appKey)
    const options = { brokerUrl: mosquitto.url }
    near = new Gateway({ ...options, gatewayId: '7076ff0056080001', location: { latitude: 47.39, longitude: 0.68, altitude: 60 } })
    far = new Gateway({ ...options, gatewayId: '7076ff0056080002' })
    for (const gateway of [near, far]) {
      await api.createGateway({ gatewayId: gateway.gatewayId, name: gateway.gatewayId, tenantId })
      await gateway.start()
    }
    lamp = new Device({ devEui, appKey, gateways: [near, far] })
  })

  afterAll(async () => {
    await near?.stop()
    await far?.stop()
    await listener?.endAsync()
    client?.stop()
    api?.connection.close()
    for (const stop of stops) await stop()
  })

  test('joins', async () => {
    await lamp.join()
    await until(() => find('join') !== undefined, 'the join event')
    expect(find('join')?.device).toMatchObject({ devEui, deviceName: 'lamp 1', tenantName: 'Tours', tags: { commune: '37261' } })
  })

  test('an uplink heard by two gateways, best first', async () => {
    await lamp.uplink(10, Buffer.from('0a5c', 'hex'), {
      signal: [
        { rssi: -118, snr: -7.25 },
        { rssi: -60, snr: 0 },
      ],
    })
    await until(() => find('uplink') !== undefined, 'the uplink event')
    expect(find('uplink')).toMatchObject({
      fPort: 10,
      fCnt: 0,
      spreadingFactor: 7,
      frequency: 868_100_000,
      receptions: [
        { gatewayId: far.gatewayId, rssi: -60, snr: 0 },
        { gatewayId: near.gatewayId, rssi: -118, snr: -7.25 },
      ],
    })
    expect(Buffer.from(find('uplink')?.data ?? []).toString('hex')).toBe('0a5c')
    expect([...qualities]).toEqual([1])
  })

  const order = (fPort: number, confirmed = false, seconds = 60) => ({
    devEui,
    fPort,
    bytes: Uint8Array.of(0x28, fPort),
    confirmed,
    expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
  })
  const got = (fPort: number) => lamp.received.find((received) => received.fPort === fPort)

  test('a class C downlink reaches the device at once, with a txack', async () => {
    const id = await client.downlinks.enqueue(order(20))
    await until(
      () => got(20) !== undefined && find('txack', (event) => event.queueItemId === id) !== undefined,
      'the downlink and its txack',
    )
    expect(got(20)).toMatchObject({ hex: '2814', confirmed: false })
    const txack = find('txack', (event) => event.queueItemId === id)
    expect(txack).toMatchObject({ device: { devEui }, fCntDown: got(20)?.fCnt, gatewayId: far.gatewayId })
    expect(find('gateway-ack', (event) => event.gatewayId === far.gatewayId)).toMatchObject({ statuses: ['OK'] })
    expect(await client.downlinks.pending(devEui)).toEqual([])
  })

  test('a confirmed one, acknowledged by the device', async () => {
    const id = await client.downlinks.enqueue(order(21, true))
    await until(() => got(21) !== undefined, 'the downlink')
    expect(got(21)).toMatchObject({ confirmed: true })
    await lamp.uplink(10, Buffer.of(1), { ack: true })
    await until(() => find('ack', (event) => event.queueItemId === id) !== undefined, 'its ack')
    expect(find('ack')).toMatchObject({ queueItemId: id, acknowledged: true, device: { devEui } })
  })

  // tens of seconds of ChirpStack's own timers, which no form of the events changes
  if (form === 'json') {
    test('one that the gateway refuses never reaches the device and expires', async () => {
      near.answer = far.answer = 'TOO_LATE'
      const id = await client.downlinks.enqueue(order(22, false, 8))
      await until(() => find('log', (event) => event.code === 'EXPIRED') !== undefined, 'its expiry')
      expect(find('log', (event) => event.code === 'DOWNLINK_GATEWAY')).toMatchObject({ description: 'TOO_LATE', queueItemId: null })
      expect(find('log', (event) => event.code === 'EXPIRED')).toMatchObject({ queueItemId: id, level: 'ERROR' })
      expect(find('gateway-ack', (event) => event.statuses.includes('TOO_LATE'))).toBeDefined()
      expect(got(22)).toBeUndefined()
      near.answer = far.answer = 'OK'
    })

    test('one for a gateway that answers nothing leaves no trace but its expiry', async () => {
      near.answer = far.answer = 'silent'
      const id = await client.downlinks.enqueue(order(23, false, 8))
      await until(() => find('log', (event) => event.queueItemId === id) !== undefined, 'its expiry')
      expect(find('txack', (event) => event.queueItemId === id)).toBeUndefined()
      expect(got(23)).toBeUndefined()
      near.answer = far.answer = 'OK'
    })
  }

  test('the directory knows the device and the gateways as heard', async () => {
    const device = await client.directory.getDevice(devEui)
    expect(device).toMatchObject({ class: 'C', tags: { commune: '37261' }, applicationName: 'lighting' })
    expect(Date.parse(device?.lastSeenAt ?? '')).toBeGreaterThan(Date.now() - 3_600_000)
    expect(await client.directory.listGateways()).toMatchObject([
      { gatewayId: near.gatewayId, state: 'online', latitude: 47.39, longitude: 0.68 },
      { gatewayId: far.gatewayId, state: 'online', latitude: null, longitude: null },
    ])
  })

  test('a device with another key does not join, and the log says why', async () => {
    const stranger = new Device({ devEui: '70b3d5e75e000003', appKey: 'ffffffffffffffffffffffffffffffff', gateways: [near] })
    const { applicationId = '', deviceProfileId = '' } = (await client.directory.getDevice(devEui)) ?? {}
    await api.createDevice({ devEui: stranger.devEui, name: 'lamp 2', applicationId, deviceProfileId }, appKey)
    await stranger.requestJoin()
    await until(() => find('log', (event) => event.code === 'UPLINK_MIC') !== undefined, 'the log event')
    expect(find('log', (event) => event.code === 'UPLINK_MIC')?.device.devEui).toBe(stranger.devEui)
    expect(stranger.session).toBeUndefined()
  })

  test('a gateway that lost its connection forwards nothing; the other one does', async () => {
    await far.goOffline()
    const fCnt = lamp.fCnt
    await lamp.uplink(11, Buffer.of(2))
    await until(() => find('uplink', (event) => event.fCnt === fCnt) !== undefined, 'the uplink')
    expect(find('uplink', (event) => event.fCnt === fCnt)?.receptions.map((reception) => reception.gatewayId)).toEqual([near.gatewayId])
  })
})
