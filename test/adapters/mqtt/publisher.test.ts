import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { MqttPublisher } from '../../../src/adapters/mqtt/publisher.ts'

/** Accepts every connection (CONNACK of MQTT 3.1.1 §3.2) and confirms nothing. */
async function silentBroker() {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    connections += 1
    socket.once('data', () => socket.write(Uint8Array.of(0x20, 0x02, 0x00, 0x00)))
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `mqtt://127.0.0.1:${port}`, connections: () => connections }
}

test('a broker that confirms nothing is an error and a new connection, not a wait for ever', async () => {
  const broker = await silentBroker()
  const status = { topic: 'ondine/v1/status', payload: '{}', retain: true }
  const publisher = new MqttPublisher({
    broker: { url: broker.url, clientId: 'publisher' },
    protocolVersion: 4,
    greeting: status,
    farewell: status,
    confirmMs: 100,
    logger: pino({ level: 'silent' }),
  })
  await publisher.start()
  onTestFinished(() => publisher.stop())
  await expect.poll(() => publisher.state.connected, { timeout: 20_000 }).toBe(true)
  await expect(publisher.publish([{ topic: 'ondine/v1/x', payload: '1', retain: false }])).rejects.toMatchObject({
    code: 'broker.unreachable',
  })
  await expect.poll(broker.connections, { timeout: 20_000 }).toBeGreaterThan(1)
})
