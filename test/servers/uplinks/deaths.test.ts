import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt from 'mqtt'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { statusSchema } from '../../../src/api/contract/status.ts'
import { countingCodec, installMeter, loadDevice, numberedUplink, storedNumbers, writeMeters } from '../../support/counting-network.ts'
import { Load, type Sent } from '../../support/load.ts'
import { eventually, type OndineProcess, startOndine } from '../../support/ondine-process.ts'
import { startInfluxdb1, startMosquitto } from '../../support/servers/index.ts'
import { spooledNumbers } from '../../support/spooled-numbers.ts'

/** Deaths of each test; the more, the longer. */
const rounds = Number(process.env.ONDINE_TEST_ROUNDS ?? 2)
const perSecond = Number(process.env.ONDINE_TEST_RATE ?? 5_000)
const devices = 200
const patience = 10 * 60_000

let mosquitto: Awaited<ReturnType<typeof startMosquitto>>
let influxdb: Awaited<ReturnType<typeof startInfluxdb1>>
let ondine: OndineProcess
let load: Load | null = null
let codecs: string

beforeAll(async () => {
  codecs = await mkdtemp(join(tmpdir(), 'ondine-codecs-'))
  await writeMeters(codecs, { 'acme/counter': countingCodec })
})
afterAll(async () => rm(codecs, { recursive: true, force: true }))

beforeEach(async () => {
  mosquitto = await startMosquitto()
  influxdb = await startInfluxdb1()
})
afterEach(async () => {
  load?.kill()
  await ondine?.clean()
  await influxdb.stop()
  await mosquitto.stop()
})

async function begin(store: Record<string, string>): Promise<void> {
  ondine = await startOndine({
    environment: {
      ONDINE_CHIRPSTACK_URL: 'http://127.0.0.1:1',
      ONDINE_CHIRPSTACK_TOKEN: 'none',
      ONDINE_BROKER_URL: mosquitto.url,
      ONDINE_CODECS_FOLDERS: codecs,
      ...store,
    },
  })
  for (let index = 0; index < devices; index++) await installMeter(ondine, loadDevice(index), 'acme/counter')
  const firstTime = Date.now() - 12 * 60 * 60_000
  // What nobody has subscribed to yet is not ours to keep: one frame that arrives shows that somebody has.
  const network = await mqtt.connectAsync(mosquitto.url, { protocolVersion: 5 })
  await eventually('the subscription at the broker', async () => {
    const { topic, payload } = numberedUplink(loadDevice(0), 0, firstTime)
    await network.publishAsync(topic, Buffer.from(payload), { qos: 1 })
    return (await ondine.metric('ondine_events_received_total{qos="1"}')) > 0 ? true : undefined
  })
  await network.endAsync()
  load = new Load(mosquitto.url, { perSecond, devices, firstTime })
}

const influx = () => ({ ONDINE_STORE_KIND: 'influxdb1', ONDINE_STORE_URL: influxdb.url })

async function influxNumbers(): Promise<number[]> {
  const query = new URLSearchParams({ db: 'ondine', q: 'select volume from "water-meter"' })
  const csv = await (await fetch(`${influxdb.url}/query?${query}`, { headers: { accept: 'application/csv' } })).text()
  return csv
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => Number(line.split(',')[3]))
}

/** The codec processes: nothing else is started by the program. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map(Number)
}

const deaths = {
  'ondine at work': async () => {
    await ondine.kill()
    await ondine.restart()
  },
  'ondine, again at its start': async () => {
    await ondine.kill()
    const starting = ondine.restart().catch(() => {})
    await sleep(Math.random() * 2_500)
    await ondine.kill()
    await starting
    await ondine.restart()
  },
  'a codec process': async () => {
    const children = await childrenOf(ondine.pid)
    expect(children.length).toBeGreaterThan(0)
    process.kill(children[Math.floor(Math.random() * children.length)]!, 'SIGKILL')
  },
  InfluxDB: async () => {
    await influxdb.kill()
    await sleep(Math.random() * 2_000)
    await influxdb.restart()
  },
}

/** Waits until nothing is on its way any more, then asks for what is stored; again while less is there than was sent. */
async function settled(sent: Sent, stored: () => Promise<readonly number[]>): Promise<readonly number[]> {
  let numbers: readonly number[] = []
  for (let attempt = 0; attempt < 5 && new Set(numbers).size < sent.acknowledged.length; attempt++) {
    let spooled = -1
    await eventually(
      'nothing on its way',
      async () => {
        await sleep(2_000)
        const { backlog } = statusSchema.parse(await ondine.get('/v1/status'))
        const before = spooled
        spooled = await ondine.metric('ondine_spool_records_total')
        return spooled === before && Object.values(backlog).every((count) => count === 0) ? true : undefined
      },
      patience,
    )
    numbers = await stored()
  }
  return numbers
}

