import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineOf } from '../../../src/adapters/influxdb/line-protocol.ts'
import { msText, numberText } from '../../../src/adapters/influxdb/number-text.ts'
import { SeriesTable } from '../../../src/adapters/influxdb/series.ts'
import type { Reading } from '../../../src/readings/reading.ts'
import { aReading } from '../../support/reading-builder.ts'

const line = (reading: Reading, table = new SeriesTable()) => lineOf(reading, table.findOrMake(reading))

test('a reading is one line with sorted tags, float numbers and milliseconds', () => {
  expect(line(aReading({ values: { volume: 318, leak: false, lampState: 'on' }, flags: { volume: 'shifted' } }))).toBe(
    'water-meter,asset=w-7f3k2m9q,channel=main,device=0018b20000001a2b,tenant=tours ' +
      'volume=318,leak=false,lampState="on",' +
      'reading_service="water",reading_model="axioma/qalcosonic-w1@1.2.0",reading_quality="good",reading_received=1795327200000,' +
      'reading_flags="{\\"volume\\":\\"shifted\\"}",' +
      'radio_gateways=3,radio_gateway="7076ff0056081234",radio_rssi=-97,radio_snr=4.2,radio_spreadingFactor=9,radio_margin=16.7,' +
      'frame_fCnt=4711,frame_fPort=100 1795327200000',
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
  expect(line(aReading({ asset: 'after', service: 'lighting' }), table)).toContain('reading_service="lighting"')
})

test('a model that is updated is told with the next reading', () => {
  const table = new SeriesTable()
  line(aReading(), table)
  expect(line(aReading({ model: 'axioma/qalcosonic-w1@2.0.0' }), table)).toContain('reading_model="axioma/qalcosonic-w1@2.0.0"')
})

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
