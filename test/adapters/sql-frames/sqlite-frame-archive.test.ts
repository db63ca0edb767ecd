import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SqliteFrameArchive } from '../../../src/adapters/sql/frames/sqlite-frame-archive.ts'
import type { UplinkEvent } from '../../../src/lorawan/network-event.ts'
import type { FrameToKeep } from '../../../src/uplinks/frames/frame-archive.ts'

let folder: string
let archive: SqliteFrameArchive

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-frames-'))
  archive = await open()
})
afterEach(async () => {
  await archive.stop()
  await rm(folder, { recursive: true, force: true })
})

async function open(): Promise<SqliteFrameArchive> {
  const opened = new SqliteFrameArchive({ file: join(folder, 'frames.sqlite') })
  await opened.start()
  return opened
}

const always = { from: '1970-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' }
const meter = '0018b20000001a2b'
const now = new Date('2026-11-22T12:00:00.000Z')

function frame(parts: Partial<UplinkEvent> = {}, owner: Partial<FrameToKeep> = {}): FrameToKeep {
  const uplink: UplinkEvent = {
    type: 'uplink',
    time: '2026-11-22T06:00:00.000Z',
    device: {
      ...{ tenantId: '', tenantName: '', applicationId: '', applicationName: '', deviceProfileId: '', deviceName: '' },
      ...{ deviceProfileName: 'class A', devEui: meter, tags: { model: 'acme/meter' } },
    },
    deduplicationId: '',
    devAddr: '00396d32',
    fCnt: 1,
    fPort: 100,
    confirmed: false,
    data: new Uint8Array([1, 2, 3]),
    frequency: 868_100_000,
    spreadingFactor: 9,
    receptions: [
      { gatewayId: '7076ff0056080002', rssi: -90, snr: 6.5 },
      { gatewayId: '7076ff0056080001', rssi: -97, snr: -4.25 },
    ],
    ...parts,
  }
  return { tenant: 'tours', service: 'water', modelKnown: false, uplink, ...owner }
}

const of = (devEui: string) => ({ device: { ...frame().uplink.device, devEui } })

async function kept(devices: readonly string[] = [meter], span = always): Promise<UplinkEvent[]> {
  const frames: UplinkEvent[] = []
  for await (const page of archive.frames({ devices, ...span })) frames.push(...page)
  return frames
}

test('a frame comes back with all that decoding needs, also after a restart', async () => {
  await archive.keep([frame()])
  await archive.stop()
  archive = await open()
  expect(await kept()).toEqual([frame().uplink])
})

test('tags and profile are left out where the inventory names the model', async () => {
  await archive.keep([frame({}, { modelKnown: true })])
  expect((await kept())[0]?.device).toMatchObject({ devEui: meter, deviceProfileName: '', tags: {} })
})

const anUplink = fc.record({
  time: fc
    .date({ min: new Date('2026-11-20T00:00:00Z'), max: new Date('2026-11-23T00:00:00Z'), noInvalidDate: true })
    .map((d) => d.toISOString()),
  device: fc.constantFrom(meter, '0018b20000001a2c', 'ffffffffffffffff').map((devEui) => of(devEui).device),
  devAddr: fc.constantFrom('00396d32', 'ffffffff'),
  fCnt: fc.integer({ min: 0, max: 0xffff_ffff }),
  fPort: fc.integer({ min: 1, max: 255 }),
  confirmed: fc.boolean(),
  data: fc.uint8Array({ minLength: 1, maxLength: 242 }).map((bytes) => new Uint8Array(bytes)),
  frequency: fc.constantFrom(868_100_000, 2_403_000_000, 433_175_000),
  spreadingFactor: fc.constantFrom(null, 5, 7, 12),
  receptions: fc.array(
    fc.record({
      gatewayId: fc.constantFrom('7076ff0056080001', 'gw', ''),
      rssi: fc.oneof(fc.integer({ min: -150, max: 0 }), fc.double({ noNaN: true })),
      snr: fc.oneof(
        fc.integer({ min: -80, max: 80 }).map((quarters) => quarters / 4),
        fc.constant(7.2),
        fc.double({ noNaN: true }),
      ),
    }),
    { maxLength: 40 },
  ),
})

test('any frames come back as they were, oldest first, each once however often they were kept', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anUplink, { selector: ({ time, device, fCnt }) => `${time} ${device.devEui} ${fCnt}`, maxLength: 60 }),
      async (parts) => {
        await archive.stop()
        archive = new SqliteFrameArchive({ file: join(folder, `${run++}.sqlite`) })
        await archive.start()
        const frames = parts.map((part) => frame(part))
        await archive.keep(frames)
        await archive.keep(frames.slice(0, 10))
        const devices = [meter, '0018b20000001a2c', 'ffffffffffffffff']
        const sorted = frames
          .map(({ uplink }) => uplink)
          .sort((a, b) => cmp(a.time, b.time) || cmp(a.device.devEui, b.device.devEui) || a.fCnt - b.fCnt)
        // -0 is 0: no radio tells them apart.
        expect(JSON.stringify(await kept(devices))).toBe(JSON.stringify(sorted))
      },
    ),
    { numRuns: 25 },
  )
})

