import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CounterRule, type CounterSample, consumption } from '../../src/readings/consumption.ts'
import { minute } from '../support/reading-builder.ts'

const strict: CounterRule = { backflow: 0, rollover: null }
const turning: CounterRule = { backflow: 2, rollover: { modulus: 1000, perHour: 10 } }

/** One sample an hour. */
function hourly(...values: number[]): CounterSample[] {
  return values.map((value, hour) => ({ time: minute(hour * 60), value, assignment: 'a1' }))
}

describe('one step', () => {
  test.for<[string, CounterRule, number, number, string, number]>([
    ['forward', turning, 10, 15, 'flow', 5],
    ['no flow', turning, 10, 10, 'flow', 0],
    ['a small step back', turning, 10, 8, 'backflow', -2],
    ['a larger one without a modulus', { backflow: 2, rollover: null }, 999, 3, 'reset', 0],
    ['round the modulus, plausible', turning, 995, 5, 'rollover', 10],
    ['round the modulus, too fast', turning, 995, 6, 'reset', 0],
    ['back to nothing in the middle of the range', turning, 500, 0, 'reset', 0],
    ['beyond the declared modulus there is no rollover', turning, 1003, 3, 'reset', 0],
  ])('%s', ([, rule, before, after, kind, amount]) => {
    expect(consumption(hourly(before, after), rule).steps).toEqual([{ from: minute(0), to: minute(60), kind, amount }])
  })

  test('the time that has passed makes a rollover plausible', () => {
    const samples = [
      { time: minute(0), value: 900, assignment: 'a1' },
      { time: minute(600), value: 0, assignment: 'a1' },
    ]
    expect(consumption(samples, turning).total).toBe(100)
    expect(consumption([samples[0]!, { ...samples[1]!, time: minute(599) }], turning).steps[0]?.kind).toBe('reset')
  })
})

test('a replaced meter begins a segment: what both have counted is added, the jump between them is not', () => {
  const result = consumption(
    [
      { time: minute(0), value: 4000, assignment: 'old' },
      { time: minute(60), value: 4012, assignment: 'old' },
      { time: minute(120), value: 0, assignment: 'new' },
      { time: minute(180), value: 3, assignment: 'new' },
    ],
    strict,
  )
  expect(result).toMatchObject({ total: 15, forward: 15, backward: 0 })
  expect(result.segments.map(({ assignment, consumption: amount }) => [assignment, amount])).toEqual([
    ['old', 12],
    ['new', 3],
  ])
})

test('backflow is told apart and reduces the total', () => {
  expect(consumption(hourly(10, 14, 13, 15), turning)).toMatchObject({ total: 5, forward: 6, backward: 1 })
})

test('a reset loses what was counted between and begins a segment', () => {
  const result = consumption(hourly(100, 110, 4, 9), strict)
  expect(result.total).toBe(15)
  expect(result.segments).toHaveLength(2)
  expect(result.steps.map((step) => step.kind)).toEqual(['flow', 'reset', 'flow'])
})

test('nothing and one sample have consumed nothing', () => {
  expect(consumption([], strict)).toEqual({ total: 0, forward: 0, backward: 0, steps: [], segments: [] })
  expect(consumption(hourly(42), strict)).toMatchObject({ total: 0, steps: [], segments: [{ first: 42, last: 42 }] })
})

function growing(start: number, increments: readonly number[]): number[] {
  const values = [start]
  for (const increment of increments) values.push((values.at(-1) ?? 0) + increment)
  return values
}

const steps = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 60 })
const samplesArbitrary = fc
  .array(fc.record({ value: fc.nat({ max: 1200 }), assignment: fc.constantFrom('a1', 'a2') }), { maxLength: 40 })
  .map((all) => all.map((sample, hour) => ({ ...sample, time: minute(hour * 60) })))

describe('whatever was counted', () => {
  test('a counter that only grows gives last − first', () => {
    fc.assert(
      fc.property(fc.nat(), steps, (start, increments) => {
        const values = growing(start, increments)
        const result = consumption(hourly(...values), strict)
        expect(result.total).toBe(values.at(-1)! - start)
        expect(result.segments).toHaveLength(1)
      }),
    )
  })

  test('a counter that rolls over gives the same as one that does not', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999 }), steps, (start, increments) => {
        const values = growing(start, increments)
        const rolled = values.map((value) => value % 1000)
        const result = consumption(hourly(...rolled), { backflow: 0, rollover: { modulus: 1000, perHour: 9 } })
        expect(result.total).toBe(values.at(-1)! - start)
        expect(result.segments).toHaveLength(1)
      }),
    )
  })

  test('the order in which samples are given does not matter, nor repeats', () => {
    fc.assert(
      fc.property(samplesArbitrary, fc.nat(), (samples, seed) => {
        const shuffled = [...samples].sort((a, b) => ((a.value * 31 + seed) % 17) - ((b.value * 31 + seed) % 17))
        expect(consumption([...shuffled, ...samples], turning)).toEqual(consumption(samples, turning))
      }),
    )
  })

  test('two ranges that share their border sample add up to the whole', () => {
    fc.assert(
      fc.property(samplesArbitrary, fc.nat({ max: 40 }), (samples, at) => {
        const [left, right] = [samples.slice(0, at + 1), samples.slice(at)]
        expect(consumption(left, turning).total + consumption(right, turning).total).toBe(consumption(samples, turning).total)
      }),
    )
  })

  test('total is what its steps and its segments say, and no segment mixes assignments', () => {
    fc.assert(
      fc.property(samplesArbitrary, (samples) => {
        const result = consumption(samples, turning)
        const amounts = (all: readonly number[]) => all.reduce((total, amount) => total + amount, 0)
        expect(amounts(result.steps.map((step) => step.amount))).toBe(result.total)
        expect(amounts(result.segments.map((segment) => segment.consumption))).toBe(result.total)
        expect(result.forward - result.backward).toBe(result.total)
        expect(result.backward).toBeGreaterThanOrEqual(0)
        const changes = samples.filter((sample, index) => index > 0 && sample.assignment !== samples[index - 1]!.assignment).length
        expect(result.segments.length).toBeGreaterThanOrEqual(samples.length === 0 ? 0 : changes + 1)
      }),
    )
  })
})
