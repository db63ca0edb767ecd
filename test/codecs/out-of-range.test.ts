import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { modelSchema } from '../../src/codecs/model.ts'
import { type MappedReading, normalise } from '../../src/codecs/normalise.ts'
import { measurements } from '../../src/vocabulary/measurements.ts'

type Value = number | boolean | string
interface Sample {
  name: string
  value: unknown
  /** null: nothing is doubtful */
  flag: string | null
}

const receivedAt = '2026-11-22T06:00:00.000Z'
const names = [...measurements.keys()]
const quantities = [...measurements].flatMap(([name, { range }]) => (range === undefined ? [] : [{ name, low: range[0], high: range[1] }]))
const label = { en: 'x', fr: 'x' }

/** A codec that tells every value of the vocabulary under its own name: on two channels, and in a history. */
const everything = modelSchema.parse({
  title: 'Everything',
  vendor: 'Acme',
  family: 'other',
  version: '1.0.0',
  service: 'other',
  deviceProfile: 'acme/everything',
  expectedInterval: 3600,
  channels: { a: { label }, b: { label } },
  measures: ['a', 'b'].flatMap((channel) => names.map((name) => ({ field: `${channel}.${name}`, name, channel }))),
  histories: [{ field: 'history[*]', time: 'time', measures: names.map((name) => ({ field: name, name, channel: 'a' })) }],
})

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true })

/** Beyond either end of a range: from the next number on. */
const outside = fc
  .constantFrom(...quantities)
  .chain(({ name, low, high }) =>
    fc.oneof(number(next(high, 1), 1e300), number(-1e300, next(low, -1))).map((value): Sample => ({ name, value, flag: 'out-of-range' })),
  )

const inside = fc
  .constantFrom(...quantities)
  .chain(({ name, low, high }) =>
    fc.oneof(number(low, high), fc.constantFrom(low, high)).map((value): Sample => ({ name, value, flag: null })),
  )

const said = fc
  .constantFrom(...[...measurements].filter(([, { range }]) => range === undefined))
  .chain(([name, { states }]) => fc.constantFrom<Value>(...(states ?? [true, false])).map((value): Sample => ({ name, value, flag: null })))

/** What cannot be this value at all: it is left out, and its name says why. */
const unusable = fc.constantFrom(...measurements).map(([name, { range, states }]): Sample => {
  if (range !== undefined) return { name, value: 'many', flag: 'wrong-type' }
  return states === undefined ? { name, value: 1, flag: 'wrong-type' } : { name, value: 'sideways', flag: 'unknown-state' }
})

const frame = fc.uniqueArray(fc.oneof(outside, inside, said, unusable), { minLength: 1, maxLength: 12, selector: ({ name }) => name })

function dataOf(samples: readonly Sample[]): Record<string, unknown> {
  return Object.fromEntries(samples.map(({ name, value }) => [name, value]))
}

function mapped(data: unknown): MappedReading[] {
  return normalise(everything, data, { receivedAt, parameters: () => ({}) })
}

/** Each value on its own: what was kept and what is said of it hang on nothing else of the frame. */
function expectEachAlone(
  { values, flags, quality }: Pick<MappedReading, 'values' | 'flags' | 'quality'>,
  samples: readonly Sample[],
): void {
  const kept = samples.filter(({ flag }) => flag === null || flag === 'out-of-range')
  expect(values).toEqual(dataOf(kept))
  expect(flags).toEqual(Object.fromEntries(samples.flatMap(({ name, flag }) => (flag === null ? [] : [[name, flag]]))))
  const sound = samples.some(({ flag }) => flag === null)
  expect(quality).toBe(kept.length === 0 ? 'missing' : sound ? 'good' : 'suspect')
}

test.for(quantities)('$name: both ends of its range are plausible, what lies beyond is kept and flagged', ({ name, low, high }) => {
  const told = (value: number) => mapped({ a: { [name]: value } }).map(({ values, flags }) => ({ values, flags }))
  for (const value of [low, high]) expect(told(value)).toEqual([{ values: { [name]: value }, flags: {} }])
  for (const value of [next(low, -1), next(high, 1), -1e300, 1e300]) {
    expect(told(value)).toEqual([{ values: { [name]: value }, flags: { [name]: 'out-of-range' } }])
  }
})

describe('a doubtful value is flagged by its name, and taints', () => {
  test('no other value of its reading', () => {
    fc.assert(
      fc.property(frame, (samples) => {
        const [reading, ...others] = mapped({ a: dataOf(samples) })
        expect(others).toEqual([])
        if (reading === undefined) throw new Error('no reading')
        expectEachAlone(reading, samples)
      }),
      { numRuns: 1000 },
    )
  })

  test('no other channel, and no other time', () => {
    fc.assert(
      fc.property(frame, frame, frame, (a, b, older) => {
        const data = { a: dataOf(a), b: dataOf(b), history: [{ time: '2026-11-22T05:00:00Z', ...dataOf(older) }] }
        const readings = mapped(data)
        expect(readings.map(({ channel, time }) => [channel, time])).toEqual([
          ['a', '2026-11-22T05:00:00.000Z'],
          ['a', null],
          ['b', null],
        ])
        for (const [index, samples] of [older, a, b].entries()) {
          const reading = readings[index]
          if (reading === undefined) throw new Error('no reading')
          expectEachAlone(reading, samples)
        }
      }),
      { numRuns: 300 },
    )
  })
})

/** The next number above (1) or below (−1). */
function next(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * Number.MIN_VALUE
  const bits = new BigInt64Array(1)
  const view = new Float64Array(bits.buffer)
  view[0] = value
  bits[0] = (bits[0] ?? 0n) + (value > 0 === direction > 0 ? 1n : -1n)
  return view[0]
}
