import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OndineError } from '../../src/errors/ondine-error.ts'
import type { Reading } from '../../src/readings/reading.ts'
import { AlarmFile } from '../../src/topics/alarm-file.ts'
import type { InstalledAsset } from '../../src/topics/availability.ts'
import { DecodedTopics, type DecodedTopicsOptions } from '../../src/topics/decoded-topics.ts'
import { FakePublisher } from '../fakes/fake-publisher.ts'
import { MemoryReadingStore } from '../fakes/memory-reading-store.ts'
import { aReading } from '../support/reading-builder.ts'

const base = 'ondine/v1/tours/water/w-7f3k2m9q'
const hour = 3_600_000

let folder: string
let publisher: FakePublisher
let store: MemoryReadingStore
let now: number
let frozen: boolean
let installed: InstalledAsset[]
const running: DecodedTopics[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ondine-topics-'))
  publisher = new FakePublisher()
  store = new MemoryReadingStore()
  now = Date.parse('2026-11-22T06:00:00.000Z')
  frozen = false
  installed = [{ tenant: 'tours', service: 'water', asset: 'w-7f3k2m9q', expectedInterval: 3600 }]
})

afterEach(async () => {
  for (const topics of running.splice(0)) await topics.stop()
  await rm(folder, { recursive: true, force: true })
})

async function start(parts: Partial<DecodedTopicsOptions> = {}): Promise<DecodedTopics> {
  const topics = new DecodedTopics({
    prefix: 'ondine/v1',
    publisher,
    store,
    installed: () => installed,
    alarms: new AlarmFile(join(folder, 'alarms.json'), pino({ level: 'silent' })),
    frozen: () => frozen,
    logger: pino({ level: 'silent' }),
    now: () => now,
    sweepMs: 1e9,
    stateEveryMs: 1,
    seedAgainMs: 5,
    ...parts,
  })
  await topics.start()
  running.push(topics)
  return topics
}

/** Publishes, and waits until what it changes is told too. */
async function tell(topics: DecodedTopics, readings: readonly Reading[]): Promise<void> {
  await (await topics.publish(readings)).told
}

/** A reading so many minutes after six o'clock. */
function at(minutes: number, values: Reading['values'], parts: Partial<Reading> = {}): Reading {
  return aReading({ time: new Date(Date.UTC(2026, 10, 22, 6, minutes)).toISOString(), values, ...parts })
}

describe('reading', () => {
  test('is the reading as it is, not retained, in order', async () => {
    const topics = await start()
    const readings = [at(0, { volume: 1 }), at(1, { volume: 2 })]
    await tell(topics, readings)
    expect(publisher.messages.filter(({ topic }) => topic.endsWith('/reading'))).toEqual(
      readings.map((reading) => ({ topic: `${base}/reading`, payload: JSON.stringify(reading), retain: false })),
    )
  })

  test('follows the prefix', async () => {
    const topics = await start({ prefix: 'ville/capteurs' })
    await tell(topics, [at(0, { volume: 1 })])
    expect(publisher.messages[0]?.topic).toBe('ville/capteurs/tours/water/w-7f3k2m9q/reading')
  })
})

