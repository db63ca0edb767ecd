import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalise } from '../../src/codecs/normalise.ts'
import { plainCodec, readExamples, readModel, slugs } from './plain-codec.ts'

const code = (slug: string) => plainCodec(readModel(slug).codec)
const bytes = fc.array(fc.nat(255), { maxLength: 60 })

describe.for(slugs)('%s', (slug) => {
  const model = readModel(slug)
  const codec = plainCodec(model.codec)
  const examples = readExamples(slug)
  const ports = [...new Set(examples.flatMap((example) => (example.type === 'uplink' ? [example.input.fPort] : [])))]

  test('random bytes give data or errors, and what they give can be normalised', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ports, 200), bytes, (fPort, frame) => {
        const answer = codec('decodeUplink', { fPort, bytes: frame, recvTime: new Date('2026-11-22T06:00:00Z'), variables: {} })
        expect(answer.data === undefined).toBe((answer.errors?.length ?? 0) > 0)
        normalise(model, answer.data, {
          receivedAt: '2026-11-22T06:00:00.000Z',
          parameters: () => ({ emptyDistance: 2, fullDistance: 0.3 }),
        })
      }),
      { numRuns: 2000 },
    )
  })

  test('a frame that is cut short is refused, or keeps only values of the whole one', () => {
    for (const example of examples) {
      if (example.type !== 'uplink' || example.output === undefined) continue
      const whole = [...Buffer.from(example.input.hex, 'hex')]
      const input = { fPort: example.input.fPort, recvTime: new Date(example.input.recvTime ?? 0), variables: {} }
      for (let length = 0; length < whole.length; length++) {
        const { data, errors } = codec('decodeUplink', { ...input, bytes: whole.slice(0, length) })
        if (errors === undefined) expectPartOf(data, codec('decodeUplink', { ...input, bytes: whole }).data)
      }
    }
  })

  const noDownlink = examples.every((example) => example.type !== 'downlink-encode')
  test.skipIf(noDownlink)('an encoder refuses what is no command', () => {
    fc.assert(
      fc.property(fc.record({ type: fc.string() }), (command) => {
        expect(codec('encodeDownlink', { data: command }).errors).not.toHaveLength(0)
      }),
    )
  })
})

/** Keys of a shorter frame hold what they hold in the whole one; lists are its beginning. */
function expectPartOf(part: unknown, whole: unknown): void {
  if (Array.isArray(part)) {
    for (const [index, entry] of part.entries()) expectPartOf(entry, (whole as unknown[])[index])
  } else if (typeof part === 'object' && part !== null) {
    for (const [key, value] of Object.entries(part)) expectPartOf(value, (whole as Record<string, unknown>)[key])
  } else {
    expect(part).toEqual(whole)
  }
}

const integer = (min: number, max: number) => fc.integer({ min, max })

const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'milesight/em400-mud': fc.oneof(
    fc.record({ type: fc.constantFrom('set-report-interval', 'set-collection-interval'), interval_s: integer(1, 65535) }),
    fc.record({ type: fc.constant('set-install-height'), height_m: integer(0, 65535).map((millimetres) => millimetres / 1000) }),
    fc.record({ type: fc.constant('set-mode'), mode: fc.constantFrom('standard', 'bin', 'parking') }),
    fc.record({ type: fc.constantFrom('reboot', 'request-status') }),
  ),
  'decentlab/dl-trs12': fc.oneof(
    fc.record({ type: fc.constant('set-report-interval'), interval_s: integer(1, 65535), save: fc.boolean() }),
    fc.record({ type: fc.constant('set-send-period'), samples: integer(1, 65535), save: fc.boolean() }),
    fc.record({ type: fc.constant('set-adr'), enabled: fc.boolean(), save: fc.boolean() }),
    fc.record({ type: fc.constant('reboot') }),
  ),
  'nasys/ul20xx': lightCommands(),
}

function lightCommands(): fc.Arbitrary<Record<string, unknown>> {
  const address = fc.oneof(
    fc.constantFrom('analog', 'dali-broadcast', 'all'),
    // Driver 0 would be the byte 00, which is even and so allowed.
    integer(0, 63).map((number) => `dali-single-${number}`),
    integer(0, 15).map((number) => `dali-group-${number}`),
  )
  const level_pct = integer(0, 100)
  const zenith = fc.record({ zenith_deg: integer(-127, 126).map((sixths) => 90 + sixths / 6), level_pct })
  const time = fc.tuple(integer(0, 23), integer(0, 5)).map(([hours, tens]) => `${String(hours).padStart(2, '0')}:${tens}0`)
  return fc.oneof(
    fc.record({
      type: fc.constant('set-level'),
      targets: fc.array(fc.record({ address, level_pct }, { requiredKeys: ['address'] }), { minLength: 1, maxLength: 25 }),
    }),
    fc.record({
      type: fc.constant('set-level-timed'),
      targets: fc.array(fc.record({ address, level_pct, duration_min: integer(1, 255) }), { minLength: 1, maxLength: 16 }),
    }),
    fc.record({ type: fc.constant('set-report-interval'), interval_s: integer(60, 86400) }),
    fc.record({
      type: fc.constant('set-clock'),
      time: integer(1420070400, 4294967295).map((seconds) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')),
    }),
    fc.record({
      type: fc.constant('set-calendar'),
      latitude_deg: integer(-9000, 9000).map((hundredths) => hundredths / 100),
      longitude_deg: integer(-18000, 18000).map((hundredths) => hundredths / 100),
      dawn: fc.array(zenith, { maxLength: 10 }),
      dusk: fc.array(zenith, { maxLength: 11 }),
    }),
    fc.record({
      type: fc.constant('set-schedule'),
      profile: integer(0, 7),
      address,
      days: fc.subarray(['holiday', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], { minLength: 1 }),
      steps: fc.array(fc.record({ time, level_pct }, { requiredKeys: ['time'] }), { minLength: 1, maxLength: 9 }),
    }),
    fc.record({ type: fc.constant('set-fallback-level'), level_pct }),
    fc
      .record({ type: fc.constant('request-status'), status: fc.boolean(), usage: fc.boolean() })
      .filter(({ status, usage }) => status || usage),
    fc.record({ type: fc.constant('reboot') }),
  )
}

test.for(Object.entries(commands))('%s: a command encoded and decoded is the same command', ([slug, arbitrary]) => {
  const codec = code(slug)
  fc.assert(
    fc.property(arbitrary, (command) => {
      const { fPort, bytes: encoded, errors } = codec('encodeDownlink', { data: command })
      expect(errors).toBeUndefined()
      expect(encoded?.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)).toBe(true)
      expect(encoded?.length).toBeLessThanOrEqual(51)
      const decoded = codec('decodeDownlink', { fPort, bytes: encoded }).data
      expect(decoded).toEqual(JSON.parse(JSON.stringify(command)))
    }),
    { numRuns: 1000 },
  )
})
