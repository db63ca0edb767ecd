import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { readingSchema } from '../../../src/readings/reading.ts'
import type { RawEvent } from '../../../src/uplinks/ports.ts'
import { countingCodec, installMeter, numberedUplink, storedNumbers, writeMeters } from '../../support/counting-network.ts'
import { eventually, type OndineProcess, startOndine } from '../../support/ondine-process.ts'
import { startInfluxdb1, startMosquitto } from '../../support/servers/index.ts'
import { up } from '../../uplinks/uplink-event.ts'

const good = ['0018b200000000a1', '0018b200000000a2', '0018b200000000a3']
const throwing = '0018b200000000b1'
const looping = '0018b200000000b2'
const firstTime = Date.now() - 60 * 60_000

const lettersPage = z.object({
  items: z.array(z.object({ reason: z.string(), detail: z.string(), advice: z.string(), devEui: z.string().nullable() })),
})
const logLine = z.looseObject({ level: z.int(), msg: z.string() })
const warning = 40

let mosquitto: Awaited<ReturnType<typeof startMosquitto>>
let influxdb: Awaited<ReturnType<typeof startInfluxdb1>>
let ondine: OndineProcess
let network: MqttClient
let upstream: MqttClient
let codecs: string
let sent = 0
const published = new Set<number>()

beforeAll(async () => {
  mosquitto = await startMosquitto()
  influxdb = await startInfluxdb1()
  codecs = await mkdtemp(join(tmpdir(), 'ondine-codecs-'))
  await writeMeters(codecs, {
    'acme/counter': countingCodec,
    'acme/throws': 'function decodeUplink(input) { return input.nowhere.to.be.found }',
    'acme/loops': 'function decodeUplink(input) { for (;;) {} }',
  })
  ondine = await startOndine({
    environment: {
      // Nobody listens there: neither does a ChirpStack that is away hold up a reading.
      ONDINE_CHIRPSTACK_URL: 'http://127.0.0.1:1',
      ONDINE_CHIRPSTACK_TOKEN: 'none',
      ONDINE_BROKER_URL: mosquitto.url,
      ONDINE_STORE_KIND: 'influxdb1',
      ONDINE_STORE_URL: influxdb.url,
      ONDINE_CODECS_FOLDERS: codecs,
    },
  })
  for (const devEui of good) await installMeter(ondine, devEui, 'acme/counter')
  await installMeter(ondine, throwing, 'acme/throws')
  await installMeter(ondine, looping, 'acme/loops')

  network = await mqtt.connectAsync(mosquitto.url, { protocolVersion: 5, clientId: 'chirpstack-integration', reconnectPeriod: 200 })
  upstream = await mqtt.connectAsync(mosquitto.url, { protocolVersion: 5, clientId: 'upstream', reconnectPeriod: 200 })
  upstream.on('message', (topic, payload) => {
    if (topic.endsWith('/reading')) published.add(Number(readingSchema.parse(JSON.parse(payload.toString())).values.volume))
  })
  await upstream.subscribeAsync('ondine/v1/#', { qos: 1 })
  await eventually('the connection to the broker', async () => ((await connected()) === 2 ? true : undefined))
})
afterAll(async () => {
  await upstream?.endAsync(true)
  await network?.endAsync(true)
  await ondine?.clean()
  await influxdb?.stop()
  await mosquitto?.stop()
  if (codecs !== undefined) await rm(codecs, { recursive: true, force: true })
})

async function connected(): Promise<number> {
  const metric = (connection: string) => ondine.metric(`ondine_broker_connected{connection="${connection}"}`)
  return (await metric('events')) + (await metric('topics'))
}

function publish({ topic, payload }: RawEvent): Promise<unknown> {
  return network.publishAsync(topic, Buffer.from(payload), { qos: 1 })
}

/** Resolves with what ChirpStack's client would wait for; not awaited while the broker is away. */
async function sendGood(count: number): Promise<void> {
  const batch = Array.from({ length: count }, () => numberedUplink(good[sent % good.length]!, sent++, firstTime))
  await Promise.all(batch.map(publish))
}

/** Everything good that was sent is in InfluxDB and on the topics: nothing bad stopped it. */
async function allIsStored(): Promise<void> {
  await eventually(`${sent} readings in the store`, async () => (new Set(await storedNumbers(ondine)).size === sent ? true : undefined))
  await eventually(`${sent} readings on the topics`, async () => (published.size === sent ? true : undefined))
}

/** The first line of the log of at least this level that says it. */
function logged(message: string, fields: Record<string, unknown> = {}, level = warning) {
  return eventually(`"${message}" in the log`, async () =>
    ondine
      .stderr()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => logLine.parse(JSON.parse(line)))
      .find(
        (line) =>
          line.level >= level && line.msg.includes(message) && Object.entries(fields).every(([name, value]) => line[name] === value),
      ),
  )
}

