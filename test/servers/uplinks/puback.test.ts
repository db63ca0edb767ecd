import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Aedes } from 'aedes'
import mqtt, { type MqttClient } from 'mqtt'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MqttIntake, type MqttIntakeOptions } from '../../../src/adapters/mqtt/intake.ts'
import type { RawEvent } from '../../../src/uplinks/ports.ts'
import { CountingProxy, puback } from '../../adapters/mqtt/counting-proxy.ts'
import { FakeUplinkMetrics } from '../../fakes/fake-uplink-metrics.ts'
import { startMosquitto } from '../../support/servers/index.ts'

const poll = { timeout: 30_000, interval: 20 }
let broker: Awaited<ReturnType<typeof startMosquitto>>
let proxy: CountingProxy
let network: MqttClient
let intake: MqttIntake | undefined
let metrics: FakeUplinkMetrics
let lines: { msg: string }[]
/** lets the batch go that is being made durable */
let release: () => void
let over: boolean

beforeEach(async () => {
  broker = await startMosquitto()
  proxy = new CountingProxy(broker.port)
  await proxy.start()
  network = await mqtt.connectAsync(broker.url, { protocolVersion: 5 })
  metrics = new FakeUplinkMetrics()
  lines = []
  release = () => {}
  over = false
})

afterEach(async () => {
  over = true
  release()
  await intake?.stop()
  intake = undefined
  await network.endAsync(true)
  await proxy.stop()
  await broker.stop()
})

async function receive(
  keep: (events: readonly RawEvent[]) => Promise<void>,
  options: Partial<MqttIntakeOptions> = {},
): Promise<MqttIntake> {
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const config = { url: `mqtt://127.0.0.1:${proxy.port}`, clientId: 'ondine-test' }
  intake = new MqttIntake({ broker: config, logger, metrics, ...options })
  await intake.start(keep)
  await expect.poll(() => intake?.state.connected, poll).toBe(true)
  await expect.poll(() => proxy.count(8), poll).toBeGreaterThan(0)
  await sleep(200)
  return intake
}

const topic = (i: number) => `application/a/device/${String(i).padStart(16, '0')}/event/up`

async function publish(from: number, to: number): Promise<void> {
  const all: Promise<unknown>[] = []
  for (let i = from; i < to; i++) all.push(network.publishAsync(topic(i), `{"n":${i}}`, { qos: 1 }))
  await Promise.all(all)
}

const numbers = (events: readonly RawEvent[]) => events.map((event) => JSON.parse(Buffer.from(event.payload).toString()).n)

describe.each([5, 4] as const)('MQTT protocol version %i', (protocolVersion) => {
  test('not one PUBACK leaves before its batch is durable', async () => {
    const kept: number[] = []
    let calls = 0
    await receive(
      async (events) => {
        calls++
        const gate = new Promise<void>((resolve) => {
          release = resolve
        })
        if (!over) await gate
        kept.push(...numbers(events))
      },
      { protocolVersion },
    )
    await publish(0, 300)
    await expect.poll(() => calls, poll).toBe(1)
    await sleep(500)
    expect(proxy.count(puback)).toBe(0)
    let acknowledged = 0
    while (kept.length < 300) {
      const before = calls
      release()
      await expect.poll(() => calls > before || kept.length === 300, poll).toBe(true)
      await expect.poll(() => proxy.count(puback), poll).toBe(kept.length)
      expect(proxy.count(puback)).toBeGreaterThan(acknowledged)
      acknowledged = proxy.count(puback)
    }
    expect(kept).toEqual(Array.from({ length: 300 }, (_, i) => i))
  })

  test('a batch that cannot be kept is not acknowledged and comes again when there is room', async () => {
    const kept = new Set<number>()
    let room = false
    await receive(
      async (events) => {
        if (!room) throw new Error('disk full')
        for (const n of numbers(events)) kept.add(n)
      },
      { protocolVersion },
    )
    await publish(0, 50)
    await expect.poll(() => lines.filter((line) => line.msg.includes('not kept')).length, poll).toBeGreaterThan(0)
    expect(proxy.count(puback)).toBe(0)
    room = true
    await expect.poll(() => kept.size, poll).toBe(50)
    await expect.poll(() => proxy.count(puback), poll).toBe(50)
  })

  test('connections cut all the time lose nothing', async () => {
    const kept = new Set<number>()
    await receive(
      async (events) => {
        await sleep(5)
        for (const n of numbers(events)) kept.add(n)
      },
      { protocolVersion },
    )
    const cutting = setInterval(() => proxy.cut(), 1_500)
    try {
      for (let from = 0; from < 8_000; from += 500) {
        await publish(from, from + 500)
        await sleep(200)
      }
    } finally {
      clearInterval(cutting)
    }
    await expect.poll(() => kept.size, poll).toBe(8_000)
  })
})

