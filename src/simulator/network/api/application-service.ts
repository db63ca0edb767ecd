import applicationGrpc from '@chirpstack/chirpstack-api/api/application_grpc_pb.js'
import applicationPb from '@chirpstack/chirpstack-api/api/application_pb.js'
import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { fill } from '../../../adapters/chirpstack/wire/fill.ts'
import { toTimestamp } from '../../../adapters/chirpstack/wire/timestamp.ts'
import { find, present } from './lookup.ts'
import { matches, pageOf, sortedBy } from './paging.ts'
import { parseUuid } from './parse.ts'
import { type ApiContext, method, stamp } from './service.ts'
import { checkNamed } from './tenant-service.ts'

export const applicationDefinition = applicationGrpc.ApplicationServiceService

export function applicationService(context: ApiContext): UntypedServiceImplementation {
  const { state, random, dialect } = context
  const { applications } = state
  const d = applicationDefinition
  return {
    create: method(context, d.create, (request) => {
      const application = present(request.getApplication(), 'application')
      const tenantId = parseUuid(application.getTenantId())
      checkNamed(application.getName())
      if (!state.tenants.has(tenantId)) throw dialect.foreignKey('application', 'tenant_id')
      const id = random.uuid()
      save(id, fill(application, { id, tenantId }))
      return fill(new applicationPb.CreateApplicationResponse(), { id })
    }),
    get: method(context, d.get, (request) => {
      const row = find(applications, parseUuid(request.getId()))
      return fill(new applicationPb.GetApplicationResponse(), {
        application: applications.copy(row),
        createdAt: toTimestamp(row.createdAt),
        updatedAt: toTimestamp(row.updatedAt),
      })
    }),
    update: method(context, d.update, (request) => {
      const application = present(request.getApplication(), 'application')
      const id = parseUuid(application.getId())
      checkNamed(application.getName())
      // an application never changes its tenant: the one that is sent is not read
      save(id, fill(application, { id, tenantId: find(applications, id).message.getTenantId() }))
      return new emptyPb.Empty()
    }),
    delete: method(context, d.delete, (request) => {
      const id = parseUuid(request.getId())
      find(applications, id)
      state.deleteApplication(id)
      return new emptyPb.Empty()
    }),
    list: method(context, d.list, (request) => {
      const tenantId = parseUuid(request.getTenantId())
      const found = applications
        .entries()
        .filter(([, { message }]) => message.getTenantId() === tenantId && matches(message.getName(), request.getSearch()))
      const sorted = sortedBy(found, ([, row]) => row.message.getName())
      return fill(new applicationPb.ListApplicationsResponse(), {
        totalCount: found.length,
        resultList: pageOf(sorted, request).map(([id, { message, createdAt, updatedAt }]) =>
          fill(new applicationPb.ApplicationListItem(), {
            id,
            createdAt: toTimestamp(createdAt),
            updatedAt: toTimestamp(updatedAt),
            name: message.getName(),
            description: message.getDescription(),
          }),
        ),
      })
    }),
  }

  function save(id: string, application: applicationPb.Application): void {
    dialect.checkName(application.getName())
    applications.put(id, application, stamp(context))
  }
}
