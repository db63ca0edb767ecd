import { expect, test } from 'vitest'
import { byInterest, isQuiet, withUnit } from '../../src/api/contract/units.ts'

test('what is measured comes first, then how things stand, what is wrong, what happened', () => {
  const values = { leak: true, restarted: true, valveOpen: false, battery: 90, volume: 12, unheardOf: 1 }
  expect(byInterest(values)).toEqual(['volume', 'battery', 'unheardOf', 'valveOpen', 'leak', 'restarted'])
})

test('an alarm that is off and an event that did not happen are quiet; a state never is', () => {
  expect(isQuiet('leak', false)).toBe(true)
  expect(isQuiet('restarted', false)).toBe(true)
  expect(isQuiet('valveOpen', false)).toBe(false)
  expect(isQuiet('leak', true)).toBe(false)
  expect(isQuiet('restarted', true)).toBe(false)
})

test('units are written as people read them', () => {
  expect(withUnit('volume', 318.4424)).toBe('318.442 m³')
  expect(withUnit('latitude', 47.39)).toBe('47.39 °')
  expect(withUnit('pm25Count', 12)).toBe('12 /cm³')
  expect(withUnit('restarted', true)).toBe('true')
})
