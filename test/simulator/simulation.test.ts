import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import profileGrpc from '@chirpstack/chirpstack-api/api/device_profile_grpc_pb.js'
import profilePb from '@chirpstack/chirpstack-api/api/device_profile_pb.js'
import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import mqtt, { type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { fill } from '../../src/adapters/chirpstack/wire/fill.ts'
import { connect } from '../../src/adapters/chirpstack/wire/grpc.ts'
import { CodecEngine } from '../../src/codecs/engine/codec-engine.ts'
import { readDeviceProfile } from '../../src/codecs/read-device-profile.ts'
import { Registry } from '../../src/codecs/registry.ts'
import { defaultFleet } from '../../src/simulator/default-fleet.ts'
import { buildFleet, type Fleet } from '../../src/simulator/fleet.ts'
import { type Clock, systemClock } from '../../src/simulator/network/clock.ts'
import { Simulation, type SimulationOptions } from '../../src/simulator/simulation.ts'
import { until } from '../support/radio/until.ts'

const logger = pino({ level: 'silent' })
/** Timers that are still to run. */
const waiting = new Set<object>()
const clock: Clock = {
  now: systemClock.now,
  after: (milliseconds, run) => {
    const timer = {}
    waiting.add(timer)
    const cancel = systemClock.after(milliseconds, () => {
      waiting.delete(timer)
      run()
    })
    return () => {
      waiting.delete(timer)
      cancel()
    }
  },
}
const root = (folder: string) => fileURLToPath(new URL(`../../${folder}`, import.meta.url))
const registry = new Registry({ folders: [root('codecs')], logger })
const codecs = new CodecEngine({ logger, processes: 1 })
/** a few of each model */
const fleet: Fleet = buildFleet({ ...defaultFleet, groups: defaultFleet.groups.map((group) => ({ ...group, count: 3 })) })

const upSchema = z.object({
  deviceInfo: z.object({ devEui: z.string(), applicationName: z.string() }),
  fCnt: z.number(),
  fPort: z.number(),
  data: z.string(),
  time: z.string(),
  rxInfo: z.array(z.object({ gatewayId: z.string() })),
})
type Up = z.infer<typeof upSchema>

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-simulation-'))
  await registry.start()
  await codecs.start()
})
afterAll(async () => {
  await codecs.stop()
  await rm(folder, { recursive: true })
})

function simulationIn(dataFolder: string, changes: Partial<SimulationOptions> = {}): Simulation {
  return new Simulation({
    fleet,
    codecs,
    model: (model) => registry.get(model)!,
    profile: (model) => readDeviceProfile(root('device-profiles'), model),
    examples: (model) => registry.examples(model),
    speed: 600,
    seed: 4,
    folder: dataFolder,
    brokerPort: 0,
    logger,
    clock,
    ...changes,
  })
}

/** Puts bytes into a device's queue; resolves with the id of the item. */
async function enqueue(simulation: Simulation, item: { devEui: string; fPort: number; data: Uint8Array }): Promise<string> {
  const connection = connect({ url: simulation.chirpstack.url, token: simulation.chirpstack.token })
  try {
    const queueItem = fill(new devicePb.DeviceQueueItem(), { ...item, confirmed: true })
    const request = fill(new devicePb.EnqueueDeviceQueueItemRequest(), { queueItem })
    return (await connection.call(deviceGrpc.DeviceServiceService.enqueue, request)).getId()
  } finally {
    connection.close()
  }
}

/** Collects events from before the first device wakes up. */
async function running(dataFolder: string): Promise<{ simulation: Simulation; client: MqttClient; ups: Up[]; kinds: string[] }> {
  const simulation = simulationIn(dataFolder)
  await simulation.start()
  const client = await mqtt.connectAsync(simulation.brokerUrl, { protocolVersion: 4 })
  const ups: Up[] = []
  const kinds: string[] = []
  client.on('message', (topic, payload) => {
    const kind = topic.split('/').at(-1) ?? ''
    kinds.push(kind)
    if (kind === 'up') ups.push(upSchema.parse(JSON.parse(payload.toString())))
  })
  await client.subscribeAsync('application/#', { qos: 1 })
  simulation.run()
  return { simulation, client, ups, kinds }
}

