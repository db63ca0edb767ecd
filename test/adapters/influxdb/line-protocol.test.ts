import { expect, test } from 'vitest'
import { LineEncoder } from '../../../src/adapters/influxdb/line-protocol.ts'
import { aReading } from '../../support/reading-builder.ts'

test('a reading is one line with sorted tags, float numbers and milliseconds', () => {
  expect(new LineEncoder().line(aReading({ values: { volume: 318, leak: false, lampState: 'on' }, flags: { volume: 'shifted' } }))).toBe(
    'water-meter,asset=w-7f3k2m9q,channel=main,device=0018b20000001a2b,tenant=tours ' +
      'volume=318,leak=false,lampState="on",' +
      'reading_service="water",reading_model="axioma/qalcosonic-w1@1.2.0",reading_quality="good",reading_received=1795327200000,' +
      'reading_flags="{\\"volume\\":\\"shifted\\"}",' +
      'radio_gateways=3,radio_gateway="7076ff0056081234",radio_rssi=-97,radio_snr=4.2,radio_spreadingFactor=9,radio_margin=16.7,' +
      'frame_fCnt=4711,frame_fPort=100 1795327200000',
  )
})

test('tags escape what separates them, texts what ends them', () => {
  const line = new LineEncoder().line(aReading({ asset: 'a b,c=d"e', values: { state: 'a "b" \\ c, d=e' } }))
  expect(line).toContain(',asset=a\\ b\\,c\\=d"e,')
  expect(line).toContain('state="a \\"b\\" \\\\ c, d=e"')
})

test('a device that is installed elsewhere gets the tags of its new place', () => {
  const encoder = new LineEncoder()
  encoder.line(aReading({ asset: 'before' }))
  expect(encoder.line(aReading({ asset: 'after' }))).toContain('asset=after,')
  expect(encoder.line(aReading({ asset: 'after', tenant: 'istres' }))).toContain('tenant=istres ')
  expect(encoder.line(aReading({ asset: 'after', family: 'valve' }))).toMatch(/^valve,asset=after/)
})
