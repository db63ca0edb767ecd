import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstPace, mayRun, next, type Observation, type PaceState } from '../../../src/provisioning/apply/pace-state.ts'

const observation = fc.record({
  outcome: fc.constantFrom('answered', 'answered', 'answered', 'strained', 'away'),
  took: fc.integer({ min: 0, max: 20_000 }),
  waits: fc.integer({ min: 0, max: 40_000 }),
  beside: fc.integer({ min: 1, max: 16 }),
  chance: fc.double({ min: 0, max: 1, noNaN: true }),
})

/** A row of observations on one clock, with the state after each. */
function told(
  list: readonly { outcome: string; took: number; waits: number; beside: number; chance: number }[],
): { seen: Observation; before: PaceState; after: PaceState }[] {
  let [now, state] = [1000, firstPace()]
  return list.map(({ outcome, took, waits, beside, chance }) => {
    now += waits
    const seen = { outcome: outcome as Observation['outcome'], startedAt: now - took, endedAt: now, beside, chance }
    const before = state
    state = next(before, seen)
    return { seen, before, after: state }
  })
}

/** After so many answers of a server that bears all. */
function grown(answers: number, from = firstPace()): PaceState {
  let [state, now] = [from, 10_000]
  for (let i = 0; i < answers; i++) {
    now += 1
    state = next(state, { outcome: 'answered', startedAt: now - 10, endedAt: now, beside: state.atOnce, chance: 0.5 })
  }
  return state
}

describe('the pace of an apply', () => {
  test('stays between its limits, pauses no longer than 30 s and never goes back in time', () => {
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 200 }), (list) => {
        for (const { seen, before, after } of told(list)) {
          expect(after.atOnce).toBeGreaterThanOrEqual(1)
          expect(after.atOnce).toBeLessThanOrEqual(16)
          expect(Number.isInteger(after.atOnce)).toBe(true)
          expect(after.pausedUntil).toBeLessThanOrEqual(Math.max(before.pausedUntil, seen.endedAt + 30_000))
          expect(mayRun(after, after.pausedUntil)).toBeGreaterThanOrEqual(1)
          if (after.pausedUntil > seen.endedAt) expect(mayRun(after, seen.endedAt)).toBe(0)
        }
      }),
    )
  })

  test('trouble halves it, once for all that was under way; an answer never takes a place away and gives one at most', () => {
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 200 }), (list) => {
        for (const { seen, before, after } of told(list)) {
          if (seen.outcome === 'answered') expect([before.atOnce, before.atOnce + 1]).toContain(after.atOnce)
          else if (seen.startedAt < before.newsFrom) expect(after).toEqual(before)
          else expect(after.atOnce).toBe(Math.max(1, Math.floor(before.atOnce / 2)))
        }
      }),
    )
  })

  test('whatever came before, a server that bears all is asked sixteen at once again', () => {
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 50 }), (list) => {
        const last = told(list).at(-1)?.after ?? firstPace()
        const later = { ...last, newsFrom: 0 }
        expect(grown(400, later).atOnce).toBe(16)
      }),
    )
  })

  test('begins with four, takes one more when every place was answered twice, and stops at its limit', () => {
    expect(firstPace().atOnce).toBe(4)
    expect([7, 8, 17, 18].map((answers) => grown(answers).atOnce)).toEqual([4, 5, 5, 6])
    expect(grown(2_000).atOnce).toBe(16)
    expect(firstPace({ most: 2 }).atOnce).toBe(2)
    expect(grown(2_000, firstPace({ most: 8 })).atOnce).toBe(8)
  })

  test('learns nothing from work that leaves places free', () => {
    let state = firstPace()
    for (let i = 0; i < 1000; i++) {
      state = next(state, { outcome: 'answered', startedAt: i, endedAt: i + 1, beside: 2, chance: 0 })
    }
    expect(state.atOnce).toBe(4)
  })

  test('its pauses double while nobody answers, one call asks whether it is back, and the first answer ends them', () => {
    let [state, now] = [firstPace(), 0]
    const pauses: number[] = []
    for (let i = 0; i < 9; i++) {
      state = next(state, { outcome: 'away', startedAt: now, endedAt: now, beside: 1, chance: 1 })
      pauses.push(state.pausedUntil - now)
      now = state.pausedUntil
      expect(mayRun(state, now)).toBe(1)
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    state = { ...next(state, { outcome: 'answered', startedAt: now, endedAt: now + 5, beside: 1, chance: 1 }) }
    expect(state.away).toBe(0)
    expect(grown(400, { ...state, newsFrom: 0 }).atOnce).toBe(16)
  })
})
