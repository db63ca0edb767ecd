import { randomUUID } from 'node:crypto'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connect } from '../../../src/adapters/chirpstack/wire/grpc.ts'
import { orderSchema } from '../../../src/commands/order.ts'
import { readingSchema } from '../../../src/readings/reading.ts'
import { ChirpstackApi } from '../../support/chirpstack-api.ts'
import { type Chirpstack, chirpstackBinary, framesMayBeLost, startChirpstack } from '../../support/chirpstack-server.ts'
import { eventually, type OndineProcess, startOndine } from '../../support/ondine-process.ts'
import { Device, Gateway } from '../../support/radio/index.ts'
import { influxdb2Binary, startInfluxdb1, startInfluxdb2, startMosquitto, startRedis } from '../../support/servers/index.ts'

/** Byte 1-4: unix time; lamps: all drivers, manual, 80 %. */
function lampStatus(level: number): Buffer {
  const frame = Buffer.from('01000000000080 5009160000fefd0002'.replaceAll(' ', ''), 'hex')
  frame.writeUInt32LE(Math.floor(Date.now() / 1000), 1)
  frame[frame.length - 2] = level
  return frame
}

/** Each store keeps the same reading: its own name in the environment, and how a stranger reads it back. */
const stores = {
  'InfluxDB 1': async () => {
    const server = await startInfluxdb1()
    return {
      stop: server.stop,
      environment: { ONDINE_STORE_KIND: 'influxdb1', ONDINE_STORE_URL: server.url },
      level: () => influxLevel(server.url, {}),
    }
  },
  ...(influxdb2Binary === undefined
    ? {}
    : {
        'InfluxDB 2': async () => {
          const server = await startInfluxdb2()
          return {
            stop: server.stop,
            environment: {
              ONDINE_STORE_KIND: 'influxdb2',
              ONDINE_STORE_URL: server.url,
              ONDINE_STORE_ORG: server.org,
              ONDINE_STORE_TOKEN: server.token,
            },
            level: () => influxLevel(server.url, { authorization: `Token ${server.token}` }),
          }
        },
      }),
}

const queryAnswer = z.object({
  results: z.array(z.object({ series: z.array(z.object({ values: z.array(z.array(z.unknown())) })).optional() })),
})

async function influxLevel(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const query = new URLSearchParams({ db: 'ondine', q: `select last(level) from "street-light" where asset = 'L-Foch-014'` })
  const answer = queryAnswer.parse(await (await fetch(`${url}/query?${query}`, { headers })).json())
  return z.number().optional().parse(answer.results[0]?.series?.[0]?.values[0]?.[1])
}

