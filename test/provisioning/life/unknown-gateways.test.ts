import { expect, test } from 'vitest'
import { serverScope } from '../../../src/access/scope.ts'
import { HeardGateways, unknownGateways } from '../../../src/provisioning/life/unknown-gateways.ts'
import { MemoryNetwork } from '../../fakes/memory-network.ts'

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

test('what the network server has in any tenant is unknown to nobody; it is asked for its lists, not for each gateway', async () => {
  const heard = new HeardGateways()
  for (let id = 1; id <= 300; id++) heard.arrived(stats(id), new Date(id))
  const network = new MemoryNetwork()
  const [tours, blois] = [await network.createTenant('Tours'), await network.createTenant('Blois')]
  const place = { name: 'x', description: '', location: null, statsInterval: 30, tags: {} }
  await network.createGateway({ ...place, gatewayId: '000000000000012c', tenantId: tours.id })
  await network.createGateway({ ...place, gatewayId: '000000000000012b', tenantId: blois.id })
  network.calls.length = 0
  const known = async () => new Set(['000000000000012a'])
  const found = await unknownGateways({ heard, network, known }, serverScope, { limit: 5 })
  expect(found.map(({ gatewayId }) => Number.parseInt(gatewayId, 16))).toEqual([297, 296, 295, 294, 293])
  expect(network.calls.map(({ method }) => method)).toEqual(['listTenants', 'listGateways', 'listGateways'])
  network.calls.length = 0
  expect(await unknownGateways({ heard, network, known: async (ids) => new Set(ids) }, serverScope, { limit: 5 })).toEqual([])
  expect(network.calls).toEqual([])
})
