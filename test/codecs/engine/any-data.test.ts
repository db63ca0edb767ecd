import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CodecEngine } from '../../../src/codecs/engine/codec-engine.ts'
import { limits } from '../../../src/codecs/engine/limits.ts'
import { Sources, startEngine } from './engine-support.ts'

/** Gives back what its variables hold as text: data of any shape, one after the other through the same codec. */
const echo = 'function decodeUplink(i) { return { data: JSON.parse(i.variables.data) } }'

let engine: CodecEngine
let count = 0
beforeAll(async () => {
  engine = await startEngine()
}, 30_000)
afterAll(() => engine.stop())

const key = fc
  .oneof(fc.constantFrom('a', 'b', 'c', '1', 'constructor', 'length', ''), fc.string({ unit: 'binary', maxLength: 8 }))
  .filter((name) => name !== '__proto__')
const leaf = fc.oneof(
  fc.constantFrom(null, true, false, '', 'open', 'closed', 0, -0, 1, 2 ** 53, -(2 ** 53), 5e-324, 1.7976931348623157e308),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const { object } = fc.letrec<{ object: Record<string, unknown>; value: unknown }>((tie) => ({
  object: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('object'), fc.array(tie('value'), { maxLength: 5 })),
}))

test('any data comes through as JSON would carry it, in any sequence of shapes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(object, { minLength: 1, maxLength: 30 }), async (list) => {
      const sources = new Sources().set(`any/data-${++count}`, echo)
      const given = list
        .map((data) => ({ data, text: JSON.stringify(data) }))
        .filter(({ text }) => JSON.stringify([{ data: text }]).length < limits.input)
      // Twice: what was defined the first time is known the second.
      for (let round = 0; round < 2; round++) {
        const results = await engine.decode(given.map(({ text }) => sources.frame(`any/data-${count}`, [1], { variables: { data: text } })))
        results.forEach((result, index) => {
          if (!result.ok) expect(result.errors.join()).toMatch(/nested more than/)
          else expect(JSON.stringify(result.data)).toBe(given[index]?.text)
        })
      }
    }),
    { numRuns: 60 },
  )
}, 120_000)

test.for([
  ['numbers that JSON has no place for', '{ a: NaN, b: [NaN, -Infinity], c: 1 }', { b: [null, null], c: 1 }],
  ['no minus nought', '{ a: -0 }', { a: 0 }],
  ['lone surrogates', '{ a: "\\ud800x", "\\udfff": "known" }', { a: '\ud800x', '\udfff': 'known' }],
  ['great integers', '{ a: 9007199254740993n, b: 5n, c: 2 ** 60 }', { a: '9007199254740993', b: 5, c: 2 ** 60 }],
  ['a sparse array', '{ a: [1, , 3] }', { a: [1, null, 3] }],
  ['functions, symbols and undefined', '{ a: function () {}, b: Symbol(), c: undefined, d: [undefined] }', { d: [null] }],
  [
    'a list of many',
    '{ a: Array.from({ length: 9000 }, function (_, i) { return i }) }',
    { a: Array.from({ length: 9_000 }, (_, i) => i) },
  ],
  ['dates', '{ a: new Date(0), b: new Date(NaN) }', { a: '1970-01-01T00:00:00.000Z' }],
  ['an object without a prototype', '(function () { var o = Object.create(null); o.x = 1; return o })()', { x: 1 }],
  ['inherited keys left out', '(function () { var o = Object.create({ inherited: 1 }); o.x = 1; return o })()', { x: 1 }],
  ['an instance', 'new (class A { constructor() { this.x = 1 } get y() { return 2 } })()', { x: 1 }],
  ['symbol keys left out', '(function () { var o = { x: 1 }; o[Symbol("s")] = 2; return o })()', { x: 1 }],
  ['typed arrays', '{ a: new Uint8Array([1, 2]), b: new Float32Array([0.5]) }', { a: [1, 2], b: [0.5] }],
] as const)('%s', async ([, text, wanted]) => {
  const sources = new Sources().set(`odd/data-${++count}`, `function decodeUplink() { return { data: ${text} } }`)
  for (let round = 0; round < 3; round++) {
    const [result] = await engine.decode([sources.frame(`odd/data-${count}`)])
    expect(result).toEqual({ ok: true, data: wanted, warnings: [] })
  }
})

test('shapes and texts beyond those that are remembered come through all the same', async () => {
  const sources = new Sources().set(
    'many/shapes',
    `function decodeUplink(i) { var d = {}, n = i.bytes[0] + 256 * i.bytes[1]
      d['k' + n] = 'v' + n; d.list = [{ ['s' + n % 7]: 'text ' + n % 3 }, { ['t' + n]: n }]; return { data: d } }`,
  )
  const numbers = Array.from({ length: 2_000 }, (_, index) => index % 1_000)
  const results = await engine.decode(numbers.map((n) => sources.frame('many/shapes', [n & 255, n >> 8])))
  results.forEach((result, index) => {
    const n = numbers[index] ?? 0
    expect(result).toEqual({
      ok: true,
      data: { [`k${n}`]: `v${n}`, list: [{ [`s${n % 7}`]: `text ${n % 3}` }, { [`t${n}`]: n }] },
      warnings: [],
    })
  })
})
