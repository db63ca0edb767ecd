import { expect, test } from 'vitest'
import type { LastValue } from '../../src/readings/reading-store.ts'
import { type AssetState, assetKey, concerns, mergeReading, replaceValues } from '../../src/topics/asset-state.ts'
import { aReading, minute } from '../support/reading-builder.ts'

const key = assetKey(aReading())

function stateOf(...readings: Parameters<typeof aReading>[0][]): Map<string, AssetState> {
  const states = new Map<string, AssetState>()
  for (const reading of readings) mergeReading(states, aReading(reading))
  return states
}

function last(name: string, value: number, time: string): LastValue {
  const { tenant, service, asset, device } = aReading()
  return { tenant, service, asset, device, name, value, time, flag: null }
}

const values = (states: ReadonlyMap<string, AssetState>) => [...(states.get(key)?.values ?? [])].map(([name, { value }]) => [name, value])

test('a value whose reading was replaced is as the store has it, or gone', () => {
  const states = stateOf({ time: minute(5), values: { volume: 5, temperature: 8 } })
  replaceValues(states, key, { times: new Set([minute(5)]), last: [last('volume', 6, minute(5))] })
  expect(values(states)).toEqual([['volume', 6]])
})

test('a value that came since stays, also where the store does not have it yet', () => {
  const states = stateOf({ time: minute(5), values: { temperature: 8 } }, { time: minute(9), values: { volume: 9 } })
  replaceValues(states, key, { times: new Set([minute(5)]), last: [last('volume', 6, minute(5))] })
  expect(values(states)).toEqual([['volume', 9]])
  expect(states.get(key)?.time).toBe(minute(9))
})

test('where the newest reading is gone, the one before it is the newest', () => {
  const states = stateOf({ time: minute(5), values: { temperature: 8 } }, { time: minute(9), values: { volume: 9 } })
  replaceValues(states, key, { times: new Set([minute(9)]), last: [last('temperature', 8, minute(5)), last('volume', 4, minute(4))] })
  expect(states.get(key)).toMatchObject({ time: minute(5) })
  expect(values(states)).toEqual([
    ['temperature', 8],
    ['volume', 4],
  ])
})

test('what is older than every last value concerns nobody', () => {
  const states = stateOf({ time: minute(5) })
  expect(concerns(states.get(key), new Set([minute(4)]))).toBe(false)
  expect(concerns(states.get(key), new Set([minute(5)]))).toBe(true)
  expect(concerns(states.get(key), new Set([minute(6)]))).toBe(true)
  expect(concerns(undefined, new Set([minute(1)]))).toBe(true)
})
