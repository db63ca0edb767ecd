import { describe, expect, test } from 'vitest'
import { mapCommand, proves } from '../../src/codecs/command-mapping.ts'
import type { ModelDefinition } from '../../src/codecs/model.ts'
import { OndineError, sentenceOf } from '../../src/errors/ondine-error.ts'
import type { Command } from '../../src/vocabulary/command.ts'
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
    expect(mapCommand(light, { type: 'dim', level: 40 }, { channel: 'main' })).toEqual({
      input: { type: 'set-level', targets: [{ address: 'dali-broadcast', level_pct: 40 }] },
      confirmed: true,
      timed: false,
    })
  })

  test('dim for a time is ended by the device itself, up to 255 minutes', () => {
    expect(mapCommand(light, { type: 'dim', level: 0 }, { channel: 'main', minutes: 255 })).toEqual({
      input: { type: 'set-level-timed', targets: [{ address: 'dali-broadcast', level_pct: 0, duration_min: 255 }] },
      confirmed: true,
      timed: true,
    })
    expect(mapCommand(light, { type: 'dim', level: 40 }, { channel: 'main', minutes: 256 })).toMatchObject({
      input: { type: 'set-level' },
      timed: false,
    })
  })

  test('resume gives the level back to the program', () => {
    expect(mapCommand(light, { type: 'resume' }, { channel: 'main' }).input).toEqual({
      type: 'set-level',
      targets: [{ address: 'dali-broadcast' }],
    })
  })

  test('a level beyond the limit is refused with the limit', () => {
    const error = refusal(() => mapCommand(light, { type: 'dim', level: 140 }, { channel: 'main' }))
    expect(error.code).toBe('command.out-of-limits')
    expect(error.message).toBe('"dim" on nasys/ul20xx: level must be from 0 to 100, not 140.')
    expect(sentenceOf(error.code, error.context, 'fr')).toContain('entre 0 et 100, pas 140')
  })

  test('a wish it cannot fulfil is refused, not dropped', () => {
    expect(refusal(() => mapCommand(light, { type: 'dim', level: 40, fade: 10 }, { channel: 'main' })).message).toContain(
      'cannot do "dim with fade"',
    )
  })
})

test('what a model cannot do is refused with what it can', () => {
  const error = refusal(() => mapCommand(bin, { type: 'dim', level: 40 }, { channel: 'main' }))
  expect(error).toMatchObject({ code: 'command.not-supported', exitCode: 4, status: 422 })
  expect(error.message).toBe('milesight/em400-mud cannot do "dim". It can do: set-interval, request-status, reboot.')
  expect(refusal(() => mapCommand(meter, { type: 'reboot' }, { channel: 'main' })).code).toBe('command.none-supported')
})

test('interval limits are those of the device', () => {
  expect(mapCommand(light, { type: 'set-interval', seconds: 86400 }, { channel: 'main' }).input).toEqual({
    type: 'set-report-interval',
    interval_s: 86400,
  })
  expect(refusal(() => mapCommand(soil, { type: 'set-interval', seconds: 59 }, { channel: 'main' })).context).toMatchObject({
    min: 60,
    max: 65535,
    value: 59,
  })
})

test('an optional field that is not given leaves its key out', () => {
  const valve: Pick<ModelDefinition, 'commands' | 'channels'> & { slug: string } = {
    slug: 'acme/valve',
    channels: {},
    commands: {
      open: {
        input: { type: 'open-valve', duration_s: '$minutes', litres: '$litres', list: ['$valve', 1, null] },
        limits: { minutes: [1, 240] },
        confirmed: false,
      },
    },
  }
  expect(mapCommand(valve, { type: 'open', minutes: 10, valve: 'a' }, { channel: 'main' }).input).toEqual({
    type: 'open-valve',
    duration_s: 10,
    list: ['a', 1, null],
  })
  expect(refusal(() => mapCommand(valve, { type: 'open', minutes: 241 }, { channel: 'main' })).code).toBe('command.out-of-limits')
})

describe('an order goes to the channel its asset is installed on', () => {
  const valves = readModel('milesight/uc511')
  const open = { type: 'open', minutes: 10 } as const
  const valveOf = (command: Command, channel: string) => mapCommand(valves, command, { channel }).input

  test('its own, which may be named', () => {
    expect(valveOf(open, 'valve2')).toMatchObject({ type: 'open-valve', valve: 'valve2', duration_min: 10 })
    expect(valveOf({ ...open, valve: 'valve2' }, 'valve2')).toMatchObject({ valve: 'valve2' })
    expect(valveOf({ type: 'close' }, 'valve1')).toMatchObject({ type: 'close-valve', valve: 'valve1' })
  })

  test('never another, nor all of them', () => {
    for (const valve of ['valve1', 'all', 'main', '__proto__']) {
      const error = refusal(() => mapCommand(valves, { ...open, valve }, { channel: 'valve2' }))
      expect(error).toMatchObject({ code: 'command.other-channel', context: { asked: valve, known: 'valve2' } })
    }
  })

  test('an order to the whole controller may name one', () => {
    expect(valveOf({ ...open, valve: 'valve1' }, 'main')).toMatchObject({ valve: 'valve1' })
    expect(refusal(() => mapCommand(valves, { ...open, valve: 'all' }, { channel: 'main' })).context.known).toBe('valve1, valve2')
  })

  test('and is proven by a reading of that channel', () => {
    const reading = (channel: string, valveOpen: boolean) => ({ channel, values: { valveOpen }, flags: {} })
    expect(proves(valves, open, 'valve2', reading('valve2', true))).toBe(true)
    expect(proves(valves, open, 'valve2', reading('valve1', true))).toBe(false)
    expect(proves(valves, { ...open, valve: 'valve1' }, 'main', reading('valve1', true))).toBe(true)
    expect(proves(valves, { type: 'close' }, 'valve1', reading('valve1', false))).toBe(true)
  })
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
  const { input } = mapCommand(model, command, { channel: 'main', ...options })
  const { bytes } = plainCodec(model.codec)('encodeDownlink', { data: input })
  expect(Buffer.from(bytes ?? []).toString('hex')).toBe(hex)
})

describe('proof', () => {
  const reading = (values: Record<string, unknown>, flags: Record<string, string> = {}, channel = 'main') => ({ channel, values, flags })
  const dim = { type: 'dim', level: 40 } as const

  test('a reading with the level proves the dim, to half a percent', () => {
    expect(proves(light, dim, 'main', reading({ level: 40 }))).toBe(true)
    expect(proves(light, { type: 'dim', level: 40.4 }, 'main', reading({ level: 40 }))).toBe(true)
    expect(proves(light, dim, 'main', reading({ level: 41 }))).toBe(false)
  })

  test('nothing else does', () => {
    expect(proves(light, dim, 'main', reading({}))).toBe(false)
    expect(proves(light, dim, 'main', reading({ level: 40 }, { level: 'out-of-range' }))).toBe(false)
    expect(proves(light, dim, 'main', reading({ level: 40 }, {}, 'other'))).toBe(false)
    expect(proves(light, { type: 'resume' }, 'main', reading({ level: 40 }))).toBe(false)
  })
})
