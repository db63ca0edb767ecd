import { randomUUID } from 'node:crypto'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../../src/adapters/chirpstack/wire/grpc.ts'
import { readingPageSchema } from '../../../src/api/contract/readings.ts'
import { ChirpstackApi } from '../../support/chirpstack-api.ts'
import { type Chirpstack, chirpstackBinary, framesMayBeLost, sayWhenAbsent, startChirpstack } from '../../support/chirpstack-server.ts'
import { eventually, type OndineProcess, startOndine } from '../../support/ondine-process.ts'
import { Device, Gateway } from '../../support/radio/index.ts'
import { startMosquitto, startRedis } from '../../support/servers/index.ts'

sayWhenAbsent()
/** Frames sent while nobody listens; a longer absence differs in nothing but their number. */
const frames = 30
const devEui = '70b3d5e75e000014'

function lampStatus(level: number): Buffer {
  const frame = Buffer.from('010000000000805009160000fefd0002', 'hex')
  frame.writeUInt32LE(Math.floor(Date.now() / 1000), 1)
  frame[frame.length - 2] = level
  return frame
}

describe.skipIf(chirpstackBinary('sqlite') === undefined)(
  'the real ChirpStack publishes while the program is away',
  framesMayBeLost,
  () => {
    const stops: (() => Promise<unknown>)[] = []
    let chirpstack: Chirpstack
    let ondine: OndineProcess
    let lamp: Device
    /** counters of the uplinks that ChirpStack gave to the broker */
    const published = new Set<number>()

    beforeAll(async () => {
      const [mosquitto, redis] = [await startMosquitto(), await startRedis()]
      stops.push(mosquitto.stop, redis.stop)
      chirpstack = await startChirpstack({ mosquittoUrl: mosquitto.url, redisUrl: redis.url })
      stops.push(chirpstack.stop)
      const api = new ChirpstackApi(connect({ url: chirpstack.grpcUrl, token: chirpstack.token }))
      const tenantId = await api.createTenant({ name: 'Tours' })
      const applicationId = await api.createApplication({ tenantId, name: 'lighting' })
      const deviceProfileId = await api.createProfile({ tenantId, name: 'UL20xx', supportsClassC: true })
      const appKey = randomUUID().replaceAll('-', '')
      await api.createDevice({ devEui, name: 'lamp 14', applicationId, deviceProfileId }, appKey)
      await api.createGateway({ gatewayId: '7076ff0056080001', name: 'roof', tenantId })
      const gateway = new Gateway({ gatewayId: '7076ff0056080001', brokerUrl: mosquitto.url })
      await gateway.start()
      stops.push(() => gateway.stop())
      lamp = new Device({ devEui, appKey, gateways: [gateway] })
      ondine = await startOndine({
        environment: {
          ONDINE_CHIRPSTACK_URL: chirpstack.grpcUrl,
          ONDINE_CHIRPSTACK_TOKEN: chirpstack.token,
          ONDINE_BROKER_URL: mosquitto.url,
        },
      })
      stops.push(() => ondine.clean())
      const witness = await mqtt.connectAsync(mosquitto.url)
      stops.push(() => witness.endAsync())
      witness.on('message', (_topic, payload) => published.add(JSON.parse(payload.toString()).fCnt))
      await witness.subscribeAsync('application/+/device/+/event/up', { qos: 1 })
    })
    afterAll(async () => {
      for (const stop of stops.reverse()) await stop()
    })

    async function storedCounters(): Promise<number[]> {
      return readingPageSchema.parse(await ondine.get('/v1/readings?limit=1000')).items.map(({ frame }) => frame.fCnt)
    }

    test('all that it published arrives afterwards, once, whether it was stopped or killed', async () => {
      await ondine.send('PUT', `/v1/devices/${devEui}/installation`, {
        ...{ tenant: 'tours', asset: 'L-Foch-014', service: 'lighting', model: 'nasys/ul20xx', from: '2026-01-01T00:00:00.000Z' },
      })
      await lamp.join()
      await lamp.uplink(23, lampStatus(1))
      await eventually('the first reading', async () => ((await storedCounters()).length > 0 ? true : undefined))
      for (const away of [() => ondine.stop(), () => ondine.kill()]) {
        await away()
        for (let frame = 0; frame < frames / 2; frame++) {
          await lamp.uplink(23, lampStatus(frame))
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        await ondine.restart()
      }
      await eventually('the last frames published', async () => (published.size > frames / 2 ? true : undefined))
      const stored = await eventually('everything stored', async () => {
        const counters = await storedCounters()
        return new Set(counters).size >= published.size ? counters : undefined
      })
      process.stdout.write(`ChirpStack published ${published.size} uplinks, most of them to nobody: ${stored.length} stored\n`)
      expect([...stored].sort((a, b) => a - b)).toEqual([...published].sort((a, b) => a - b))
    })
  },
)
