import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Consumption, type CounterFacts, type Step } from '../../src/readings/consumption.ts'

const hour = 3_600_000
const facts = (parts: Partial<CounterFacts> = {}): CounterFacts => ({ installation: 'a', modulus: null, smallStep: 0.1, ...parts })

function stepsOf(values: readonly number[], known: Partial<CounterFacts> = {}): Step[] {
  const consumption = new Consumption()
  return values.map((value, at) => consumption.step({ time: at * hour, device: 'd', channel: 'main', value }, facts(known)))
}
const total = (steps: readonly Step[]) => steps.reduce((sum, { amount }) => sum + amount, 0)
const kinds = (steps: readonly Step[]) => steps.map(({ kind }) => kind)

describe('consumption', () => {
  test('is the difference of indices; the first one only begins', () => {
    expect(stepsOf([100, 100, 103.5, 104])).toEqual([
      { kind: 'start', amount: 0 },
      { kind: 'flow', amount: 0 },
      { kind: 'flow', amount: 3.5 },
      { kind: 'flow', amount: 0.5 },
    ])
  })

  test('a new installation is a new segment, whatever the index', () => {
    const consumption = new Consumption()
    const index = (time: number, value: number) => ({ time, device: 'd', channel: 'main', value })
    consumption.step(index(0, 500), facts())
    expect(consumption.step(index(1, 900), facts({ installation: 'b' }))).toEqual({ kind: 'start', amount: 0 })
    expect(consumption.step(index(2, 901), facts({ installation: 'b' }))).toEqual({ kind: 'flow', amount: 1 })
  })

  test('devices and channels side by side are counters of their own', () => {
    const consumption = new Consumption()
    const at = (time: number, device: string, channel: string, value: number) => consumption.step({ time, device, channel, value }, facts())
    at(0, 'd', 'a', 100)
    at(0, 'd', 'b', 5)
    at(0, 'e', 'a', 70)
    expect([at(1, 'd', 'a', 101), at(1, 'd', 'b', 7), at(1, 'e', 'a', 70)].map(({ amount }) => amount)).toEqual([1, 2, 0])
  })

  test('a small step back is backflow and counts as negative', () => {
    expect(stepsOf([50, 49.95, 50.2])).toMatchObject([{}, { kind: 'backflow' }, { kind: 'flow' }])
    expect(total(stepsOf([50, 49.95, 50.2]))).toBeCloseTo(0.2)
    expect(kinds(stepsOf([5000, 4995.5]))).toEqual(['start', 'backflow'])
    expect(kinds(stepsOf([50, 49.8]))).toEqual(['start', 'reset'])
  })

  test('a fall without a modulus is a reset: nothing is counted, a new segment begins', () => {
    expect(stepsOf([65535, 3, 5])).toEqual([
      { kind: 'start', amount: 0 },
      { kind: 'reset', amount: 0 },
      { kind: 'flow', amount: 2 },
    ])
  })

  test('a fall with a modulus is a rollover where the flow stays plausible', () => {
    expect(stepsOf([65530, 4], { modulus: 65536, smallStep: 1 })).toEqual([
      { kind: 'start', amount: 0 },
      { kind: 'rollover', amount: 10 },
    ])
    expect(kinds(stepsOf([40_000, 100], { modulus: 65536, smallStep: 1 }))).toEqual(['start', 'reset'])
  })

  test('more than a tenth of the modulus at once is believed where the counter is that fast', () => {
    expect(kinds(stepsOf([0, 12_000, 24_000, 36_000, 48_000, 60_000, 6464], { modulus: 65536 })).at(-1)).toBe('rollover')
    expect(kinds(stepsOf([0, 120, 240, 59_000 + 1000, 6464 + 10_000], { modulus: 65536 })).slice(0, 2)).toEqual(['start', 'flow'])
  })

  test('a small step back of a counter with a modulus is no turn of it', () => {
    expect(kinds(stepsOf([500, 499.95], { modulus: 65536 }))).toEqual(['start', 'backflow'])
  })

  const increments = fc.array(fc.integer({ min: 0, max: 6000 }), { minLength: 1, maxLength: 80 })

  test('of any counter that rolls over is what flowed', () => {
    fc.assert(
      fc.property(increments, fc.integer({ min: 0, max: 65535 }), (flows, start) => {
        let index = start
        const sent = [index % 65536]
        for (const flow of flows) {
          index += flow
          sent.push(index % 65536)
        }
        const steps = stepsOf(sent, { modulus: 65536, smallStep: 1 })
        expect(total(steps)).toBe(index - start)
        expect(kinds(steps)).not.toContain('reset')
      }),
    )
  })

  test('of any indices is what lies between, in each segment', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 60 }), (values) => {
        const steps = stepsOf(values)
        let first = values[0]!
        let counted = 0
        steps.forEach(({ kind, amount }, at) => {
          if (kind === 'reset' || kind === 'start') {
            if (at > 0) expect(counted).toBe(values[at - 1]! - first)
            ;[first, counted] = [values[at]!, 0]
          }
          if (kind === 'flow') expect(amount).toBeGreaterThanOrEqual(0)
          if (kind === 'backflow') expect(amount).toBeLessThan(0)
          counted += amount
        })
        expect(counted).toBe(values.at(-1)! - first)
        expect(kinds(steps)).not.toContain('rollover')
      }),
    )
  })

  test('of a part and of the rest are that of all', () => {
    fc.assert(
      fc.property(increments, fc.nat(), (flows, cut) => {
        const values = flows.map((_, at) => flows.slice(0, at + 1).reduce((sum, flow) => sum + flow, 0))
        const at = cut % values.length
        const [whole, first, rest] = [values, values.slice(0, at + 1), values.slice(at)].map((part) => total(stepsOf(part)))
        expect(first! + rest!).toBe(whole)
      }),
    )
  })
})
