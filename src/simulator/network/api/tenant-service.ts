import tenantGrpc from '@chirpstack/chirpstack-api/api/tenant_grpc_pb.js'
import tenantPb from '@chirpstack/chirpstack-api/api/tenant_pb.js'
import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { fill } from '../../../adapters/chirpstack/wire/fill.ts'
import { toTimestamp } from '../../../adapters/chirpstack/wire/timestamp.ts'
import { find, present } from './lookup.ts'
import { matches, pageOf, sortedBy } from './paging.ts'
import { parseUuid } from './parse.ts'
import { validation } from './refusal.ts'
import { type ApiContext, method, stamp } from './service.ts'

export const tenantDefinition = tenantGrpc.TenantServiceService

export function tenantService(context: ApiContext): UntypedServiceImplementation {
  const { state, random } = context
  const { tenants } = state
  const d = tenantDefinition
  return {
    create: method(context, d.create, (request) => {
      const tenant = present(request.getTenant(), 'tenant')
      const id = random.uuid()
      save(id, tenant)
      return fill(new tenantPb.CreateTenantResponse(), { id })
    }),
    get: method(context, d.get, (request) => {
      const row = find(tenants, parseUuid(request.getId()))
      const times = { createdAt: toTimestamp(row.createdAt), updatedAt: toTimestamp(row.updatedAt) }
      return fill(new tenantPb.GetTenantResponse(), { tenant: tenants.copy(row), ...times })
    }),
    update: method(context, d.update, (request) => {
      const tenant = present(request.getTenant(), 'tenant')
      const id = parseUuid(tenant.getId())
      checkNamed(tenant.getName())
      find(tenants, id)
      save(id, tenant)
      return new emptyPb.Empty()
    }),
    delete: method(context, d.delete, (request) => {
      const id = parseUuid(request.getId())
      find(tenants, id)
      state.deleteTenant(id)
      return new emptyPb.Empty()
    }),
    list: method(context, d.list, (request) => {
      const found = tenants.entries().filter(([, row]) => matches(row.message.getName(), request.getSearch()))
      const page = pageOf(
        sortedBy(found, ([, row]) => row.message.getName()),
        request,
      )
      return fill(new tenantPb.ListTenantsResponse(), {
        totalCount: found.length,
        resultList: page.map(([id, { message, createdAt, updatedAt }]) =>
          fill(new tenantPb.TenantListItem(), {
            id,
            createdAt: toTimestamp(createdAt),
            updatedAt: toTimestamp(updatedAt),
            name: message.getName(),
            canHaveGateways: message.getCanHaveGateways(),
            privateGatewaysUp: message.getPrivateGatewaysUp(),
            privateGatewaysDown: message.getPrivateGatewaysDown(),
            maxGatewayCount: message.getMaxGatewayCount(),
            maxDeviceCount: message.getMaxDeviceCount(),
          }),
        ),
      })
    }),
  }

  function save(id: string, tenant: tenantPb.Tenant): void {
    checkNamed(tenant.getName())
    context.dialect.checkName(tenant.getName())
    tenants.put(id, fill(tenant, { id }), stamp(context))
  }
}

/** Tenants, applications, gateways and multicast groups need a name; devices do not. */
export function checkNamed(name: string): void {
  if (name === '') throw validation('name is not set')
}
