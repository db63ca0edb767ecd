import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planOrder } from '../../src/commands/plan.ts'
import type { OrderRequest } from '../../src/commands/request.ts'
import { readModel } from '../codecs/plain-codec.ts'

const light = readModel('nasys/ul20xx')
const now = new Date('2026-11-22T20:00:00.000Z')
const plan = (request: Partial<OrderRequest>, model = light, deviceClass: 'A' | 'C' = 'C') =>
  planOrder(
    { asset: 'L-1', command: { type: 'dim', level: 40 }, reason: '', ...request },
    { model, channel: 'main', deviceClass, now, timeZone: 'Europe/Paris' },
  )

describe('planning an order', () => {
  test('a short dimming is ended by the lamp itself', () => {
    const { order, returnOrder } = plan({ for: '1h' })
    expect(order.input).toEqual({ type: 'set-level-timed', targets: [{ address: 'dali-broadcast', level_pct: 40, duration_min: 60 }] })
    expect(returnOrder).toBeNull()
  })

  test('a dimming that is longer than the lamp can time gets its return order', () => {
    const { order, returnOrder } = plan({ until: '06:00' })
    expect(order.input).toEqual({ type: 'set-level', targets: [{ address: 'dali-broadcast', level_pct: 40 }] })
    expect(order.until?.toISOString()).toBe('2026-11-23T05:00:00.000Z')
    expect(returnOrder).toMatchObject({ command: { type: 'resume' }, notBefore: new Date('2026-11-23T05:00:00.000Z') })
  })

  test('a class C order waits ten minutes, a class A order two intervals', () => {
    expect(plan({}).order.expiresAt.toISOString()).toBe('2026-11-22T20:10:00.000Z')
    expect(plan({}, light, 'A').order.expiresAt.toISOString()).toBe('2026-11-22T22:00:00.000Z')
    expect(plan({ expires: '30s' }).order.expiresAt.toISOString()).toBe('2026-11-22T20:00:30.000Z')
  })

  test('an order never outlives its own end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (minutes, wait) => {
        const { order, returnOrder } = plan({ for: `${minutes}m`, expires: `${wait}m` })
        expect(order.expiresAt <= order.until!).toBe(true)
        expect(order.expiresAt > now).toBe(true)
        if (returnOrder !== null) expect(returnOrder.notBefore).toEqual(order.until)
      }),
    )
  })

  test.for([
    ['a level beyond the limit', { command: { type: 'dim', level: 140 } }, /100/],
    ['an end that is past', { until: '2026-11-22T19:00:00Z' }, /past/],
    ['an end in a year of five digits', { until: '+012345-01-01T00:00:00Z' }, /more than a year/],
    ['a duration that no date can hold', { for: '99999999999999h' }, /more than a year/],
    ['an expiry that no date can hold', { expires: '99999999999999h' }, /more than a year/],
    ['two ends', { until: '06:00', for: '1h' }, /not both/],
    ['what the model cannot do', { command: { type: 'open', minutes: 10 } }, /dim/],
    ['an end without a way back', { command: { type: 'reboot' }, for: '1h' }, /cannot end "reboot"/],
  ] as const)('%s is refused', ([, request, message]) => {
    expect(() => plan(request)).toThrow(message)
  })

  test('raw bytes need no mapping', () => {
    expect(plan({ command: { type: 'raw', fPort: 60, hex: '01FE28' } }).order.input).toBeNull()
  })
})