async function decoded(up: Up): Promise<Record<string, unknown>> {
  const model = fleet.devices.find(({ devEui }) => devEui === up.deviceInfo.devEui)?.model ?? ''
  const bytes = Buffer.from(up.data, 'base64')
  const [result] = await codecs.decode([{ codec: registry.get(model)!.codec, fPort: up.fPort, bytes, recvTime: up.time, variables: {} }])
  if (result?.ok !== true) throw new Error(`${model}: ${result?.errors.join(', ')}`)
  return result.data
}

const statusSchema = z.object({
  frame: z.literal('status'),
  lamps: z.array(z.object({ level_pct: z.number(), source: z.string() })).min(1),
})

describe('a simulated territory', () => {
  test('every device joins and reports what its own codec reads; a second start goes on', async () => {
    const first = await running(folder)
    const heard = () => new Set(first.ups.map(({ deviceInfo }) => deviceInfo.devEui))
    await until(() => heard().size === fleet.devices.length, 'an uplink of every device')
    await until(() => first.ups.length > 3 * fleet.devices.length, 'more uplinks')
    for (const up of first.ups) {
      expect(await decoded(up)).not.toEqual({})
      expect(up.rxInfo.length).toBeGreaterThan(0)
    }
    expect(new Set(first.ups.map(({ deviceInfo }) => deviceInfo.applicationName))).toEqual(new Set(fleet.services.map(({ slug }) => slug)))
    expect(first.kinds.filter((kind) => kind === 'join')).toHaveLength(fleet.devices.length)
    await first.client.endAsync()
    const { created } = first.simulation
    await first.simulation.stop()
    expect(waiting.size).toBe(0)
    expect((await stat(join(folder, 'simulation.json'))).mode & 0o777).toBe(0o600)

    const second = await running(folder)
    expect(second.simulation.created).toEqual(created)
    await until(() => second.ups.length >= 2 * fleet.devices.length, 'uplinks after the second start')
    expect(second.kinds).not.toContain('join')
    const last = new Map(first.ups.map(({ deviceInfo, fCnt }) => [deviceInfo.devEui, fCnt]))
    for (const { deviceInfo, fCnt } of second.ups) expect(fCnt).toBeGreaterThan(last.get(deviceInfo.devEui) ?? 0)
    await second.client.endAsync()
    await second.simulation.stop()
  })

  test('a street light takes a level, echoes it, and reports it from then on, over a restart too', async () => {
    const dataFolder = join(folder, 'lights')
    const light = fleet.devices.find(({ physics }) => physics === 'street-light')
    if (light === undefined) throw new Error('the fleet has no light')
    const { simulation, client, ups, kinds } = await running(dataFolder)
    const ofLight = (list: readonly Up[]) => list.filter(({ deviceInfo }) => deviceInfo.devEui === light.devEui)
    await until(() => ofLight(ups).length > 0, 'the first uplink of the light')

    const order = await codecs.encode(registry.get(light.model)!.codec, {
      type: 'set-level',
      targets: [{ address: 'dali-broadcast', level_pct: 37 }],
    })
    if (!order.ok) throw new Error(order.errors.join())
    await enqueue(simulation, { devEui: light.devEui, fPort: order.fPort, data: order.bytes })
    await until(() => kinds.includes('txack') && kinds.includes('ack'), 'txack and ack')
    const echo = Buffer.from(order.bytes).toString('base64')
    await until(() => ofLight(ups).some(({ fPort, data }) => fPort === order.fPort && data === echo), 'the echo')
    const levels = async (list: readonly Up[]) => {
      const statuses = await Promise.all(list.filter(({ fPort }) => fPort === 23).map(decoded))
      return statuses.map((status) => statusSchema.parse(status).lamps[0])
    }
    const commanded = { level_pct: 37, source: 'manual' }
    await until(async () => (await levels(ofLight(ups))).at(-1)?.level_pct === 37, 'a status with the level')
    await client.endAsync()
    await simulation.stop()

    const again = await running(dataFolder)
    await until(async () => (await levels(ofLight(again.ups))).length > 0, 'a status after the restart')
    expect((await levels(ofLight(again.ups)))[0]).toMatchObject(commanded)
    await again.client.endAsync()
    await again.simulation.stop()
  })

  test('paused, it lets every frame that its devices counted reach a lasting session, however slow, and says no more', async () => {
    const simulation = simulationIn(join(folder, 'paused'))
    await simulation.start()
    const client = await mqtt.connectAsync(simulation.brokerUrl, { protocolVersion: 4, clientId: 'slow', clean: false })
    const seen = new Map<string, number[]>()
    client.handleMessage = ({ payload }, next) => {
      const { deviceInfo, fCnt } = upSchema.parse(JSON.parse(payload.toString()))
      seen.set(deviceInfo.devEui, [...(seen.get(deviceInfo.devEui) ?? []), fCnt])
      setTimeout(next, 30)
    }
    await client.subscribeAsync('application/+/device/+/event/up', { qos: 1 })
    simulation.run()
    await until(() => seen.size === fleet.devices.length, 'an uplink of every device')
    await simulation.pause()
    const counted = () =>
      simulation.chirpstack.snapshot().devices.map(({ devEui, fCntUp }) => [devEui, Array.from({ length: fCntUp }, (_, fCnt) => fCnt)])
    const atPause = counted()
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(atPause))
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect(counted()).toEqual(atPause)
    await client.endAsync()
    await simulation.stop()
    expect(waiting.size).toBe(0)
  })

  test('its device profiles say what the models’ own say', async () => {
    const simulation = simulationIn(join(folder, 'profiles'))
    await simulation.start()
    const connection = connect({ url: simulation.chirpstack.url, token: simulation.chirpstack.token })
    const profileOf = async (model: string) => {
      const request = fill(new profilePb.GetDeviceProfileRequest(), { id: simulation.created.profiles[model] })
      const answer = await connection.call(profileGrpc.DeviceProfileServiceService.get, request)
      return answer.getDeviceProfile()?.toObject()
    }
    const common = { region: commonPb.Region.EU868, supportsOtaa: true }
    expect(await profileOf('axioma/qalcosonic-w1')).toMatchObject({
      ...common,
      macVersion: commonPb.MacVersion.LORAWAN_1_0_2,
      regParamsRevision: commonPb.RegParamsRevision.B,
      supportsClassC: false,
      uplinkInterval: 43_200,
    })
    expect(await profileOf('nasys/ul20xx')).toMatchObject({
      ...common,
      macVersion: commonPb.MacVersion.LORAWAN_1_0_3,
      regParamsRevision: commonPb.RegParamsRevision.A,
      supportsClassC: true,
      uplinkInterval: 3_600,
    })
    connection.close()
    await simulation.stop()
  })

  test('one that is killed before it kept anything gives no id twice', async () => {
    const killed = join(folder, 'killed')
    const left = join(folder, 'left')
    const [{ devEui } = { devEui: '' }] = fleet.devices
    const item = { devEui, fPort: 1, data: Uint8Array.of(1) }
    const first = simulationIn(killed)
    await first.start()
    await cp(killed, left, { recursive: true })
    const given = await enqueue(first, item)
    const second = simulationIn(left)
    await second.start()
    expect(second.created).toEqual(first.created)
    expect(await enqueue(second, item)).not.toBe(given)
    await Promise.all([first.stop(), second.stop()])
  })

  test('a start that fails leaves nothing open', async () => {
    const simulation = simulationIn(join(folder, 'failed'), { profile: () => Promise.reject(new Error('no such profile')) })
    await expect(simulation.start()).rejects.toThrow('no such profile')
    expect(waiting.size).toBe(0)
    await expect(mqtt.connectAsync(simulation.brokerUrl, { protocolVersion: 4, reconnectPeriod: 0 }, false)).rejects.toThrow()
  })

  test('a damaged state is one sentence that names the file', async () => {
    const dataFolder = await mkdtemp(join(folder, 'damaged-'))
    await writeFile(join(dataFolder, 'simulation.json'), '{"created":')
    const simulation = simulationIn(dataFolder)
    await expect(simulation.start()).rejects.toMatchObject({ code: 'simulator.snapshot' })
    await expect(simulation.start()).rejects.toThrow(join(dataFolder, 'simulation.json'))
    expect(await readFile(join(dataFolder, 'simulation.json'), 'utf8')).toBe('{"created":')
  })
})
