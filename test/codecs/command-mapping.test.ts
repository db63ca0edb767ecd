import { describe, expect, test } from 'vitest'
import { mapCommand, proves } from '../../src/codecs/command-mapping.ts'
import type { ModelDefinition } from '../../src/codecs/model.ts'
import { OndineError, sentenceOf } from '../../src/errors/ondine-error.ts'
import { plainCodec, readModel } from './plain-codec.ts'

const light = readModel('nasys/ul20xx')
const bin = readModel('milesight/em400-mud')
const soil = readModel('decentlab/dl-trs12')
const meter = readModel('axioma/qalcosonic-w1')

function refusal(run: () => unknown): OndineError {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof OndineError) return thrown
    throw thrown
  }
  throw new Error('it was not refused')
}

describe('a street light', () => {
  test('dim sets the level of all drivers', () => {
    expect(mapCommand(light, { type: 'dim', level: 40 })).toEqual({
      input: { type: 'set-level', targets: [{ address: 'dali-broadcast', level_pct: 40 }] },
      confirmed: true,
      timed: false,
    })
  })

  test('dim for a time is ended by the device itself, up to 255 minutes', () => {
    expect(mapCommand(light, { type: 'dim', level: 0 }, { minutes: 255 })).toEqual({
      input: { type: 'set-level-timed', targets: [{ address: 'dali-broadcast', level_pct: 0, duration_min: 255 }] },
      confirmed: true,
      timed: true,
    })
    expect(mapCommand(light, { type: 'dim', level: 40 }, { minutes: 256 })).toMatchObject({ input: { type: 'set-level' }, timed: false })
  })

  test('resume gives the level back to the program', () => {
    expect(mapCommand(light, { type: 'resume' }).input).toEqual({ type: 'set-level', targets: [{ address: 'dali-broadcast' }] })
  })

  test('a level beyond the limit is refused with the limit', () => {
    const error = refusal(() => mapCommand(light, { type: 'dim', level: 140 }))
    expect(error.code).toBe('command.out-of-limits')
    expect(error.message).toBe('"dim" on nasys/ul20xx: level must be from 0 to 100, not 140.')
    expect(sentenceOf(error.code, error.context, 'fr')).toContain('entre 0 et 100, pas 140')
  })

  test('a wish it cannot fulfil is refused, not dropped', () => {
    expect(refusal(() => mapCommand(light, { type: 'dim', level: 40, fade: 10 })).message).toContain('cannot do "dim with fade"')
  })
})

test('what a model cannot do is refused with what it can', () => {
  const error = refusal(() => mapCommand(bin, { type: 'dim', level: 40 }))
  expect(error).toMatchObject({ code: 'command.not-supported', exitCode: 4, status: 422 })
  expect(error.message).toBe('milesight/em400-mud cannot do "dim". It can do: set-interval, request-status, reboot.')
  expect(refusal(() => mapCommand(meter, { type: 'reboot' })).code).toBe('command.none-supported')
})

test('interval limits are those of the device', () => {
  expect(mapCommand(light, { type: 'set-interval', seconds: 86400 }).input).toEqual({ type: 'set-report-interval', interval_s: 86400 })
  expect(refusal(() => mapCommand(soil, { type: 'set-interval', seconds: 59 })).context).toMatchObject({ min: 60, max: 65535, value: 59 })
})

test('an optional field that is not given leaves its key out', () => {
  const valve: Pick<ModelDefinition, 'commands'> & { slug: string } = {
    slug: 'acme/valve',
    commands: {
      open: {
        input: { type: 'open-valve', duration_s: '$minutes', litres: '$litres', list: ['$valve', 1, null] },
        limits: { minutes: [1, 240] },
        confirmed: false,
      },
    },
  }
  expect(mapCommand(valve, { type: 'open', minutes: 10, valve: 'a' }).input).toEqual({
    type: 'open-valve',
    duration_s: 10,
    list: ['a', 1, null],
  })
  expect(refusal(() => mapCommand(valve, { type: 'open', minutes: 241 })).code).toBe('command.out-of-limits')
})

test.each([
  [light, { type: 'dim', level: 40 }, '01fe28', {}],
  [light, { type: 'dim', level: 40 }, '09fe283c', { minutes: 60 }],
  [light, { type: 'resume' }, '01feff', {}],
  [light, { type: 'set-clock', time: '2020-01-16T15:23:31Z' }, '09f37f205e', {}],
  [light, { type: 'request-status' }, '0502', {}],
  [light, { type: 'reboot' }, 'fe', {}],
  [bin, { type: 'set-interval', seconds: 3600 }, 'ff03100e', {}],
  [bin, { type: 'request-status' }, 'ff28ff', {}],
  [soil, { type: 'set-interval', seconds: 3600 }, '00020e1048a4', {}],
  [soil, { type: 'reboot' }, 'fefe00003c50', {}],
] as const)('$0.slug $1.type becomes $2', (model, command, hex, options) => {
  const { input } = mapCommand(model, command, options)
  const { bytes } = plainCodec(model.codec)('encodeDownlink', { data: input })
  expect(Buffer.from(bytes ?? []).toString('hex')).toBe(hex)
})

describe('proof', () => {
  const reading = (values: Record<string, unknown>, flags: Record<string, string> = {}, channel = 'main') => ({ channel, values, flags })
  const dim = { type: 'dim', level: 40 } as const

  test('a reading with the level proves the dim, to half a percent', () => {
    expect(proves(light, dim, reading({ level: 40 }))).toBe(true)
    expect(proves(light, { type: 'dim', level: 40.4 }, reading({ level: 40 }))).toBe(true)
    expect(proves(light, dim, reading({ level: 41 }))).toBe(false)
  })

  test('nothing else does', () => {
    expect(proves(light, dim, reading({}))).toBe(false)
    expect(proves(light, dim, reading({ level: 40 }, { level: 'out-of-range' }))).toBe(false)
    expect(proves(light, dim, reading({ level: 40 }, {}, 'other'))).toBe(false)
    expect(proves(light, { type: 'resume' }, reading({ level: 40 }))).toBe(false)
  })
})
