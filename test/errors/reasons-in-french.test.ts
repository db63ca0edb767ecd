import { expect, test } from 'vitest'
import { z } from 'zod'
import { modelSchema } from '../../src/codecs/model.ts'
import { faultOf } from '../../src/codecs/schema-fault.ts'
import { reasonInFrench } from '../../src/errors/reasons-in-french.ts'
import { parseYaml } from '../../src/formats/yaml.ts'

const firstReason = (schema: z.ZodType, value: unknown): string => {
  const [issue] = schema.safeParse(value).error?.issues ?? []
  return issue === undefined ? '' : faultOf(issue, undefined).reason
}

/** Words that only an English sentence has. */
const english = /\b(expected|received|invalid|must|is|not|unexpected|missing|the|of|with|need|and)\b/i

test.for([
  ['a wrong type', firstReason(z.number(), 'x')],
  ['nothing', firstReason(z.number(), undefined)],
  ['a pattern', firstReason(z.string().regex(/^a$/), 'b')],
  ['a choice', firstReason(z.enum(['a', 'b']), 'c')],
  ['one text', firstReason(z.literal('a'), 'c')],
  [
    'a kind',
    firstReason(z.discriminatedUnion('type', [z.object({ type: z.literal('a') }), z.object({ type: z.literal('b') })]), { type: 'q' }),
  ],
  ['one of several', firstReason(z.union([z.string(), z.number()]), true)],
  ['too few', firstReason(z.array(z.string()).min(1), [])],
  ['too short a pair', firstReason(z.tuple([z.number(), z.number()]), [1])],
  ['too small', firstReason(z.number().positive(), 0)],
  ['too big', firstReason(z.number().max(3), 4)],
  ['an unknown key', firstReason(z.strictObject({}), { a: 1 })],
  ['a time', firstReason(z.iso.datetime(), 'x')],
] as const)('%s of a schema: %s', ([, reason]) => {
  expect(reason).not.toBe('')
  const french = reasonInFrench(reason)
  expect(french).not.toBe(reason)
  expect(french).not.toMatch(english)
})

test('every text that the schema of a model says by itself', () => {
  const wrong = {
    ...{
      family: 'none',
      measures: [
        { field: 'a b', name: 'none' },
        { field: 'a', name: 'volume', channel: 'second' },
      ],
    },
    commands: { dance: { input: 1 }, dim: { input: '$levle', limits: { levle: [0, 1] }, timed: { input: 1, maxMinutes: 1 } } },
    ...{ title: 't', vendor: 'v', version: '1', service: 's', deviceProfile: 'd', expectedInterval: 1 },
  }
  const right = {
    ...wrong,
    family: 'other',
    version: '1.0.0',
    measures: [{ field: 'a', name: 'volume', channel: 'second', convert: { kind: 'level', zero: 'z' } }],
    variants: { a: { codec: 'a.js' } },
  }
  const reasons = [wrong, right].flatMap(
    (model) => modelSchema.safeParse(model).error?.issues.map((issue) => faultOf(issue, undefined).reason) ?? [],
  )
  expect(reasons.length).toBeGreaterThan(7)
  for (const reason of reasons) expect(reasonInFrench(reason), reason).not.toMatch(english)
})

test.for(['a: 1\na: 2', 'a: [1', 'a: "1', 'a: b: c', '\ta: 1', 'a: 1\nb', 'a:\n  - 1\n - 2', '{ a: 1'])('YAML: %j', (text) => {
  let reason = ''
  try {
    parseYaml(text, 'model.yaml')
  } catch (thrown) {
    reason = String(Reflect.get(Reflect.get(Object(thrown), 'context'), 'reason'))
  }
  expect(reason).not.toBe('')
  expect(reasonInFrench(reason), reason).not.toMatch(english)
})

test.for(['[{', '[1,]', '{a: 1}', '{"a" 1}', '{"a": 1 "b"}', '[1 2]', '{"a": "x\n"}', '["a', '[1] 2', 'nonsense', '{"a": 1,}'])(
  'JSON: %j',
  (text) => {
    let reason = ''
    try {
      JSON.parse(text)
    } catch (thrown) {
      reason = thrown instanceof Error ? thrown.message : ''
    }
    expect(reason).not.toBe('')
    expect(reasonInFrench(reason), reason).not.toMatch(english)
  },
)

test('what it does not know stays as it is, with what comes behind it', () => {
  expect(reasonInFrench('something else')).toBe('something else')
  expect(reasonInFrench('expected number, received string (and 2 more)')).toBe('attendu : number, reçu : string (et 2 de plus)')
})
