import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
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

describe('a codec that wants to forge the transport', () => {
  const forgeries = [
    [
      'a key that leaves its text',
      `{ '"]: 1, __proto__: { polluted: 1 }, ["x': 1, 'a\\\\': 2, '\\u2028': 3 }`,
      { '"]: 1, __proto__: { polluted: 1 }, ["x': 1, 'a\\': 2, '\u2028': 3 },
    ],
    ['numbers that are codes', '{ a: NaN, b: 7, c: 8, d: [NaN, 16, -1] }', { b: 7, c: 8, d: [null, 16, -1] }],
    ['texts that look like definitions', '{ a: "\\u0000\\u0001\\u0006", b: "\\ud800" }', { a: '\u0000\u0001\u0006', b: '\ud800' }],
  ] as const
  test.for(forgeries)('by %s', async ([, data, wanted]) => {
    for (let round = 0; round < 12; round++) {
      expect(await decodeAmongOthers(`function decodeUplink() { return { data: ${data} } }`)).toEqual({
        ok: true,
        data: wanted,
        warnings: [],
      })
    }
    const model = `evil/forger-${attack}`
    sources.set(model, `function decodeUplink() { return { data: ${data} } }`)
    const results = await engine.decode(Array.from({ length: 40 }, () => sources.frame(model)))
    for (const result of results) expect(result).toEqual({ ok: true, data: wanted, warnings: [] })
  })

  test('by replacing what the runner might use', async () => {
    const codec = `
      var set = function () { throw new Error('owned') }
      for (var i = 0; i < 300; i++) Object.defineProperty(Object.prototype, String(i), { set: set, configurable: true })
      ;[Float64Array, Uint8Array, Uint16Array, Int32Array].forEach(function (Typed) {
        Typed.prototype.set = Typed.prototype.subarray = set
        Object.defineProperty(Object.getPrototypeOf(Typed.prototype), 'length', { get: set, configurable: true })
        Object.defineProperty(Object.getPrototypeOf(Typed.prototype), Symbol.iterator, { value: set, configurable: true })
      })
      Map.prototype.get = Map.prototype.set = Set.prototype.has = Set.prototype.add = set
      Object.keys = Object.getPrototypeOf = Array.isArray = ArrayBuffer.isView = set
      String.prototype.charCodeAt = String.prototype.slice = Array.prototype.push = Array.prototype.slice = set
      Array.prototype[Symbol.iterator] = set
      Date.prototype.toISOString = Date.prototype.getTime = set
      function decodeUplink(i) { return { data: { n: i.bytes.length, first: i.bytes[0], t: 'text', l: [{ a: 1 }, { a: 2 }] } } }`
    const model = 'evil/replacer'
    sources.set(model, codec)
    const data = { n: 3, first: 1, t: 'text', l: [{ a: 1 }, { a: 2 }] }
    for (const result of await engine.decode(Array.from({ length: 50 }, () => sources.frame(model)))) {
      expect(result).toEqual({ ok: true, data, warnings: [] })
    }
    expect(await decodeAmongOthers(codec)).toEqual({ ok: true, data, warnings: [] })
  })

  test('by values that change between two looks', async () => {
    const codec = `var n = 0
      function decodeUplink() {
        var odd = new Proxy({}, {
          ownKeys: function () { return ['a', 'b', '__proto__'].slice(0, 2 + n++ % 2) },
          getOwnPropertyDescriptor: function () { return { value: 1, enumerable: true, configurable: true } },
          get: function (target, name) { return name === 'a' ? n++ : 'b' + n++ } })
        return { data: { odd: odd, get x() { return n++ }, list: new Proxy([], { get: function (t, k) { return k === 'length' ? 2 + n++ % 3 : n++ } }) } }
      }`
    const model = 'evil/changing'
    sources.set(model, codec)
    const results = await engine.decode(Array.from({ length: 100 }, () => sources.frame(model)))
    for (const result of results) {
      if (result.ok)
        expect(result.data).toMatchObject({
          odd: { a: expect.any(Number), b: expect.stringMatching(/^b/) },
          x: expect.any(Number),
          list: expect.any(Array),
        })
      else expect(result.errors.join()).toContain('__proto__')
    }
    expect(results.some(({ ok }) => ok) && results.some(({ ok }) => !ok)).toBe(true)
  })

  test.for([
    ['a detached buffer', 'var b = new Uint8Array(8); b.buffer.transfer(); return { data: { b: b } }'],
    ['its own global', 'return { data: { g: globalThis } }'],
    ['a proxy that was revoked', 'var r = Proxy.revocable({}, {}); r.revoke(); return { data: { r: r.proxy } }'],
    [
      'a proxy that breaks the rules',
      'return { data: { p: new Proxy(Object.freeze({ a: 1 }), { ownKeys: function () { return ["b"] } }) } }',
    ],
    ['an error that throws', 'throw { get message() { throw new Error("again") } }'],
    ['errors that throw', 'return { errors: [{ toJSON: function () { throw 1 } }] }'],
    ['errors of all kinds', 'return { errors: [Symbol("s"), function () {}, 1n, null, undefined, { a: 1 }, NaN] }'],
    ['a result that is a function', 'return function () {}'],
    ['a date that is none', 'return { data: { d: Object.create(Date.prototype) } }'],
    ['texts that go on for ever', 'return { errors: new Proxy([], { get: function (t, k) { return k === "length" ? Infinity : "x" } }) }'],
  ] as const)('or gives %s, harms only itself', async ([, body]) => {
    const result = await decodeAmongOthers(`function decodeUplink() { ${body} }`)
    expect(JSON.stringify(result).length).toBeLessThan(10_000)
  })

  test('is never given an object of the realm that reads it', async () => {
    const codec = `var found = []
      function look(label, value) {
        if (Object(value) !== value) return
        for (var o = value; o; o = Object.getPrototypeOf(o)) {
          if (o.constructor && !(o.constructor instanceof Function)) found.push(label)
        }
      }
      var spy = new Proxy({}, new Proxy({}, { get: function (t, trap) {
        return function () {
          for (var i = 0; i < arguments.length; i++) look(trap + i, arguments[i])
          look(trap + ' this', this)
          try { null.x } catch (e) { look('error', e) }
          if (trap === 'ownKeys') return ['a']
          if (trap === 'getOwnPropertyDescriptor') return { value: 1, enumerable: true, configurable: true }
          return trap === 'getPrototypeOf' ? null : Reflect[trap].apply(null, arguments)
        }
      } }))
      function decodeUplink(i) {
        if (i.bytes[0] === 2) return { data: { found: found } }
        look('input', i); look('bytes', i.bytes); look('time', i.recvTime); look('variables', i.variables)
        return { data: { spy: spy, list: [spy], text: { toJSON: function (k) { look('toJSON', k) } } }, warnings: [{ toJSON: function (k) { look('key', k); look('this', this); return 'x' } }] }
      }`
    sources.set('evil/spy', codec)
    await engine.decode([sources.frame('evil/spy', [1]), sources.frame('evil/spy', [1], { variables: { a: 'b' } })])
    expect(await engine.decode([sources.frame('evil/spy', [2])])).toMatchObject([{ ok: true, data: { found: [] } }])
  })
})

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

