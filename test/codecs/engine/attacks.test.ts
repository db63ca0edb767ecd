import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CodecEngine, CodecEngineEvent } from '../../../src/codecs/engine/codec-engine.ts'
import { goodCodec, Sources, startEngine } from './engine-support.ts'

const sources = new Sources().set('acme/good', goodCodec)
const events: CodecEngineEvent[] = []
let engine: CodecEngine
let attack = 0

beforeAll(async () => {
  engine = await startEngine({ events })
}, 30_000)
afterAll(() => engine.stop())

/** Decodes one frame with a hostile codec among frames of a good one, which all have to come out right; so does the next. */
async function decodeAmongOthers(codec: string) {
  const model = `evil/attack-${++attack}`
  sources.set(model, codec)
  const [before, hostile, after] = await engine.decode([
    sources.frame('acme/good', [1]),
    sources.frame(model),
    sources.frame('acme/good', [2]),
  ])
  expect(before).toMatchObject({ ok: true, data: { sum: 1 } })
  expect(after).toMatchObject({ ok: true, data: { sum: 2 } })
  expect(await engine.decode([sources.frame('acme/good', [40, 2])])).toMatchObject([{ ok: true, data: { sum: 42 } }])
  return hostile
}

/** What the realm should not let anyone reach; runs in the codec, tells what it got hold of. */
const reach = (start: string) => `function decodeUplink(input) {
  var found = []
  function look(label, value) {
    try {
      var F = value.constructor.constructor
      if (F !== Function) found.push(label + ': the Function of another realm')
      var global = F('return this')()
      if (global !== globalThis) found.push(label + ': another realm')
      ;['process', 'fetch', 'setTimeout', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'performance', 'queueMicrotask'].forEach(function (name) {
        if (typeof global[name] !== 'undefined') found.push(label + ': ' + name)
      })
    } catch (e) {
      // While a codec is called, V8 makes it no function from text.
      if (e.message !== 'no access' && e !== 'no access') found.push(label + ': ' + e.message)
    }
  }
  ${start}
  return { data: { found: found } }
}`

describe('escape', () => {
  test.for([
    ['the input', `look('input', input); look('bytes', input.bytes); look('time', input.recvTime); look('variables', input.variables)`],
    [
      'globals',
      `look('this', globalThis); look('console', console.log); look('module', module); look('Date', Date); look('random', Math.random)`,
    ],
    [
      'errors of the host',
      `try { (function f() { f() })() } catch (e) { look('stack', e) } try { null.x } catch (e) { look('type', e) } try { JSON.parse('{') } catch (e) { look('syntax', e) }`,
    ],
    ['callers', `look('callee', arguments.callee); if (decodeUplink.caller) found.push('caller')`],
    [
      'the frames of a stack',
      `Error.prepareStackTrace = function (e, frames) { return frames }; var stack = new Error().stack; if (Array.isArray(stack)) stack.forEach(function (f, i) { var fn = f.getFunction && f.getFunction(); if (fn && fn !== decodeUplink) found.push('frame ' + i); var t = f.getThis && f.getThis(); if (t && t !== globalThis) found.push('this ' + i) }); Error.prepareStackTrace = undefined`,
    ],
    [
      'the true clock',
      `var now = Date.now(); for (var i = 0; i < 3e5; i++); if (Date.now() !== now) found.push('clock'); if (Object.getPrototypeOf(input.recvTime).constructor.now() !== now) found.push('prototype clock')`,
    ],
  ] as const)('through %s reaches nothing', async ([, start]) => {
    expect(await decodeAmongOthers(reach(start))).toEqual({ ok: true, data: { found: [] }, warnings: [] })
  })

  test('through a rejected import reaches nothing', async () => {
    const model = 'evil/import'
    sources.set(
      model,
      `var got = 'nothing yet'
      function decodeUplink() {
        try { import('node:fs').then(function () { got = 'fs' }, function (e) { got = e.constructor.constructor('return typeof process')() + (e.constructor.constructor === Function) }) } catch (e) { got = 'refused' }
        return { data: { got: got } }
      }`,
    )
    await engine.decode([sources.frame(model)])
    const [second] = await engine.decode([sources.frame(model)])
    expect(second).toMatchObject({ ok: true })
    expect(['refused', 'nothing yet', 'undefinedtrue']).toContain(second?.ok === true && second.data.got)
  })
})

