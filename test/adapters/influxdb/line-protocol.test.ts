import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineOf } from '../../../src/adapters/influxdb/line-protocol.ts'
import { metaOf, metaText, originText } from '../../../src/adapters/influxdb/meta.ts'
import { msText, numberText } from '../../../src/adapters/influxdb/number-text.ts'
import { SeriesTable } from '../../../src/adapters/influxdb/series.ts'
import type { Reading } from '../../../src/readings/reading.ts'
import { aReading } from '../../support/reading-builder.ts'

const line = (reading: Reading, table = new SeriesTable()) => lineOf(reading, table.findOrMake(reading))

test('a reading is one line with sorted tags, float numbers and milliseconds', () => {
  expect(line(aReading({ values: { volume: 318, leak: false, lampState: 'on' }, flags: { volume: 'shifted' } }))).toBe(
    'water-meter,asset=w-7f3k2m9q,channel=main,device=0018b20000001a2b,tenant=tours ' +
      'volume=318,leak=false,lampState="on",' +
      'reading_meta="water|axioma/qalcosonic-w1@1.2.0|good|0|3|7076ff0056081234|-97|4.2|9|16.7|4711|100|{\\"volume\\":\\"shifted\\"}" ' +
      '1795327200000',
  )
})

test('tags escape what separates them, texts what ends them', () => {
  const odd = line(aReading({ asset: 'a b,c=d"e', values: { state: 'a "b" \\ c, d=e' } }))
  expect(odd).toContain(',asset=a\\ b\\,c\\=d"e,')
  expect(odd).toContain('state="a \\"b\\" \\\\ c, d=e"')
})

test('a device that is installed elsewhere gets the tags of its new place', () => {
  const table = new SeriesTable()
  line(aReading({ asset: 'before' }), table)
  expect(line(aReading({ asset: 'after' }), table)).toContain('asset=after,')
  expect(line(aReading({ asset: 'after', tenant: 'istres' }), table)).toContain('tenant=istres ')
  expect(line(aReading({ asset: 'after', family: 'valve' }), table)).toMatch(/^valve,asset=after/)
  expect(line(aReading({ asset: 'after', service: 'lighting' }), table)).toContain('reading_meta="lighting|')
})

test('a model that is updated is told with the next reading', () => {
  const table = new SeriesTable()
  line(aReading(), table)
  expect(line(aReading({ model: 'axioma/qalcosonic-w1@2.0.0' }), table)).toContain('|axioma/qalcosonic-w1@2.0.0|')
})

test('how it was heard is told in fields of its own where it is asked for', () => {
  const table = new SeriesTable()
  const heard = (parts: Partial<Reading>) => lineOf(aReading(parts), table.findOrMake(aReading(parts)), true)
  expect(heard({})).toContain(',radio_gateways=3,radio_margin=16.7,reading_meta="')
  const deaf = { gateways: 0, gateway: null, rssi: null, snr: null, spreadingFactor: null, margin: null }
  expect(heard({ radio: deaf })).toContain(',radio_gateways=0,reading_meta="water|axioma/qalcosonic-w1@1.2.0|good|0|0||||||4711|100"')
})

test('what is beside the values is read back as it was, whatever the texts', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((some) => !/\p{Cc}/u.test(some) && some.isWellFormed())
  const odd = fc.oneof(text, fc.constantFrom('|', '%7C', '%25', 'a|b%', '{"a":1}', "!'()*~.", 'é|/'))
  fc.assert(
    fc.property(odd, odd, odd, fc.dictionary(odd, odd, { maxKeys: 2, noNullPrototype: true }), (service, model, gateway, flags) => {
      const reading = aReading({ service, model, flags, receivedAt: '2026-11-22T05:59:58.001Z' })
      const { quality, receivedAt, radio, frame } = reading
      const time = Date.parse(reading.time)
      const described = { service, model, quality, flags, receivedAt, radio: { ...radio, gateway }, frame }
      expect(metaOf(metaText(originText(service, model), described, time), time)).toEqual(described)
    }),
    { numRuns: 2000 },
  )
})

test.for(['', 'water', 'a|b|good|0|3||||||1|2|not json', 'a|b|odd|0|3||||||1|2', 'a|b|good|x|3||||||1|2'])(
  'what others wrote is nothing: %j',
  (text) => {
    expect(metaOf(text, 0)).toBeNull()
  },
)

test('numbers are written as JavaScript writes them', () => {
  const decimal = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 6 })).map(([whole, places]) => whole / 10 ** places)
  fc.assert(
    fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), decimal, fc.integer()), (number) => {
      expect(numberText(number)).toBe(`${number}`)
    }),
    { numRuns: 20_000 },
  )
})

test('instants are written as milliseconds', () => {
  const check = (ms: number) => {
    expect(msText(ms)).toBe(`${ms}`)
  }
  fc.assert(fc.property(fc.integer({ min: 0, max: 7_258_118_399_999 }), check), { numRuns: 5000 })
})
