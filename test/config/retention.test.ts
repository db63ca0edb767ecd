import { describe, expect, test } from 'vitest'
import { keptRules, retentionSchema } from '../../src/config/retention.ts'

const kept = (given: unknown) => keptRules(retentionSchema.parse(given))
const messages = (given: unknown) =>
  retentionSchema.safeParse(given).error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? []

test('nothing said: frames a hundred days, the rest for ever', () => {
  expect(kept({})).toEqual([{ tenant: null, service: null, frames: 100, readings: null, daily: null }])
})

test('what a rule leaves out is as for the next wider one; a tenant’s comes before a service’s, and where both fit each gives its part', () => {
  const rules = kept({
    frames: 50,
    rules: [
      { tenant: 'tours', readings: 400 },
      { service: 'water', frames: 10, readings: 30 },
      { tenant: 'tours', service: 'waste', frames: 'forever' },
    ],
  })
  expect(rules).toEqual([
    { tenant: null, service: null, frames: 50, readings: null, daily: null },
    { tenant: 'tours', service: null, frames: 50, readings: 400, daily: null },
    { tenant: null, service: 'water', frames: 10, readings: 30, daily: null },
    { tenant: 'tours', service: 'waste', frames: null, readings: 400, daily: null },
    { tenant: 'tours', service: 'water', frames: 10, readings: 400, daily: null },
  ])
})

describe('nonsense is told', () => {
  test.for([
    ['daily before readings', { readings: 400, daily: 30 }, 'daily'],
    ['daily ends, readings do not', { daily: 30 }, 'daily'],
    ['only together with what holds for all', { daily: 400, readings: 30, rules: [{ tenant: 'tours', readings: 1000 }] }, 'rules.0'],
    [
      'twice',
      {
        rules: [
          { tenant: 'tours', frames: 1 },
          { tenant: 'tours', frames: 2 },
        ],
      },
      'rules.1',
    ],
    ['for nobody', { rules: [{ frames: 1 }] }, 'rules.0'],
    ['that says nothing', { rules: [{ tenant: 'tours' }] }, 'rules.0'],
    ['no days', { frames: 0 }, 'frames'],
    ['half a day', { readings: 0.5 }, 'readings'],
    ['a word', { daily: 'always' }, 'daily'],
    ['a key that is none', { rules: [{ tenant: 'tours', raw: 3 }] }, 'rules.0'],
  ] as const)('%s', ([, given, path]) => {
    expect(messages(given).map(([where]) => where)).toContain(path)
  })
})
