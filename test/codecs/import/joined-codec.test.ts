import { createContext, runInContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { type Convention, joinedCodec } from '../../../src/codecs/kit/import/joined-codec.ts'

const plain: Convention = { signature: 'ts013', odd: false, port: null, normalizes: false }
const whole = (source: string) => [{ path: 'a.js', source, entries: 'all' as const }]

/** What a call of the joined script gives in plain V8, as JSON. */
function call(source: string, expression: string): unknown {
  const module = { exports: {} }
  const context = createContext({ module, exports: module.exports })
  runInContext(source, context)
  return JSON.parse(JSON.stringify(runInContext(expression, context)))
}

test('a file that needs nothing is taken to the letter', () => {
  const source = "'use strict'\nfunction decodeUplink() { return { data: {} } } // require('x')"
  expect(joinedCodec({ parts: whole(source), convention: plain })).toBe(source)
})

describe('entry points put in front of one file', () => {
  const encoder = 'function encodeDownlink(input) { return { bytes: [input.data.n, input.fPort] } }'
  const uplink = 'decodeUplink({ bytes: [1], fPort: 1 })'

  test('leave its globals to those who find them through `this`', () => {
    const source = `function helper() { return 7 }\nfunction decodeUplink() { return { data: { n: (function () { return this.helper() })() } } }\n${encoder}`
    const joined = joinedCodec({ parts: whole(source), convention: { ...plain, port: 9 } })
    expect(call(joined, uplink)).toEqual({ data: { n: 7 } })
    expect(call(joined, 'encodeDownlink({ data: { n: 3 } })')).toEqual({ fPort: 9, bytes: [3, 9] })
  })

  test('leave it strict where it says so', () => {
    const source = `'use strict'\nfunction decodeUplink() { return { data: { strict: this === undefined } } }\n${encoder}`
    expect(call(joinedCodec({ parts: whole(source), convention: { ...plain, port: 9 } }), uplink)).toEqual({ data: { strict: true } })
  })

  test('stand before constants, exports and `driver` as well', () => {
    for (const source of [
      'const decodeUplink = () => ({ data: [1] })',
      'module.exports = { decodeUplink: function () { return { data: [1] } } }',
      'exports.decodeUplink = function () { return { data: [1] } }',
      'var driver = { one: 1, decodeUplink: function () { return { data: [this.one] } } }',
    ]) {
      expect(call(joinedCodec({ parts: whole(source), convention: { ...plain, odd: true } }), uplink), source).toEqual({
        data: { list: [1] },
      })
    }
    const constant = `const encodeDownlink = (input) => ({ bytes: [input.fPort] })`
    expect(call(joinedCodec({ parts: whole(constant), convention: { ...plain, port: 4 } }), 'encodeDownlink({ data: {} })')).toEqual({
      fPort: 4,
      bytes: [4],
    })
  })

  test('are there only for what the codec has', () => {
    const joined = joinedCodec({ parts: whole(encoder), convention: { ...plain, port: 9 } })
    expect(call(joined, '[typeof decodeUplink, typeof encodeDownlink, typeof decodeDownlink]')).toEqual([
      'undefined',
      'function',
      'undefined',
    ])
  })

  test('pass errors on, and answers that are no objects', () => {
    const source = 'function decodeUplink(input) { return input.fPort === 1 ? { errors: ["no"] } : 5 }'
    const joined = joinedCodec({ parts: whole(source), convention: { ...plain, odd: true } })
    expect(call(joined, uplink)).toEqual({ errors: ['no'] })
    expect(call(joined, 'decodeUplink({ bytes: [], fPort: 2 })')).toBe(5)
  })
})

test('a path with a line end in it stays a comment', () => {
  const parts = [
    {
      path: 'a\nthrow new Error("out")\u2028',
      source: 'function decodeUplink() { return { data: { n: 1 } } }',
      entries: ['decodeUplink' as const],
    },
    { path: 'b.js', source: 'function encodeDownlink() { return { fPort: 1, bytes: [] } }', entries: ['encodeDownlink' as const] },
  ]
  expect(call(joinedCodec({ parts, convention: plain }), 'decodeUplink({})')).toEqual({ data: { n: 1 } })
})
