import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ModelDefinition, modelSchema } from '../../src/codecs/model.ts'
import { type NormaliseContext, normalise } from '../../src/codecs/normalise.ts'
import { testModel } from '../support/test-model.ts'
import { readModel, slugs } from './plain-codec.ts'

const receivedAt = '2026-11-22T06:00:00.000Z'

function model(parts: Record<string, unknown>): ModelDefinition {
  return modelSchema.parse({
    title: 'Test',
    vendor: 'Acme',
    family: 'water-meter',
    version: '1.0.0',
    service: 'water',
    deviceProfile: 'acme/test',
    expectedInterval: 3600,
    measures: [],
    ...parts,
  })
}

const twoInputs = {
  channels: { a: { label: { en: 'A', fr: 'A' } }, b: { label: { en: 'B', fr: 'B' } } },
}

function readings(parts: Record<string, unknown>, data: unknown, context: Partial<NormaliseContext> = {}) {
  return normalise(model(parts), data, { receivedAt, parameters: () => ({}), ...context })
}

/** Values and flags of the only reading of a frame without a clock. */
function only(
  measures: unknown[],
  data: unknown,
  parameters: Record<string, number | string | boolean> = {},
  parts: Record<string, unknown> = {},
) {
  const list = readings({ measures, ...parts }, data, { parameters: () => parameters })
  expect(list.length).toBeLessThanOrEqual(1)
  return list[0]
}

/** What `toMatchObject` could not hold: that nothing is flagged. */
const sound = (values: Record<string, unknown>) => ({ channel: 'main', time: null, values, flags: {}, quality: 'good' })

test('a measure that has a `when` counts only in frames where that is neither 0 nor false', () => {
  const model = testModel('acme/sky', {
    ...{ title: 'Acme sky', vendor: 'Acme', family: 'weather', version: '1.0.0', service: 'environment', deviceProfile: 'acme/sky' },
    expectedInterval: 600,
    measures: [
      { field: 'strikes', name: 'lightningStrikes' },
      { field: 'distance_m', name: 'lightningDistance', when: 'strikes' },
    ],
  })
  const read = (data: unknown) =>
    normalise(model, data, { receivedAt: '2026-11-22T06:00:00.000Z', parameters: () => ({}) }).map(({ values }) => values)
  expect(read({ strikes: 3, distance_m: 4000 })).toEqual([{ lightningStrikes: 3, lightningDistance: 4000 }])
  expect(read({ strikes: 0, distance_m: 0 })).toEqual([{ lightningStrikes: 0 }])
  expect(read({ distance_m: 0 })).toEqual([])
})

test('a depth and the height of the probe make a level', () => {
  const model = testModel('acme/probe', {
    ...{ title: 'Acme probe', vendor: 'Acme', family: 'water-level', version: '1.0.0', service: 'flood', deviceProfile: 'acme/probe' },
    expectedInterval: 600,
    parameters: { sensorZero: { unit: 'm', label: { en: 'zero', fr: 'zéro' } } },
    measures: [{ field: 'depth_m', name: 'waterLevel', convert: { kind: 'linear', offset: 'sensorZero' } }],
  })
  const context = { receivedAt: '2026-11-22T06:00:00.000Z', parameters: () => ({ sensorZero: 47.2 }) }
  expect(normalise(model, { depth_m: 1.3 }, context)[0]?.values).toEqual({ waterLevel: 48.5 })
})

