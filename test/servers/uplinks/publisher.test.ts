import mqtt, { type MqttClient } from 'mqtt'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MqttPublisher } from '../../../src/adapters/mqtt/publisher.ts'
import { statusMessage } from '../../../src/topics/messages.ts'
import { CountingProxy } from '../../adapters/mqtt/counting-proxy.ts'
import { startMosquitto } from '../../support/servers/index.ts'

const poll = { timeout: 30_000, interval: 20 }
let broker: Awaited<ReturnType<typeof startMosquitto>>
let proxy: CountingProxy
let upstream: MqttClient
let publisher: MqttPublisher
let received: { topic: string; payload: string; qos: number }[]

beforeEach(async () => {
  broker = await startMosquitto()
  proxy = new CountingProxy(broker.port)
  await proxy.start()
  received = []
  upstream = await mqtt.connectAsync(broker.url, { protocolVersion: 5, clientId: 'upstream' })
  upstream.on('message', (topic, payload, { qos }) => void received.push({ topic, payload: payload.toString(), qos }))
  await upstream.subscribeAsync('ondine/v1/#', { qos: 1 })
  publisher = new MqttPublisher({
    broker: { url: `mqtt://127.0.0.1:${proxy.port}`, clientId: 'ondine-topics' },
    logger: pino({ level: 'silent' }),
    greeting: statusMessage('ondine/v1', 'online'),
    farewell: statusMessage('ondine/v1', 'offline'),
  })
  await publisher.start()
  await expect.poll(() => publisher.state.connected, poll).toBe(true)
})

afterEach(async () => {
  await publisher.stop()
  await upstream.endAsync(true)
  await proxy.stop()
  await broker.stop()
})

const message = (n: number) => ({ topic: 'ondine/v1/tours/water/w-1/reading', payload: `${n}`, retain: false })
const numbers = () => received.filter(({ topic }) => topic.endsWith('/reading')).map(({ payload }) => Number(payload))

test('resolves once the broker has confirmed all, thousands in order', async () => {
  await publisher.publish(Array.from({ length: 5_000 }, (_, n) => message(n)))
  await expect.poll(() => numbers().length, poll).toBe(5_000)
  expect(numbers()).toEqual(Array.from({ length: 5_000 }, (_, n) => n))
  expect(received.at(-1)?.qos).toBe(1)
})

test('the status is online while we are there, offline after a stop and after a death', async () => {
  const status = () => received.filter(({ topic }) => topic === 'ondine/v1/status').map(({ payload }) => JSON.parse(payload).status)
  await expect.poll(status, poll).toEqual(['online'])
  proxy.cut()
  await expect.poll(status, poll).toEqual(['online', 'offline', 'online'])
  await publisher.stop()
  await expect.poll(status, poll).toEqual(['online', 'offline', 'online', 'offline'])
  const late = await mqtt.connectAsync(broker.url, { protocolVersion: 5 })
  const retained = new Promise((resolve) => late.once('message', (_, payload) => resolve(JSON.parse(payload.toString()))))
  await late.subscribeAsync('ondine/v1/status')
  expect(await retained).toEqual({ v: 1, status: 'offline' })
  await late.endAsync(true)
})

test('what was not confirmed when the connection broke is rejected; tried again, nothing is missing', async () => {
  let next = 0
  let rejected = 0
  const cutting = setInterval(() => proxy.cut(), 700)
  try {
    while (next < 2_400) {
      const batch = Array.from({ length: 300 }, (_, i) => message(next + i))
      try {
        await publisher.publish(batch)
        next += 300
      } catch (error) {
        rejected++
        expect(error).toMatchObject({ code: 'broker.unreachable' })
        await expect.poll(() => publisher.state.connected, poll).toBe(true)
      }
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
  } finally {
    clearInterval(cutting)
  }
  await expect.poll(() => new Set(numbers()).size, poll).toBe(2_400)
  expect(rejected).toBeGreaterThan(0)
})

test('a broker that is away is an error at once, and forgotten when it is back', async () => {
  await broker.pause()
  await expect.poll(() => publisher.state.connected, poll).toBe(false)
  await expect(publisher.publish([message(1)])).rejects.toMatchObject({ code: 'broker.unreachable' })
  await broker.restart()
  await expect.poll(() => publisher.state.connected && upstream.connected, poll).toBe(true)
  await publisher.publish([message(2)])
  await upstream.subscribeAsync('ondine/v1/#', { qos: 1 })
  await publisher.publish([message(3)])
  await expect.poll(numbers, poll).toContain(3)
  expect(numbers()).not.toContain(1)
})
