import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UplinkEvent } from '../../src/lorawan/network-event.ts'
import { FirstSeen } from '../../src/uplinks/first-seen.ts'
import { Instants, Repeats } from '../../src/uplinks/repeats.ts'
import { aReading } from '../support/reading-builder.ts'

const six = Date.UTC(2026, 10, 22, 6)
const meter = '0018b20000001a2b'

function frame(fCnt: number, parts: Partial<UplinkEvent> & { devEui?: string; at?: number } = {}): UplinkEvent {
  const { devEui = meter, at = fCnt * 1000, ...fields } = parts
  return {
    type: 'uplink',
    time: new Date(six + at).toISOString(),
    device: {
      ...{ tenantId: 't', tenantName: 'T', applicationId: 'a', applicationName: 'A', deviceProfileId: 'p', deviceProfileName: 'P' },
      ...{ deviceName: 'd', devEui, tags: {} },
    },
    ...{ deduplicationId: 'x', devAddr: '00396d32', fCnt, fPort: 1, confirmed: false, data: new Uint8Array([fCnt & 255]) },
    ...{ frequency: 868_100_000, spreadingFactor: 7, receptions: [] },
    ...fields,
  }
}

describe('a frame once more', () => {
  test('is a repeat wherever it comes again, and whoever asks', () => {
    const repeats = new Repeats()
    expect(repeats.isRepeat(frame(1), 10)).toBe(false)
    expect(repeats.isRepeat(frame(2), 11)).toBe(false)
    expect(repeats.isRepeat(frame(1), 12)).toBe(true)
    // another consumer, at another place
    expect([10, 11, 12].map((offset, index) => repeats.isRepeat(frame([1, 2, 1][index] ?? 0), offset))).toEqual([false, false, true])
  })

  test('the first in the spool counts, also for one that looked ahead', () => {
    const repeats = new Repeats()
    expect(repeats.isRepeat(frame(1), 50)).toBe(false)
    expect(repeats.isRepeat(frame(1), 3)).toBe(false)
    expect(repeats.isRepeat(frame(1), 50)).toBe(true)
  })

  test('another event of the same frame, with another deduplication and a little later, is one', () => {
    const repeats = new Repeats()
    repeats.isRepeat(frame(7), 1)
    expect(repeats.isRepeat(frame(7, { at: 12_000, deduplicationId: 'y' }), 2)).toBe(true)
  })

  test.for<[string, Parameters<typeof frame>[1]]>([
    ['of another session', { devAddr: '00396d33' }],
    ['of another device', { devEui: '0018b20000001a2c' }],
    ['whose counter began again', { at: 7_000 + 60_001 }],
    ['with other bytes, of a device that began again at once', { data: new Uint8Array([99]) }],
    ['on another port', { fPort: 2 }],
  ])('is none: %s', ([, parts]) => {
    const repeats = new Repeats()
    repeats.isRepeat(frame(7), 1)
    expect(repeats.isRepeat(frame(7, parts), 2)).toBe(false)
  })

  test('in any order and any number: each frame counts once, at its first place', () => {
    const frames = fc.array(fc.record({ device: fc.nat(40), fCnt: fc.nat(15) }), { minLength: 1, maxLength: 400 })
    fc.assert(
      fc.property(frames, fc.array(fc.nat(399)), (list, looksAhead) => {
        const repeats = new Repeats()
        const ask = (offset: number) => {
          const { device, fCnt } = list[offset]!
          return repeats.isRepeat(frame(fCnt, { devEui: (0x0018b20000000000n + BigInt(device)).toString(16).padStart(16, '0') }), offset)
        }
        for (const offset of looksAhead) if (offset < list.length) ask(offset)
        const first = new Set<string>()
        for (const [offset, { device, fCnt }] of list.entries()) {
          expect(ask(offset)).toBe(first.has(`${device} ${fCnt}`))
          first.add(`${device} ${fCnt}`)
        }
      }),
      { numRuns: 50 },
    )
  })
})

test('a table of fixed size forgets the oldest of a row, and nothing else goes with it', () => {
  const seen = new FirstSeen(1)
  const ask = (key: number, offset: number) => seen.earlier('d', String(key), offset, 0, () => true)
  for (let key = 0; key < 17; key++) expect(ask(key, key)).toBeNull()
  expect(ask(16, 100)).toBe(0)
  expect(ask(1, 101)).toBe(0)
  expect(ask(0, 102)).toBeNull()
})

describe('frames of one second of a device’s clock', () => {
  const own = '2026-11-22T06:00:00.000Z'
  const reading = (fCnt: number, parts: Parameters<typeof aReading>[0] = {}) =>
    aReading({ device: meter, time: own, frame: { fCnt, fPort: 1 }, ...parts })

  test('the later one is moved by what its counter says, the same each time', () => {
    const instants = new Instants()
    const pass = () => [5, 6, 7].map((fCnt, index) => instants.apart([reading(fCnt)], own, index)[0]?.time)
    const once = pass()
    expect(once).toEqual(['2026-11-22T06:00:00.000Z', '2026-11-22T06:00:00.007Z', '2026-11-22T06:00:00.008Z'])
    expect(pass()).toEqual(once)
    expect(new Instants().apart([reading(6)], own, 1)[0]?.time).toBe(own)
  })

  test('another channel, a time with milliseconds, a moved clock and the history of a frame stay as they are', () => {
    const instants = new Instants()
    instants.apart([reading(5)], own, 1)
    const untouched = [
      reading(6, { channel: 'second' }),
      reading(6, { time: '2026-11-22T06:00:00.001Z' }),
      reading(6, { flags: { time: 'shifted' } }),
    ]
    expect(instants.apart(untouched, own, 2)).toEqual(untouched)
    const history = [reading(7), reading(7, { time: '2026-11-22T06:01:00.000Z' })]
    expect(instants.apart(history, '2026-11-22T06:01:00.000Z', 3)).toEqual(history)
  })

  test('whatever the counters, no two frames of a second share an instant, and a second pass gives the same', () => {
    const counters = fc.uniqueArray(fc.nat(0xffff_ffff), { minLength: 2, maxLength: 12, selector: (fCnt) => fCnt % 999 })
    fc.assert(
      fc.property(counters, (list) => {
        const instants = new Instants()
        const pass = () => list.map((fCnt, index) => instants.apart([reading(fCnt)], own, index)[0]!.time)
        const times = pass()
        expect(new Set(times).size).toBe(list.length)
        expect(times.every((time) => time.startsWith('2026-11-22T06:00:00.'))).toBe(true)
        expect(pass()).toEqual(times)
      }),
    )
  })
})
