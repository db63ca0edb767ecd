import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkBroker,
  checkChirpstack,
  checkClock,
  checkCodecs,
  checkDeadLetters,
  checkEvents,
  checkJoins,
  checkSpool,
  checkStore,
} from '../../src/health/checks.ts'

const now = new Date('2026-11-22T12:00:00.000Z')
const facts = { total: 10, atQos0: 0, lastReceivedAt: '2026-11-22T11:59:00.000Z', lags: [], joinTroubles: {} }
const codes = (findings: readonly { outcome: string; code: string }[]) => findings.map(({ outcome, code }) => `${outcome} ${code}`)

test('a broker that is away is wrong, with its reason', () => {
  expect(checkBroker({ reached: true, url: 'mqtt://b' })).toMatchObject([{ outcome: 'ok', context: { url: 'mqtt://b' } }])
  expect(checkBroker({ reached: false, reason: 'ECONNREFUSED' })).toMatchObject([{ outcome: 'wrong', context: { reason: 'ECONNREFUSED' } }])
})

describe('ChirpStack', () => {
  const reached = { reached: true, url: 'http://c', sees: 'one tenant' } as const
  test('simulated, silent, key refused', () => {
    expect(codes(checkChirpstack(null))).toEqual(['ok chirpstack-simulated'])
    expect(codes(checkChirpstack({ reached: false, reason: 'x' }))).toEqual(['wrong chirpstack-unreachable'])
    expect(codes(checkChirpstack({ ...reached, sees: null, rights: [] }))).toEqual(['ok chirpstack-reached', 'wrong key-refused'])
  })
  test('rights: what is refused is wrong, what cannot be told is not called right', () => {
    const rights = [
      { action: 'device.get', allowed: true },
      { action: 'device.enqueue', allowed: false },
      { action: 'device.create', allowed: null },
    ]
    expect(checkChirpstack({ ...reached, rights }).slice(1)).toMatchObject([
      { outcome: 'wrong', code: 'rights-missing', context: { actions: 'device.enqueue' } },
      { outcome: 'unknown', code: 'rights-unknown', context: { actions: 'device.create' } },
    ])
    expect(codes(checkChirpstack({ ...reached, rights: rights.slice(0, 1) }))).toEqual(['ok chirpstack-reached', 'ok rights-complete'])
  })
})

describe('events', () => {
  test('none yet: nothing can be said', () => {
    expect(codes(checkEvents({ ...facts, total: 0, lastReceivedAt: null }, now))).toEqual(['unknown no-event-yet'])
  })
  test('one at QoS 0 proves a wrong setting, however many came at QoS 1', () => {
    expect(checkEvents({ ...facts, total: 1000, atQos0: 1 }, now)).toMatchObject([
      { outcome: 'wrong', code: 'qos-zero', context: { count: 1 } },
    ])
    expect(codes(checkEvents(facts, now))).toEqual(['ok qos-kept'])
  })
  test('a long silence is told', () => {
    expect(codes(checkEvents({ ...facts, lastReceivedAt: '2026-11-22T09:00:00.000Z' }, now))).toEqual([
      'ok qos-kept',
      'wrong events-stopped',
    ])
  })
})

describe('clocks', () => {
  test('a backlog is no drift: the most recent event tells', () => {
    expect(codes(checkClock([3_600_000, 1_800_000, 900_000, 400, 300]))).toEqual(['ok clock-agrees'])
  })
  test('all events late, or from the future', () => {
    expect(checkClock([65_000, 61_000, 62_000, 60_000, 64_000])).toMatchObject([{ code: 'clock-drifts', context: { seconds: 60 } }])
    expect(checkClock([-65_000, -61_000, 0, -60_000, -64_000])).toMatchObject([{ code: 'clock-drifts', context: { seconds: -65 } }])
  })
  test('too few to tell', () => {
    expect(codes(checkClock([0, 0]))).toEqual(['unknown clock-unknown'])
  })
})

test('spool: a refusal and damage are told, each by itself', () => {
  const damage = { files: 0, events: 0, bytes: 0 }
  expect(codes(checkSpool({ refusal: null, damage }, now))).toEqual(['ok spool-takes'])
  const refusal = { code: 'spool.full', reason: 'ENOSPC', since: '2026-11-22T11:58:30.000Z' } as const
  expect(checkSpool({ refusal, damage }, now)).toMatchObject([{ outcome: 'wrong', code: 'spool-full', context: { minutes: 1 } }])
  const both = { refusal: { ...refusal, code: 'spool.unwritable' }, damage: { files: 1, events: 2, bytes: 300 } } as const
  expect(checkSpool(both, now)).toMatchObject([
    { outcome: 'wrong', code: 'spool-unwritable', context: { reason: 'ENOSPC' } },
    { outcome: 'wrong', code: 'spool-damaged', context: { files: 1, events: 2, bytes: 300 } },
  ])
})

test('store', () => {
  const described = { kind: 'influxdb2', version: '2.7.12', detail: 'InfluxDB 2.7.12, bucket ondine' } as const
  expect(checkStore({ reached: true, ...described })).toMatchObject([{ outcome: 'ok', context: { detail: described.detail } }])
  expect(codes(checkStore({ reached: false, reason: 'timeout' }))).toEqual(['wrong store-unreachable'])
})

test('codecs: disabled and failing are told apart', () => {
  const status = { model: 'a/b', file: 'codec.js', strikes: 3, reason: 'TypeError' }
  expect(codes(checkCodecs([]))).toEqual(['ok codecs-work'])
  expect(
    codes(
      checkCodecs([
        { ...status, disabled: true },
        { ...status, disabled: false },
      ]),
    ),
  ).toEqual(['wrong codec-disabled', 'wrong codec-failing'])
})

describe('devices that never joined', () => {
  test('counted by the network server’s log codes, newest first', () => {
    const unheard = [
      { devEui: '1', lastLogCode: null },
      { devEui: '2', lastLogCode: 'OTAA' },
      { devEui: '3', lastLogCode: 'OTAA' },
    ]
    expect(checkJoins(3, unheard, { '2': 'UPLINK_MIC' })).toMatchObject([{ context: { count: 3, wrongKey: 1, usedNonce: 1, never: 1 } }])
    expect(codes(checkJoins(240, [], {}))).toEqual(['ok all-joined'])
    expect(codes(checkJoins(0, [], {}))).toEqual(['unknown no-device-yet'])
  })
  test('the parts always make the whole', () => {
    const code = fc.constantFrom(null, 'UPLINK_MIC', 'OTAA', 'UPLINK_CODEC')
    fc.assert(
      fc.property(
        fc.array(fc.record({ devEui: fc.string(), lastLogCode: code }), { minLength: 1 }),
        fc.dictionary(fc.string(), fc.constantFrom('UPLINK_MIC', 'OTAA')),
        (unheard, troubles) => {
          const context = checkJoins(3, unheard, troubles)[0]!.context
          expect(Number(context.wrongKey) + Number(context.usedNonce) + Number(context.never)).toBe(unheard.length)
          expect(context.count).toBe(unheard.length)
        },
      ),
    )
  })
})

test('dead letters by reason, most first', () => {
  expect(codes(checkDeadLetters({ 'codec-error': 0 }))).toEqual(['ok no-dead-letters'])
  expect(checkDeadLetters({ 'codec-error': 1, 'unknown-model': 12 })).toMatchObject([
    { outcome: 'wrong', context: { count: 13, reasons: '12 unknown-model, 1 codec-error' } },
  ])
})