describe('state', () => {
  const state = () => publisher.retained().get(`${base}/state`)

  test('merges measurements over frames, newest time of each wins, once per batch', async () => {
    const topics = await start()
    await tell(topics, [
      at(0, { volume: 1, temperature: 8 }),
      at(2, { volume: 3 }, { flags: { volume: 'out-of-range' } }),
      at(1, { volume: 2, battery: 90 }),
    ])
    expect(publisher.payloads('/state')).toHaveLength(1)
    expect(state()).toEqual({
      v: 1,
      tenant: 'tours',
      service: 'water',
      asset: 'w-7f3k2m9q',
      device: '0018b20000001a2b',
      time: '2026-11-22T06:02:00.000Z',
      quality: 'good',
      values: {
        volume: { value: 3, time: '2026-11-22T06:02:00.000Z', flag: 'out-of-range' },
        temperature: { value: 8, time: '2026-11-22T06:00:00.000Z' },
        battery: { value: 90, time: '2026-11-22T06:01:00.000Z' },
      },
      alarms: [],
    })
  })

  test('is rebuilt at start from the last values', async () => {
    await store.write([at(0, { volume: 1, temperature: 8 })])
    const topics = await start()
    await tell(topics, [at(5, { volume: 2 }, { device: '70b3d5e75e000001', quality: 'suspect' })])
    expect(state()).toMatchObject({
      device: '70b3d5e75e000001',
      quality: 'suspect',
      values: { volume: { value: 2 }, temperature: { value: 8, time: '2026-11-22T06:00:00.000Z' } },
    })
  })

  test('a store that is away at start holds back nothing, and what it remembers is added once it is back', async () => {
    await store.write([at(0, { temperature: 8, volume: 0 })])
    let away = true
    const lastValues: MemoryReadingStore['lastValues'] = async (...args) => {
      if (away) throw new OndineError('broker.unreachable', { reason: 'a store for this test' })
      return store.lastValues(...args)
    }
    const topics = await start({ store: { lastValues } })
    await tell(topics, [at(1, { volume: 1 })])
    expect(publisher.payloads('/reading')).toHaveLength(1)
    expect(state()).toMatchObject({ values: { volume: { value: 1 } } })
    away = false
    await expect.poll(state).toMatchObject({ values: { temperature: { value: 8 }, volume: { value: 1 } } })
  })

  test('what is older than it never sets it back, and a repeat tells nothing', async () => {
    const topics = await start()
    await tell(topics, [at(5, { volume: 5 })])
    await tell(topics, [at(1, { volume: 1 })])
    await tell(topics, [at(5, { volume: 5 })])
    expect(publisher.payloads('/state')).toHaveLength(1)
    expect(state()).toMatchObject({ time: '2026-11-22T06:05:00.000Z', values: { volume: { value: 5 } } })
    expect(publisher.payloads('/reading')).toHaveLength(3)
  })

  test('is told once in its time, as it is then; the first at once', async () => {
    const topics = await start({ stateEveryMs: 1e9 })
    const first = await topics.publish([at(0, { volume: 0 })])
    await first.told
    let later = false
    for (let minute = 1; minute < 50; minute++) {
      const { told } = await topics.publish([at(minute, { volume: minute })])
      void told.then(() => {
        later = true
      })
    }
    expect(publisher.payloads('/reading')).toHaveLength(50)
    expect(publisher.payloads('/state').map(({ values }) => values)).toEqual([{ volume: { value: 0, time: '2026-11-22T06:00:00.000Z' } }])
    expect(later).toBe(false)
    running.splice(running.indexOf(topics), 1)
    await topics.stop()
    expect(publisher.payloads('/state').map(({ time }) => time)).toEqual(['2026-11-22T06:00:00.000Z', '2026-11-22T06:49:00.000Z'])
    await expect.poll(() => later).toBe(true)
  })

  test('that the broker did not take is told when it is back, and counts as told only then', async () => {
    installed = []
    const topics = await start()
    publisher.down = true
    const { told } = await topics.follow([at(0, { volume: 1 })])
    const early = await Promise.race([told.then(() => 'told'), new Promise((resolve) => setTimeout(resolve, 20, 'not yet'))])
    expect(early).toBe('not yet')
    publisher.down = false
    await told
    expect(state()).toMatchObject({ values: { volume: { value: 1 } } })
  })
})

describe('readings ahead of others', () => {
  const told = () =>
    publisher.messages.filter(({ topic }) => !topic.endsWith('availability')).map(({ topic }) => topic.slice(base.length + 1))

  test('change state and raise alarms at once; in their place later only the reading is told', async () => {
    const topics = await start()
    const live = at(50, { leak: true, volume: 50 })
    await (await topics.follow([live])).told
    expect(told()).toEqual(['event', 'state'])
    await tell(topics, [at(1, { leak: false, volume: 1 }), at(2, { leak: true, volume: 2 })])
    await tell(topics, [live])
    expect(told()).toEqual(['event', 'state', 'reading', 'reading', 'reading'])
    expect(publisher.retained().get(`${base}/state`)).toMatchObject({ values: { volume: { value: 50 } }, alarms: [{ raised: live.time }] })
  })

  test('an alarm that was raised and cleared ahead of a backlog is not told again behind it, nor after a restart', async () => {
    const first = await start()
    const live = [at(50, { leak: true }), at(51, { leak: false })]
    await (await first.follow(live)).told
    await first.stop()
    const second = await start()
    await tell(second, [at(1, { leak: true }), ...live])
    expect(publisher.payloads('/event').map(({ event }) => event)).toEqual(['raised', 'cleared'])
  })

  test('late ones are told, never set the state back and raise no alarm', async () => {
    const topics = await start()
    await tell(topics, [at(10, { volume: 10 })])
    await topics.publishLate([at(1, { volume: 1, leak: true, battery: 80 })])
    await expect
      .poll(() => publisher.retained().get(`${base}/state`))
      .toMatchObject({ time: '2026-11-22T06:10:00.000Z', values: { volume: { value: 10 }, battery: { value: 80 } }, alarms: [] })
    expect(publisher.payloads('/event')).toEqual([])
    expect(publisher.payloads('/reading')).toHaveLength(2)
  })
})