describe('one value', () => {
  test('is scaled and offset into the vocabulary’s unit, without the dust of floating point', () => {
    expect(only([{ field: 'litres', name: 'volume', scale: 0.001 }], { litres: 12_408 })?.values).toEqual({ volume: 12.408 })
    expect(only([{ field: 't', name: 'temperature', scale: 0.1, offset: -40 }], { t: 403 })?.values).toEqual({ temperature: 0.3 })
  })

  test('is found by key, index and name in lists', () => {
    const data = {
      lamps: [
        { address: 'analog', level: 10 },
        { address: 'dali-single-1', level: 90 },
      ],
    }
    expect(only([{ field: 'lamps[address=dali-single-1].level', name: 'level' }], data)?.values).toEqual({ level: 90 })
    expect(only([{ field: 'lamps[address!=dali-single-1].level', name: 'level' }], data)?.values).toEqual({ level: 10 })
    expect(only([{ field: 'lamps[1].level', name: 'level' }], data)?.values).toEqual({ level: 90 })
    expect(only([{ field: 'lamps[7].level', name: 'level' }], data)).toBeUndefined()
  })

  test.each([
    ['first', 3],
    ['last', 5],
    ['sum', 12],
    ['mean', 4],
    ['max', 5],
    ['min', 3],
  ])('of several: %s', (take, expected) => {
    const data = { blocks: [{ power: 3 }, { power: 4 }, { other: 1 }, { power: 5 }] }
    expect(only([{ field: 'blocks[*].power', name: 'power', take }], data)?.values).toEqual({ power: expected })
  })

  test('is no sum when a part cannot be read', () => {
    const data = { blocks: [{ power: 3 }, { power: 'high' }] }
    const measure = { field: 'blocks[*].power', name: 'power' }
    expect(only([{ ...measure, take: 'sum' }], data)).toMatchObject({ values: {}, flags: { power: 'wrong-type' }, quality: 'missing' })
    expect(only([{ ...measure, take: 'max' }], data)).toEqual(sound({ power: 3 }))
  })

  test('is made of names: enumerations with prefixes, equals, includes, not', () => {
    const values = { 'step-*': 'calendar', 'step-off': 'off', hand: 'manual' }
    const measure = { field: 'source', name: 'levelSource', values }
    expect(only([measure], { source: 'step-3' })?.values).toEqual({ levelSource: 'calendar' })
    expect(only([measure], { source: 'step-off' })?.values).toEqual({ levelSource: 'off' })
    expect(only([measure], { source: 'moon' })).toMatchObject({ values: {}, flags: { levelSource: 'unknown-state' }, quality: 'missing' })
    expect(only([{ field: 'error', name: 'leak', equals: 'leak' }], { error: 'none' })?.values).toEqual({ leak: false })
    expect(only([{ field: 'list', name: 'lampFailure', includes: 'lamp' }], { list: ['lamp'] })?.values).toEqual({ lampFailure: true })
    expect(only([{ field: 'closed', name: 'valveOpen', not: true }], { closed: false })?.values).toEqual({ valveOpen: true })
  })

  test('any: true when one match is', () => {
    const measure = { field: 'lamps[*].status', name: 'lampFailure', includes: 'failure', take: 'any' }
    expect(only([measure], { lamps: [{ status: [] }, { status: ['failure'] }] })?.values).toEqual({ lampFailure: true })
    expect(only([measure], { lamps: [{ status: [] }] })?.values).toEqual({ lampFailure: false })
  })

  test('an event that only raises tells no end', () => {
    const measure = { field: 'alerts', name: 'lampFailure', includes: 'lamp', raises: true }
    expect(only([measure], { alerts: ['power'] })).toBeUndefined()
    expect(only([measure], { alerts: ['lamp'] })?.values).toEqual({ lampFailure: true })
  })

  test('of two measures the first that finds its field counts', () => {
    const measures = [
      { field: 'own', name: 'power' },
      { field: 'drivers[*].power', name: 'power', take: 'sum' },
    ]
    expect(only(measures, { own: 5, drivers: [{ power: 2 }] })?.values).toEqual({ power: 5 })
    expect(only(measures, { drivers: [{ power: 2 }, { power: 3 }] })?.values).toEqual({ power: 5 })
    expect(only(measures, { own: 'broken', drivers: [{ power: 2 }] })).toEqual(sound({ power: 2 }))
  })
})

