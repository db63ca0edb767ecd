import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SpooledEvent } from '../../../src/uplinks/ports.ts'
import { RecentEvents } from '../../../src/uplinks/spool/recent-events.ts'

function eventAt(offset: number): SpooledEvent {
  return { offset, spooledAt: '2026-11-22T06:00:00.000Z', qos: 1, topic: 'a', payload: Buffer.alloc(0) }
}

test('from any offset that is remembered on, so many and in order; nothing from any other', () => {
  const group = fc.integer({ min: 1, max: 5 })
  fc.assert(
    fc.property(fc.array(group, { maxLength: 40 }), fc.nat(500), fc.integer({ min: 1, max: 30 }), (sizes, begin, max) => {
      const recent = new RecentEvents(60, Number.POSITIVE_INFINITY)
      let next = begin
      for (const size of sizes) {
        recent.add(
          Array.from({ length: size }, () => eventAt(next++)),
          size,
        )
      }
      // whole writes go, oldest first, until at most sixty are left
      let [oldest, left] = [begin, next - begin]
      for (const size of sizes) if (left > 60) [oldest, left] = [oldest + size, left - size]
      for (let offset = begin - 2; offset < next + 2; offset++) {
        const wanted =
          offset < oldest ? [] : Array.from({ length: Math.max(0, Math.min(max, next - offset)) }, (_, index) => offset + index)
        expect(recent.from(offset, max).map((event) => event.offset)).toEqual(wanted)
      }
    }),
  )
})
