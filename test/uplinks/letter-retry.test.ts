import { pino } from 'pino'
import { beforeEach, describe, expect, test } from 'vitest'
import { serverScope } from '../../src/access/scope.ts'
import { parseEvent } from '../../src/adapters/chirpstack/events/parse-event.ts'
import { OndineError } from '../../src/errors/ondine-error.ts'
import type { Reading } from '../../src/readings/reading.ts'
import { BoundedLetters } from '../../src/uplinks/dead-letters/bounded-letters.ts'
import { LetterDesk } from '../../src/uplinks/dead-letters/letter-desk.ts'
import { LetterRetry } from '../../src/uplinks/dead-letters/letter-retry.ts'
import type { Decoded } from '../../src/uplinks/frame-decoder.ts'
import type { DeadLetter, DeadLetterReason } from '../../src/uplinks/ports.ts'
import { FakeUplinkMetrics } from '../fakes/fake-uplink-metrics.ts'
import { MemoryLetters } from '../fakes/memory-letters.ts'
import { MemoryReadingStore } from '../fakes/memory-reading-store.ts'
import { aReading } from '../support/reading-builder.ts'
import { up } from './uplink-event.ts'

const meter = '0018b20000001a2b'
const other = '0018b20000001a2c'
const everything = { tenant: null, services: null, assets: null }

let letters: MemoryLetters
let store: MemoryReadingStore
let published: Reading[]
let metrics: FakeUplinkMetrics
/** devices whose frames can be decoded by now */
let mended: Set<string>
let away: boolean

beforeEach(() => {
  letters = new MemoryLetters()
  store = new MemoryReadingStore()
  published = []
  metrics = new FakeUplinkMetrics()
  mended = new Set()
  away = false
})

function letter(devEui: string, fCnt: number, reason: DeadLetterReason = 'unknown-device', model: string | null = null): DeadLetter {
  const { topic, payload } = up(devEui, fCnt)
  const time = new Date(Date.UTC(2026, 10, 22, 6, 0, fCnt)).toISOString()
  return { offset: fCnt, reason, detail: 'first', advice: '', devEui, tenant: 'tours', model, topic, payload, time }
}

function retryOver(): LetterRetry {
  return new LetterRetry({
    letters,
    parse: parseEvent,
    decoder: {
      decode: async (uplinks) =>
        uplinks.map((uplink): Decoded => {
          const base = { own: uplink.time, tenant: 'tours', model: 'a/b', ran: true }
          if (!mended.has(uplink.device.devEui))
            return { ...base, readings: [], obstacle: { reason: 'not-installed', detail: 'second', advice: 'x' } }
          const reading = aReading({ device: uplink.device.devEui, time: uplink.time, frame: { fCnt: uplink.fCnt, fPort: 1 } })
          return { ...base, readings: [reading], obstacle: null }
        }),
    },
    apart: ({ readings }) => readings,
    store: {
      write: async (readings) => {
        if (away) throw new OndineError('broker.unreachable', { reason: 'a store for this test' })
        const rejected = readings.filter(({ frame }) => frame.fCnt === 13)
        await store.write(readings.filter((reading) => !rejected.includes(reading)))
        return { rejected: rejected.map((reading) => ({ reading, reason: 'no' })) }
      },
    },
    topics: { publishLate: async (readings) => void published.push(...readings) },
    logger: pino({ level: 'silent' }),
    metrics,
  })
}

const stored = async () => (await store.list(everything, { order: 'oldest first', limit: 100 })).readings.map(({ frame }) => frame.fCnt)
const left = () => letters.all.map(({ offset, reason, detail }) => [offset, reason, detail])

test('what works is stored, published and gone; what fails again stays in its place with the newer reason', async () => {
  await letters.keep([letter(meter, 1), letter(other, 2), letter(meter, 3)])
  mended.add(meter)
  expect(await retryOver().retry(serverScope, { limit: 10 })).toEqual({ tried: 3, mended: 2, cursor: null })
  expect(await stored()).toEqual([1, 3])
  expect(published.map(({ frame }) => frame.fCnt)).toEqual([1, 3])
  expect(left()).toEqual([[2, 'not-installed', 'second']])
  expect([metrics.count('retriedLetters'), metrics.count('mendedLetters')]).toEqual([3, 2])
})

test('what the store will never take stays, as that', async () => {
  mended.add(meter)
  await letters.keep([letter(meter, 12), letter(meter, 13)])
  await retryOver().retry(serverScope, { limit: 10 })
  expect(left()).toEqual([[13, 'store-rejected', expect.stringContaining('no')]])
  expect(published.map(({ frame }) => frame.fCnt)).toEqual([12])
})

test('a store that is away changes nothing', async () => {
  mended.add(meter)
  await letters.keep([letter(meter, 1)])
  away = true
  const retry = retryOver()
  await expect(retry.retry(serverScope, { limit: 10 })).rejects.toMatchObject({ kind: 'unreachable' })
  expect([left(), published]).toEqual([[[1, 'unknown-device', 'first']], []])
  away = false
  expect(await retry.retry(serverScope, { limit: 10 })).toMatchObject({ mended: 1 })
})

