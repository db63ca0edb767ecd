import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import profilePb from '@chirpstack/chirpstack-api/api/device_profile_pb.js'
import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import mqtt, { type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../../src/adapters/chirpstack/wire/grpc.ts'
import { createDeviceProfile } from '../../../src/codecs/kit/export/chirpstack-api.ts'
import { chirpstackCatalogue, type ExportedModel } from '../../../src/codecs/kit/export/chirpstack-catalogue.ts'
import { exportModel } from '../../../src/codecs/kit/export/export-model.ts'
import { runExample } from '../../../src/codecs/kit/run-examples.ts'
import { withWorkbench } from '../../../src/codecs/kit/workbench.ts'
import type { Example } from '../../../src/codecs/model.ts'
import { Registry } from '../../../src/codecs/registry.ts'
import { folderOf, removeFolders } from '../../codecs/import/tree.ts'
import { codecsFolder, profilesFolder } from '../../codecs/plain-codec.ts'
import { ChirpstackApi } from '../../support/chirpstack-api.ts'
import { type Chirpstack, chirpstackBinary, framesMayBeLost, sayWhenAbsent, startChirpstack } from '../../support/chirpstack-server.ts'
import { Device, Gateway, until } from '../../support/radio/index.ts'
import { startMosquitto } from '../../support/servers/mosquitto.ts'
import { startRedis } from '../../support/servers/redis.ts'

sayWhenAbsent()

const binary = chirpstackBinary('sqlite') ?? ''
const appKey = '00112233445566778899001122334455'
const slugs = ['milesight/em300-th', 'nasys/ul20xx', 'decentlab/dl-trs12']

type Uplink = Extract<Example, { type: 'uplink' }>

describe.skipIf(binary === '')('exported models in the real ChirpStack', () => {
  const stops: (() => Promise<void>)[] = []
  const registry = new Registry({ folders: [codecsFolder], logger: pino({ level: 'silent' }) })
  const objects = new Map<string, unknown>()
  const exported = new Map<string, ExportedModel>()
  const ours = new Map<string, unknown>()
  let chirpstack: Chirpstack
  let api: ChirpstackApi
  let listener: MqttClient
  let gateway: Gateway
  let tenantId: string
  let applicationId: string

  const exampleOf = (slug: string) =>
    registry.examples(slug).find((example): example is Uplink => example.type === 'uplink' && example.output !== undefined) ??
    expect.fail(slug)

  beforeAll(async () => {
    await registry.start()
    await withWorkbench(async ({ probe, runner }) => {
      for (const slug of slugs) {
        const model = registry.get(slug) ?? expect.fail(`there is no model ${slug}`)
        exported.set(slug, (await exportModel(probe, model, registry.examples(slug), profilesFolder)).exported)
        const result = await runExample(runner, model, exampleOf(slug))
        ours.set(slug, result.ok && 'data' in result ? result.data : expect.fail(slug))
      }
    })
    const mosquitto = await startMosquitto()
    const redis = await startRedis()
    chirpstack = await startChirpstack({ mosquittoUrl: mosquitto.url, redisUrl: redis.url })
    stops.push(chirpstack.stop, redis.stop, mosquitto.stop)
    listener = await mqtt.connectAsync(mosquitto.url)
    listener.on('message', (topic, payload) => {
      const [, devEui = ''] = /\/device\/(\w+)\/event\/up$/.exec(topic) ?? []
      if (devEui !== '') objects.set(devEui, JSON.parse(payload.toString()).object)
    })
    await listener.subscribeAsync('application/#', { qos: 1 })
    api = new ChirpstackApi(connect({ url: chirpstack.grpcUrl, token: chirpstack.token }))
    tenantId = await api.createTenant({ name: 'Tours' })
    applicationId = await api.createApplication({ tenantId, name: 'all' })
    gateway = new Gateway({ brokerUrl: mosquitto.url, gatewayId: '7076ff0056080001' })
    await api.createGateway({ gatewayId: gateway.gatewayId, name: 'gateway', tenantId })
    await gateway.start()
  })

  afterAll(async () => {
    await gateway?.stop()
    await listener?.endAsync()
    api?.connection.close()
    for (const stop of stops) await stop()
    await removeFolders()
  })

  test.for(slugs.map((slug, index) => [slug, `70b3d5e75e00010${index}`] as const))(
    '%s: the device profile from its JSON decodes a frame as the engine does',
    framesMayBeLost,
    async ([slug, devEui]) => {
      const one = exported.get(slug) ?? expect.fail(slug)
      const script = one.scripts.at(-1) ?? expect.fail(slug)
      const { region, macVersion, regParamsRevision, payloadCodecRuntime, ...fields } = createDeviceProfile(
        tenantId,
        one.model,
        one.profile,
        script,
      ).deviceProfile
      const deviceProfileId = await api.createProfile({
        ...fields,
        region: byName(commonPb.Region, region),
        macVersion: byName(commonPb.MacVersion, macVersion),
        regParamsRevision: byName(commonPb.RegParamsRevision, regParamsRevision),
        payloadCodecRuntime: byName(profilePb.CodecRuntime, payloadCodecRuntime),
      })
      // A second try needs a device of its own: this one has used its join nonces.
      if (!objects.has(devEui)) await api.createDevice({ devEui, name: slug, applicationId, deviceProfileId }, appKey).catch(() => {})
      const device = new Device({ devEui, appKey, gateways: [gateway] })
      device.devNonce = Math.floor(Date.now() / 100) % 60_000
      await device.join()
      const { fPort, hex } = exampleOf(slug).input
      await device.uplink(fPort, Buffer.from(hex, 'hex'))
      await until(() => objects.has(devEui), 'the uplink event')
      expect(objects.get(devEui)).toEqual(ours.get(slug))
    },
  )

  test('ChirpStack’s own importer takes the exported catalogue', async () => {
    const folder = await folderOf(Object.fromEntries(chirpstackCatalogue([...exported.values()])))
    const { stdout, stderr } = await promisify(execFile)(binary, ['-c', chirpstack.folder, 'import-device-profiles', '-d', folder])
    expect(`${stdout}${stderr}`).not.toMatch(/error/i)
    for (const slug of slugs) expect(stdout, slug).toContain(`${slug.split('/')[1]}.toml`)
  })
})

function byName<T extends object>(names: T, name: string): T[keyof T] {
  const found = Object.entries(names).find(([key]) => key === name)
  if (found === undefined) throw new Error(`ChirpStack has no ${name}`)
  return found[1]
}
