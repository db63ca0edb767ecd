import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CodecEngine } from '../../../src/codecs/engine/codec-engine.ts'
import { goodCodec, logger, Sources, startEngine } from './engine-support.ts'

const sources = new Sources().set('acme/good', goodCodec)
let engine: CodecEngine
beforeAll(async () => {
  engine = await startEngine()
}, 30_000)
afterAll(() => engine.stop())

async function decodeWith(codec: string, more: Parameters<Sources['frame']>[2] = {}, bytes = [1, 2, 3]) {
  sources.set('acme/tried', codec)
  const [result] = await engine.decode([sources.frame('acme/tried', bytes, more)])
  return result
}

describe('a decode', () => {
  test('keeps the order of frames of several codecs', async () => {
    sources.set('acme/other', 'function decodeUplink(input) { return { data: { first: input.bytes[0] }, warnings: ["w"] } }')
    const frames = Array.from({ length: 600 }, (_, index) =>
      sources.frame(index % 2 === 0 ? 'acme/good' : 'acme/other', [index & 255, index >> 8]),
    )
    const results = await engine.decode(frames)
    results.forEach((result, index) => {
      const low = index & 255
      if (index % 2 === 0) expect(result).toEqual({ ok: true, data: { sum: low + (index >> 8), port: 10 }, warnings: [] })
      if (index % 2 === 1) expect(result).toEqual({ ok: true, data: { first: low }, warnings: ['w'] })
    })
  })

  test('gives the codec bytes, port, the time of reception as a Date, and variables', async () => {
    const result = await decodeWith(
      `function decodeUplink(input) {
        return { data: {
          array: Array.isArray(input.bytes), bytes: input.bytes, port: input.fPort, variables: input.variables,
          date: input.recvTime instanceof Date, time: input.recvTime.toISOString(), year: input.recvTime.getUTCFullYear(), hour: input.recvTime.getHours(),
        } }
      }`,
      { variables: { pulse: '10' } },
    )
    expect(result).toMatchObject({
      data: {
        array: true,
        bytes: [1, 2, 3],
        port: 10,
        variables: { pulse: '10' },
        date: true,
        time: '2026-11-22T06:12:31.218Z',
        year: 2026,
        hour: 6,
      },
    })
  })

  test('knows no clock but the frame’s and no chance but a repeatable one', async () => {
    const codec = `function decodeUplink(input) {
      return { data: {
        now: Date.now(), made: new Date().getTime(), text: Date(), back: new Date(0).constructor.now(), sub: new (class extends Date {})().getTime(),
        parsed: Date.parse('2020-01-01T00:00:00Z'), utc: Date.UTC(2020, 0, 1), given: new Date(5).getTime(), zone: new Date(2020, 6, 1).getTimezoneOffset(),
        format: [new Intl.DateTimeFormat('de', { timeStyle: 'medium' }).format(), new Intl.DateTimeFormat('en').resolvedOptions().timeZone, new Date().toLocaleTimeString('fr')],
        parts: new Intl.DateTimeFormat('en', { year: 'numeric' }).formatToParts()[0].value, chance: [Math.random(), Math.random()],
      } }
    }`
    const first = await decodeWith(codec)
    const time = Date.parse('2026-11-22T06:12:31.218Z')
    expect(first).toMatchObject({
      data: {
        now: time,
        made: time,
        back: time,
        sub: time,
        parsed: 1577836800000,
        utc: 1577836800000,
        given: 5,
        zone: 0,
        format: ['06:12:31', 'UTC', '06:12:31'],
        parts: '2026',
      },
    })
    expect(first).toMatchObject({ data: { text: expect.stringContaining('Nov 22 2026 06:12:31 GMT+0000') } })
    expect(await decodeWith(codec)).toEqual(first)
  })

  test.for([
    ['Decode(fPort, bytes, variables)', 'function Decode(fPort, bytes, variables) { return { port: fPort, n: bytes.length } }'],
    ['Decoder(bytes, port)', 'function Decoder(bytes, port) { return { port: port, n: bytes.length } }'],
    ['module.exports', 'module.exports = { decodeUplink: function (i) { return { data: { port: i.fPort, n: i.bytes.length } } } }'],
    ['exports', 'exports.decodeUplink = (i) => ({ data: { port: i.fPort, n: i.bytes.length } })'],
    ['an assigned constant', 'const decodeUplink = (i) => ({ data: { port: i.fPort, n: i.bytes.length } })'],
    ['driver', 'var driver = { decodeUplink: (i) => ({ data: { port: i.fPort, n: i.bytes.length } }) }'],
    ['sloppy globals and octals', 'function decodeUplink(i) { n = i.bytes.length; return { data: { port: 012, n: n } } }'],
    ['its own module', 'const module = {}; function decodeUplink(i) { return { data: { port: i.fPort, n: i.bytes.length } } }'],
  ] as const)('runs %s', async ([, codec]) => {
    expect(await decodeWith(codec)).toEqual({ ok: true, data: { port: 10, n: 3 }, warnings: [] })
  })

  test.for([
    [
      'errors returned',
      'function decodeUplink() { return { data: { a: 1 }, errors: ["frame too short"] } }',
      'codec-error',
      /^frame too short$/,
    ],
    [
      'a throw, with its line',
      'function decodeUplink() {\n  return nothing.here\n}',
      'codec-error',
      /ReferenceError: nothing is not defined \(line 2\)/,
    ],
    ['a source that cannot be run', 'function decodeUplink( {', 'codec-error', /codec\.js cannot be run: SyntaxError/],
    ['no entry point', 'var a = 1', 'codec-error', /no decodeUplink/],
    ['no data', 'function decodeUplink() { return {} }', 'bad-result', /no data/],
    ['data that is a list', 'function decodeUplink() { return { data: [1] } }', 'bad-result', /no data/],
    ['nothing at all', 'function decodeUplink() {}', 'bad-result', /no object/],
    ['a promise', 'async function decodeUplink() { return { data: {} } }', 'bad-result', /promise/],
  ] as const)('refuses %s', async ([, codec, reason, message]) => {
    const result = await decodeWith(codec)
    expect(result).toMatchObject({ ok: false, reason })
    expect(result?.ok === false && result.errors.join()).toMatch(message)
  })

  test('leaves out what JSON cannot carry and keeps dates as ISO text', async () => {
    const result = await decodeWith(`function decodeUplink() {
      return { data: { nan: NaN, inf: -Infinity, none: undefined, fn: function () {}, symbol: Symbol('s'), date: new Date(0), bad: new Date(NaN),
        big: 7n, typed: new Uint8Array([1, 2]), list: [1, NaN, 'x'], nothing: null, zero: -0, nested: { deep: { ok: true } } } }
    }`)
    expect(result).toEqual({
      ok: true,
      warnings: [],
      data: {
        date: '1970-01-01T00:00:00.000Z',
        big: 7,
        typed: [1, 2],
        list: [1, null, 'x'],
        nothing: null,
        zero: 0,
        nested: { deep: { ok: true } },
      },
    })
  })
})

