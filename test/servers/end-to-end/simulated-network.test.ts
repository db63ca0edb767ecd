import { once } from 'node:events'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { readingPageSchema } from '../../../src/api/contract/readings.ts'
import { statusSchema } from '../../../src/api/contract/status.ts'
import { orderSchema } from '../../../src/commands/order.ts'
import { deviceViewSchema } from '../../../src/inventory/views.ts'
import { type Reading, readingSchema } from '../../../src/readings/reading.ts'
import { eventually, type OndineProcess, runOndine, startOndine } from '../../support/ondine-process.ts'

const devicesPage = z.object({ items: z.array(deviceViewSchema), cursor: z.string().nullable() })
const lettersPage = z.object({ items: z.array(z.object({ reason: z.string(), detail: z.string() })) })
const stateSchema = z.object({ values: z.record(z.string(), z.object({ value: z.unknown(), time: z.string() })) })

const services = [
  ...['water', 'waste', 'irrigation', 'lighting', 'buildings', 'energy', 'parking', 'mobility', 'flood', 'environment', 'coverage'],
]
/** The default ports, held by somebody else; where somebody holds them already, all the better. */
const occupiers: Server[] = []
let ondine: OndineProcess

beforeAll(async () => {
  for (const port of [1883, 8420]) occupiers.push(await occupy(port))
  ondine = await startOndine({ unconfigured: true })
})
afterAll(async () => {
  await ondine?.clean()
  for (const server of occupiers) server.close()
})

async function occupy(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  server.on('error', () => {})
  server.listen(port, '127.0.0.1')
  await Promise.race([once(server, 'listening'), new Promise((resolve) => server.once('error', resolve))])
  return server
}

async function readings(query: string): Promise<readonly Reading[]> {
  return readingPageSchema.parse(await ondine.get(`/v1/readings?limit=1000&${query}`)).items
}

async function deadLetters(): Promise<unknown[]> {
  return lettersPage.parse(await ondine.get('/v1/dead-letters')).items
}

function brokerUrl(): string {
  return z.string().parse(/mqtt:\/\/[\d.]+:\d+/.exec(ondine.stdout())?.[0])
}

