import { expect, test } from 'vitest'
import { HeardGateways } from '../../../src/provisioning/life/unknown-gateways.ts'

const stats = (id: number) => ({ topic: `eu868/gateway/${id.toString(16).padStart(16, '0')}/event/stats` })

test('heard last first; of too many, the one silent for longest makes room for the one that speaks', () => {
  const heard = new HeardGateways()
  for (let id = 1; id <= 10_000; id++) heard.arrived(stats(id), new Date(id))
  heard.arrived(stats(1), new Date(20_000))
  heard.arrived(stats(10_001), new Date(20_001))
  expect(heard.all).toHaveLength(10_000)
  const ids = heard.all.map(({ gatewayId }) => Number.parseInt(gatewayId, 16))
  expect(ids.slice(0, 3)).toEqual([10_001, 1, 10_000])
  expect(ids).not.toContain(2)
  expect(heard.all[1]).toMatchObject({ firstHeardAt: new Date(1).toISOString(), messages: 2, region: 'eu868' })
})