const cmp = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

test('only the devices and the span that are asked for: from is included, to is not', async () => {
  await archive.keep([
    frame({ time: '2026-11-21T23:59:59.999Z', fCnt: 1 }),
    frame({ time: '2026-11-22T00:00:00.000Z', fCnt: 2 }),
    frame({ time: '2026-11-22T23:59:59.999Z', fCnt: 3 }),
    frame({ time: '2026-11-23T00:00:00.000Z', fCnt: 4 }),
    frame({ ...of('0018b20000001a2c'), fCnt: 5 }),
  ])
  const found = await kept([meter], { from: '2026-11-22T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' })
  expect(found.map(({ fCnt }) => fCnt)).toEqual([2, 3])
  expect(await kept(['0018b20000001a2d'])).toEqual([])
})

test('groups hold each device once, and are the same whatever the order asked in', () => {
  const devices = Array.from({ length: 1000 }, (_, n) => (0x0018b20000000000n + BigInt(n)).toString(16).padStart(16, '0'))
  const groups = archive.together(devices, 16)
  expect(groups.flat().sort()).toEqual(devices)
  expect(Math.max(...groups.map((group) => group.length))).toBeLessThanOrEqual(16)
  expect(archive.together([...devices].reverse(), 16)).toEqual(groups)
})

describe('keeping', () => {
  const days = ['2026-11-10', '2026-11-20', '2026-11-22'].map((day) => `${day}T06:00:00.000Z`)
  const owners = [
    { tenant: 'tours', service: 'water' },
    { tenant: 'tours', service: 'waste' },
    { tenant: null, service: null },
  ]
  beforeEach(async () => {
    await archive.keep(
      days.flatMap((time, day) => owners.map((owner, at) => frame({ time, fCnt: day * 10 + at, ...of(`0018b2000000000${at}`) }, owner))),
    )
  })
  const all = owners.map((_, at) => `0018b2000000000${at}`)
  const left = async () => (await kept(all)).map(({ fCnt }) => fCnt)

  test('for ever drops nothing', async () => {
    expect(await archive.expire([{ tenant: null, service: null, frames: null }], now)).toBe(0)
    expect(await left()).toHaveLength(9)
    expect(await archive.extent()).toMatchObject({ frames: 9, firstDay: '2026-11-10' })
  })

  test('whole days go, and what is left is told', async () => {
    expect(await archive.expire([{ tenant: null, service: null, frames: 2 }], now)).toBe(3)
    expect(await left()).toEqual([10, 11, 12, 20, 21, 22])
    expect(await archive.extent()).toMatchObject({ frames: 6, firstDay: '2026-11-20' })
  })

  test('the narrowest rule counts; of a day that others keep only theirs goes; nobody’s frames go by the rule for all', async () => {
    const rules = [
      { tenant: null, service: null, frames: 5 },
      { tenant: 'tours', service: null, frames: 30 },
      { tenant: 'tours', service: 'waste', frames: 1 },
    ]
    expect(await archive.expire(rules, now)).toBe(3)
    expect(await left()).toEqual([0, 10, 12, 20, 21, 22])
    expect(await archive.expire(rules, now)).toBe(0)
    // A frame that comes late for a day that was swept is kept, and goes with the next sweep.
    await archive.keep([frame({ time: days[0] ?? '', fCnt: 99, ...of('0018b20000000001') }, owners[1])])
    expect(await left()).toContain(99)
    expect(await archive.expire(rules, now)).toBe(1)
  })

  test('a day that was dropped is made again for a frame that comes late', async () => {
    await archive.expire([{ tenant: null, service: null, frames: 2 }], now)
    await archive.keep([frame({ time: days[0] ?? '', fCnt: 98, ...of('0018b20000000000') })])
    expect(await left()).toContain(98)
  })
})

test('the file is its owner’s only, and one of a newer version is refused', async () => {
  const file = join(folder, 'frames.sqlite')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await archive.stop()
  const database = new Database(file)
  database.pragma('user_version = 99')
  database.close()
  await expect(archive.start()).rejects.toMatchObject({ code: 'frames.newer' })
})

test('one that is not started says so', async () => {
  await archive.stop()
  await expect(archive.keep([frame()])).rejects.toMatchObject({ code: 'frames.unreachable' })
})