describe('a codec that does not come back', () => {
  const loops = [
    ['an endless loop', 'function decodeUplink() { for (;;); }'],
    ['an endless loop while loading', 'for (;;);'],
    ['a loop in a microtask', 'function decodeUplink() { Promise.resolve().then(function () { for (;;); }); return { data: {} } }'],
    ['an endless chain of awaits', 'async function spin() { for (;;) await 0 }\nfunction decodeUplink() { spin(); return { data: {} } }'],
    ['catastrophic backtracking', 'function decodeUplink() { return { data: { x: /^(a+)+$/.test("a".repeat(60) + "b") } } }'],
    ['a loop in a getter of the result', 'function decodeUplink() { return { get data() { for (;;); } } }'],
    [
      'a loop in a proxy of the result',
      'function decodeUplink() { return { data: new Proxy({}, { ownKeys: function () { for (;;); } }) } }',
    ],
    ['a loop in toString of what it throws', 'function decodeUplink() { throw { get message() { for (;;); } } }'],
  ] as const
  test.for(loops)('is stopped: %s', async ([, codec]) => {
    expect(await decodeAmongOthers(codec)).toMatchObject({ ok: false, reason: 'timeout' })
  })

  test('is killed where the isolate cannot stop it: a loop in native code', async () => {
    expect(
      await decodeAmongOthers('function decodeUplink() { [].indexOf.call({ length: 2 ** 53 - 1 }, 1); return { data: {} } }'),
    ).toMatchObject({
      ok: false,
      reason: 'timeout',
    })
  }, 60_000)

  test('or returns what never settles', async () => {
    expect(await decodeAmongOthers('function decodeUplink() { return new Promise(function () {}) }')).toMatchObject({
      ok: false,
      reason: 'bad-result',
    })
    expect(await decodeAmongOthers('function decodeUplink() { return { then: function () {} } }')).toMatchObject({
      ok: false,
      reason: 'bad-result',
    })
  })

  test('finds no timer', async () => {
    expect(await decodeAmongOthers('function decodeUplink() { setTimeout(function () {}, 1); return { data: {} } }')).toMatchObject({
      reason: 'codec-error',
      errors: [expect.stringContaining('setTimeout is not defined')],
    })
  })
})