test('with no configuration: the banner, the first readings of every service and what to try next', async () => {
  const text = await eventually('the next commands on standard output', async () =>
    ondine.stdout().includes('Ctrl-C') ? ondine.stdout() : undefined,
  )
  expect(text.split('\n')[0]).toMatch(/^ondine \d+\.\d+\.\d+ {3}SIMULATED NETWORK - no radio, no ChirpStack needed$/)
  expect(text).toContain(`${ondine.url}/docs`)
  expect(text).toContain('fleet  240 devices, 6 gateways, 11 services')
  for (const service of services) {
    expect(text).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d +${service} +\\S+ .*(m³|%|W|V|°C).* SF\\d+`, 'm'))
  }
  for (const command of ['device list', 'reading tail', 'command dim L-Foch-014 40 --for 1h']) {
    expect(text).toContain(`npx ondine ${command}\n`)
  }
  expect(text.split('\n').filter((line) => line.startsWith('{'))).toEqual([])
})

test('busy ports are replaced, and said', () => {
  const brokerPort = new URL(brokerUrl()).port
  const apiPort = new URL(ondine.url).port
  expect(brokerPort).not.toBe('1883')
  expect(apiPort).not.toBe('8420')
  const told = ondine.stdout().split('\n').slice(0, 8).join('\n')
  expect(told).toMatch(new RegExp(`1883.*${brokerPort}`))
  expect(told).toMatch(new RegExp(`8420.*${apiPort}`))
})

test('the API gives every device and readings that keep to their schema', async () => {
  const page = devicesPage.parse(await ondine.get('/v1/devices?limit=1000'))
  expect(page.items).toHaveLength(240)
  expect(page.cursor).toBeNull()
  for (const service of services) {
    const some = await eventually(`readings of ${service}`, async () => {
      const found = await readings(`service=${service}`)
      return found.length > 0 ? found : undefined
    })
    for (const reading of some) {
      expect(reading).toMatchObject({ v: 1, tenant: 'tours', service })
      expect(Object.keys(reading.values).length).toBeGreaterThan(0)
    }
  }
  const doctor = await ondine.cli('doctor', '--json')
  expect(doctor.code, doctor.stdout + doctor.stderr).toBe(0)
})

test('the embedded broker gives the decoded topics to an MQTT 3.1.1 client', async () => {
  const client = await mqtt.connectAsync(brokerUrl(), { protocolVersion: 4 })
  const received = new Map<string, { topic: string; payload: string; retain: boolean }>()
  client.on('message', (topic, payload, { retain }) => {
    received.set(`${retain ? 'retained ' : ''}${topic.split('/').at(-1)}`, { topic, payload: payload.toString(), retain })
  })
  try {
    await client.subscribeAsync('ondine/v1/#', { qos: 1 })
    const message = await eventually('a reading', async () => received.get('reading'))
    const reading = readingSchema.parse(JSON.parse(message.payload))
    expect(message.topic).toBe(`ondine/v1/${reading.tenant}/${reading.service}/${reading.asset}/reading`)
    expect(reading.receivedAt <= new Date().toISOString()).toBe(true)

    const state = JSON.parse((await eventually('a retained state', async () => received.get('retained state'))).payload)
    expect(state).toMatchObject({ v: 1, tenant: 'tours', asset: expect.any(String), values: expect.any(Object), alarms: expect.any(Array) })
    const status = await eventually('the retained status', async () => received.get('retained status'))
    expect(JSON.parse(status.payload)).toEqual({ v: 1, status: 'online' })
  } finally {
    await client.endAsync()
  }
})

test('an order is followed to its confirmation, and the lamp reports what it was told', async () => {
  const answer = await ondine.cli('command', 'dim', 'L-Foch-014', '40', '--for', '1h', '--wait', '--json')
  expect(answer.code, answer.stdout + answer.stderr).toBe(0)
  const order = orderSchema.parse(JSON.parse(answer.stdout))
  expect(order).toMatchObject({ asset: 'L-Foch-014', state: 'acknowledged', command: { type: 'dim', level: 40 } })
  const level = await eventually('the reported level', async () => {
    const { values } = stateSchema.parse(await ondine.get('/v1/assets/L-Foch-014/state'))
    return values.level?.value === 40 && values.level.time > order.requestedAt ? values.level.value : undefined
  })
  expect(level).toBe(40)
  const shown = await ondine.cli('command', 'show', order.number)
  expect(shown.code).toBe(0)
  expect(shown.stdout).toContain(order.number)
})

test('another process on the same data directory is refused in one sentence, before it does anything', async () => {
  const second = await runOndine(['start'], { ONDINE_DATA_DIR: ondine.dataDir })
  expect(second.code).not.toBe(0)
  expect(second.stdout).toBe('')
  // Not one line of a log: it had not begun.
  const lines = second.stderr.trimEnd().split('\n')
  expect(lines).toEqual([expect.stringContaining(`Another ondine already uses the data in ${ondine.dataDir}`)])
  expect(JSON.parse(await readFile(join(ondine.dataDir, 'server.json'), 'utf8'))).toMatchObject({ url: ondine.url, pid: ondine.pid })
  expect(await (await fetch(`${ondine.url}/health/ready`)).json()).toMatchObject({ ready: true })
  expect(ondine.stderr()).not.toContain('connection lost')
})

test('stopped and started again it goes on: same token, same devices, all readings, counters that only rise', async () => {
  const { token } = ondine
  const devices = devicesPage.parse(await ondine.get('/v1/devices?limit=1000')).items.map(({ devEui }) => devEui)
  const orders = await ondine.get('/v1/commands')
  const known = await readings('service=water')
  expect(known.length).toBeGreaterThan(0)

  expect(await ondine.stop('SIGINT')).toBe(0)
  expect(await readdir(ondine.dataDir)).not.toContain('server.json')
  const stoppedAt = new Date().toISOString()
  await ondine.restart()

  expect(ondine.token).toBe(token)
  expect(devicesPage.parse(await ondine.get('/v1/devices?limit=1000')).items.map(({ devEui }) => devEui)).toEqual(devices)
  expect(z.object({ items: z.array(z.object({ id: z.string() })) }).parse(await ondine.get('/v1/commands')).items.length).toBe(
    z.object({ items: z.array(z.unknown()) }).parse(orders).items.length,
  )
  const now = await eventually('readings of water after the second start', async () => {
    const all = await readings('service=water')
    return all.some(({ receivedAt }) => receivedAt > stoppedAt) ? all : undefined
  })
  const keys = new Set(now.map(keyOf))
  const oldest = now.at(-1)?.time ?? ''
  expect(known.filter((reading) => reading.time > oldest && !keys.has(keyOf(reading)))).toEqual([])

  const assets = new Set(now.filter(({ receivedAt }) => receivedAt > stoppedAt).map(({ asset }) => asset))
  for (const asset of assets) {
    const own = await readings(`asset=${asset}&order=oldest`)
    const volumes = own.flatMap(({ values }) => (typeof values.volume === 'number' ? [values.volume] : []))
    expect(volumes.length, asset).toBeGreaterThan(0)
    expect(volumes, asset).toEqual([...volumes].sort((a, b) => a - b))
    const [before, after] = [
      own.filter(({ receivedAt }) => receivedAt <= stoppedAt),
      own.filter(({ receivedAt }) => receivedAt > stoppedAt),
    ]
    const lastBefore = Math.max(...before.map(({ frame }) => frame.fCnt))
    expect(Math.min(...after.map(({ frame }) => frame.fCnt)), asset).toBeGreaterThan(lastBefore)
  }
  expect(await deadLetters()).toEqual([])
  expect(statusSchema.parse(await ondine.get('/v1/status'))).toMatchObject({ simulated: true, devices: 240, deadLetters: 0 })
})

test('killed without a word it starts again on what it has', async () => {
  const known = await readings('service=lighting&order=oldest')
  await ondine.kill()
  await ondine.restart()
  const killedAt = new Date().toISOString()
  await eventually('readings after the kill', async () =>
    (await readings('service=lighting')).some(({ receivedAt }) => receivedAt > killedAt) ? true : undefined,
  )
  const keys = new Set((await readings('service=lighting&order=oldest')).map(keyOf))
  expect(known.filter((reading) => !keys.has(keyOf(reading)))).toEqual([])
  expect(await deadLetters()).toEqual([])
})

test('SIGTERM ends it cleanly', async () => {
  expect(await ondine.stop('SIGTERM')).toBe(0)
  expect(ondine.stdout()).toContain('Stopping.')
  expect(await readdir(ondine.dataDir)).not.toContain('server.json')
})

test('an address other than loopback is refused without TLS, in one line', async () => {
  const dataDir = join(ondine.dataDir, 'another')
  await mkdir(dataDir)
  const answer = await runOndine(['start'], { ONDINE_DATA_DIR: dataDir, ONDINE_LISTEN_HOST: '0.0.0.0' })
  expect(answer.code).toBe(2)
  expect(answer.stdout).toBe('')
  expect(answer.stderr.trimEnd().split('\n')).toHaveLength(1)
  expect(answer.stderr).toMatch(/listen.*tls/)
})

function keyOf({ device, channel, time }: Reading): string {
  return `${device} ${channel} ${time}`
}
