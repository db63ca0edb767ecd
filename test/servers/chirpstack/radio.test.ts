import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseEvent } from '../../../src/adapters/chirpstack/events/parse-event.ts'
import { connect } from '../../../src/adapters/chirpstack/wire/grpc.ts'
import type { NetworkEvent } from '../../../src/lorawan/network-event.ts'
import { ChirpstackApi } from '../../support/chirpstack-api.ts'
import { type Chirpstack, chirpstackBinary, sayWhenAbsent, startChirpstack } from '../../support/chirpstack-server.ts'
import { Device, Gateway, until } from '../../support/radio/index.ts'
import { startMosquitto } from '../../support/servers/mosquitto.ts'
import { startRedis } from '../../support/servers/redis.ts'

sayWhenAbsent()

const appKey = '00112233445566778899001122334455'
const devEui = '70b3d5e75e000002'

describe.skipIf(chirpstackBinary('sqlite') === undefined).for(['json', 'protobuf'] as const)(
  'a frame through the real ChirpStack, %s',
  (form) => {
    const stops: (() => Promise<void>)[] = []
    const events: NetworkEvent[] = []
    const qualities = new Set<number>()
    let chirpstack: Chirpstack
    let api: ChirpstackApi
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
  },
)