describe('what is doubtful', () => {
  const measures = [
    { field: 'volume', name: 'volume' },
    { field: 'temperature', name: 'temperature' },
    { field: 'leak', name: 'leak' },
  ]

  test('a value out of its range is kept, flagged by its name, and taints no other', () => {
    expect(only(measures, { volume: 318.442, temperature: 181.4 })).toEqual({
      channel: 'main',
      time: null,
      values: { volume: 318.442, temperature: 181.4 },
      flags: { temperature: 'out-of-range' },
      quality: 'good',
    })
  })

  test('a reading whose every value is flagged is suspect', () => {
    expect(only(measures, { temperature: 181.4 })?.quality).toBe('suspect')
  })

  test('a value of another type is left out and flagged', () => {
    const odd = { volume: 'many', temperature: { nested: 1 }, leak: 1 }
    expect(only(measures, odd)).toMatchObject({
      values: {},
      flags: { volume: 'wrong-type', temperature: 'wrong-type', leak: 'wrong-type' },
    })
    expect(only(measures, odd)?.quality).toBe('missing')
  })

  test('null and absent are no values', () => {
    expect(only(measures, { volume: null })).toBeUndefined()
  })
})

describe('parameters of the installation', () => {
  const label = { en: 'x', fr: 'x' }
  const parameters = {
    weight: { unit: null, label },
    start: { unit: 'm3', label },
    empty: { unit: 'm', label },
    full: { unit: 'm', label },
  }
  const pulses = { field: 'pulses', name: 'volume', convert: { kind: 'linear', scale: 'weight', offset: 'start' } }
  const fill = { field: 'distance', name: 'fill', convert: { kind: 'fill', empty: 'empty', full: 'full' } }

  test('pulses become an index', () => {
    expect(only([pulses], { pulses: 4120 }, { weight: 0.01, start: 312.5 }, { parameters })?.values).toEqual({ volume: 353.7 })
  })

  test('a distance becomes a fill, held between empty and full', () => {
    const at = (distance: number) => only([fill], { distance }, { empty: 2, full: 0.4 }, { parameters })
    expect(at(0.5)).toEqual(sound({ fill: 93.75 }))
    expect(at(2.1)).toEqual(sound({ fill: 0 }))
    expect(at(3)).toMatchObject({ values: { fill: 0 }, flags: { fill: 'clamped' } })
    expect(at(0.1)).toMatchObject({ values: { fill: 100 }, flags: { fill: 'clamped' } })
  })

  test('a distance below a sensor becomes a level', () => {
    const level = { field: 'distance', name: 'waterLevel', convert: { kind: 'level', zero: 'empty' } }
    expect(only([level], { distance: 1.25 }, { empty: 4 }, { parameters })?.values).toEqual({ waterLevel: 2.75 })
  })

  test('a missing one leaves the value out, flagged, and keeps the raw quantity', () => {
    const raw = { field: 'distance', name: 'distance' }
    expect(only([raw, fill], { distance: 0.5 }, { empty: 2 }, { parameters })).toMatchObject({
      values: { distance: 0.5 },
      flags: { fill: 'missing-parameter' },
      quality: 'good',
    })
    expect(only([fill], { distance: 0.5 }, { empty: 2, full: 2 }, { parameters })).toMatchObject({ flags: { fill: 'bad-parameter' } })
    expect(only([fill], { distance: 0.5 }, { empty: 2, full: 'low' }, { parameters })).toMatchObject({
      flags: { fill: 'missing-parameter' },
    })
  })

  test('those valid for the channel at the reading’s own time are asked for', () => {
    const asked: [string, string][] = []
    const parts = {
      ...twoInputs,
      parameters,
      clock: { field: 'time', tolerance: 3600 },
      measures: [{ ...pulses, channel: 'b' }],
      histories: [{ field: 'history[*]', time: 'time', measures: [{ ...pulses, channel: 'a' }] }],
    }
    readings(
      parts,
      { time: '2026-11-22T05:50:00Z', pulses: 5, history: [{ time: '2026-11-22T04:00:00Z', pulses: 4 }] },
      {
        parameters: (channel, time) => {
          asked.push([channel, time])
          return {}
        },
      },
    )
    expect(asked).toEqual([
      ['b', '2026-11-22T05:50:00.000Z'],
      ['a', '2026-11-22T04:00:00.000Z'],
    ])
  })
})

