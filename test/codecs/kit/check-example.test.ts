import { describe, expect, test } from 'vitest'
import { checkExample, type ExampleResult } from '../../../src/codecs/kit/check-example.ts'
import { exampleSchema, modelSchema } from '../../../src/codecs/model.ts'

const model = modelSchema.parse({
  title: 'Acme Flow 2',
  vendor: 'Acme',
  family: 'water-meter',
  version: '1.0.0',
  service: 'water',
  deviceProfile: 'acme/flow-2',
  expectedInterval: 3600,
  channels: { main: { label: { en: 'main', fr: 'principal' } }, b: { label: { en: 'b', fr: 'b' } } },
  parameters: { weight: { unit: null, label: { en: 'w', fr: 'w' } } },
  measures: [
    { field: 'volume_L', name: 'volume' },
    { field: 'temperature_Cel', name: 'waterTemperature' },
    { field: 'pulses', name: 'flow', convert: { kind: 'linear', scale: 'weight' } },
    { field: 'second_m3', name: 'volume', channel: 'b' },
  ],
})

const decoded = (data: Record<string, unknown>): ExampleResult => ({ ok: true, data, warnings: [] })
const refused = (...errors: string[]): ExampleResult => ({ ok: false, reason: 'codec-error', errors })

function uplink(said: { output?: unknown; normalized?: unknown; errors?: string[] }, result: ExampleResult) {
  const example = exampleSchema.parse({ type: 'uplink', description: 'x', input: { fPort: 1, hex: '00' }, ...said })
  return checkExample(model, example, result)
}

describe('what passes', () => {
  test('numbers to a millionth, more keys than expected, the values that are named', () => {
    const result = decoded({ volume_L: 12.408, temperature_Cel: 9.0000001, list: [{ a: 1, b: 2 }] })
    const said = { output: { temperature_Cel: 9, list: [{ a: 1 }] }, normalized: { main: { volume: 12.408 } } }
    expect(uplink(said, result)).toEqual([])
  })

  test('a refusal that names what was expected', () => {
    expect(uplink({ errors: ['3 bytes'] }, refused('frame of 3 bytes, 9 are needed'))).toEqual([])
  })
})

