import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advance, isOpen } from '../../src/commands/advance.ts'
import type { NetworkEvent } from '../../src/lorawan/network-event.ts'
import { ack, anOrder, log, txack } from './order-builder.ts'

const life = (...events: NetworkEvent[]) => events.reduce(advance, anOrder()).state

describe('the life of an order', () => {
  test.for([
    ['transmitted', [txack()], 'transmitted'],
    ['confirmed by the device', [txack(), ack(true)], 'acknowledged'],
    ['ack before txack, as ChirpStack sometimes sends them', [ack(true), txack()], 'acknowledged'],
    ['not confirmed in time', [txack(), ack(false)], 'failed'],
    ['expired in the queue', [log('EXPIRED')], 'expired'],
    ['expired after it was sent', [txack(), log('EXPIRED')], 'failed'],
    ['too long for the data rate', [log('DOWNLINK_PAYLOAD_SIZE')], 'refused'],
    ['refused by a gateway, then sent', [log('DOWNLINK_GATEWAY', null, 'TOO_LATE'), txack()], 'transmitted'],
    ['refused by a gateway until it expired', [log('DOWNLINK_GATEWAY', null, 'TOO_LATE'), log('EXPIRED')], 'expired'],
  ] as const)('%s', ([, events, state]) => {
    expect(life(...events)).toBe(state)
  })

  test('a late txack still tells which gateway sent it', () => {
    const order = [ack(true), txack()].reduce(advance, anOrder())
    expect(order).toMatchObject({ state: 'acknowledged', gatewayId: '7076ff0056080001', fCntDown: 7 })
  })

  test('a gateway that refuses every five seconds is written down once', () => {
    const refusal = (second: number) => ({ ...log('DOWNLINK_GATEWAY', null, 'TOO_LATE'), time: `2026-11-22T12:00:0${second}.000Z` })
    expect([refusal(1), refusal(6)].reduce(advance, anOrder()).steps).toHaveLength(1)
  })

  test('any order of events, any repetition: a final state is never left and a redelivered event adds nothing', () => {
    const events = [txack(), ack(true), ack(false), log('EXPIRED'), log('DOWNLINK_GATEWAY', null, 'TOO_LATE'), log('DOWNLINK_PAYLOAD_SIZE')]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 12 }), (sequence) => {
        let order = anOrder()
        for (const event of sequence) {
          const next = advance(order, event)
          if (!isOpen(order)) expect(next.state).toBe(order.state)
          expect(advance(next, event)).toBe(next)
          order = next
        }
      }),
    )
  })
})
