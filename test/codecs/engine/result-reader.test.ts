import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../src/codecs/engine/limits.ts'
import { resultCodes as codes } from '../../../src/codecs/engine/result-codes.ts'
import { ResultReader } from '../../../src/codecs/engine/result-reader.ts'
import { messageOf, messageType } from '../../../src/codecs/engine/transport.ts'

const { NaN: coded } = Number
/** An object with the one key `a`; what follows is its value. */
const objectOfA = [coded, codes.newShape, 1, 1]

/** A message with one group of one result. */
function result(numbers: readonly number[], text = '') {
  return message([0, 0, 1, 1, numbers.length, text.length, ...numbers], text)
}

function message(numbers: readonly number[], text = '', groups = 1) {
  return messageOf(messageType.result, 1, { groups, numbers: Float64Array.from(numbers), bytes: Buffer.from(text, 'utf16le') })
}

function read(given: ReturnType<typeof message>, reader = new ResultReader(), calls = 1) {
  return reader.read(given, [{ codec: 1, calls }])
}

describe('results out of the sandbox', () => {
  test('give the data they stand for', () => {
    const numbers = [codes.done, ...objectOfA, coded, codes.list, 6, 1.5, coded, codes.null, coded, codes.true, coded, codes.text, 2]
    numbers.push(coded, codes.loose, 1, coded, codes.text, 1, coded, codes.false, coded, codes.newShape, 2, 1, 1, coded, codes.absent, 4)
    expect(read(result(numbers, 'ahikxy'))).toEqual([
      { status: 0, verdicts: [{ ok: true, data: { a: [1.5, null, true, 'hi', { k: false }, { y: 4 }] }, warnings: [] }] },
    ])
  })

  test('use what was defined before, until their realm is a new one', () => {
    const reader = new ResultReader()
    read(result([codes.done, ...objectOfA, coded, codes.newText, 2], 'aon'), reader)
    const again = [codes.done, coded, -1, coded, codes.firstKnownText]
    const verdict = { ok: true, data: { a: 'on' }, warnings: [] }
    expect(read(message([0, 0, 0, 1, again.length, 0, ...again]), reader)).toEqual([{ status: 0, verdicts: [verdict] }])
    expect(() => read(result(again), reader)).toThrow('an unknown shape')
    expect(() => reader.read(message([0, 0, 0, 1, again.length, 0, ...again]), [{ codec: 2, calls: 1 }])).toThrow('an unknown shape')
  })

  test.for([
    ['an unknown kind', result([0])],
    ['data that is a number', result([codes.done, 1])],
    ['data that is a list', result([codes.done, coded, codes.list, 0])],
    ['data that is left out', result([codes.done, coded, codes.absent])],
    ['an infinite number', result([codes.done, ...objectOfA, Number.POSITIVE_INFINITY], 'a')],
    ['an unknown code', result([codes.done, ...objectOfA, coded, 9], 'a')],
    ['half a code', result([codes.done, ...objectOfA, coded, 0.5], 'a')],
    ['an unknown shape', result([codes.done, coded, -2])],
    ['half a shape', result([codes.done, coded, -1.5])],
    ['an unknown text', result([codes.done, ...objectOfA, coded, codes.firstKnownText], 'a')],
    ['a hole in a list', result([codes.done, ...objectOfA, coded, codes.list, 1, coded, codes.absent], 'a')],
    ['a list of no length', result([codes.done, ...objectOfA, coded, codes.list, -1], 'a')],
    ['a list longer than its message', result([codes.done, ...objectOfA, coded, codes.list, 9_999, 1], 'a')],
    ['a text longer than its message', result([codes.done, ...objectOfA, coded, codes.text, 5], 'abc')],
    ['a text too long', result([codes.done, ...objectOfA, coded, codes.text, limits.chars + 1], `a${'x'.repeat(limits.chars + 1)}`)],
    ['a known text too long', result([codes.done, ...objectOfA, coded, codes.newText, 40], `a${'x'.repeat(40)}`)],
    ['a key __proto__', result([codes.done, coded, codes.newShape, 1, 9, 1], '__proto__')],
    ['a loose key __proto__', result([codes.done, coded, codes.loose, 1, coded, codes.text, 9, 1], '__proto__')],
    ['a key twice', result([codes.done, coded, codes.newShape, 2, 1, 1, 1, 1], 'aa')],
    ['a key that is a number', result([codes.done, coded, codes.loose, 1, 5, 1])],
    ['nesting', result([codes.done, ...new Array(limits.depth + 1).fill(objectOfA).flat(), 1], 'a'.repeat(limits.depth + 1))],
    ['too many values', result([codes.done, coded, codes.newShape, 3, 1, 1, 1, ...lists(3)], 'abc')],
    ['too many shapes', result([codes.done, ...shapes(limits.shapes + 1)], 'abcdefgh'.repeat(65).slice(0, 65))],
    ['an error that is too long', result([codes.codecError, 1, limits.messageChars + 1], 'x'.repeat(limits.messageChars + 1))],
    ['too many warnings', result([codes.codecError, limits.messages + 1, ...new Array(limits.messages + 1).fill(0)])],
    ['a result that is cut off', result([codes.done])],
    ['something after the result', result([codes.done, coded, codes.newShape, 0, 1])],
    ['a text that nobody asked for', result([codes.done, coded, codes.newShape, 0], 'x')],
    ['no result', message([0, 0, 0, 0, 0, 0])],
    ['more results than calls', message([0, 0, 1, 2, 6, 0, codes.done, coded, codes.newShape, 0, codes.done, coded, -1])],
    ['another group', message([1, 0, 1, 0, 0, 0])],
    ['a group more', message([0, 6, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0], '', 2)],
    ['no group', message([], '', 0)],
    ['an unknown status', message([0, 7, 0, 0, 0, 0])],
    ['results beyond the message', message([0, 1, 0, 0, 100, 0])],
    ['characters beyond the message', message([0, 1, 0, 0, 0, 100])],
    [
      'half a character',
      messageOf(messageType.result, 1, { groups: 1, numbers: Float64Array.of(0, 6, 0, 0, 0, 0), bytes: Buffer.alloc(1) }),
    ],
  ] as const)('are refused as a whole: %s', ([, given]) => {
    expect(() => read(given)).toThrow()
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  test('any numbers and characters are refused or give plain data within bounds', () => {
    const number = fc.oneof(fc.constantFrom(coded, coded, 0, 1, 2, -1), fc.integer({ min: -3, max: 20 }), fc.double())
    fc.assert(
      fc.property(fc.array(number, { maxLength: 60 }), fc.string({ maxLength: 20 }), (numbers, text) => {
        const reader = new ResultReader()
        for (let round = 0; round < 3; round++) {
          try {
            for (const { verdicts } of read(result([codes.done, coded, codes.newShape, 1, 1, ...numbers], `a${text}`), reader)) {
              for (const verdict of verdicts) {
                if (!verdict.ok) expect(verdict.errors.length).toBeLessThanOrEqual(limits.messages)
                else expect(JSON.parse(JSON.stringify(verdict.data))).toEqual(verdict.data)
              }
            }
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(Error)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  test('keys are keys, whatever text they are', () => {
    const keys = ['"', '\\', "'", '\n', '\u2028', '\ud800', 'constructor', '0', '', '*/', '"];throw 1;["']
    const reader = new ResultReader()
    const first = [codes.done, coded, codes.newShape, keys.length, ...keys.map(({ length }) => length), ...keys.map((_, index) => index)]
    const next = [codes.done, coded, -1, ...keys.map((_, index) => index)]
    const wanted = Object.fromEntries(keys.map((key, index) => [key, index]))
    for (let round = 0; round < 20; round++) {
      const given = round === 0 ? result(first, keys.join('')) : message([0, 0, 0, 1, next.length, 0, ...next])
      const [group] = read(given, reader)
      expect(group?.verdicts[0]).toEqual({ ok: true, data: wanted, warnings: [] })
      expect(Object.getPrototypeOf(group?.verdicts[0]?.ok === true && group.verdicts[0].data)).toBe(Object.prototype)
    }
  })
})

/** Values of so many keys: lists of as many values as one may have, the next one entered after too many. */
function lists(count: number): number[] {
  return new Array(count).fill([coded, codes.list, 6_000, ...new Array(6_000).fill(0)]).flat()
}

/** A list of objects of so many shapes. */
function shapes(count: number): number[] {
  return [...objectOfA, coded, codes.list, count, ...new Array(count).fill([coded, codes.newShape, 1, 1, 0]).flat()]
}
