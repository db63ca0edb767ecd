import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { parseEvent } from '../../../src/adapters/chirpstack/events/parse-event.ts'
import { InfluxdbReadingStore } from '../../../src/adapters/influxdb/influxdb-reading-store.ts'
import { modelsOf } from '../../../src/uplinks/models.ts'
import { Uplinks } from '../../../src/uplinks/uplinks.ts'
import { FakeCodecRunner } from '../../fakes/fake-codec-runner.ts'
import { FakeDeadLetters } from '../../fakes/fake-dead-letters.ts'
import { FakeEventSource } from '../../fakes/fake-event-source.ts'
import { FakeUplinkMetrics } from '../../fakes/fake-uplink-metrics.ts'
import { type Fault, startFaultyProxy } from '../../support/faulty-proxy.ts'
import { everything } from '../../support/reading-builder.ts'
import { influxdb2Binary, startInfluxdb1, startInfluxdb2 } from '../../support/servers/index.ts'
import type { ServerProcess } from '../../support/servers/server-process.ts'
import { testModel } from '../../support/test-model.ts'
import { up } from '../../uplinks/uplink-event.ts'

const model = testModel('acme/meter', {
  title: 'Meter',
  vendor: 'Acme',
  family: 'water-meter',
  version: '1.0.0',
  service: 'water',
  deviceProfile: 'acme/meter',
  expectedInterval: 3600,
  measures: [{ field: 'volume', name: 'volume' }],
})
const day = 86_400_000
const batches = 60
const perBatch = 100
const total = batches * perBatch

/** Every fiftieth line has another type, every fiftieth cannot be parsed, every fiftieth is older than the database keeps. */
const isConflict = (n: number) => n > 0 && n % 50 === 7
const isNonsense = (n: number) => n % 50 === 9
const isOld = (n: number) => n % 50 === 11
const change = (line: string) => {
  const n = Number(/ volume=(\d+)/.exec(line)?.[1])
  if (isConflict(n)) return line.replace(/ volume=(\d+)/, ' volume="$1"')
  return isNonsense(n) ? line.replace(/ volume=/, ' volume=1e,x=') : line
}

const ofAProxy = '<html><h1>400 Bad Request</h1></html>'
const faults: Fault[] = [
  { status: 500, body: '{"error":"engine is closed"}' },
  { status: 503, headers: { 'retry-after': '1' }, body: '<h1>Service Unavailable</h1>' },
  { status: 429, headers: { 'retry-after': '1' }, body: '{"code":"too many requests","message":"slow down"}' },
  { status: 401, body: '{"code":"unauthorized","message":"unauthorized access"}' },
  'hang',
  'close at once',
  'close half-way',
  'store, then close',
  'store, then 500',
]

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Settings = ConstructorParameters<typeof InfluxdbReadingStore>[0]
type Place = { server: ServerProcess; url: string; settings: (url: string) => Settings }
const common = { retentionDays: 10, writing: { gzipAbove: 8000 } }

async function onInfluxdb1(): Promise<Place> {
  const server = await startInfluxdb1()
  return { server, url: server.url, settings: (url) => ({ kind: 'influxdb1', url, database: 'faults', ...common }) }
}

async function onInfluxdb2(): Promise<Place> {
  const server = await startInfluxdb2()
  const { org, token } = server
  return { server, url: server.url, settings: (url) => ({ kind: 'influxdb2', url, org, bucket: 'faults', token, ...common }) }
}

const servers: [string, () => Promise<Place>][] = [['InfluxDB 1', onInfluxdb1]]
if (influxdb2Binary !== undefined) servers.push(['InfluxDB 2', onInfluxdb2])

