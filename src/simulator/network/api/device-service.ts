import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { fill, recordOf } from '../../../adapters/chirpstack/wire/fill.ts'
import { toTimestamp } from '../../../adapters/chirpstack/wire/timestamp.ts'
import type { DeviceLife } from '../network-state.ts'
import type { Row } from '../table.ts'
import { find, present } from './lookup.ts'
import { matches, pageOf, sortedBy } from './paging.ts'
import { parseEui, parseUuid } from './parse.ts'
import { internal, invalid } from './refusal.ts'
import { type ApiContext, method, stamp } from './service.ts'

export const deviceDefinition = deviceGrpc.DeviceServiceService

/** Create, read, update, delete and list; keys, activation and queue are beside. */
export function deviceService(context: ApiContext): UntypedServiceImplementation {
  const { state, dialect } = context
  const { devices } = state
  const d = deviceDefinition
  let last: { about: string; sorted: [string, Row<devicePb.Device>][] } = { about: '', sorted: [] }
  return {
    create: method(context, d.create, (request) => {
      const device = parse(present(request.getDevice(), 'device'))
      checkQuota(device)
      if (devices.has(device.getDevEui())) throw dialect.unique('device', ['dev_eui'])
      if (!state.deviceProfiles.has(device.getDeviceProfileId())) throw dialect.foreignKey('device', 'device_profile_id')
      save(device)
      return new emptyPb.Empty()
    }),
    get: method(context, d.get, (request) => {
      const devEui = parseEui(request.getDevEui())
      const row = find(devices, devEui)
      const life = state.device(devEui)
      return fill(new devicePb.GetDeviceResponse(), {
        device: devices.copy(row),
        createdAt: toTimestamp(row.createdAt),
        updatedAt: toTimestamp(row.updatedAt),
        lastSeenAt: life.lastSeenAt === null ? undefined : toTimestamp(life.lastSeenAt),
        deviceStatus: statusOf(life),
        classEnabled: commonPb.DeviceClass[life.enabledClass],
      })
    }),
    update: method(context, d.update, (request) => {
      const device = parse(present(request.getDevice(), 'device'))
      find(devices, device.getDevEui())
      find(state.applications, device.getApplicationId())
      find(state.deviceProfiles, device.getDeviceProfileId())
      save(device)
      return new emptyPb.Empty()
    }),
    delete: method(context, d.delete, (request) => {
      const devEui = parseEui(request.getDevEui())
      find(devices, devEui)
      state.deleteDevice(devEui)
      return new emptyPb.Empty()
    }),
    list: method(context, d.list, (request) => {
      const sorted = listed(request)
      return fill(new devicePb.ListDevicesResponse(), {
        totalCount: sorted.length,
        resultList: pageOf(sorted, request).map(([, row]) => listItem(row)),
      })
    }),
  }

  function parse(device: devicePb.Device): devicePb.Device {
    return fill(device, {
      devEui: parseEui(device.getDevEui()),
      applicationId: parseUuid(device.getApplicationId()),
      deviceProfileId: parseUuid(device.getDeviceProfileId()),
      joinEui: parseEui(device.getJoinEui()),
    })
  }

  function checkQuota(device: devicePb.Device): void {
    const application = state.applications.get(device.getApplicationId())?.message
    const tenant = application && state.tenants.get(application.getTenantId())?.message
    if (tenant === undefined) throw internal('Record not found')
    if (tenant.getMaxDeviceCount() === 0) return
    const inTenant = devices
      .messages()
      .filter((other) => state.applications.get(other.getApplicationId())?.message.getTenantId() === tenant.getId())
    if (inTenant.length >= tenant.getMaxDeviceCount()) {
      throw invalid('Not allowed (Max number of devices exceeded for tenant)')
    }
  }

  function save(device: devicePb.Device): void {
    dialect.checkName(device.getName())
    devices.put(device.getDevEui(), device, stamp(context))
  }

  /** The next page is asked for at once: a fleet is not sorted anew for each of its pages. */
  function listed(request: devicePb.ListDevicesRequest): [string, Row<devicePb.Device>][] {
    const { limit: _limit, offset: _offset, ...question } = request.toObject()
    const bySeen = request.getOrderBy() === devicePb.ListDevicesRequest.OrderBy.LAST_SEEN_AT
    const about = JSON.stringify([question, devices.version, state.deviceProfiles.version])
    if (about === last.about && !bySeen && request.getMulticastGroupId() === '') return last.sorted
    const sorted = sortedBy(matching(request), ([, row]) => orderKey(request, row.message), request.getOrderByDesc())
    last = { about, sorted }
    return sorted
  }

  function matching(request: devicePb.ListDevicesRequest): [string, Row<devicePb.Device>][] {
    const applicationId = parseUuid(request.getApplicationId())
    const members = request.getMulticastGroupId() === '' ? null : state.group(parseUuid(request.getMulticastGroupId())).devices
    const profileId = request.getDeviceProfileId() === '' ? null : parseUuid(request.getDeviceProfileId())
    const tags = Object.entries(recordOf(request.getTagsMap()))
    return devices.entries().filter(([devEui, { message }]) => {
      if (message.getApplicationId() !== applicationId) return false
      if (members !== null && !members.includes(devEui)) return false
      if (profileId !== null && message.getDeviceProfileId() !== profileId) return false
      if (!tags.every(([key, value]) => message.getTagsMap().get(key) === value)) return false
      return matches(message.getName(), request.getSearch())
    })
  }

  function orderKey(request: devicePb.ListDevicesRequest, device: devicePb.Device): string | number {
    const orders = devicePb.ListDevicesRequest.OrderBy
    switch (request.getOrderBy()) {
      case orders.DEV_EUI:
        return device.getDevEui()
      case orders.LAST_SEEN_AT:
        return state.device(device.getDevEui()).lastSeenAt ?? 0
      case orders.DEVICE_PROFILE_NAME:
        return profileName(device)
      default:
        return device.getName()
    }
  }

  function profileName(device: devicePb.Device): string {
    return state.deviceProfiles.get(device.getDeviceProfileId())?.message.getName() ?? ''
  }

  function listItem({ message, createdAt, updatedAt }: Row<devicePb.Device>): devicePb.DeviceListItem {
    const life = state.device(message.getDevEui())
    return fill(new devicePb.DeviceListItem(), {
      devEui: message.getDevEui(),
      createdAt: toTimestamp(createdAt),
      updatedAt: toTimestamp(updatedAt),
      lastSeenAt: life.lastSeenAt === null ? undefined : toTimestamp(life.lastSeenAt),
      name: message.getName(),
      description: message.getDescription(),
      deviceProfileId: message.getDeviceProfileId(),
      deviceProfileName: profileName(message),
      deviceStatus: statusOf(life),
      tags: recordOf(message.getTagsMap()),
    })
  }
}

/** What the device last answered to DevStatusReq; an unknown battery level is −1. */
function statusOf({ status }: DeviceLife): devicePb.DeviceStatus | undefined {
  if (status === null) return undefined
  const { margin, externalPower, battery } = status
  return fill(new devicePb.DeviceStatus(), { margin, externalPowerSource: externalPower, batteryLevel: battery ?? -1 })
}
