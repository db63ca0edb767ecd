import gatewayGrpc from '@chirpstack/chirpstack-api/api/gateway_grpc_pb.js'
import gatewayPb from '@chirpstack/chirpstack-api/api/gateway_pb.js'
import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { fill } from '../../../adapters/chirpstack/wire/fill.ts'
import { toTimestamp } from '../../../adapters/chirpstack/wire/timestamp.ts'
import { find, present } from './lookup.ts'
import { matches, pageOf, sortedBy } from './paging.ts'
import { parseEui, parseUuid } from './parse.ts'
import { internal, invalid, validation } from './refusal.ts'
import { type ApiContext, method, stamp } from './service.ts'
import { checkNamed } from './tenant-service.ts'

export const gatewayDefinition = gatewayGrpc.GatewayServiceService

export function gatewayService(context: ApiContext): UntypedServiceImplementation {
  const { state, dialect, clock } = context
  const { gateways } = state
  const d = gatewayDefinition
  return {
    create: method(context, d.create, (request) => {
      const gateway = present(request.getGateway(), 'gateway')
      const gatewayId = parseEui(gateway.getGatewayId())
      const tenantId = parseUuid(gateway.getTenantId())
      checkNamed(gateway.getName())
      checkQuota(tenantId)
      if (gateways.has(gatewayId)) throw dialect.unique('gateway', ['gateway_id'])
      save(gatewayId, fill(gateway, { gatewayId, tenantId, downlinkPriority: gateway.getDownlinkPriority() || 10 }))
      return new emptyPb.Empty()
    }),
    get: method(context, d.get, (request) => {
      const gatewayId = parseEui(request.getGatewayId())
      const row = find(gateways, gatewayId)
      const { lastSeenAt } = state.gateway(gatewayId)
      return fill(new gatewayPb.GetGatewayResponse(), {
        gateway: fill(gateways.copy(row), { metadata: state.gateway(gatewayId).properties }),
        createdAt: toTimestamp(row.createdAt),
        updatedAt: toTimestamp(row.updatedAt),
        lastSeenAt: lastSeenAt === null ? undefined : toTimestamp(lastSeenAt),
      })
    }),
    update: method(context, d.update, (request) => {
      const gateway = present(request.getGateway(), 'gateway')
      const gatewayId = parseEui(gateway.getGatewayId())
      checkNamed(gateway.getName())
      if (gateway.getDownlinkPriority() === 0) throw validation('downlink_priority must be > 0')
      save(gatewayId, fill(gateway, { gatewayId, tenantId: find(gateways, gatewayId).message.getTenantId() }))
      return new emptyPb.Empty()
    }),
    generateClientCertificate: method(context, d.generateClientCertificate, (request) => {
      // the real one looks for its authority first
      if (context.authority === undefined) throw internal('Get CA cert: Read gateway ca_cert: No such file or directory (os error 2)')
      const gatewayId = parseEui(request.getGatewayId())
      find(gateways, gatewayId)
      const { certificate, privateKey, ca, expiresAt } = context.authority(gatewayId)
      return fill(new gatewayPb.GenerateGatewayClientCertificateResponse(), {
        tlsCert: certificate,
        tlsKey: privateKey,
        caCert: ca,
        expiresAt: toTimestamp(expiresAt),
      })
    }),
    delete: method(context, d.delete, (request) => {
      const gatewayId = parseEui(request.getGatewayId())
      find(gateways, gatewayId)
      state.deleteGateway(gatewayId)
      return new emptyPb.Empty()
    }),
    list: method(context, d.list, (request) => {
      const tenantId = request.getTenantId() === '' ? null : parseUuid(request.getTenantId())
      const members = request.getMulticastGroupId() === '' ? null : state.group(parseUuid(request.getMulticastGroupId())).gateways
      const found = gateways
        .entries()
        .filter(
          ([id, { message }]) =>
            (tenantId === null || message.getTenantId() === tenantId) &&
            (members === null || members.includes(id)) &&
            matches(message.getName(), request.getSearch()),
        )
      const sorted = sortedBy(found, ([id, row]) => orderKey(request, id, row.message), request.getOrderByDesc())
      return fill(new gatewayPb.ListGatewaysResponse(), {
        totalCount: found.length,
        resultList: pageOf(sorted, request).map(([id, { message, createdAt, updatedAt }]) => {
          const life = state.gateway(id)
          return fill(new gatewayPb.GatewayListItem(), {
            gatewayId: id,
            tenantId: message.getTenantId(),
            name: message.getName(),
            description: message.getDescription(),
            location: message.getLocation(),
            properties: life.properties,
            createdAt: toTimestamp(createdAt),
            updatedAt: toTimestamp(updatedAt),
            lastSeenAt: life.lastSeenAt === null ? undefined : toTimestamp(life.lastSeenAt),
            state: stateOf(life.lastSeenAt, message.getStatsInterval()),
            downlinkPriority: message.getDownlinkPriority(),
          })
        }),
      })
    }),
  }

  function save(gatewayId: string, gateway: gatewayPb.Gateway): void {
    dialect.checkName(gateway.getName())
    gateway.setLocation(storedLocation(gateway.getLocation() ?? new commonPb.Location()))
    gateways.put(gatewayId, gateway, stamp(context))
  }

  function checkQuota(tenantId: string): void {
    const tenant = find(state.tenants, tenantId).message
    if (!tenant.getCanHaveGateways()) throw invalid('Not allowed (Tenant can not have gateways)')
    const count = gateways.messages().filter((gateway) => gateway.getTenantId() === tenantId).length
    if (tenant.getMaxGatewayCount() !== 0 && count >= tenant.getMaxGatewayCount()) {
      throw invalid('Not allowed (Max number of gateways exceeded for tenant)')
    }
  }

  function orderKey(request: gatewayPb.ListGatewaysRequest, id: string, gateway: gatewayPb.Gateway): string | number {
    const orders = gatewayPb.ListGatewaysRequest.OrderBy
    if (request.getOrderBy() === orders.GATEWAY_ID) return id
    return request.getOrderBy() === orders.LAST_SEEN_AT ? (state.gateway(id).lastSeenAt ?? 0) : gateway.getName()
  }

  /** A gateway is offline once two statistics are missing. */
  function stateOf(lastSeenAt: number | null, statsInterval: number): gatewayPb.GatewayStateMap[keyof gatewayPb.GatewayStateMap] {
    if (lastSeenAt === null) return gatewayPb.GatewayState.NEVER_SEEN
    const silence = clock.now() - lastSeenAt
    return silence > statsInterval * 2000 ? gatewayPb.GatewayState.OFFLINE : gatewayPb.GatewayState.ONLINE
  }
}

/** Its column has single precision. */
export function storedLocation(location: commonPb.Location): commonPb.Location {
  return fill(new commonPb.Location(), {
    latitude: location.getLatitude(),
    longitude: location.getLongitude(),
    altitude: Math.fround(location.getAltitude()),
  })
}