test('a message that is none stays, whatever it is', async () => {
  await letters.keep([
    { ...letter(meter, 1, 'malformed'), payload: Buffer.from('{"time": 12') },
    { ...letter(meter, 2, 'malformed'), payload: Buffer.of(1, 2, 3) },
    { ...letter(meter, 3, 'malformed'), topic: 'elsewhere' },
  ])
  expect(await retryOver().retry(serverScope, { limit: 10 })).toMatchObject({ tried: 3, mended: 0 })
  expect(letters.all.map(({ reason }) => reason)).toEqual(['malformed', 'malformed', 'malformed'])
})

describe('by itself', () => {
  test('those of a device that was changed, and no other', async () => {
    await letters.keep([letter(meter, 1), letter(other, 2), letter(meter, 3, 'codec-error'), letter(meter, 4, 'not-installed')])
    const retry = retryOver()
    await retry.start()
    await expect.poll(() => metrics.count('retriedLetters')).toBe(3)
    mended.add(meter).add(other)
    retry.devicesChanged([meter, 'ffffffffffffffff'])
    await expect.poll(left).toEqual([
      [2, 'not-installed', 'second'],
      [3, 'codec-error', 'first'],
    ])
    await retry.stop()
  })

  test('those of a model that was mended', async () => {
    mended.add(meter)
    await letters.keep([
      letter(meter, 1, 'codec-error', 'a/b'),
      letter(meter, 2, 'codec-error', 'a/c'),
      letter(meter, 3, 'codec-timeout', 'a/b'),
    ])
    const retry = retryOver()
    await retry.start()
    retry.modelsChanged(['a/b'])
    await expect.poll(left).toEqual([[2, 'codec-error', 'first']])
    await retry.stop()
  })

  test('more than a page of them', async () => {
    mended.add(meter)
    await letters.keep(Array.from({ length: 450 }, (_, index) => letter(meter, index)))
    const retry = retryOver()
    await retry.start()
    await expect.poll(left, { timeout: 10_000 }).toEqual([[13, 'store-rejected', expect.anything()]])
    await retry.stop()
  })
})

describe('by people', () => {
  const audit: unknown[] = []
  const desk = () =>
    new LetterDesk({
      ...{ letters, retry: retryOver(), parse: parseEvent },
      audit: { add: async (entries) => void audit.push(...entries) },
      now: () => new Date('2026-11-22T21:00:00.000Z'),
    })
  const tours = { ...serverScope, account: 'anne', role: 'technician' as const, tenant: 'tours' }

  test('page after page, with what is left, and told in the audit', async () => {
    await letters.keep([letter(meter, 1), letter(meter, 2), letter(other, 3), { ...letter(meter, 4), tenant: 'blois' }])
    mended.add(meter)
    const first = await desk().retry(tours, { limit: 2, reasons: ['unknown-device'] })
    expect(first).toMatchObject({ tried: 2, mended: 2, left: 1 })
    const second = await desk().retry(tours, { limit: 2, reasons: ['unknown-device'], cursor: first.cursor ?? '' })
    expect(second).toEqual({ tried: 1, mended: 0, left: 0, cursor: null })
    expect(letters.all.map(({ tenant, offset }) => [tenant, offset])).toEqual([
      ['tours', 3],
      ['blois', 4],
    ])
    expect(audit[0]).toMatchObject({
      ...{ account: 'anne', tenant: 'tours', action: 'dead-letter.retry', object: 'reasons=unknown-device' },
      ...{ before: { tried: 2 }, after: { mended: 2 } },
    })
  })

  test('one by its id: gone, or shown as it is now; another tenant’s is none', async () => {
    await letters.keep([letter(meter, 1), { ...letter(meter, 2), tenant: 'blois' }])
    const [mine, theirs] = letters.all
    expect(await desk().retryOne(tours, mine!.id)).toMatchObject({ mended: 0, letter: { reason: 'not-installed', uplink: { fCnt: 1 } } })
    mended.add(meter)
    expect(await desk().retryOne(tours, mine!.id)).toEqual({ tried: 1, mended: 1, letter: null })
    await expect(desk().retryOne(tours, theirs!.id)).rejects.toMatchObject({ code: 'dead-letter.not-found' })
    await expect(desk().get(tours, theirs!.id)).rejects.toMatchObject({ code: 'dead-letter.not-found' })
    expect(letters.all).toHaveLength(1)
  })

  test('who only reads tries nothing again', async () => {
    await letters.keep([letter(meter, 1)])
    mended.add(meter)
    const reader = { ...tours, role: 'reader' as const }
    await expect(desk().retry(reader, { limit: 1 })).rejects.toMatchObject({ code: 'access.forbidden' })
    await expect(desk().retryOne(reader, letters.all[0]!.id)).rejects.toMatchObject({ code: 'access.forbidden' })
    expect(letters.all).toHaveLength(1)
  })
})

test('of too many the newest are kept, and those that went are counted', async () => {
  const bounded = new BoundedLetters({ letters, limits: { most: 1_500, mostPerTenant: 1_500 }, logger: pino({ level: 'silent' }), metrics })
  for (let at = 0; at < 3_000; at += 500) await bounded.keep(Array.from({ length: 500 }, (_, index) => letter(meter, at + index)))
  expect(metrics.count('deadLettersDropped')).toBeGreaterThan(0)
  expect(letters.all.length).toBeLessThanOrEqual(2_500)
  expect(letters.all.length + metrics.count('deadLettersDropped')).toBe(3_000)
  expect(letters.all.at(-1)?.offset).toBe(2_999)
})
