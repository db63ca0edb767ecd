import fc from 'fast-check'
import type { Reading, Value } from '../../src/readings/reading.ts'

const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.constantFrom('a b', 'a,b', 'a=b', '"quoted"', "l'été", '💧', '{"a":1}', '#x', ' x ', 'true', '1', '$1', "'; drop database x"),
  )
  .filter((candidate) => !/\p{Cc}/u.test(candidate))
const tag = text.filter((candidate) => !candidate.includes('\\'))
const figure = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0)
const eui = fc.constantFrom('0018b20000001a2b', '0018b20000001a2c', '24e124000000000f', 'ffffffffffffffff')
const instant = fc
  .date({ min: new Date('2026-11-20T22:00:00Z'), max: new Date('2026-11-23T02:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString())

/** The kind goes with the name, as in the vocabulary. */
const values: fc.Arbitrary<Record<string, Value>> = fc.record(
  { volume: figure, Volume: figure, temperature: figure, leak: fc.boolean(), lampState: text, quality: text, source: figure },
  { requiredKeys: [] },
)

const readingParts = fc.record({
  tenant: fc.constantFrom('tours', 'istres'),
  service: fc.constantFrom('water', 'street lighting'),
  asset: tag,
  device: eui,
  channel: tag,
  family: fc.constantFrom('water-meter', 'street.light'),
  model: text,
  time: instant,
  receivedAt: instant,
  quality: fc.constantFrom('good' as const, 'suspect' as const, 'estimated' as const, 'missing' as const),
  flags: fc.dictionary(
    text.filter((name) => name !== '__proto__'),
    text,
    { maxKeys: 2, noNullPrototype: true },
  ),
  values,
  radio: fc.record({
    gateways: fc.nat({ max: 20 }),
    gateway: fc.option(fc.constantFrom('7076ff0056081234', 'a84041ffff1f2e3d')),
    rssi: fc.option(fc.integer({ min: -140, max: 0 })),
    snr: fc.option(fc.double({ min: -25, max: 15, noNaN: true }).map((number) => number + 0)),
    spreadingFactor: fc.option(fc.integer({ min: 7, max: 12 })),
    margin: fc.option(fc.integer({ min: -50, max: 500 }).map((tenths) => tenths / 10)),
  }),
  frame: fc.record({ fCnt: fc.nat({ max: 0xffffffff }), fPort: fc.integer({ min: 1, max: 223 }) }),
})

/** Readings with odd texts and any numbers, none of them twice the same key. */
export const randomReadings: fc.Arbitrary<Reading[]> = fc
  .uniqueArray(readingParts, { selector: ({ device, channel, time }) => `${device}/${channel}/${time}`, maxLength: 40 })
  .map((all) => all.map((parts) => ({ v: 1 as const, ...parts })))