describe('time', () => {
  const parts = {
    clock: { field: 'time', tolerance: 3600 },
    measures: [{ field: 'volume', name: 'volume' }],
    histories: [{ field: 'history[*]', time: 'time', measures: [{ field: 'volume', name: 'volume' }] }],
  }
  const frame = {
    time: '2026-11-22T05:30:00Z',
    volume: 12,
    history: [
      { time: '2026-11-22T05:00:00Z', volume: 11 },
      { time: '2026-11-22T04:00:00Z', volume: 10 },
    ],
  }
  const times = (list: ReturnType<typeof readings>) => list.map(({ time, values }) => [time, values.volume])

  test('a frame’s history comes oldest first, the frame’s own reading last', () => {
    const list = readings(parts, frame)
    expect(times(list)).toEqual([
      ['2026-11-22T04:00:00.000Z', 10],
      ['2026-11-22T05:00:00.000Z', 11],
      ['2026-11-22T05:30:00.000Z', 12],
    ])
    expect(list.every(({ quality, flags }) => quality === 'good' && flags.time === undefined)).toBe(true)
  })

  test('a clock beyond the tolerance moves the whole frame by one offset, flagged', () => {
    const list = readings(parts, frame, { receivedAt: '2026-11-22T08:30:00.000Z' })
    expect(times(list)).toEqual([
      ['2026-11-22T07:00:00.000Z', 10],
      ['2026-11-22T08:00:00.000Z', 11],
      ['2026-11-22T08:30:00.000Z', 12],
    ])
    expect(list.map(({ flags, quality }) => [flags.time, quality])).toEqual(Array(3).fill(['shifted', 'suspect']))
  })

  test('exactly the tolerance is still right', () => {
    expect(readings(parts, frame, { receivedAt: '2026-11-22T06:30:00.000Z' }).at(-1)?.time).toBe('2026-11-22T05:30:00.000Z')
    expect(readings(parts, frame, { receivedAt: '2026-11-22T06:30:00.001Z' }).at(-1)?.flags.time).toBe('shifted')
  })

  test('whatever the clock says: one offset for the whole frame, none within the tolerance, and parameters of the time that counts', () => {
    const second = fc.integer({ min: -10_000_000, max: 10_000_000 })
    const ages = fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), { maxLength: 8 })
    fc.assert(
      fc.property(second, fc.nat(999), ages, fc.integer({ min: 1, max: 100_000 }), (wrong, ms, list, tolerance) => {
        const own = Date.parse(receivedAt) + wrong * 1000
        const iso = (time: number) => new Date(time).toISOString()
        const data = { time: iso(own), volume: 0, history: list.map((age) => ({ time: iso(own - age * 1000), volume: age })) }
        const received = Date.parse(receivedAt) + ms
        const asked: string[] = []
        const measures = [{ field: 'volume', name: 'volume', convert: { kind: 'linear', scale: 'weight' } }]
        const parameters = { weight: { unit: null, label: { en: 'w', fr: 'p' } } }
        const histories = [{ field: 'history[*]', time: 'time', measures }]
        const made = readings({ clock: { field: 'time', tolerance }, measures, histories, parameters }, data, {
          receivedAt: iso(received),
          parameters: (_, time) => {
            asked.push(time)
            return { weight: 1 }
          },
        })
        const isWrong = Math.abs(received - own) > tolerance * 1000
        const offset = isWrong ? received - own : 0
        const expected = [...list].sort((a, b) => b - a).map((age) => [iso(own - age * 1000 + offset), age])
        expect(times(made)).toEqual([...expected, [iso(own + offset), 0]])
        expect(made.map(({ flags, quality }) => [flags.time, quality])).toEqual(
          made.map(() => (isWrong ? ['shifted', 'suspect'] : [undefined, 'good'])),
        )
        expect([...asked].sort()).toEqual(times(made).map(([time]) => time))
      }),
    )
  })

  test('a clock that cannot be read leaves the time of reception, flagged', () => {
    expect(readings(parts, { time: 'yesterday', volume: 1 })).toEqual([
      { channel: 'main', time: null, values: { volume: 1 }, flags: { time: 'bad-time' }, quality: 'suspect' },
    ])
  })

  test('a record without a time is left out, and the frame says so', () => {
    const [reading, ...others] = readings(parts, { ...frame, history: [{ volume: 9 }] })
    expect(others).toEqual([])
    expect(reading).toMatchObject({ time: '2026-11-22T05:30:00.000Z', values: { volume: 12 }, flags: { time: 'bad-time' } })
  })

  test('a record of the frame’s own time is the same reading, and the frame’s value counts', () => {
    expect(times(readings(parts, { ...frame, history: [{ time: frame.time, volume: 99 }] }))).toEqual([['2026-11-22T05:30:00.000Z', 12]])
  })
})

