import multicastGrpc from '@chirpstack/chirpstack-api/api/multicast_group_grpc_pb.js'
import multicastPb from '@chirpstack/chirpstack-api/api/multicast_group_pb.js'
import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { fill } from '../../../adapters/chirpstack/wire/fill.ts'
import { toTimestamp } from '../../../adapters/chirpstack/wire/timestamp.ts'
import { find, present } from './lookup.ts'
import { matches, pageOf, sortedBy } from './paging.ts'
import { parseEui, parseHex, parseUuid } from './parse.ts'
import { notFound } from './refusal.ts'
import { type ApiContext, method, stamp } from './service.ts'
import { checkNamed } from './tenant-service.ts'

export const multicastGroupDefinition = multicastGrpc.MulticastGroupServiceService

/** Groups and their members; their queue is beside. */
export function multicastGroupService(context: ApiContext): UntypedServiceImplementation {
  const { state, random, dialect } = context
  const { multicastGroups } = state
  const d = multicastGroupDefinition
  return {
    create: method(context, d.create, (request) => {
      const group = parse(present(request.getMulticastGroup(), 'multicast_group'))
      const applicationId = parseUuid(group.getApplicationId())
      if (!state.applications.has(applicationId)) throw dialect.foreignKey('multicast_group', 'application_id')
      const id = random.uuid()
      save(fill(group, { id, applicationId }))
      return fill(new multicastPb.CreateMulticastGroupResponse(), { id })
    }),
    get: method(context, d.get, (request) => {
      const row = find(multicastGroups, parseUuid(request.getId()))
      return fill(new multicastPb.GetMulticastGroupResponse(), {
        multicastGroup: multicastGroups.copy(row),
        createdAt: toTimestamp(row.createdAt),
        updatedAt: toTimestamp(row.updatedAt),
      })
    }),
    update: method(context, d.update, (request) => {
      const group = parse(present(request.getMulticastGroup(), 'multicast_group'))
      const id = parseUuid(group.getId())
      save(fill(group, { id, applicationId: find(multicastGroups, id).message.getApplicationId() }))
      return new emptyPb.Empty()
    }),
    delete: method(context, d.delete, (request) => {
      const id = parseUuid(request.getId())
      find(multicastGroups, id)
      state.deleteGroup(id)
      return new emptyPb.Empty()
    }),
    list: method(context, d.list, (request) => {
      const applicationId = request.getApplicationId() === '' ? null : parseUuid(request.getApplicationId())
      const found = multicastGroups
        .entries()
        .filter(
          ([, { message }]) =>
            (applicationId === null || message.getApplicationId() === applicationId) && matches(message.getName(), request.getSearch()),
        )
      const sorted = sortedBy(found, ([, row]) => row.message.getName())
      return fill(new multicastPb.ListMulticastGroupsResponse(), {
        totalCount: found.length,
        resultList: pageOf(sorted, request).map(([id, { message, createdAt, updatedAt }]) =>
          fill(new multicastPb.MulticastGroupListItem(), {
            id,
            createdAt: toTimestamp(createdAt),
            updatedAt: toTimestamp(updatedAt),
            name: message.getName(),
            region: message.getRegion(),
            groupType: message.getGroupType(),
            applicationId: message.getApplicationId(),
            applicationName: state.applications.get(message.getApplicationId())?.message.getName() ?? '',
          }),
        ),
      })
    }),
    addDevice: method(context, d.addDevice, (request) => {
      const id = parseUuid(request.getMulticastGroupId())
      const devEui = parseEui(request.getDevEui())
      find(multicastGroups, id)
      find(state.devices, devEui)
      const { devices } = state.group(id)
      if (devices.includes(devEui)) throw dialect.unique('multicast_group_device', ['multicast_group_id', 'dev_eui'])
      devices.push(devEui)
      return new emptyPb.Empty()
    }),
    removeDevice: method(context, d.removeDevice, (request) => {
      const id = parseUuid(request.getMulticastGroupId())
      const devEui = parseEui(request.getDevEui())
      const group = state.group(id)
      if (!group.devices.includes(devEui)) throw notFound(`multicast-group: ${id}, device: ${devEui}`)
      group.devices = group.devices.filter((member) => member !== devEui)
      return new emptyPb.Empty()
    }),
    addGateway: method(context, d.addGateway, (request) => {
      const id = parseUuid(request.getMulticastGroupId())
      const gatewayId = parseEui(request.getGatewayId())
      find(multicastGroups, id)
      find(state.gateways, gatewayId)
      const { gateways } = state.group(id)
      if (gateways.includes(gatewayId)) throw dialect.unique('multicast_group_gateway', ['multicast_group_id', 'gateway_id'])
      gateways.push(gatewayId)
      return new emptyPb.Empty()
    }),
    removeGateway: method(context, d.removeGateway, (request) => {
      const id = parseUuid(request.getMulticastGroupId())
      const gatewayId = parseEui(request.getGatewayId())
      const group = state.group(id)
      if (!group.gateways.includes(gatewayId)) throw notFound(`multicast-group: ${id}, gateway: ${gatewayId}`)
      group.gateways = group.gateways.filter((member) => member !== gatewayId)
      return new emptyPb.Empty()
    }),
  }

  function parse(group: multicastPb.MulticastGroup): multicastPb.MulticastGroup {
    const parsed = fill(group, {
      mcAddr: parseHex(group.getMcAddr(), 4),
      mcNwkSKey: parseHex(group.getMcNwkSKey(), 16),
      mcAppSKey: parseHex(group.getMcAppSKey(), 16),
    })
    checkNamed(parsed.getName())
    return parsed
  }

  function save(group: multicastPb.MulticastGroup): void {
    dialect.checkName(group.getName())
    multicastGroups.put(group.getId(), group, stamp(context))
  }
}
