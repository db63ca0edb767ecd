import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { statusSchema } from '../../src/api/contract/status.ts'
import { readingSchema } from '../../src/readings/reading.ts'
import { countingCodec, installMeter, numberedUplink, storedNumbers, writeMeters } from '../support/counting-network.ts'
import { eventually, type OndineProcess, startOndine } from '../support/ondine-process.ts'
import { startMosquitto } from '../support/servers/index.ts'

const rounds = Number(process.env.ONDINE_SOAK_ROUNDS ?? 3)
const devices = Array.from({ length: 200 }, (_, index) => (0x0018b20000000100n + BigInt(index)).toString(16).padStart(16, '0'))
/** a few hundred a second */
const batch = 40
const pause = 100
const patience = 3 * 60_000

let mosquitto: Awaited<ReturnType<typeof startMosquitto>>
let ondine: OndineProcess
let network: MqttClient
let upstream: MqttClient
let codecs: string
const published = new Map<number, number>()

beforeAll(async () => {
  mosquitto = await startMosquitto()
  codecs = await mkdtemp(join(tmpdir(), 'ondine-codecs-'))
  await writeMeters(codecs, { 'acme/counter': countingCodec })
  ondine = await startOndine({
    environment: {
      ONDINE_CHIRPSTACK_URL: 'http://127.0.0.1:1',
      ONDINE_CHIRPSTACK_TOKEN: 'none',
      ONDINE_BROKER_URL: mosquitto.url,
      ONDINE_CODECS_FOLDERS: codecs,
    },
  })
  for (const devEui of devices) await installMeter(ondine, devEui, 'acme/counter')
  network = await mqtt.connectAsync(mosquitto.url, { protocolVersion: 5, clientId: 'chirpstack-integration' })
  upstream = await mqtt.connectAsync(mosquitto.url, { protocolVersion: 5, clientId: 'upstream' })
  upstream.on('message', (topic, payload) => {
    if (!topic.endsWith('/reading')) return
    const number = Number(readingSchema.parse(JSON.parse(payload.toString())).values.volume)
    published.set(number, (published.get(number) ?? 0) + 1)
  })
  await upstream.subscribeAsync('ondine/v1/#', { qos: 1 })
  // What nobody has subscribed to yet is not ours to keep: one frame that arrives shows that somebody has.
  await eventually('the subscription at the broker', async () => {
    const { topic, payload } = numberedUplink(devices[0]!, 0, firstTime)
    await network.publishAsync(topic, Buffer.from(payload), { qos: 1 })
    return (await ondine.metric('ondine_events_received_total{qos="1"}')) > 0 ? true : undefined
  })
})
afterAll(async () => {
  await network?.endAsync(true)
  await upstream?.endAsync(true)
  await ondine?.clean()
  await mosquitto?.stop()
  if (codecs !== undefined) await rm(codecs, { recursive: true, force: true })
})

const firstTime = Date.now() - 6 * 60 * 60_000

test(`${rounds} rounds of kill -9 under load: nothing that the broker acknowledged is missing or double`, async () => {
  const acknowledged = [0]
  let next = 1
  let loading = true
  const load = (async () => {
    while (loading) {
      const numbers = Array.from({ length: batch }, () => next++)
      await Promise.all(
        numbers.map(async (number) => {
          const { topic, payload } = numberedUplink(devices[number % devices.length]!, number, firstTime)
          await network.publishAsync(topic, Buffer.from(payload), { qos: 1 })
          acknowledged.push(number)
        }),
      )
      await sleep(pause)
    }
  })()

  const kills = { running: 0, starting: 0, codec: 0 }
  const startedAt = Date.now()
  for (let round = 0; round < rounds; round++) {
    await sleep(200 + Math.random() * 3_000)
    const children = await childrenOf(ondine.pid)
    const victim = children[Math.floor(Math.random() * children.length)]
    if (victim !== undefined) {
      process.kill(victim, 'SIGKILL')
      kills.codec++
      await sleep(Math.random() * 300)
    }
    await ondine.kill()
    kills.running++
    if (round % 2 === 1) {
      // Killed again at any moment of its start.
      const starting = ondine.restart().catch(() => {})
      await sleep(Math.random() * 2_500)
      await ondine.kill()
      await starting
      kills.starting++
    }
    await ondine.restart()
  }
  loading = false
  await load
  const seconds = (Date.now() - startedAt) / 1000

  // What is published was in the spool: then nothing is left with the broker.
  await eventually('everything published', async () => (published.size >= acknowledged.length ? true : undefined), patience).catch(() => {})
  await eventually('everything stored', async () => ((await backlog()) === 0 ? true : undefined), patience)
  const stored = await storedNumbers(ondine)
  const found = new Set(stored)
  const missing = acknowledged.filter((number) => !found.has(number))
  const unpublished = acknowledged.filter((number) => !published.has(number))
  const repeats = [...published.values()].reduce((sum, times) => sum + times - 1, 0)
  const rate = Math.round(acknowledged.length / seconds)
  process.stdout.write(
    `${acknowledged.length} uplinks acknowledged by the broker (${rate}/s), killed ${kills.running} times at work, ${kills.starting} at its start, ` +
      `${kills.codec} codec processes: ${missing.length} missing, ${stored.length - found.size} double, ` +
      `${unpublished.length} not published, ${repeats} published again\n`,
  )
  expect(missing).toEqual([])
  expect(stored.length).toBe(found.size)
  expect(unpublished).toEqual([])
  expect(kills.codec).toBeGreaterThan(0)
  expect(await ondine.get('/v1/dead-letters')).toMatchObject({ items: [] })
  expect(await ondine.stop()).toBe(0)
})

async function backlog(): Promise<number> {
  return statusSchema.parse(await ondine.get('/v1/status')).backlog.store ?? 0
}

/** The codec processes: nothing else is started by the program. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map(Number)
}
