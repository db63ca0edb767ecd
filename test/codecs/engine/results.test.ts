import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../src/codecs/engine/limits.ts'
import { readResults } from '../../../src/codecs/engine/results.ts'

describe('results out of the sandbox', () => {
  test('any JSON is either refused as a whole or gives plain verdicts', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map((json) => `[[1,${json},[]]]`),
        ),
        (text) => {
          const verdicts = readResults(text, 3)
          for (const verdict of verdicts ?? []) {
            if (verdict.ok) expect(JSON.parse(JSON.stringify(verdict.value))).toEqual(verdict.value)
            else expect(verdict.errors.length).toBeLessThanOrEqual(limits.messages)
          }
        },
      ),
    )
  })

  test.for([
    ['no list', '{}'],
    ['nothing', '[]'],
    ['more than were asked', '[[1,{},[]],[1,{},[]],[1,{},[]]]'],
    ['no JSON', '[[1,{},[]]'],
    ['no triple', '[[1,{}]]'],
    ['another flag', '[[2,{},[]]]'],
    ['data that is no object', '[[1,[],[]]]'],
    ['warnings that are no texts', '[[1,{},[1]]]'],
    ['a reason of its own', '[[0,"disabled",[]]]'],
    ['a warning too long', `[[1,{},["${'x'.repeat(limits.messageChars + 1)}"]]]`],
  ] as const)('are refused as a whole: %s', ([, text]) => {
    expect(readResults(text, 2)).toBeNull()
  })

  test.for([
    ['a key __proto__', '{"a":{"__proto__":{"x":1}}}', /__proto__/],
    ['a number that is not finite', '{"a":1e999}', /finite/],
    ['nesting', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`, /deep/],
    ['too many values', `{"a":[${'0,'.repeat(limits.nodes)}0]}`, /values/],
    ['too many characters', `{"a":"${'x'.repeat(limits.chars + 1)}"}`, /characters/],
    ['keys too long', `{"${'x'.repeat(limits.chars + 1)}":1}`, /characters/],
  ] as const)('fail alone: %s', ([, json, message]) => {
    const [bad, good] = readResults(`[[1,${json},[]],[1,{"b":2},["w"]]]`, 2) ?? []
    expect(bad).toMatchObject({ ok: false, reason: 'bad-result', errors: [expect.stringMatching(message)] })
    expect(good).toEqual({ ok: true, value: { b: 2 }, warnings: ['w'] })
  })
})