test('a stop in the middle of the load: what was not acknowledged comes to the next run', async () => {
  const kept = new Set<number>()
  const keep = async (events: readonly RawEvent[]) => {
    await sleep(20)
    for (const n of numbers(events)) kept.add(n)
  }
  const first = await receive(keep)
  const publishing = publish(0, 5_000)
  await expect.poll(() => kept.size, poll).toBeGreaterThan(10)
  await first.stop()
  const atStop = kept.size
  await publishing
  await sleep(300)
  expect(kept.size).toBe(atStop)
  await receive(keep)
  await expect.poll(() => kept.size, poll).toBe(5_000)
})

test('messages at QoS 0 are kept too and reported', async () => {
  const kept: number[] = []
  await receive(async (events) => void kept.push(...numbers(events)))
  await network.publishAsync(topic(1), '{"n":1}', { qos: 0 })
  await network.publishAsync(topic(2), '{"n":2}', { qos: 1 })
  await expect.poll(() => kept, poll).toEqual([1, 2])
  expect([metrics.count('received:0'), metrics.count('received:1')]).toEqual([1, 1])
  expect(lines.filter((line) => line.msg.includes('QoS 0'))).toHaveLength(1)
})

test('every event of devices and what gateways tell is taken in; their radio frames are not', async () => {
  const taken: string[] = []
  await receive(async (events) => void taken.push(...events.map((event) => event.topic)))
  const device = ['up', 'join', 'ack', 'txack', 'log', 'status', 'location', 'integration'].map(
    (type) => `application/a/device/1/event/${type}`,
  )
  const gateway = ['eu868/gateway/7/event/stats', 'eu868/gateway/7/event/ack', 'gateway/7/event/stats', 'gateway/7/event/ack']
  for (const other of ['eu868/gateway/7/event/up', ...device, ...gateway]) await network.publishAsync(other, '{}', { qos: 1 })
  await expect.poll(() => taken.length, poll).toBe(device.length + gateway.length)
  expect(taken.toSorted()).toEqual([...device, ...gateway].toSorted())
})

test('a broker that is away at the start, and goes away later, is waited for', async () => {
  await broker.pause()
  const kept = new Set<number>()
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  intake = new MqttIntake({ broker: { url: broker.url, clientId: 'ondine-test' }, logger, metrics })
  await intake.start(async (events) => {
    for (const n of numbers(events)) kept.add(n)
  })
  await expect.poll(() => intake?.state.problem, poll).toMatch(/ECONNREFUSED/)
  await broker.restart()
  await expect.poll(() => intake?.state.connected, poll).toBe(true)
  await sleep(300)
  await publish(0, 10)
  await expect.poll(() => kept.size, poll).toBe(10)
  await broker.kill()
  await expect.poll(() => intake?.state.connected, poll).toBe(false)
  await broker.restart()
  await expect.poll(() => intake?.state.connected && network.connected, poll).toBe(true)
  await publish(10, 20)
  await expect.poll(() => kept.size, poll).toBe(20)
  expect(lines.filter((line) => line.msg === 'broker: no connection').length).toBeLessThan(5)
})

test('a refused subscription is told', async () => {
  const strict = await Aedes.createBroker({ authorizeSubscribe: (_client, _subscription, done) => done(null, null) })
  const server = createServer(strict.handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    intake = new MqttIntake({
      broker: { url: `mqtt://127.0.0.1:${port}`, clientId: 'ondine-test' },
      logger: pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
      metrics,
      protocolVersion: 4,
    })
    await intake.start(async () => {})
    await expect.poll(() => intake?.state.problem ?? '', poll).toMatch(/subscription refused/)
    expect(lines.filter((line) => line.msg.includes('refuses a subscription'))).toHaveLength(1)
  } finally {
    await intake?.stop()
    server.close()
    strict.close()
  }
})