describe('what does not, and why', () => {
  const first = (said: Parameters<typeof uplink>[0], result: ExampleResult) => uplink(said, result)[0]

  test('litres taken for cubic metres: the scale for model.yaml', () => {
    const said = { output: {}, normalized: { main: { volume: 12.408 } } }
    expect(uplink(said, decoded({ volume_L: 12408 }))).toEqual([
      {
        part: 'normalized',
        path: 'main.volume',
        expected: 12.408,
        got: 12408,
        unit: 'm3',
        hint: { code: 'scale-model', context: { factor: 0.001, from: 'L', to: 'm3' } },
      },
    ])
  })

  test('a codec whose key says another unit than it gives is at fault, not the model; what follows from it is said so', () => {
    const hints = (said: Parameters<typeof uplink>[0]) => uplink(said, decoded({ second_m3: 12408 })).map(({ hint }) => hint)
    const normalized = { b: { volume: 12.408 } }
    expect(hints({ normalized })).toEqual([{ code: 'scale-codec', context: { factor: 0.001 } }])
    expect(hints({ output: { second_m3: 12.408 }, normalized })).toEqual([
      { code: 'scale-codec', context: { factor: 0.001 } },
      { code: 'follows', context: { field: 'second_m3' } },
    ])
  })

  test.for([
    ['a factor of 10', 21.5, 215, { code: 'scale-codec', context: { factor: 0.1 } }],
    ['hours and seconds', 3600, 1, { code: 'scale-codec', context: { factor: 3600 } }],
    ['the sign', -4.2, 4.2, { code: 'sign', context: { field: 't_Cel' } }],
    ['a negative number read as a positive one', -0.5, 6553.1, { code: 'unsigned', context: { bits: 16 } }],
    ['bytes in the other order', 258, 513, { code: 'swapped-bytes', context: { field: 't_Cel' } }],
    ['bytes in the other order, of tenths', 21.5, 5504, { code: 'swapped-bytes', context: { field: 't_Cel' } }],
    ['a text', 12, '12', { code: 'text-number', context: { field: 't_Cel' } }],
    ['0 for false', false, 0, { code: 'yes-no', context: { field: 't_Cel' } }],
    ['an hour', '2026-11-22T06:00:00Z', '2026-11-22T07:00:00Z', { code: 'shifted-time', context: { seconds: 3600 } }],
    ['nothing that stands out', 12, 17, null],
  ] as const)('%s', ([, expected, got, hint]) => {
    const found = first({ output: { t_Cel: expected } }, decoded({ t_Cel: got }))
    expect(found).toMatchObject({ path: 't_Cel', unit: 'Cel', hint })
  })

  test('a key that is misspelt, and one that is missing', () => {
    expect(first({ output: { temperature_Cel: 1 } }, decoded({ temperatur_Cel: 1 }))?.hint).toEqual({
      code: 'misspelt',
      context: { name: 'temperatur_Cel' },
    })
    expect(first({ output: { temperature_Cel: 1 } }, decoded({ pulses: 1 }))?.hint).toEqual({
      code: 'missing-key',
      context: { field: 'temperature_Cel' },
    })
  })

  test('a value that the model does not give: no measure, no field, a parameter that is missing', () => {
    const hint = (name: string, data: Record<string, unknown>) => first({ normalized: { main: { [name]: 1 } } }, decoded(data))?.hint
    expect(hint('battery', { volume_L: 1 })).toEqual({ code: 'no-measure', context: { name: 'battery', channel: 'main' } })
    expect(hint('waterTemperature', { volume_L: 1 })).toEqual({ code: 'model-field', context: { field: 'temperature_Cel' } })
    expect(hint('flow', { pulses: 1 })).toEqual({ code: 'flagged', context: { flag: 'missing-parameter' } })
  })

  test('channels are named exactly', () => {
    expect(first({ normalized: { main: {} } }, decoded({}))?.path).toBe('main')
    expect(uplink({ normalized: { main: {} } }, decoded({ volume_L: 1, second_m3: 2 }))).toMatchObject([{ path: 'b', got: { volume: 2 } }])
    expect(uplink({ output: {} }, decoded({ volume_L: 1 }))).toMatchObject([{ path: 'main' }])
  })

  test('refusals: one that was not expected, one that did not come, another one', () => {
    expect(first({ output: {} }, refused('no'))).toMatchObject({ got: 'no', hint: { code: 'refused' } })
    expect(first({ errors: ['no'] }, decoded({}))?.hint?.code).toBe('not-refused')
    expect(first({ errors: ['no', 'yes'] }, refused('no'))).toMatchObject({ expected: 'yes', got: 'no', hint: { code: 'other-error' } })
    expect(first({ errors: ['within'] }, { ok: false, reason: 'timeout', errors: ['within 100 ms'] })?.hint?.code).toBe('too-slow')
  })

  test('lists: their length, and each entry', () => {
    expect(uplink({ output: { l: [1, 2, 3] } }, decoded({ l: [1, 5] }))).toMatchObject([
      { path: 'l[1]', expected: 2, got: 5 },
      { path: 'l.length', hint: { code: 'length', context: { expected: 3, got: 2 } } },
    ])
  })

  test('a downlink: the port, and which byte', () => {
    const example = exampleSchema.parse({
      type: 'downlink-encode',
      description: 'x',
      input: { type: 'dim' },
      output: { fPort: 2, hex: '0A0b' },
    })
    expect(checkExample(model, example, { ok: true, fPort: 2, bytes: Uint8Array.of(10, 11), warnings: [] })).toEqual([])
    expect(checkExample(model, example, { ok: true, fPort: 3, bytes: Uint8Array.of(10, 12), warnings: [] })).toMatchObject([
      { path: 'fPort', expected: 2, got: 3 },
      { path: 'hex', expected: '0a0b', got: '0a0c', hint: { code: 'byte', context: { index: 1, expected: '0b', got: '0c' } } },
    ])
    const decode = exampleSchema.parse({ type: 'downlink-decode', description: 'x', input: { fPort: 2, hex: '00' }, output: { a: 1 } })
    expect(checkExample(model, decode, decoded({ a: 1, b: 2 }))).toEqual([])
    expect(checkExample(model, decode, decoded({ a: 2 }))).toHaveLength(1)
  })
})