describe('downlinks', () => {
  test('are encoded and decoded by the codec', async () => {
    sources.set(
      'acme/down',
      `function encodeDownlink(input) {
        if (input.data.level > 100) return { errors: ['level: at most 100'] }
        return { fPort: 50, bytes: [3, input.data.level], warnings: ['slow'] }
      }
      function decodeDownlink(input) { return { data: { level: input.bytes[1], port: input.fPort } } }`,
    )
    expect(await engine.encode(sources.script('acme/down'), { level: 40 })).toEqual({
      ok: true,
      fPort: 50,
      bytes: Uint8Array.of(3, 40),
      warnings: ['slow'],
    })
    expect(await engine.encode(sources.script('acme/down'), { level: 140 })).toEqual({
      ok: false,
      reason: 'codec-error',
      errors: ['level: at most 100'],
    })
    expect(await engine.decodeDownlink(sources.script('acme/down'), 50, Uint8Array.of(3, 40))).toMatchObject({
      ok: true,
      data: { level: 40, port: 50 },
    })
  })

  test('are encoded by legacy encoders', async () => {
    sources.set('acme/encode', 'function Encode(fPort, obj) { return [fPort, obj.level] }')
    expect(await engine.encode(sources.script('acme/encode'), { level: 4, fPort: 7 })).toMatchObject({
      ok: true,
      fPort: 7,
      bytes: Uint8Array.of(7, 4),
    })
    sources.set('acme/encoder', 'function Encoder(obj, port) { return [obj.level] }')
    expect(await engine.encode(sources.script('acme/encoder'), { level: 4 })).toMatchObject({ ok: true, fPort: 1, bytes: Uint8Array.of(4) })
  })

  test.for([
    ['{ fPort: 0, bytes: [] }', /fPort/],
    ['{ fPort: 224, bytes: [] }', /fPort/],
    ['{ fPort: "5", bytes: [] }', /fPort/],
    ['{ fPort: 5, bytes: [256] }', /bytes/],
    ['{ fPort: 5, bytes: [1.5] }', /bytes/],
    ['{ fPort: 5, bytes: new Array(243).fill(0) }', /bytes/],
    ['{ fPort: 5 }', /bytes/],
  ] as const)('are refused when the encoder returns %s', async ([output, message]) => {
    sources.set('acme/bad', `function encodeDownlink() { return ${output} }`)
    const result = await engine.encode(sources.script('acme/bad'), {})
    expect(result).toMatchObject({ ok: false, reason: 'bad-result' })
    expect(!result.ok && result.errors.join()).toMatch(message)
  })

  test('simulate runs simulate.js in its own realm', async () => {
    sources.set(
      'acme/sim',
      'var secret = 1',
      'function encodeUplink(values) { return { fPort: typeof secret === "undefined" ? 2 : 3, bytes: [values.fill] } }',
    )
    expect(await engine.simulate(sources.script('acme/sim', 'simulate.js'), { fill: 63 })).toEqual({
      ok: true,
      fPort: 2,
      bytes: Uint8Array.of(63),
      warnings: [],
    })
  })
})