describe.skipIf(chirpstackBinary('sqlite') === undefined).each(Object.entries(stores))(
  'one frame through the real ChirpStack, Mosquitto, this program and %s',
  framesMayBeLost,
  (_name, startStore) => {
    const stops: (() => Promise<unknown>)[] = []
    let chirpstack: Chirpstack
    let ondine: OndineProcess
    let lamp: Device
    const published: { topic: string; payload: string; retain: boolean }[] = []
    let store: Awaited<ReturnType<typeof startStore>>
    const devEui = '70b3d5e75e000014'

    beforeAll(async () => {
      const [mosquitto, redis] = [await startMosquitto(), await startRedis()]
      stops.push(mosquitto.stop, redis.stop)
      chirpstack = await startChirpstack({ mosquittoUrl: mosquitto.url, redisUrl: redis.url })
      stops.push(chirpstack.stop)
      store = await startStore()
      stops.push(store.stop)

      const api = new ChirpstackApi(connect({ url: chirpstack.grpcUrl, token: chirpstack.token }))
      const tenantId = await api.createTenant({ name: 'Tours' })
      const applicationId = await api.createApplication({ tenantId, name: 'lighting' })
      const deviceProfileId = await api.createProfile({ tenantId, name: 'UL20xx', supportsClassC: true })
      const appKey = randomUUID().replaceAll('-', '')
      await api.createDevice({ devEui, name: 'lamp 14', applicationId, deviceProfileId }, appKey)
      const gatewayId = '7076ff0056080001'
      await api.createGateway({ gatewayId, name: 'roof', tenantId })
      const gateway = new Gateway({ gatewayId, brokerUrl: mosquitto.url })
      await gateway.start()
      stops.push(() => gateway.stop())
      lamp = new Device({ devEui, appKey, gateways: [gateway] })

      ondine = await startOndine({
        environment: {
          ONDINE_CHIRPSTACK_URL: chirpstack.grpcUrl,
          ONDINE_CHIRPSTACK_TOKEN: chirpstack.token,
          ONDINE_BROKER_URL: mosquitto.url,
          ...store.environment,
        },
      })
      stops.push(() => ondine.clean())

      const upstream = await mqtt.connectAsync(mosquitto.url)
      stops.push(() => upstream.endAsync())
      upstream.on('message', (topic, payload, packet) => published.push({ topic, payload: payload.toString(), retain: packet.retain }))
      await upstream.subscribeAsync('ondine/v1/#', { qos: 1 })
    })
    afterAll(async () => {
      for (const stop of stops.reverse()) await stop()
    })

    test('the reading is stored and published', async () => {
      await ondine.send('PUT', `/v1/devices/${devEui}/installation`, {
        tenant: 'tours',
        asset: 'L-Foch-014',
        service: 'lighting',
        model: 'nasys/ul20xx',
        site: { name: 'rue Foch 14', commune: '37261' },
        from: '2026-01-01T00:00:00.000Z',
      })
      await lamp.join()
      await lamp.uplink(23, lampStatus(80), { signal: { rssi: -97, snr: 4.25, spreadingFactor: 9 } })

      const message = await eventually('the decoded topic', async () =>
        published.find(({ topic }) => topic === 'ondine/v1/tours/lighting/L-Foch-014/reading'),
      )
      const reading = readingSchema.parse(JSON.parse(message.payload))
      expect(reading).toMatchObject({
        asset: 'L-Foch-014',
        device: devEui,
        model: expect.stringMatching(/^nasys\/ul20xx@/),
        quality: 'good',
        values: { level: 80 },
        radio: { gateways: 1, gateway: '7076ff0056080001', rssi: -97, snr: 4.25, spreadingFactor: 9, margin: 16.8 },
        frame: { fPort: 23 },
      })
      expect(await eventually('the stored value', store.level)).toBe(80)
    })

    test('a dim arrives in the lamp, and the ledger says so', async () => {
      const answer = await ondine.cli('command', 'dim', 'L-Foch-014', '40', '--for', '1h', '--json')
      expect(answer.code, answer.stderr).toBe(0)
      const { id } = z.object({ id: z.string() }).parse(JSON.parse(answer.stdout))
      const received = await eventually('the downlink', async () => lamp.received.find(({ fPort }) => fPort === 60))
      expect(received).toMatchObject({ hex: '09fe283c', confirmed: true })

      const order = async () => orderSchema.parse(await ondine.get(`/v1/commands/${id}`))
      await eventually('transmitted', async () => ((await order()).state === 'transmitted' ? true : undefined))
      await lamp.uplink(23, lampStatus(40), { ack: true })
      const final = await eventually('acknowledged', async () => {
        const now = await order()
        return now.state === 'acknowledged' ? now : undefined
      })
      expect(final.steps.map((step) => step.state)).toEqual(['accepted', 'sending', 'queued', 'transmitted', 'acknowledged'])
    })

    test('doctor finds nothing wrong', async () => {
      const answer = await ondine.cli('doctor', '--json')
      expect(answer.code, answer.stdout + answer.stderr).toBe(0)
      const { findings } = z
        .object({ findings: z.array(z.object({ code: z.string(), outcome: z.string() })) })
        .parse(JSON.parse(answer.stdout))
      expect(findings.filter((finding) => finding.outcome === 'wrong')).toEqual([])
    })
  },
)
