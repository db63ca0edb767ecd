import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import mqtt from 'mqtt'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { countingCodec, installMeter, loadDevice, numberedUplink, writeMeters } from '../../support/counting-network.ts'
import { Load } from '../../support/load.ts'
import { eventually, type OndineProcess, startOndine } from '../../support/ondine-process.ts'
import { startInfluxdb1, startMosquitto } from '../../support/servers/index.ts'

const run = promisify(execFile)
const megabyte = 1_000_000
const patience = 180_000
const findings = z.object({ findings: z.array(z.object({ code: z.string(), context: z.record(z.string(), z.unknown()) })) })

/** A disk of its own in memory; null where mounting is not allowed. */
async function smallDisk(megabytes: number): Promise<string | null> {
  const place = await mkdtemp(join(tmpdir(), 'ondine-disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', place])
    return place
  } catch {
    await rm(place, { recursive: true })
    return null
  }
}

const disk = await smallDisk(64)
if (disk === null) process.stdout.write('full disks were not tried: mounting a tmpfs is not allowed here\n')

let mosquitto: Awaited<ReturnType<typeof startMosquitto>>
let influxdb: Awaited<ReturnType<typeof startInfluxdb1>>
let ondine: OndineProcess | undefined
let load: Load | undefined
let codecs: string
const firstTime = Date.now() - 12 * 60 * 60_000

beforeAll(async () => {
  codecs = await mkdtemp(join(tmpdir(), 'ondine-codecs-'))
  await writeMeters(codecs, { 'acme/counter': countingCodec })
})
afterAll(async () => {
  await rm(codecs, { recursive: true, force: true })
  if (disk === null) return
  await run('umount', [disk])
  await rm(disk, { recursive: true })
})
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

async function start(dataDir: string | null, reserveMegabytes: number): Promise<OndineProcess> {
  const started = await startOndine({
    ...(dataDir === null ? {} : { dataDir }),
    environment: {
      ONDINE_CHIRPSTACK_URL: 'http://127.0.0.1:1',
      ONDINE_CHIRPSTACK_TOKEN: 'none',
      ONDINE_BROKER_URL: mosquitto.url,
      ONDINE_CODECS_FOLDERS: codecs,
      ONDINE_STORE_KIND: 'influxdb1',
      ONDINE_STORE_URL: influxdb.url,
      ONDINE_SPOOL_RESERVE_MEGABYTES: String(reserveMegabytes),
    },
  })
  for (let index = 0; index < 20; index++) await installMeter(started, loadDevice(index), 'acme/counter')
  const network = await mqtt.connectAsync(mosquitto.url, { protocolVersion: 5 })
  await eventually('the subscription at the broker', async () => {
    const { topic, payload } = numberedUplink(loadDevice(0), 0, firstTime)
    await network.publishAsync(topic, Buffer.from(payload), { qos: 1 })
    return (await started.metric('ondine_events_received_total{qos="1"}')) > 0 ? true : undefined
  })
  await network.endAsync()
  return started
}

async function found(server: OndineProcess): Promise<string[]> {
  const { stdout } = await server.cli('doctor', '--json')
  return findings.parse(JSON.parse(stdout)).findings.map(({ code }) => code)
}

async function storedNumbers(): Promise<number[]> {
  const query = new URLSearchParams({ db: 'ondine', q: 'select volume from "water-meter"' })
  const csv = await (await fetch(`${influxdb.url}/query?${query}`, { headers: { accept: 'application/csv' } })).text()
  const lines = csv.split('\n').slice(1)
  return lines.filter((line) => line !== '').map((line) => Number(line.split(',')[3]))
}

async function everythingStored(wanted: readonly number[]): Promise<void> {
  const stored = await eventually(
    'everything stored',
    async () => {
      const numbers = await storedNumbers()
      return numbers.length >= wanted.length ? numbers : undefined
    },
    patience,
  ).catch(storedNumbers)
  const distinct = new Set(stored)
  const missing = wanted.filter((number) => !distinct.has(number))
  process.stdout.write(
    `${wanted.length} uplinks acknowledged by the broker, ${missing.length} missing, ${stored.length - distinct.size} double\n`,
  )
  expect(missing).toEqual([])
  expect(stored.length).toBe(distinct.size)
}