describe.for(servers)('%s', ([name, startServer]) => {
  test('is killed, and answers with every fault: nothing is missing, what it will never take is kept aside', async () => {
    const { server, url, settings } = await startServer()
    closing.push(() => server.stop())
    const proxy = await startFaultyProxy({ target: url, most: 20_000, change })
    closing.push(() => proxy.stop())
    const folder = await mkdtemp(join(tmpdir(), 'ondine-faults-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    let outdated = 0
    const count = (some: number) => {
      outdated += some
    }
    const store = new InfluxdbReadingStore(settings(proxy.url), { timeout: 4000, outdated: count, folder })
    await store.start()
    closing.push(() => store.stop())

    const source = new FakeEventSource()
    const metrics = new FakeUplinkMetrics()
    const deadLetters = new FakeDeadLetters()
    const uplinks = new Uplinks({
      folder: join(folder, 'spool'),
      retentionMs: day,
      source,
      parse: parseEvent,
      directory: {
        resolve: (devEui) => ({
          ...{
            devEui,
            tenant: 'tours',
            timeZone: 'Europe/Paris',
            service: 'water',
            model: model.slug,
            firmware: null,
            status: 'installed',
          },
          assignments: [{ channel: 'main', asset: devEui, service: 'water', parameters: {}, from: '2020-01-01T00:00:00.000Z', to: null }],
        }),
      },
      models: modelsOf({ get: () => model, list: () => [model] }),
      variables: async () => ({}),
      codecs: new FakeCodecRunner({
        [model.slug]: { decode: ({ bytes }) => ({ ok: true, data: { volume: Buffer.from(bytes).readUInt32BE() }, warnings: [] }) },
      }),
      store,
      deadLetters,
      topics: {
        publish: async () => ({ told: Promise.resolve() }),
        follow: async () => ({ told: Promise.resolve() }),
        publishLate: async () => {},
      },
      orders: async () => {},
      frames: { keep: async () => {} },
      activity: { record: async () => {} },
      logger: pino({ level: 'silent' }),
      metrics,
      backoff: { first: 20, most: 100 },
    })
    await uplinks.start()
    closing.push(() => uplinks.stop())

    const start = Date.now() - day
    for (let batch = 0; batch < batches; batch++) {
      const events = Array.from({ length: perBatch }, (_, index) => {
        const n = batch * perBatch + index
        const data = Buffer.alloc(4)
        data.writeUInt32BE(n)
        const time = new Date(start + n * 10 - (isOld(n) ? 20 * day : 0)).toISOString()
        return up((0x0018b20000000000n + BigInt(n % 100)).toString(16).padStart(16, '0'), n, { data: data.toString('base64'), time })
      })
      await source.receive(...events)
      const fault = faults[batch % 20]
      if (fault !== undefined) proxy.faults.push(fault)
      // A refusal that names no line, of a proxy: of a few requests in a row, the single line and the empty question among them.
      if (batch === 15) proxy.faults.push(...Array.from({ length: 12 }, () => ({ status: 400, body: ofAProxy })))
      if (batch === 25) await server.kill()
      if (batch === 40) await server.restart()
      if (batch % 5 === 0) await expect.poll(() => proxy.faults.length < 20, { timeout: 60_000 }).toBe(true)
    }
    await expect.poll(() => uplinks.lag('store'), { timeout: 150_000, interval: 100 }).toBe(0)

    const volumes: number[] = []
    for (let cursor: string | null = null; ; ) {
      const page = await store.list(everything, { order: 'oldest first', limit: 1000, ...(cursor === null ? {} : { cursor }) })
      volumes.push(...page.readings.map(({ values }) => Number(values.volume)))
      cursor = page.cursor
      if (cursor === null) break
    }
    const numbers = Array.from({ length: total }, (_, n) => n)
    const good = numbers.filter((n) => !isConflict(n) && !isNonsense(n) && !isOld(n))
    const rejected = numbers.filter((n) => isConflict(n) || isNonsense(n))
    const letters = deadLetters.letters.map(({ payload }) => {
      const { data } = JSON.parse(Buffer.from(payload).toString())
      return Buffer.from(data, 'base64').readUInt32BE()
    })
    console.log(
      `${name}: ${total} uplinks, ${volumes.length} stored, ${good.length - new Set(volumes).size} missing, ${letters.length} kept aside, ` +
        `${outdated} older than the retention; met: ${[...proxy.met].map(([fault, count]) => `${fault} ${count}`).join(', ')}; ` +
        `tried again ${[...metrics.counts].filter(([key]) => key.startsWith('retried:store')).map(([key, count]) => `${key.split(':')[2]} ${count}`)}`,
    )
    expect([...volumes].sort((a, b) => a - b)).toEqual(good)
    expect([...letters].sort((a, b) => a - b)).toEqual(rejected)
    expect(new Set(deadLetters.letters.map(({ reason }) => reason))).toEqual(new Set(['store-rejected']))
    expect(outdated).toBe(numbers.filter(isOld).length)
    const last = await store.lastValues(everything, {})
    for (const { device, value } of last) {
      expect(value).toBe(Math.max(...good.filter((n) => n % 100 === Number.parseInt(device.slice(-2), 16))))
    }
  })
})
