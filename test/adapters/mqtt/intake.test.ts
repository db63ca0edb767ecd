import { once } from 'node:events'
import { type AddressInfo, createServer, Socket } from 'node:net'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { MqttIntake } from '../../../src/adapters/mqtt/intake.ts'
import { FakeUplinkMetrics } from '../../fakes/fake-uplink-metrics.ts'

const poll = { timeout: 30_000, interval: 20 }
const connack = Uint8Array.of(0x20, 0x03, 0x00, 0x00, 0x00)

/** Accepts connections and says only what `answer` gives to the first bytes of each. */
async function broker(answer: () => Uint8Array | null) {
  const sockets = new Set<Socket>()
  const connects: Buffer[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', (bytes: Buffer) => {
      connects.push(bytes)
      const said = answer()
      if (said !== null) socket.write(said)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    drop()
    server.close()
  })
  return { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, connects, drop }
}

async function startIntake(url: string, hungAfterMs?: number): Promise<MqttIntake> {
  const intake = new MqttIntake({
    broker: { url, clientId: 'ondine-of-tours' },
    logger: pino({ level: 'silent' }),
    metrics: new FakeUplinkMetrics(),
    ...(hungAfterMs === undefined ? {} : { hungAfterMs }),
  })
  await intake.start(async () => {})
  onTestFinished(() => intake.stop())
  return intake
}

/** Properties of a CONNECT (MQTT 5 §3.1.2.11) of which we need: identifier → value. */
function connectProperties(bytes: Buffer, from: number, to: number): Map<number, number> {
  const properties = new Map<number, number>()
  for (let at = from; at < to; ) {
    const identifier = bytes[at]!
    const length = identifier === 0x11 || identifier === 0x27 ? 4 : identifier === 0x21 || identifier === 0x22 ? 2 : 1
    properties.set(identifier, bytes.readUIntBE(at + 1, length))
    at += 1 + length
  }
  return properties
}

test('nothing it sends waits for the acknowledgement of what it sent before, over each connection anew', async () => {
  const noDelay = vi.spyOn(Socket.prototype, 'setNoDelay')
  onTestFinished(() => noDelay.mockRestore())
  const { url, connects, drop } = await broker(() => connack)
  await startIntake(url)
  await expect.poll(() => noDelay.mock.calls.length, poll).toBe(1)
  drop()
  await expect.poll(() => noDelay.mock.calls.length, poll).toBe(2)
  expect(connects.length).toBe(2)
})

test('the session is ours by a fixed name, is taken up where it was, and the broker keeps it for a week', async () => {
  const { url, connects } = await broker(() => connack)
  await startIntake(url)
  await expect.poll(() => connects.length, poll).toBeGreaterThan(0)
  const connect = connects[0]!
  const variable = connect.indexOf('MQTT') + 4
  const flags = connect[variable + 1]!
  const propertiesAt = variable + 5
  const clientIdAt = propertiesAt + connect[propertiesAt - 1]!
  expect(connect[variable]).toBe(5)
  // §3.1.2.4: Clean Start is bit 1.
  expect(flags & 0b10).toBe(0)
  const properties = connectProperties(connect, propertiesAt, clientIdAt)
  expect(properties.get(0x11)).toBe(7 * 24 * 60 * 60)
  expect(properties.get(0x21)).toBe(4_000)
  expect(connect.subarray(clientIdAt + 2, clientIdAt + 2 + connect.readUInt16BE(clientIdAt)).toString()).toBe('ondine-of-tours')
})

test('a broker that accepts and says nothing is left again and again until it speaks, sooner than mqtt.js gives up', async () => {
  let speaks = false
  const { url, connects } = await broker(() => (speaks ? connack : null))
  const intake = await startIntake(url, 400)
  await expect.poll(() => connects.length, poll).toBeGreaterThan(4)
  expect(intake.state.connected).toBe(false)
  speaks = true
  await expect.poll(() => intake.state.connected, poll).toBe(true)
})