async function expectLetter(reason: string, count: number): Promise<z.infer<typeof lettersPage>['items']> {
  const { items } = await eventually(`${count} dead letters ${reason}`, async () => {
    const page = lettersPage.parse(await ondine.get(`/v1/dead-letters?reason=${reason}`))
    return page.items.length >= count ? page : undefined
  })
  expect(items).toHaveLength(count)
  await logged('uplinks kept aside', { reason })
  expect(await ondine.metric(`ondine_dead_letters_total{reason="${reason}"}`)).toBe(count)
  return items
}

test('good frames go all the way, without a ChirpStack', async () => {
  await sendGood(30)
  await allIsStored()
})

test('an event that cannot be read is kept aside', async () => {
  const topic = `application/a/device/${good[0]}/event/up`
  const { payload } = numberedUplink(good[0]!, 0, firstTime)
  await publish({ topic, payload: payload.slice(0, 200), qos: 1 })
  await publish({ topic, payload: Buffer.from('ffffffffffffffff0a', 'hex'), qos: 1 })
  await sendGood(30)
  await expectLetter('malformed', 2)
  await allIsStored()
})

test('a device that nobody has installed is kept aside with the command that mends it', async () => {
  await publish(numberedUplink('0018b200000000ff', 7, firstTime))
  await sendGood(30)
  const [letter] = await expectLetter('unknown-device', 1)
  expect(letter).toMatchObject({ devEui: '0018b200000000ff', advice: expect.stringContaining('ondine device install 0018b200000000ff') })
  await allIsStored()
})

test('a frame that its codec refuses is kept aside with the codec’s own words', async () => {
  await publish(up(good[1]!, 8, { data: Buffer.from('0102', 'hex').toString('base64') }))
  await sendGood(30)
  const [letter] = await expectLetter('codec-error', 1)
  expect(letter).toMatchObject({ devEui: good[1], detail: expect.stringContaining('2 bytes, 4 are needed') })
  await allIsStored()
})

test('a codec that throws concerns its own frames only', async () => {
  await publish(up(throwing, 9))
  await sendGood(30)
  const letters = await expectLetter('codec-error', 2)
  expect(letters.find(({ devEui }) => devEui === throwing)?.detail).toContain('acme/throws')
  await allIsStored()
})

test('a codec that never ends is stopped, and not run again after three times', async () => {
  for (let fCnt = 1; fCnt <= 4; fCnt++) {
    await publish(up(looping, fCnt))
    await sendGood(10)
    if (fCnt <= 3) await eventually('the strike', async () => ((await ondine.metric(troubles('strike'))) >= fCnt ? true : undefined))
  }
  await expectLetter('codec-timeout', 3)
  await expectLetter('codec-disabled', 1)
  await logged('codec disabled', { model: 'acme/loops' })
  expect(await ondine.metric(troubles('disabled'))).toBe(1)
  await allIsStored()
})

const troubles = (type: string) => `ondine_codec_troubles_total{type="${type}"}`

test('while InfluxDB is away readings wait on our disk, the topics go on, and nothing is lost', async () => {
  await influxdb.kill()
  await sendGood(60)
  await eventually('all on the topics', async () => (published.size === sent ? true : undefined))
  await logged('consumer: waits', { consumer: 'store' })
  await eventually('the count of retries', async () => ((await retries()) > 0 ? true : undefined))
  expect(await (await fetch(`${ondine.url}/health/live`)).json()).toEqual({ live: true })
  await influxdb.restart()
  await allIsStored()
  await logged('consumer: goes on', { consumer: 'store' }, 30)
})

async function retries(): Promise<number> {
  return ondine.metric('ondine_consumer_retries_total{consumer="store",code="store.unreachable"}')
}

test('when Mosquitto goes away and comes back, it goes on where it was', async () => {
  await sendGood(30)
  await mosquitto.pause()
  await logged('broker: connection lost')
  await eventually('the metric', async () => ((await connected()) === 0 ? true : undefined))
  const waiting = sendGood(30)
  expect(await (await fetch(`${ondine.url}/health/ready`)).json()).toMatchObject({ parts: { broker: false, store: true } })
  await mosquitto.restart()
  await waiting
  await eventually('the connections', async () => ((await connected()) === 2 ? true : undefined))
  await sendGood(30)
  await allIsStored()
})

test('in the end every good frame is stored exactly once, every bad one is kept, and doctor names the causes', async () => {
  const stored = await storedNumbers(ondine)
  expect(stored.toSorted((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, number) => number))
  const letters = lettersPage.parse(await ondine.get('/v1/dead-letters')).items
  expect(letters).toHaveLength(2 + 1 + 2 + 3 + 1)
  const written = await ondine.metric('ondine_spool_written_bytes_total')
  expect(await ondine.metric('ondine_spool_bytes')).toBeGreaterThan(written)
  const doctor = await ondine.cli('doctor')
  expect(doctor.code).toBe(1)
  expect(doctor.stdout).toContain('acme/loops')
  expect(await ondine.stop()).toBe(0)
})
