import { expect, test } from 'vitest'
import { DeviceVariables } from '../../src/uplinks/device-variables.ts'

function setting() {
  const asked: string[] = []
  const network = { time: 0, away: false, resolution: '0.1' }
  const variables = new DeviceVariables(
    async (devEui) => {
      asked.push(devEui)
      if (network.away) throw new Error('away')
      return { resolution: network.resolution }
    },
    () => network.time,
  )
  return { asked, network, variables }
}

test('those who ask at the same time, and for ten minutes, share one answer', async () => {
  const { asked, network, variables } = setting()
  expect(await Promise.all([variables.of('a'), variables.of('a'), variables.of('b')])).toEqual(Array(3).fill({ resolution: '0.1' }))
  network.resolution = '0.2'
  network.time = 599_999
  expect(await variables.of('a')).toEqual({ resolution: '0.1' })
  expect(asked).toEqual(['a', 'b'])
  network.time = 600_000
  expect(await variables.of('a')).toEqual({ resolution: '0.2' })
})

test('while nobody answers they are as they last were; what was never known is null, and asked for again', async () => {
  const { asked, network, variables } = setting()
  await variables.of('a')
  network.away = true
  network.time = 1e9
  expect(await variables.of('a')).toEqual({ resolution: '0.1' })
  expect(await variables.of('b')).toBeNull()
  network.away = false
  expect(await variables.of('b')).toEqual({ resolution: '0.1' })
  expect(asked).toEqual(['a', 'a', 'b', 'b'])
})

test('while nobody answers, those that are known are asked for once in a minute', async () => {
  const { asked, network, variables } = setting()
  await variables.of('a')
  network.away = true
  network.time = 600_000
  await variables.of('a')
  network.time = 659_999
  expect(await variables.of('a')).toEqual({ resolution: '0.1' })
  expect(asked).toEqual(['a', 'a'])
  network.away = false
  network.resolution = '0.2'
  network.time = 660_000
  expect(await variables.of('a')).toEqual({ resolution: '0.2' })
})
