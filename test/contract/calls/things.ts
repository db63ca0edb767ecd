import applicationGrpc from '@chirpstack/chirpstack-api/api/application_grpc_pb.js'
import applicationPb from '@chirpstack/chirpstack-api/api/application_pb.js'
import profileGrpc from '@chirpstack/chirpstack-api/api/device_profile_grpc_pb.js'
import profilePb from '@chirpstack/chirpstack-api/api/device_profile_pb.js'
import internalGrpc from '@chirpstack/chirpstack-api/api/internal_grpc_pb.js'
import internalPb from '@chirpstack/chirpstack-api/api/internal_pb.js'
import tenantGrpc from '@chirpstack/chirpstack-api/api/tenant_grpc_pb.js'
import tenantPb from '@chirpstack/chirpstack-api/api/tenant_pb.js'
import { expect, test } from 'vitest'
import { fill } from '../../../src/adapters/chirpstack/wire/fill.ts'
import type { Bench } from '../bench.ts'
import { anUuid } from '../expected.ts'
import type { ContractNetwork } from '../network.ts'
import { expectRefusal, missingId, noObject } from '../refusal.ts'

const tenants = tenantGrpc.TenantServiceService
const applications = applicationGrpc.ApplicationServiceService
const profiles = profileGrpc.DeviceProfileServiceService
const login = internalGrpc.InternalServiceService.login

export function access(network: () => ContractNetwork): void {
  test('no token and a bad token are told apart', async () => {
    for (const [token, details] of [
      [null, 'no authorization provided'],
      ['nope', 'InvalidToken'],
    ] as const) {
      const connection = network().connect(token)
      await expectRefusal(connection.call(tenants.list, new tenantPb.ListTenantsRequest()), 'unauthenticated', details)
      connection.close()
    }
  })

  test('a user logs in and may do the same', async () => {
    const nobody = network().connect(null)
    const as = (password: string) => nobody.call(login, fill(new internalPb.LoginRequest(), { email: 'admin', password }))
    await expectRefusal(as('wrong'), 'unauthenticated', 'Invalid username or password')
    const user = network().connect((await as('admin')).getJwt())
    expect((await user.call(tenants.list, new tenantPb.ListTenantsRequest())).getTotalCount()).toBeGreaterThan(0)
    nobody.close()
    user.close()
  })
}

