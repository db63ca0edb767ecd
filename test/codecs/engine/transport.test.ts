import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeMessage, MessageReader } from '../../../src/codecs/engine/transport.ts'

const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const segment = fc.record({ codec: u32, info: u32, text: fc.string({ unit: 'grapheme', maxLength: 50 }) })
const message = fc.record({ type: fc.integer({ min: 0, max: 255 }), id: u32, segments: fc.array(segment, { maxLength: 5 }) })

test('messages come through whole, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 4 }), fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (messages, cuts) => {
      const bytes = Buffer.concat(messages.map(encodeMessage))
      const reader = new MessageReader()
      const read = []
      for (let at = 0; at < bytes.length; ) {
        const end = at + (cuts.next().value ?? 1)
        read.push(...reader.push(bytes.subarray(at, end)))
        at = end
      }
      expect(read).toEqual(messages)
    }),
  )
})

test('bytes that are no message are refused or wait for more, and never make a message too large', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const reader = new MessageReader(1_000)
      try {
        for (const read of reader.push(Buffer.from(bytes))) expect(read.segments.length).toBeLessThan(100)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Error)
      }
    }),
  )
  expect(() => new MessageReader(1_000).push(Buffer.from([0xff, 0xff, 0, 0]))).toThrow('a message of')
})
