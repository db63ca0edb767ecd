import { expect, test } from 'vitest'
import { scriptFor } from '../../src/codecs/variant.ts'
import { testModel } from '../support/test-model.ts'

const definition = {
  title: 'Acme flow',
  vendor: 'Acme',
  family: 'water-meter',
  version: '1.0.0',
  service: 'water',
  deviceProfile: 'acme/flow',
  expectedInterval: 3600,
  measures: [],
}
const script = (file: string) => ({ model: 'acme/flow', file, source: '' })
const flow = {
  ...testModel('acme/flow', {
    ...definition,
    variants: {
      old: { codec: 'old.js', firmware: ['1.*'] },
      marked: { codec: 'marked.js', frame: { fPort: [2], byte: 1, mask: 0xf0, equals: [0x30] } },
      new: { codec: 'new.js', firmware: ['2.*', '3.0'] },
    },
    defaultVariant: 'new',
  }),
  codec: script('new.js'),
  variantCodecs: new Map(['old', 'marked', 'new'].map((name) => [name, script(`${name}.js`)])),
}
const frame = (fPort: number, ...bytes: number[]) => ({ fPort, bytes: Uint8Array.from(bytes) })

test.for([
  ['the byte says so, whatever the inventory holds', frame(2, 0, 0x37), '1.4', 'marked.js'],
  ['the byte on another port says nothing', frame(3, 0, 0x37), '1.4', 'old.js'],
  ['a frame that is too short says nothing', frame(2, 0), '1.4', 'old.js'],
  ['the firmware of the inventory', frame(2, 0, 0x40), 'v1.4', 'old.js'],
  ['a whole version', frame(2, 0, 0x40), '3.0', 'new.js'],
  ['a firmware that no variant names', frame(2, 0, 0x40), '10.1', 'new.js'],
  ['nothing known', null, null, 'new.js'],
  ['a downlink', null, '1.0', 'old.js'],
] as const)('%s', ([, sent, firmware, file]) => {
  expect(scriptFor(flow, { frame: sent, firmware }).file).toBe(file)
})

test('a model without variants has one codec', () => {
  expect(scriptFor(testModel('acme/flow', definition), { frame: frame(2, 0, 0x37), firmware: '1.0' }).file).toBe('codec.js')
})

test.for([
  [{ variants: { a: { codec: 'a.js' } } }],
  [{ variants: { a: { codec: 'a.js' } }, defaultVariant: 'b' }],
  [{ variants: { a: { codec: '../a.js' } }, defaultVariant: 'a' }],
])('variants need a default among them and files of the folder: %j', ([more]) => {
  expect(() => testModel('acme/flow', { ...definition, ...more })).toThrow()
})
