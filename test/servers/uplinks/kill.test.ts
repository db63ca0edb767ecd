import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteReadingStore } from '../../../src/adapters/sql/readings/sqlite-reading-store.ts'
import type { Reading } from '../../../src/readings/reading.ts'
import { startMosquitto } from '../../support/servers/index.ts'
import { up } from '../../uplinks/uplink-event.ts'

let broker: Awaited<ReturnType<typeof startMosquitto>>
let network: MqttClient
let upstream: MqttClient
let folder: string
let child: ChildProcess | null = null
let output = ''

beforeEach(async () => {
  broker = await startMosquitto()
  folder = await mkdtemp(join(tmpdir(), 'ondine-kill-'))
  network = await mqtt.connectAsync(broker.url, { protocolVersion: 5, clientId: 'chirpstack-integration', clean: false })
  upstream = await mqtt.connectAsync(broker.url, { protocolVersion: 5, clientId: 'upstream' })
})

afterEach(async () => {
  if (child) await end('SIGKILL')
  await network.endAsync(true)
  await upstream.endAsync(true)
  await broker.stop()
  await rm(folder, { recursive: true, force: true })
})

async function run(): Promise<void> {
  child = spawn(process.execPath, [join(import.meta.dirname, 'uplinks-child.ts'), broker.url, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const started = new Promise<void>((resolve, reject) => {
    let text = ''
    child?.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      output += chunk.toString()
      if (text.includes('started')) resolve()
    })
    child?.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child?.once('exit', () => reject(new Error(`the process ended:\n${output.slice(-4_000)}`)))
  })
  await started
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const dying = child
  child = null
  if (!dying || dying.exitCode !== null || dying.signalCode !== null) return
  const exited = once(dying, 'exit')
  dying.kill(signal)
  await exited
}

function uplink(n: number) {
  const devEui = (0x0018b20000000000n + BigInt(n % 500)).toString(16).padStart(16, '0')
  const data = Buffer.alloc(4)
  data.writeUInt32BE(n)
  const time = new Date(Date.UTC(2026, 10, 22, 6) + n * 10).toISOString()
  return up(devEui, n, { data: data.toString('base64'), time })
}

async function storedVolumes(): Promise<number[]> {
  const store = new SqliteReadingStore({ file: join(folder, 'readings.sqlite') })
  await store.start()
  const volumes: number[] = []
  try {
    let cursor: string | null = null
    do {
      const page: { readings: readonly Reading[]; cursor: string | null } = await store.list(
        { tenant: null, services: null, assets: null },
        { order: 'oldest first', limit: 1_000, ...(cursor === null ? {} : { cursor }) },
      )
      for (const reading of page.readings) volumes.push(Number(reading.values.volume))
      cursor = page.cursor
    } while (cursor !== null)
  } finally {
    await store.stop()
  }
  return volumes
}

test('killed again and again under load, not one reading is missing in the store or on the topics, none is stored twice', async () => {
  const published = new Map<number, number>()
  upstream.on('message', (topic, payload) => {
    if (!topic.endsWith('/reading')) return
    const { volume } = JSON.parse(payload.toString()).values
    published.set(volume, (published.get(volume) ?? 0) + 1)
  })
  await upstream.subscribeAsync('ondine/v1/#', { qos: 1 })
  await run()
  await expect.poll(() => output, { timeout: 30_000 }).toContain('broker: connected')
  // The session must exist at the broker before the load begins: what nobody has subscribed to is not ours to keep.
  await sleep(500)

  let sent = 0
  let loading = true
  const load = (async () => {
    while (loading) {
      const batch = Array.from({ length: 100 }, () => uplink(sent++))
      await Promise.all(batch.map(({ topic, payload }) => network.publishAsync(topic, Buffer.from(payload), { qos: 1 })))
      await sleep(25)
    }
  })()
  const kills = 8
  for (let i = 0; i < kills; i++) {
    await sleep(300 + ((i * 617) % 1_400))
    await end('SIGKILL')
    await run()
  }
  loading = false
  await load
  await expect.poll(() => published.size, { timeout: 120_000, interval: 200 }).toBe(sent)
  await sleep(500)
  await end('SIGTERM')

  const volumes = await storedVolumes()
  const repeats = [...published.values()].reduce((sum, times) => sum + times - 1, 0)
  console.log(
    `${sent} uplinks, ${kills} kills: ${volumes.length} stored, ${sent - new Set(volumes).size} missing, ${repeats} published again`,
  )
  expect(new Set(volumes).size).toBe(sent)
  expect(volumes.length).toBe(sent)
})
