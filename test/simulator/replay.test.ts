import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { CodecFrame, DecodeResult } from '../../src/codecs/codec-runner.ts'
import { normalise } from '../../src/codecs/normalise.ts'
import { uncommanded } from '../../src/simulator/commanded.ts'
import { defaultFleet } from '../../src/simulator/default-fleet.ts'
import { buildFleet } from '../../src/simulator/fleet.ts'
import { valuesAt } from '../../src/simulator/payload-values.ts'
import { framesOf, Replay, replayedFrame } from '../../src/simulator/replay.ts'
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

test('an example with a value that no such device can measure is not replayed; one that lacks a parameter is', async () => {
  const level = readModel('milesight/em500-udl')
  const frame = (distance: number) => ({
    type: 'uplink' as const,
    description: '',
    input: { fPort: 85, hex: `0382${Buffer.from(Uint16Array.of(distance).buffer).toString('hex')}` },
  })
  const udl = plainCodec(level.codec)
  const replay = new Replay({
    codecs: {
      decode: async (frames) =>
        frames.map(({ fPort, bytes }) => {
          const { data = {} } = udl('decodeUplink', { fPort, bytes: [...bytes] })
          // as if this one were a sensor of kilometres
          return { ok: true, data: { ...data, battery_pct: Number(data.distance_m) > 60 ? 130 : 80 }, warnings: [] }
        }),
    },
    model: () => level,
    examples: () => [frame(65_000), frame(2_000)],
    logger: pino({ level: 'silent' }),
  })
  expect(await replay.frames('milesight/em500-udl', today)).toEqual(framesOf([frame(2_000)]))
})

test('a codec that was slow has refused nothing', async () => {
  const { replay, logged } = setting(() => ({ ok: false, reason: 'timeout', errors: [] }))
  expect(await replay.frames(slug, today)).toHaveLength(framesOf(readExamples(slug)).length)
  expect(logged).toEqual([])
})

test('a device without a simulation replays the good examples of its model, in turn', () => {
  const simulated = { ...buildFleet(defaultFleet).devices[0]!, physics: 'examples' as const }
  expect(valuesAt(simulated, today, uncommanded)).toEqual([])
  const examples = readExamples('milesight/em400-mud')
  const good = examples.flatMap((example) => (example.type === 'uplink' && !example.errors ? [example.input.hex] : []))
  const replayed = good.map((_, i) => Buffer.from(replayedFrame(framesOf(examples), today + i * 60_000, 60_000)!.bytes).toString('hex'))
  expect(replayed.toSorted()).toEqual(good.toSorted())
  expect(replayedFrame([], today, 60_000)).toBeNull()
})
