import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalise } from '../../src/codecs/normalise.ts'
import { plainCodec, readExamples, readModel, slugs } from './plain-codec.ts'

const anyBytes = fc.array(fc.nat(255), { maxLength: 60 })

/** A frame of an example with a few bytes changed gets far into a decoder that refuses nearly everything else. */
function nearly(frames: readonly (readonly number[])[]): fc.Arbitrary<number[]> {
  const changes = fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { minLength: 1, maxLength: 4 })
  return fc.tuple(fc.constantFrom(...frames), changes).map(([frame, changed]) => {
    const bytes = [...frame]
    for (const [at, byte] of changed) bytes[at % frame.length] = byte
    return bytes
  })
}

/**
 * Lengths at which the beginning of a whole frame is a frame of its own: the T-Valve tells its two frames by their length
 * alone, and one of WTS506's has its wind twice, of which the last counts.
 */
const ownMeaning = new Map([
  ['mclimate/t-valve', 2],
  ['milesight/wts506', 11],
])

describe.for(slugs)('%s', (slug) => {
  const model = readModel(slug)
  const codec = plainCodec(model.codec)
  const examples = readExamples(slug)
  const uplinks = examples.flatMap((example) => (example.type === 'uplink' ? [example.input] : []))
  const ports = [...new Set(uplinks.map(({ fPort }) => fPort))]
  const frames = uplinks.map(({ hex }) => [...Buffer.from(hex, 'hex')]).filter((frame) => frame.length > 0)

  test('random bytes give data or errors, and what they give can be normalised', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ports, 200), fc.oneof(anyBytes, nearly(frames)), (fPort, frame) => {
        const answer = codec('decodeUplink', { fPort, bytes: frame, recvTime: new Date('2026-11-22T06:00:00Z'), variables: {} })
        expect(answer.data === undefined).toBe((answer.errors?.length ?? 0) > 0)
        normalise(model, answer.data, {
          receivedAt: '2026-11-22T06:00:00.000Z',
          parameters: () => ({ emptyDistance: 2, fullDistance: 0.3 }),
        })
      }),
      { numRuns: 300 },
    )
  })

  test('a frame that is cut short is refused, or keeps only values of the whole one', () => {
    for (const example of examples) {
      if (example.type !== 'uplink' || example.output === undefined) continue
      const whole = [...Buffer.from(example.input.hex, 'hex')]
      const input = { fPort: example.input.fPort, recvTime: new Date(example.input.recvTime ?? 0), variables: {} }
      for (let length = 0; length < whole.length; length++) {
        if (length === ownMeaning.get(slug)) continue
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

/** Each file of `encoders/` gives the commands of its models. */
const encoders = join(import.meta.dirname, 'encoders')
const modules = await Promise.all(readdirSync(encoders).map((file) => import(join(encoders, file))))
const commands: Record<string, fc.Arbitrary<Record<string, unknown>>> = Object.assign({}, ...modules.map((module) => module.commands))

test('every model that takes commands has them here', () => {
  const taking = slugs.filter((slug) => readExamples(slug).some(({ type }) => type === 'downlink-encode'))
  expect(Object.keys(commands).sort()).toEqual(taking.toSorted())
})

test.for(Object.entries(commands))('%s: a command encoded and decoded is the same command', ([slug, arbitrary]) => {
  const codec = plainCodec(readModel(slug).codec)
  fc.assert(
    fc.property(arbitrary, (command) => {
      const { fPort, bytes: encoded, errors } = codec('encodeDownlink', { data: command })
      expect(errors).toBeUndefined()
      expect(encoded?.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)).toBe(true)
      expect(encoded?.length).toBeLessThanOrEqual(51)
      const decoded = codec('decodeDownlink', { fPort, bytes: encoded }).data
      expect(decoded).toEqual(JSON.parse(JSON.stringify(command)))
    }),
    { numRuns: 200 },
  )
})
