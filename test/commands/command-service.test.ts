import { describe, expect, test } from 'vitest'
import type { Scope } from '../../src/access/scope.ts'
import type { CodecRunner, EncodeResult } from '../../src/codecs/codec-runner.ts'
import { CommandService } from '../../src/commands/command-service.ts'
import type { CommandTarget } from '../../src/commands/ports.ts'
import { MemoryLedger } from '../fakes/memory-ledger.ts'
import { testModel } from '../support/test-model.ts'

const target: CommandTarget = {
  tenant: 'tours',
  timeZone: 'Europe/Paris',
  service: 'lighting',
  asset: 'L-Foch-014',
  devEui: '70b3d5e75e000001',
  channel: 'main',
  model: 'acme/lamp',
  firmware: null,
}
const lamp = testModel('acme/lamp', {
  title: 'lamp',
  vendor: 'acme',
  family: 'street-light',
  version: '1.0.0',
  service: 'lighting',
  deviceProfile: 'acme/lamp',
  expectedInterval: 3600,
  measures: [],
  commands: { dim: { input: { level: '$level' }, limits: { level: [0, 100] } }, resume: { input: { level: null } } },
})
const scope: Scope = { account: 'console', role: 'operator', tenant: 'tours', services: null, communes: null }
const dim = { asset: 'L-Foch-014', command: { type: 'dim', level: 40 } } as const

function setUp(encoded: EncodeResult = { ok: true, fPort: 60, bytes: Uint8Array.of(1, 0xfe, 40), warnings: [] }) {
  const ledger = new MemoryLedger()
  let looks = 0
  const unused = () => Promise.reject(new Error('not for orders'))
  const codecs: CodecRunner = {
    start: unused,
    stop: unused,
    decode: unused,
    decodeDownlink: unused,
    simulate: unused,
    encode: async () => encoded,
  }
  const service = new CommandService({
    targets: { find: async (asking, asset) => (asking.tenant === 'tours' && asset === target.asset ? target : undefined) },
    models: { forCommands: () => ({ model: lamp, deviceClass: 'C' }) },
    codecs,
    ledger,
    accepted: () => {
      looks += 1
    },
    now: () => new Date('2026-11-22T20:00:00.000Z'),
  })
  return { service, ledger, looks: () => looks }
}

describe('taking an order', () => {
  test('writes it with its bytes and wakes the dispatcher', async () => {
    const { service, ledger, looks } = setUp()
    const order = await service.order(scope, dim)
    expect(order).toMatchObject({
      number: '2026-11-22-0001',
      state: 'accepted',
      requestedBy: 'console',
      downlink: { fPort: 60, hex: '01fe28' },
    })
    expect(ledger.orders.size).toBe(1)
    expect(looks()).toBe(1)
  })

  test('writes the way back in the same breath', async () => {
    const { service, ledger } = setUp()
    const order = await service.order(scope, { ...dim, until: '06:00' })
    const [, back] = [...ledger.orders.values()]
    expect(back).toMatchObject({ returnOf: order.id, command: { type: 'resume' }, notBefore: '2026-11-23T05:00:00.000Z' })
  })

  test('asked twice with one key, orders once; the key is not good for another order', async () => {
    const { service, ledger } = setUp()
    const first = await service.order(scope, { ...dim, idempotencyKey: 'k' })
    expect(await service.order(scope, { ...dim, idempotencyKey: 'k' })).toEqual(first)
    expect(ledger.orders.size).toBe(1)
    await expect(service.order(scope, { ...dim, command: { type: 'dim', level: 41 }, idempotencyKey: 'k' })).rejects.toThrow('already used')
  })

  test.for([
    ['another end', { until: '07:00' }],
    ['a duration instead of an end', { for: '8h', until: undefined }],
    ['another expiry', { expires: '6m' }],
    ['an acknowledgement', { confirmed: true }],
  ] as const)('the key is not good for %s', async ([, changes]) => {
    const { service, ledger } = setUp()
    const request = { ...dim, until: '06:00', expires: '5m', idempotencyKey: 'k' }
    const first = await service.order(scope, request)
    await expect(service.order(scope, { ...request, ...changes })).rejects.toMatchObject({ code: 'order.key-reused' })
    expect(await service.order(scope, request)).toEqual(first)
    expect(ledger.orders.size).toBe(2)
  })

  test('what means the same is the same: words of a duration, order of the fields, another reason', async () => {
    const { service } = setUp()
    const first = await service.order(scope, { ...dim, for: '1h30', expires: '10m', idempotencyKey: 'k' })
    const same = {
      idempotencyKey: 'k',
      expires: '600s',
      for: '90m',
      reason: 'again',
      command: { level: 40, type: 'dim' },
      asset: dim.asset,
    }
    expect(await service.order(scope, same as typeof dim)).toEqual(first)
  })

  test('a key of before requests were kept is good for the same command', async () => {
    const { service, ledger } = setUp()
    const first = await service.order(scope, { ...dim, idempotencyKey: 'k' })
    ledger.digests.clear()
    expect(await service.order(scope, { ...dim, until: '06:00', idempotencyKey: 'k' })).toEqual(first)
    await expect(service.order(scope, { ...dim, command: { type: 'dim', level: 41 }, idempotencyKey: 'k' })).rejects.toThrow('already used')
  })

  test('the same key at the same moment orders once', async () => {
    const { service, ledger } = setUp()
    const add = ledger.add.bind(ledger)
    let first = true
    ledger.add = async (orders) => {
      if (!first) throw new Error('UNIQUE constraint failed')
      first = false
      return add(orders)
    }
    const [one, other] = await Promise.all([1, 2].map(() => service.order(scope, { ...dim, idempotencyKey: 'k' })))
    expect(other).toEqual(one)
    expect(ledger.orders.size).toBe(1)
  })

  test.for([
    ['an asset of another tenant', { ...scope, tenant: 'blois' }, dim, /no asset L-Foch-014/],
    ['a reader', { ...scope, role: 'reader' }, dim, /may not send "dim"/],
    ['raw bytes by an operator', scope, { asset: target.asset, command: { type: 'raw', fPort: 1, hex: '00' } }, /may not send "raw"/],
    ['what the model cannot do', scope, { asset: target.asset, command: { type: 'reboot' } }, /dim, resume/],
  ] as const)('%s is refused with nothing written', async ([, asking, request, message]) => {
    const { service, ledger, looks } = setUp()
    await expect(service.order(asking, request)).rejects.toThrow(message)
    expect(ledger.orders.size).toBe(0)
    expect(looks()).toBe(0)
  })

  test('what the codec refuses is refused in its words', async () => {
    const { service, ledger } = setUp({ ok: false, reason: 'codec-error', errors: ['level must be 0 to 100'] })
    await expect(service.order(scope, dim)).rejects.toThrow('level must be 0 to 100')
    expect(ledger.orders.size).toBe(0)
  })
})