export function tenantsAndApplications(bench: () => Bench): void {
  test('tenant: create, get, change, list, delete', async () => {
    const { api, call } = bench()
    const id = await api.createTenant({ name: 'Zwolle-1', description: 'd', maxDeviceCount: 3, tags: { siren: '1' } })
    expect(id).toEqual(anUuid)
    const get = () => call(tenants.get, fill(new tenantPb.GetTenantRequest(), { id }))
    const first = (await get()).toObject()
    expect(first.tenant).toEqual({
      id,
      name: 'Zwolle-1',
      description: 'd',
      canHaveGateways: true,
      maxGatewayCount: 0,
      maxDeviceCount: 3,
      privateGatewaysUp: false,
      privateGatewaysDown: false,
      tagsMap: [['siren', '1']],
      devAddrPrefixesList: [],
    })
    expect(first.createdAt).toEqual(first.updatedAt)
    const tenant = fill(new tenantPb.Tenant(), { id, name: 'Zwolle-2' })
    await call(tenants.update, fill(new tenantPb.UpdateTenantRequest(), { tenant }))
    const second = (await get()).toObject()
    expect([second.tenant?.name, second.tenant?.tagsMap, second.createdAt]).toEqual(['Zwolle-2', [], first.createdAt])
    const list = (fields: object) => call(tenants.list, fill(new tenantPb.ListTenantsRequest(), { search: 'zwolle-', ...fields }))
    expect((await list({})).toObject()).toEqual({ totalCount: 1, resultList: [] })
    expect((await list({ limit: 5 })).toObject().resultList).toMatchObject([{ id, name: 'Zwolle-2', canHaveGateways: false }])
    await call(tenants.delete, fill(new tenantPb.DeleteTenantRequest(), { id }))
    await expectRefusal(get(), 'notFound', noObject(id))
  })

  test('tenant: what is refused', async () => {
    const { api, call } = bench()
    await expectRefusal(api.createTenant({ name: '' }), 'invalidArgument', 'Validation error: name is not set')
    await expectRefusal(call(tenants.create, new tenantPb.CreateTenantRequest()), 'invalidArgument', 'tenant is missing')
    const change = fill(new tenantPb.UpdateTenantRequest(), { tenant: fill(new tenantPb.Tenant(), { id: missingId, name: 'x' }) })
    await expectRefusal(call(tenants.update, change), 'notFound', noObject(missingId))
    const remove = fill(new tenantPb.DeleteTenantRequest(), { id: missingId })
    await expectRefusal(call(tenants.delete, remove), 'notFound', noObject(missingId))
  })

  for (const [id, details] of [
    ['', 'invalid length: found 0'],
    ['abc', 'invalid length: found 3'],
    ['nope', 'invalid character: found `n` at 0'],
    ['a-b', 'invalid group count: expected 5, found 2'],
    ['00000000-0000-4000-80000-00000000000', 'invalid group length in group 3: expected 4, found 5'],
  ] as const) {
    test(`the id "${id}" is no UUID`, async () => {
      const { call } = bench()
      await expectRefusal(call(tenants.get, fill(new tenantPb.GetTenantRequest(), { id })), 'invalidArgument', details)
    })
  }

  test('a UUID may come without hyphens, in braces or in capitals', async () => {
    const { call, tenantId } = bench()
    for (const id of [tenantId.replaceAll('-', ''), `{${tenantId}}`, tenantId.toUpperCase()]) {
      expect((await call(tenants.get, fill(new tenantPb.GetTenantRequest(), { id }))).getTenant()?.getId()).toBe(tenantId)
    }
  })

  test('application: create, get, change, list, delete', async () => {
    const { api, call, tenantId } = bench()
    const id = await api.createApplication({ tenantId, name: 'street', tags: { service: 'lighting' } })
    const other = await api.createTenant({ name: 'other' })
    const application = fill(new applicationPb.Application(), { id, tenantId: other, name: 'lamps', description: 'd' })
    await call(applications.update, fill(new applicationPb.UpdateApplicationRequest(), { application }))
    const got = (await call(applications.get, fill(new applicationPb.GetApplicationRequest(), { id }))).toObject()
    // its tenant is not what the update said
    expect(got.application).toEqual({ id, name: 'lamps', description: 'd', tenantId, tagsMap: [] })
    const list = async (fields: object) =>
      (await call(applications.list, fill(new applicationPb.ListApplicationsRequest(), { tenantId, ...fields }))).toObject()
    expect((await list({ limit: 10 })).resultList.map(({ name }) => name)).toEqual(['lamps', 'water'])
    expect((await list({ limit: 10, offset: 1 })).resultList.map(({ name }) => name)).toEqual(['water'])
    expect((await list({ limit: 10, search: 'AMP' })).totalCount).toBe(1)
    expect(await list({})).toEqual({ totalCount: 2, resultList: [] })
    expect(await list({ tenantId: missingId, limit: 10 })).toEqual({ totalCount: 0, resultList: [] })
    await call(applications.delete, fill(new applicationPb.DeleteApplicationRequest(), { id }))
    await expectRefusal(call(applications.get, fill(new applicationPb.GetApplicationRequest(), { id })), 'notFound', noObject(id))
  })

  test('application: what is refused', async () => {
    const { api, call, tenantId, database } = bench()
    const inNoTenant =
      database === 'sqlite'
        ? 'FOREIGN KEY constraint failed'
        : 'insert or update on table "application" violates foreign key constraint "application_tenant_id_fkey"'
    await expectRefusal(api.createApplication({ tenantId: missingId, name: 'x' }), 'internal', inNoTenant)
    await expectRefusal(api.createApplication({ tenantId, name: '' }), 'invalidArgument', 'Validation error: name is not set')
    await expectRefusal(api.createApplication({ name: 'x' }), 'invalidArgument', 'invalid length: found 0')
    const list = call(applications.list, fill(new applicationPb.ListApplicationsRequest(), { limit: 10 }))
    await expectRefusal(list, 'invalidArgument', 'invalid length: found 0')
  })

  test('device profile: create, get, change, list, delete', async () => {
    const { api, call, tenantId, profileId } = bench()
    const id = await api.createProfile({
      tenantId,
      name: 'lamp',
      supportsClassC: true,
      payloadCodecRuntime: 2,
      payloadCodecScript: 'function {',
    })
    const get = () => call(profiles.get, fill(new profilePb.GetDeviceProfileRequest(), { id }))
    const got = (await get()).toObject().deviceProfile
    expect(got).toMatchObject({
      id,
      tenantId,
      name: 'lamp',
      macVersion: 3,
      regParamsRevision: 0,
      supportsClassC: true,
      classCTimeout: 5,
      payloadCodecScript: 'function {',
      regionConfigId: '',
      appLayerParams: { ts003Version: 0, ts003FPort: 202, ts004Version: 0, ts004FPort: 201, ts005Version: 0, ts005FPort: 200 },
    })
    const changed = fill((await get()).getDeviceProfile() ?? new profilePb.DeviceProfile(), { name: 'lamp 2' })
    await call(profiles.update, fill(new profilePb.UpdateDeviceProfileRequest(), { deviceProfile: changed }))
    const list = async (fields: object) =>
      (await call(profiles.list, fill(new profilePb.ListDeviceProfilesRequest(), { tenantId, ...fields }))).toObject()
    expect((await list({ limit: 10 })).resultList.map((item) => item.id)).toEqual([profileId, id])
    expect(await list({})).toEqual({ totalCount: 2, resultList: [] })
    await call(profiles.delete, fill(new profilePb.DeleteDeviceProfileRequest(), { id }))
    await expectRefusal(get(), 'notFound', noObject(id))
  })

  test('device profile: what is refused', async () => {
    const { api, tenantId, database } = bench()
    const inNoTenant =
      database === 'sqlite'
        ? 'FOREIGN KEY constraint failed'
        : 'insert or update on table "device_profile" violates foreign key constraint "device_profile_tenant_id_fkey"'
    await expectRefusal(api.createProfile({ tenantId: missingId, name: 'x' }), 'internal', inNoTenant)
    await expectRefusal(api.createProfile({ tenantId, name: '' }), 'invalidArgument', 'Validation error: Validation error: name is not set')
  })
}
