import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mqtt from 'mqtt'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MqttIntake } from '../../../src/adapters/mqtt/intake.ts'
import { FakeUplinkMetrics } from '../../fakes/fake-uplink-metrics.ts'
import { startMosquitto } from '../../support/servers/index.ts'
import { freePort } from '../../support/servers/server-process.ts'
import { up } from '../../uplinks/uplink-event.ts'

const poll = { timeout: 60_000, interval: 20 }
let folder: string
let broker: Awaited<ReturnType<typeof startMosquitto>>
let tlsPort: number
let wsPort: number

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-tls-'))
  await chmod(folder, 0o755)
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject, ...files])
  tlsPort = await freePort()
  wsPort = await freePort()
  broker = await startMosquitto({
    config: [
      `listener ${wsPort} 127.0.0.1`,
      'protocol websockets',
      `listener ${tlsPort} 127.0.0.1`,
      `certfile ${join(folder, 'cert.pem')}`,
      `keyfile ${join(folder, 'key.pem')}`,
    ].join('\n'),
  })
})

afterAll(async () => {
  await broker.stop()
  await rm(folder, { recursive: true, force: true })
})

// Acknowledgements that leave too early cannot be counted inside TLS; but what they would cost can: events that were
// not kept would never come again.
test.each([
  ['TLS', () => ({ url: `mqtts://127.0.0.1:${tlsPort}`, ca: join(folder, 'cert.pem') })],
  ['WebSocket', () => ({ url: `ws://127.0.0.1:${wsPort}` })],
])('over %s nothing is acknowledged that was not kept', async (name, address) => {
  const topic = `application/${name}/device/+/event/+`
  const kept: number[] = []
  let refusals = 0
  const intake = new MqttIntake({
    broker: { clientId: `ondine-${name}`, ...address() },
    logger: pino({ level: 'silent' }),
    metrics: new FakeUplinkMetrics(),
    topics: [topic],
  })
  await intake.start(async (events) => {
    if (refusals++ < 2) throw new Error('disk full')
    kept.push(...events.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()).fCnt))
  })
  const network = await mqtt.connectAsync(broker.url, { protocolVersion: 5 })
  try {
    await expect.poll(() => intake.state.connected, poll).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 500))
    for (let fCnt = 0; fCnt < 2_000; fCnt++) {
      const { payload } = up('0018b20000001a2b', fCnt)
      await network.publishAsync(topic.replace('+', '0018b20000001a2b').replace('+', 'up'), Buffer.from(payload), { qos: 1 })
    }
    await expect.poll(() => new Set(kept).size, poll).toBe(2_000)
    expect(refusals).toBeGreaterThan(2)
  } finally {
    await intake.stop()
    await network.endAsync(true)
  }
})

test('an authority file that is not there is one clear error', async () => {
  const intake = new MqttIntake({
    broker: { clientId: 'ondine', url: 'mqtts://127.0.0.1:1', ca: join(folder, 'nowhere.pem') },
    logger: pino({ level: 'silent' }),
    metrics: new FakeUplinkMetrics(),
  })
  await expect(intake.start(async () => {})).rejects.toMatchObject({ code: 'broker.ca-unreadable' })
  await intake.stop()
})