test('a replaced codec serves the next frame', async () => {
  sources.set('acme/replaced', 'function decodeUplink() { return { data: { version: 1 } } }')
  expect(await engine.decode([sources.frame('acme/replaced')])).toMatchObject([{ data: { version: 1 } }])
  sources.set('acme/replaced', 'function decodeUplink() { return { data: { version: 2 } } }')
  expect(await engine.decode([sources.frame('acme/replaced')])).toMatchObject([{ data: { version: 2 } }])
})

test('a slow but honest codec gives every result of a full batch', async () => {
  sources.set(
    'acme/slow',
    'function decodeUplink(i) { var x = 0; for (var k = 0; k < 3e6; k++) x += k % 7; return { data: { first: i.bytes[0], x: x } } }',
  )
  const results = await engine.decode(Array.from({ length: 100 }, (_, index) => sources.frame('acme/slow', [index])))
  expect(results.map((result) => result.ok && result.data.first)).toEqual(Array.from({ length: 100 }, (_, index) => index))
  expect(engine.status()).toEqual([])
}, 60_000)

test('a stopped engine refuses', async () => {
  const stopping = await startEngine()
  const pending = stopping.decode([sources.frame('acme/slow')])
  await stopping.stop()
  await expect(pending).rejects.toMatchObject({ code: 'codec.engine-stopped' })
  await expect(stopping.decode([sources.frame('acme/good')])).rejects.toMatchObject({ code: 'codec.engine-stopped' })
}, 30_000)

test('an engine that is stopped while it starts says so, however often it is stopped', async () => {
  const engine = new CodecEngine({ logger, processes: 1 })
  const starting = expect(engine.start()).rejects.toMatchObject({ code: 'codec.engine-stopped' })
  await Promise.all([engine.stop(), engine.stop()])
  await starting
  expect(engine.pids()).toEqual([])
  await engine.stop()
}, 30_000)