test('the parent’s memory is steady after many rounds of all that', { timeout: 120_000 }, async () => {
  const codecs = [
    'function decodeUplink(i) { var d = {}; for (var k = 0; k < 50; k++) d["k" + k + "_" + i.bytes[0] + Math.random()] = "v" + Math.random(); return { data: d } }',
    'function decodeUplink(i) { return { data: { l: Array.from({ length: 3000 }, function (_, n) { return { n: n, t: "x" + n } }) } } }',
    'function decodeUplink(i) { throw new Error("x".repeat(1e5)) }',
    'function decodeUplink(i) { return { data: { t: "x".repeat(150000) } } }',
  ]
  codecs.forEach((codec, index) => {
    sources.set(`evil/round-${index}`, codec)
  })
  const round = async () => {
    await engine.decode(Array.from({ length: 64 }, (_, index) => sources.frame(`evil/round-${index % 4}`, [index])))
    expect(await engine.decode([sources.frame('acme/good', [40, 2])])).toMatchObject([{ ok: true, data: { sum: 42 } }])
  }
  const heap = async () => {
    for (let rounds = 0; rounds < 8; rounds++) await round()
    collect()
    return process.memoryUsage()
  }
  await heap()
  const before = await heap()
  for (let times = 0; times < 3; times++) await heap()
  const after = await heap()
  expect(after.heapUsed - before.heapUsed).toBeLessThan(4e6)
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(4e6)
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