/** Fills the disk up to so many megabytes. */
async function fill(place: string, leave: number): Promise<string> {
  const path = join(place, 'ballast')
  const { stdout } = await run('df', ['--output=avail', '-B1', place])
  await writeFile(path, Buffer.alloc(Number(stdout.split('\n')[1]) - leave * megabyte))
  return path
}

describe.skipIf(disk === null)('a disk that is full', () => {
  test.each([
    { reserve: 4, what: 'with a reserve: the consumers still work' },
    { reserve: 0, what: 'without a reserve: to the last byte' },
  ])('$what; nothing acknowledged is lost and it goes on without a restart', { timeout: 600_000 }, async ({ reserve }) => {
    const dataDir = join(disk!, `data-${reserve}`)
    await mkdir(dataDir)
    ondine = await start(dataDir, reserve)
    const { pid } = ondine
    // What nobody has read cannot go: the store is away.
    await influxdb.pause()
    const ballast = await fill(disk!, 8)
    load = new Load(mosquitto.url, { perSecond: 2_000, devices: 20, firstTime })
    await eventually('not ready', async () => ((await fetch(`${ondine!.url}/health/ready`)).status === 503 ? true : undefined), patience)
    expect(await found(ondine)).toContain('spool-full')
    expect(ondine.output()).toContain('is full')
    await sleep(3_000)
    await rm(ballast)
    await eventually('ready again', async () => ((await fetch(`${ondine!.url}/health/ready`)).ok ? true : undefined), patience)
    await influxdb.restart()
    const sent = await load.stop()
    await everythingStored(sent.acknowledged)
    expect(ondine.pid).toBe(pid)
    expect(await found(ondine)).toContain('spool-takes')
    await ondine.clean()
    await rm(dataDir, { recursive: true })
  })

  test('a spool that filled it goes on by itself once the store is back: what was read makes room', { timeout: 600_000 }, async () => {
    const dataDir = join(disk!, 'data')
    await mkdir(dataDir)
    ondine = await start(dataDir, 8)
    await influxdb.pause()
    const ballast = await fill(disk!, 20)
    load = new Load(mosquitto.url, { perSecond: 2_000, devices: 20, firstTime })
    await eventually('not ready', async () => ((await fetch(`${ondine!.url}/health/ready`)).status === 503 ? true : undefined), patience)
    await influxdb.restart()
    const sent = await load.stop()
    await everythingStored(sent.acknowledged)
    await eventually('ready again', async () => ((await fetch(`${ondine!.url}/health/ready`)).ok ? true : undefined), patience)
    await ondine.clean()
    await rm(ballast)
    await rm(dataDir, { recursive: true })
  })
})

test('a bit flipped in a segment: that event is reported, all others arrive', async () => {
  const count = 3_000
  ondine = await start(null, 0)
  await influxdb.pause()
  const network = await mqtt.connectAsync(mosquitto.url, { protocolVersion: 5 })
  for (let number = 0; number < count; number++) {
    const { topic, payload } = numberedUplink(loadDevice(number % 20), number, firstTime)
    void network.publishAsync(topic, Buffer.from(payload), { qos: 1 })
  }
  await eventually('all in the spool', async () => ((await ondine!.metric('ondine_spool_records_total')) > count ? true : undefined))
  await network.endAsync()
  expect(await ondine.stop()).toBe(0)
  const folder = join(ondine.dataDir, 'spool')
  const [segment] = (await readdir(folder)).filter((name) => name.endsWith('.spool')).sort()
  const path = join(folder, segment!)
  const bytes = await readFile(path)
  const at = bytes.indexOf('"fCnt":1234')
  expect(at).toBeGreaterThan(0)
  const handle = await open(path, 'r+')
  await handle.write(Uint8Array.of(bytes[at + 8]! ^ 1), 0, 1, at + 8)
  await handle.close()

  await influxdb.restart()
  await ondine.restart()
  await eventually('the others stored', async () => ((await storedNumbers()).length >= count - 1 ? true : undefined))
  const stored = new Set(await storedNumbers())
  const missing = Array.from({ length: count }, (_, number) => number).filter((number) => !stored.has(number))
  process.stdout.write(`a bit flipped under 1 of ${count} uplinks: ${stored.size} stored, missing ${missing.join(', ')}\n`)
  expect(missing).toEqual([1234])
  expect(await found(ondine)).toContain('spool-damaged')
  expect(await ondine.metric('ondine_spool_damaged_records_total')).toBe(1)
})