test('channels come in the order of the model, each with what the frame says of it', () => {
  const parts = {
    ...twoInputs,
    measures: [
      { field: 'pulsesB', name: 'pulses', channel: 'b' },
      { field: 'pulsesA', name: 'pulses', channel: 'a' },
    ],
  }
  expect(readings(parts, { pulsesA: 1, pulsesB: 2 }).map(({ channel, values }) => [channel, values.pulses])).toEqual([
    ['a', 1],
    ['b', 2],
  ])
  expect(readings(parts, { pulsesB: 2 }).map(({ channel }) => channel)).toEqual(['b'])
})

describe('a model that names what is not there is refused', () => {
  test.each([
    ['a value that is not in the vocabulary', { measures: [{ field: 'x', name: 'dampness' }] }, /not a name of the vocabulary/],
    ['a channel', { measures: [{ field: 'x', name: 'volume', channel: 'b' }] }, /channel b is not declared/],
    ['a parameter', { measures: [{ field: 'x', name: 'waterLevel', convert: { kind: 'level', zero: 'zero' } }] }, /zero is not declared/],
    ['a family', { family: 'submarine' }, /not a family/],
    ['a command', { commands: { jump: { input: {} } } }, /not a standard command/],
    ['a path', { measures: [{ field: 'a..b', name: 'volume' }] }, /must be a path/],
  ])('%s', (_, parts, reason) => {
    expect(() => model(parts)).toThrow(reason)
  })
})

describe('odd data never throws', () => {
  /** Made of the keys that a model looks for, and of what no codec should give. */
  function odd(keys: readonly string[]): fc.Arbitrary<unknown> {
    const scalars = fc.constantFrom(
      ...['2026-11-22T05:59:00Z', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', 'leak', null, undefined],
      ...[true, 0, -0, 1e300, 21.5, Number.NaN, Number.POSITIVE_INFINITY],
    )
    const record = (value: fc.Arbitrary<unknown>) => fc.dictionary(fc.constantFrom(...keys, '__proto__', 'toString'), value, { maxKeys: 8 })
    const nested = fc.oneof(scalars, fc.string(), record(scalars))
    return fc.oneof({ weight: 8, arbitrary: record(fc.oneof(nested, fc.array(nested, { maxLength: 3 }))) }, nested)
  }

  test.for(slugs)('%s', (slug) => {
    const shipped = readModel(slug)
    const { measures, histories, clock } = shipped
    const paths = [...measures, ...histories.flatMap((history) => [history, ...history.measures])].map(({ field }) => field)
    const keys = [...paths, clock?.field ?? 'time', 'time'].flatMap((path) => path.replaceAll(/\[.*?\]/g, '').split('.'))
    fc.assert(
      fc.property(odd(keys), odd(keys), (data, parameter) => {
        const parameters = { emptyDistance: parameter, fullDistance: 1 } as Record<string, number>
        for (const { time, values, quality, flags } of normalise(shipped, data, { receivedAt, parameters: () => parameters })) {
          if (time !== null) expect(new Date(time).toISOString()).toBe(time)
          for (const value of Object.values(values)) expect(['number', 'boolean', 'string']).toContain(typeof value)
          for (const value of Object.values(values)) expect(value).not.toBeNaN()
          expect(Object.keys(values).length + Object.keys(flags).length).toBeGreaterThan(0)
          expect(quality === 'missing').toBe(Object.keys(values).length === 0)
        }
      }),
      { numRuns: 60 },
    )
  })
})