describe('a codec that takes too much', () => {
  test.for([
    ['arrays', 'function decodeUplink() { var a = []; for (;;) a.push(new Array(100000).fill(1.5)) }'],
    ['texts', 'function decodeUplink() { var a = []; for (var i = 0; ; i++) a.push(("x" + i).repeat(100000).split("").join("y")) }'],
    ['functions', 'function decodeUplink() { var a = []; for (;;) a.push(function () { return a }, {}, [], {}) }'],
    ['buffers', 'function decodeUplink() { var a = []; for (;;) a.push(new ArrayBuffer(1e8)) }'],
    ['memory while loading', 'var a = []; for (;;) a.push(new Array(100000).fill(1.5))'],
  ] as const)('is stopped: %s', { timeout: 60_000 }, async ([, codec]) => {
    const result = await decodeAmongOthers(codec)
    expect(result).toMatchObject({ ok: false, reason: expect.stringMatching(/crashed|timeout|codec-error/) })
  })

  test.for([
    ['deep recursion', 'function decodeUplink(i) { return decodeUplink(i) }'],
    ['a text too long', 'function decodeUplink() { return { data: { t: "x".repeat(2e7) } } }'],
    ['an error too long', 'function decodeUplink() { throw new Error("x".repeat(2e6)) }'],
    ['too many values', 'function decodeUplink() { return { data: { l: new Array(1e6).fill(1) } } }'],
    [
      'an array of no end',
      'function decodeUplink() { return { data: { l: new Proxy([], { get: function (t, k) { return k === "length" ? 1e15 : 1 } }) } } }',
    ],
    ['a key too long', 'function decodeUplink() { var d = {}; d["x".repeat(1e6)] = {}; d["y".repeat(1e6)] = 1; return { data: d } }'],
    ['nesting too deep', 'function decodeUplink() { var d = {}; for (var i = 0; i < 1e5; i++) d = { d: d }; return { data: d } }'],
    ['a ring', 'function decodeUplink() { var d = {}; d.d = d; return { data: d } }'],
    ['a key __proto__', 'function decodeUplink() { return { data: JSON.parse(\'{"a":{"__proto__":{"polluted":1}}}\') } }'],
  ] as const)('is refused: %s', async ([, codec]) => {
    const result = await decodeAmongOthers(codec)
    expect(result).toMatchObject({ ok: false, reason: expect.stringMatching(/bad-result|codec-error/) })
    expect(JSON.stringify(result).length).toBeLessThan(10_000)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})

describe('a codec that changes its realm', () => {
  const patches = `
    Object.prototype.toJSON = function () { return 'owned' }
    Array.prototype.toJSON = function () { return 'owned' }
    Array.prototype.reduce = Array.prototype.join = Array.prototype.push = function () { return 666 }
    JSON.stringify = JSON.parse = function () { return '[[1,{"forged":true},[]]]' }
    Object.keys = Object.getPrototypeOf = Array.isArray = Reflect.apply = String = Number = function () { throw new Error('owned') }
    Object.defineProperty(Object.prototype, '0', { set: function () { throw new Error('owned') }, configurable: true })
    Function.prototype.call = Function.prototype.apply = function () { throw new Error('owned') }
    Promise = RegExp = Date = Map = undefined
    globalThis.leaked = true`

  test('keeps its own results right, and no other codec sees any of it', async () => {
    expect(await decodeAmongOthers(`${patches}\nfunction decodeUplink(input) { return { data: { n: input.bytes.length } } }`)).toEqual({
      ok: true,
      data: { n: 3 },
      warnings: [],
    })
    expect(
      await decodeAmongOthers(
        `function decodeUplink() { return { data: { leaked: typeof leaked, json: typeof {}.toJSON, sum: [1, 2].reduce(function (a, b) { return a + b }) } } }`,
      ),
    ).toMatchObject({ data: { leaked: 'undefined', json: 'undefined', sum: 3 } })
  })

  test('cannot end a message and begin another', async () => {
    for (const text of [']],[1,{"forged":true},[]]', '\\u0000\\u0001\\n\\r{"type":4}', '\\ud800']) {
      expect(await decodeAmongOthers(`function decodeUplink() { return { data: { t: "${text.replaceAll('"', '\\"')}" } } }`)).toMatchObject(
        {
          ok: true,
          data: { t: expect.any(String) },
        },
      )
    }
  })

  test('cannot speak for the next frame of its batch', async () => {
    sources.set(
      'evil/greedy',
      `function decodeUplink(i) { if (i.bytes[0] === 1) return { data: { a: 1 }, warnings: ['x", []],[1,{"forged":1},["'] }; return { data: { own: i.bytes[0] } } }`,
    )
    expect(await engine.decode([1, 2, 3].map((first) => sources.frame('evil/greedy', [first])))).toMatchObject([
      { data: { a: 1 } },
      { data: { own: 2 } },
      { data: { own: 3 } },
    ])
  })
})

describe('strikes', () => {
  test('three disable a codec, which is told, until it is enabled or its file changes', async () => {
    const loop = 'function decodeUplink(i) { if (i.bytes[0] === 0) for (;;); return { data: { ok: true } } }'
    sources.set('evil/struck', loop)
    const decodeOne = async (first: number) => (await engine.decode([sources.frame('evil/struck', [first])]))[0]
    for (let strike = 1; strike <= 3; strike++) {
      expect(await decodeOne(1)).toMatchObject({ ok: true })
      expect(await decodeOne(0)).toMatchObject({ ok: false, reason: 'timeout' })
    }
    expect(await decodeOne(1)).toMatchObject({ ok: false, reason: 'disabled' })
    expect(engine.status()).toContainEqual(expect.objectContaining({ model: 'evil/struck', file: 'codec.js', strikes: 3, disabled: true }))
    expect(events).toContainEqual(expect.objectContaining({ type: 'disabled', model: 'evil/struck' }))
    engine.enable('evil/struck')
    expect(await decodeOne(1)).toMatchObject({ ok: true })
    for (let strike = 1; strike <= 3; strike++) await decodeOne(0)
    expect(await decodeOne(1)).toMatchObject({ reason: 'disabled' })
    sources.set('evil/struck', `${loop}\n// mended`)
    expect(await decodeOne(1)).toMatchObject({ ok: true })
  }, 60_000)

  test('only the guilty frames of a batch fail', async () => {
    sources.set('evil/some', 'function decodeUplink(i) { if (i.bytes[0] === 100) for (;;); return { data: { first: i.bytes[0] } } }')
    const results = await engine.decode(Array.from({ length: 200 }, (_, index) => sources.frame('evil/some', [index])))
    results.forEach((result, index) => {
      expect(result).toMatchObject(index === 100 ? { ok: false, reason: 'timeout' } : { ok: true, data: { first: index } })
    })
  }, 60_000)
})