function missingOf(wanted: Iterable<number>, found: ReadonlySet<number>): number[] {
  return [...new Set(wanted)].filter((number) => !found.has(number))
}

describe.each([
  { store: 'InfluxDB 1.6', environment: influx, stored: influxNumbers, victims: Object.keys(deaths) },
  { store: 'the embedded store', environment: () => ({}), stored: () => storedNumbers(ondine), victims: Object.keys(deaths).slice(0, 3) },
])('readings in $store', ({ environment, stored, victims, store }) => {
  test(`${rounds} deaths under load: nothing that the broker acknowledged is missing or double`, { timeout: 30 * 60_000 }, async () => {
    await begin(environment())
    const died = new Map<string, number>()
    for (let round = 0; round < rounds; round++) {
      await sleep(500 + Math.random() * 2_500)
      const victim = z
        .enum(['ondine at work', 'ondine, again at its start', 'a codec process', 'InfluxDB'])
        .parse(victims[round % victims.length])
      await deaths[victim]()
      died.set(victim, (died.get(victim) ?? 0) + 1)
    }
    const sent = await load!.stop()
    const numbers = await settled(sent, stored)
    const found = new Set(numbers)
    const missing = missingOf(sent.acknowledged, found)
    process.stdout.write(
      `${store}: ${sent.acknowledged.length} uplinks acknowledged by the broker at ${sent.perSecond}/s; killed ` +
        `${[...died].map(([name, times]) => `${name} ${times}`).join(', ')}: ${missing.length} missing, ${numbers.length - found.size} double\n`,
    )
    expect(sent.acknowledged.length).toBeGreaterThan(1_000)
    expect(missing).toEqual([])
    expect(numbers.length).toBe(found.size)
    expect(await ondine.get('/v1/dead-letters')).toMatchObject({ items: [] })
  })
})

test(`${rounds} deaths of Mosquitto as it is shipped: nothing that reached the spool is missing or double`, {
  timeout: 30 * 60_000,
}, async () => {
  await begin(influx())
  for (let round = 0; round < rounds; round++) {
    await sleep(500 + Math.random() * 2_500)
    // Every other time while nobody takes from it: what it holds then is on its disk or nowhere.
    if (round % 2 === 1) await ondine.kill()
    if (round % 2 === 1) await sleep(1_000)
    await mosquitto.kill()
    await mosquitto.restart()
    if (round % 2 === 1) await ondine.restart()
  }
  const sent = await load!.stop()
  const numbers = await settled(sent, influxNumbers)
  expect(await ondine.stop()).toBe(0)
  const spooled = await spooledNumbers(ondine.dataDir)
  const found = new Set(numbers)
  const missing = missingOf(spooled, found)
  const forgotten = missingOf(sent.acknowledged, new Set(spooled))
  process.stdout.write(
    `${sent.acknowledged.length} uplinks acknowledged by Mosquitto at ${sent.perSecond}/s, killed ${rounds} times: ` +
      `${new Set(spooled).size} reached the spool (${spooled.length - new Set(spooled).size} repeats), of them ${missing.length} missing and ` +
      `${numbers.length - found.size} double in the store; ${forgotten.length} acknowledged by Mosquitto and forgotten by it\n`,
  )
  expect(found.size).toBeGreaterThan(1_000)
  expect(missing).toEqual([])
  expect(numbers.length).toBe(found.size)
})