describe('event', () => {
  const events = () => publisher.payloads('/event').map(({ event, kind, time }) => [event, kind, time])

  test('tells an alarm of the vocabulary once when it changes, and state holds the open ones', async () => {
    const topics = await start()
    await tell(topics, [at(0, { leak: false }), at(1, { leak: true }), at(2, { leak: true, volume: 2 })])
    expect(events()).toEqual([['raised', 'leak', '2026-11-22T06:01:00.000Z']])
    expect(publisher.payloads('/event')[0]).toMatchObject({
      v: 1,
      asset: 'w-7f3k2m9q',
      channel: 'main',
      raised: '2026-11-22T06:01:00.000Z',
    })
    expect(publisher.messages.filter(({ topic }) => topic.endsWith('/event')).map(({ retain }) => retain)).toEqual([false])
    expect(publisher.retained().get(`${base}/state`)).toMatchObject({
      alarms: [{ channel: 'main', kind: 'leak', raised: '2026-11-22T06:01:00.000Z' }],
    })
    await tell(topics, [at(3, { leak: false })])
    expect(events().at(-1)).toEqual(['cleared', 'leak', '2026-11-22T06:03:00.000Z'])
    expect(publisher.retained().get(`${base}/state`)).toMatchObject({ alarms: [] })
  })

  test('repeats and older readings tell nothing', async () => {
    const topics = await start()
    await tell(topics, [at(5, { leak: true })])
    await tell(topics, [at(5, { leak: true }), at(1, { leak: false })])
    await tell(topics, [at(6, { leak: false })])
    await tell(topics, [at(2, { leak: true })])
    expect(events().map(([event]) => event)).toEqual(['raised', 'cleared'])
  })

  test('is not told again after a restart, and not forgotten although the store was ahead', async () => {
    const first = await start()
    await tell(first, [at(1, { leak: true })])
    await first.stop()
    await store.write([at(1, { leak: true }), at(2, { leak: true, tamper: true })])
    const second = await start()
    await tell(second, [at(1, { leak: true }), at(2, { leak: true, tamper: true })])
    expect(events()).toEqual([
      ['raised', 'leak', '2026-11-22T06:01:00.000Z'],
      ['raised', 'tamper', '2026-11-22T06:02:00.000Z'],
    ])
  })

  test('a broker that was away gets it when it is back', async () => {
    const topics = await start()
    publisher.down = true
    await expect(topics.publish([at(1, { leak: true })])).rejects.toMatchObject({ code: 'broker.unreachable' })
    publisher.down = false
    await tell(topics, [at(1, { leak: true })])
    await tell(topics, [at(1, { leak: true })])
    expect(events()).toEqual([['raised', 'leak', '2026-11-22T06:01:00.000Z']])
  })
})

describe('availability', () => {
  const told = () => publisher.payloads('/availability').map(({ availability }) => availability)

  test('unknown before the first frame, online with it, late after two intervals, silent after three and a day', async () => {
    const topics = await start()
    await topics.sweep()
    await tell(topics, [at(0, { volume: 1 })])
    now += 2 * hour
    await topics.sweep()
    now += 1
    await topics.sweep()
    await topics.sweep()
    now = Date.parse('2026-11-23T06:00:00.000Z')
    await topics.sweep()
    now += 1
    await topics.sweep()
    expect(told()).toEqual(['unknown', 'online', 'late', 'silent'])
    expect(publisher.retained().get(`${base}/availability`)).toEqual({
      v: 1,
      tenant: 'tours',
      service: 'water',
      asset: 'w-7f3k2m9q',
      availability: 'silent',
      lastSeen: '2026-11-22T06:00:00.000Z',
      expectedInterval: 3600,
    })
    await tell(topics, [at(24 * 60, { volume: 2 })])
    expect(told().at(-1)).toBe('online')
  })

  test('a long interval is silent after three of them', async () => {
    installed = installed.map((asset) => ({ ...asset, expectedInterval: 24 * 3600 }))
    const topics = await start()
    await tell(topics, [at(0, { volume: 1 })])
    now += 3 * 24 * hour
    await topics.sweep()
    now += 1
    await topics.sweep()
    expect(told()).toEqual(['online', 'late', 'silent'])
  })

  test('does not flap over a restart: nobody is called silent before the backlog is through', async () => {
    await store.write([at(0, { volume: 1 })])
    now += 72 * hour
    frozen = true
    const topics = await start()
    await topics.sweep()
    expect(told()).toEqual([])
    await tell(topics, [at(72 * 60, { volume: 2 })])
    frozen = false
    await topics.sweep()
    expect(told()).toEqual(['online'])
  })

  test('a broker that is away is told later', async () => {
    const topics = await start()
    publisher.down = true
    await topics.sweep()
    publisher.down = false
    await topics.sweep()
    expect(told()).toEqual(['unknown'])
  })
})
