import gatewayGrpc from '@chirpstack/chirpstack-api/api/gateway_grpc_pb.js'
import gatewayPb from '@chirpstack/chirpstack-api/api/gateway_pb.js'
import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import { expect, test } from 'vitest'
import { fill } from '../../../src/adapters/chirpstack/wire/fill.ts'
import type { Bench } from '../bench.ts'
import { expectRefusal, missingEui, missingId, noObject } from '../refusal.ts'

const gateways = gatewayGrpc.GatewayServiceService

export function gatewayCalls(bench: () => Bench): void {
  test('gateway: create, get, change, list, delete', async () => {
    const { api, call, tenantId, eui } = bench()
    const [gatewayId, other] = [eui(), eui()]
    const location = fill(new commonPb.Location(), { latitude: 47.39, longitude: 0.68, altitude: 60 })
    await api.createGateway({ gatewayId: gatewayId.toUpperCase(), name: 'site 2', tenantId, location, tags: { a: 'b' } })
    await api.createGateway({ gatewayId: other, name: 'site 1', tenantId, statsInterval: 0 })
    const get = (id: string) => call(gateways.get, fill(new gatewayPb.GetGatewayRequest(), { gatewayId: id }))
    const first = (await get(gatewayId)).toObject()
    expect(first.gateway).toEqual({
      gatewayId,
      name: 'site 2',
      description: '',
      location: { latitude: 47.39, longitude: 0.68, altitude: 60, source: 0, accuracy: 0 },
      tenantId,
      tagsMap: [['a', 'b']],
      metadataMap: [],
      statsInterval: 30,
      downlinkPriority: 10,
    })
    expect(first.lastSeenAt).toBeUndefined()
    expect((await get(other)).toObject().gateway).toMatchObject({
      statsInterval: 0,
      location: { latitude: 0, longitude: 0, altitude: 0, source: 0, accuracy: 0 },
    })

    const tenant = await api.createTenant({ name: 'other' })
    const gateway = fill(new gatewayPb.Gateway(), { gatewayId, name: 'site 3', tenantId: tenant, statsInterval: 60, downlinkPriority: 3 })
    await call(gateways.update, fill(new gatewayPb.UpdateGatewayRequest(), { gateway }))
    expect((await get(gatewayId)).toObject().gateway).toMatchObject({ name: 'site 3', tenantId, downlinkPriority: 3, tagsMap: [] })

    const list = async (fields: object) =>
      (await call(gateways.list, fill(new gatewayPb.ListGatewaysRequest(), { tenantId, limit: 10, ...fields }))).toObject()
    expect((await list({})).resultList.map((item) => item.name)).toEqual(['site 1', 'site 3'])
    expect((await list({})).resultList[0]).toMatchObject({ state: 0, propertiesMap: [], downlinkPriority: 10 })
    expect((await list({ orderBy: 1, orderByDesc: true })).resultList.map((item) => item.gatewayId)).toEqual([other, gatewayId])
    expect((await list({ search: 'E 3' })).totalCount).toBe(1)
    expect((await list({ search: gatewayId })).totalCount).toBe(0)
    expect(await list({ limit: 0 })).toEqual({ totalCount: 2, resultList: [] })
    await call(gateways.delete, fill(new gatewayPb.DeleteGatewayRequest(), { gatewayId }))
    await expectRefusal(get(gatewayId), 'notFound', noObject(gatewayId))
  })

  test('gateway: what is refused', async () => {
    const { api, call, tenantId, eui, database } = bench()
    const gatewayId = eui()
    await api.createGateway({ gatewayId, name: 'g', tenantId })
    const twice =
      database === 'sqlite'
        ? 'UNIQUE constraint failed: gateway.gateway_id'
        : 'duplicate key value violates unique constraint "gateway_pkey"'
    await expectRefusal(api.createGateway({ gatewayId, name: 'x', tenantId }), 'internal', twice)
    await expectRefusal(api.createGateway({ gatewayId: eui(), name: 'x', tenantId: missingId }), 'notFound', noObject(missingId))
    await expectRefusal(api.createGateway({ gatewayId: eui(), name: '', tenantId }), 'invalidArgument', 'Validation error: name is not set')
    await expectRefusal(api.createGateway({ gatewayId: 'zz', name: 'x', tenantId }), 'internal', 'Invalid string length')
    const gateway = fill(new gatewayPb.Gateway(), { gatewayId, name: 'x', tenantId })
    const withoutPriority = call(gateways.update, fill(new gatewayPb.UpdateGatewayRequest(), { gateway }))
    await expectRefusal(withoutPriority, 'invalidArgument', 'Validation error: downlink_priority must be > 0')
    const remove = fill(new gatewayPb.DeleteGatewayRequest(), { gatewayId: missingEui })
    await expectRefusal(call(gateways.delete, remove), 'notFound', noObject(missingEui))
  })

  test('gateway: a tenant may have none, or so many', async () => {
    const { api, eui } = bench()
    const none = await api.createTenant({ name: 'none', canHaveGateways: false })
    const refused = api.createGateway({ gatewayId: eui(), name: 'x', tenantId: none })
    await expectRefusal(refused, 'invalidArgument', 'Not allowed (Tenant can not have gateways)')
    const one = await api.createTenant({ name: 'one', maxGatewayCount: 1 })
    await api.createGateway({ gatewayId: eui(), name: 'x', tenantId: one })
    const second = api.createGateway({ gatewayId: eui(), name: 'x', tenantId: one })
    await expectRefusal(second, 'invalidArgument', 'Not allowed (Max number of gateways exceeded for tenant)')
  })
}
