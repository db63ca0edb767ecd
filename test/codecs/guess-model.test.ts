import { expect, test } from 'vitest'
import { guessModel } from '../../src/codecs/guess-model.ts'

const models = [
  { slug: 'a/one', euiPrefixes: ['24e124'], profileIds: ['00ff0102', '00ff0103'] },
  { slug: 'a/two', euiPrefixes: ['24e124'] },
  { slug: 'b/long', euiPrefixes: ['70b3d57ba'] },
  { slug: 'b/short', euiPrefixes: ['70b3d5', '0018b2'] },
]
const traces = (devEui: string, profile = '') => ({ devEui, vendorId: profile.slice(0, 4) || null, profileId: profile.slice(4) || null })

test.for([
  ['24e124713d100001', '00ff0103', 'profile', ['a/one']],
  ['ffffffffffffffff', '00ff0102', 'profile', ['a/one']],
  ['24e124713d100001', '00ff0199', 'prefix', ['a/one', 'a/two']],
  ['24e124713d100001', '', 'prefix', ['a/one', 'a/two']],
  ['70b3d57ba0000001', '', 'prefix', ['b/long']],
  ['70b3d5e75e001234', '', 'prefix', ['b/short']],
  ['0018b20000001a2b', '', 'prefix', ['b/short']],
  ['ffffffffffffffff', '', null, []],
] as const)('%s with profile %j: by %s %j', ([devEui, profile, by, found]) => {
  expect(guessModel(models, traces(devEui, profile))).toEqual({ by, models: found })
})

test('no model is known', () => {
  expect(guessModel([], traces('24e124713d100001'))).toEqual({ by: null, models: [] })
})
