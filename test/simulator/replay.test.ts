import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { CodecFrame, DecodeResult } from '../../src/codecs/codec-runner.ts'
import { normalise } from '../../src/codecs/normalise.ts'
import { framesOf } from '../../src/simulator/payload-values.ts'
import { Replay } from '../../src/simulator/replay.ts'
import { plainCodec, readExamples, readModel } from '../codecs/plain-codec.ts'

const slug = 'axioma/qalcosonic-w1'
const model = readModel(slug)
const codec = plainCodec(model.codec)
const today = Date.UTC(2026, 10, 22, 18)
/** when this codec takes the examples' clocks for corrupted */
const later = Date.UTC(2045, 0, 1)

function decoded({ fPort, bytes, recvTime }: CodecFrame): DecodeResult {
  const { data, errors } = codec('decodeUplink', { fPort, bytes: [...bytes], recvTime: new Date(recvTime), variables: {} })
  return data === undefined ? { ok: false, reason: 'codec-error', errors: errors ?? [] } : { ok: true, data, warnings: [] }
}

function setting(decode: (frame: CodecFrame) => DecodeResult) {
  const logged: string[] = []
  let asked = 0
  const replay = new Replay({
    codecs: {
      decode: async (frames) => {
        asked += 1
        return frames.map(decode)
      },
    },
    model: () => model,
    examples: () => readExamples(slug),
    logger: pino({}, { write: (line) => void logged.push(line) }),
  })
  return { replay, logged, asked: () => asked }
}

test('examples whose clock their codec refuses today are left out, tried and told once', async () => {
  const { replay, logged, asked } = setting(decoded)
  const all = framesOf(readExamples(slug))
  const frames = await replay.frames(slug, later)
  expect(frames.length).toBeGreaterThan(0)
  expect(frames.length).toBeLessThan(all.length)
  expect(await replay.frames(slug, later + 60_000)).toBe(frames)
  expect(asked()).toBe(1)
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([
    { model: slug, leftOut: all.length - frames.length, replayed: frames.length },
  ])
})

test('what is replayed has its newest reading at the reception, flagged where the frame has a clock', async () => {
  const receivedAt = new Date(today).toISOString()
  for (const { fPort, bytes } of await setting(decoded).replay.frames(slug, today)) {
    const result = decoded({ codec: model.codec, fPort, bytes, recvTime: receivedAt, variables: {} })
    if (!result.ok) throw new Error('refused')
    const newest = normalise(model, result.data, { receivedAt, parameters: () => ({}) }).at(-1)
    if (newest === undefined) continue
    expect([null, receivedAt]).toContain(newest.time)
    expect(newest.flags.time).toBe('time' in result.data ? 'shifted' : undefined)
  }
})

test('a codec that was slow has refused nothing', async () => {
  const { replay, logged } = setting(() => ({ ok: false, reason: 'timeout', errors: [] }))
  expect(await replay.frames(slug, today)).toHaveLength(framesOf(readExamples(slug)).length)
  expect(logged).toEqual([])
})
