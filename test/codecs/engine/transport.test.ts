import fc from 'fast-check'
import { expect, test } from 'vitest'
import { callKind, encodeRun, readGroups } from '../../../src/codecs/engine/call-stream.ts'
import { encodeMessage, type Message, MessageReader, messageOf } from '../../../src/codecs/engine/transport.ts'

const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const message = fc
  .record({
    type: u32,
    id: u32,
    groups: u32,
    numbers: fc.float64Array({ maxLength: 20 }),
    bytes: fc.uint8Array({ maxLength: 50 }),
  })
  .map(({ type, id, ...content }) => messageOf(type, id, content))

const plain = ({ numbers, bytes, ...head }: Message) => ({ ...head, numbers: [...numbers], bytes: [...bytes] })

test('messages come through whole, however the bytes are cut and wherever they lie', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 4 }), fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (messages, cuts) => {
      const bytes = Buffer.concat(messages.map(encodeMessage))
      const reader = new MessageReader()
      const read = []
      for (let at = 0; at < bytes.length; ) {
        const end = at + (cuts.next().value ?? 1)
        read.push(...reader.push(bytes.subarray(at, end)).map(plain))
        at = end
      }
      expect(read).toEqual(messages.map(plain))
    }),
  )
})

test('bytes that are no message are refused or wait for more, and never make a message too large', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const reader = new MessageReader(1_000)
      try {
        for (const read of reader.push(bytes)) expect(read.numbers.byteLength + read.bytes.length).toBeLessThan(300)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Error)
      }
    }),
  )
  expect(() => new MessageReader(1_000).push(new Uint8Array(24).fill(0xff))).toThrow('a message of')
})

test('calls come through with their frames, variables and data', () => {
  const codec = { id: 7, model: 'acme/a', file: 'codec.js', source: '', lane: 0, pending: 0, replaced: false }
  const other = { ...codec, id: 9 }
  const job = (of: typeof codec, kind: number, bytes: number[], extra: unknown = null) => ({
    codec: of,
    call: { kind, time: 1_795_327_951_218, fPort: 10, bytes: Uint8Array.from(bytes), extra },
    settle: () => {},
    deaths: 0,
    since: 0,
  })
  const run = encodeRun(
    {
      groups: [
        { codec, jobs: [job(codec, callKind.decode, [1, 2]), job(codec, callKind.decodeWithVariables, [3], { a: 'é' })] },
        { codec: other, jobs: [job(other, callKind.encode, [], { level: 1 })] },
      ],
      suspect: false,
      size: 3,
    },
    5,
  )
  const [read] = new MessageReader().push(encodeMessage(run))
  if (read === undefined) throw new Error('no message')
  const { groups, frames } = readGroups(read)
  expect([...frames]).toEqual([1, 2, 3])
  expect(groups).toEqual([
    { index: 0, codec: 7, calls: 2, callsAt: 4, framesAt: 0, text: '[{"a":"é"}]' },
    { index: 1, codec: 9, calls: 1, callsAt: 16, framesAt: 3, text: '[{"level":1}]' },
  ])
  expect([...read.numbers.subarray(4, 12)]).toEqual([0, 1_795_327_951_218, 10, 2, 2, 1_795_327_951_218, 10, 1])
})
