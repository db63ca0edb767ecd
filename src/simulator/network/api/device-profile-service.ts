import deviceProfileGrpc from '@chirpstack/chirpstack-api/api/device_profile_grpc_pb.js'
import deviceProfilePb from '@chirpstack/chirpstack-api/api/device_profile_pb.js'
import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { fill } from '../../../adapters/chirpstack/wire/fill.ts'
import { toTimestamp } from '../../../adapters/chirpstack/wire/timestamp.ts'
import { find, present } from './lookup.ts'
import { matches, pageOf, sortedBy } from './paging.ts'
import { parseUuid } from './parse.ts'
import { validation } from './refusal.ts'
import { type ApiContext, method, stamp } from './service.ts'

export const deviceProfileDefinition = deviceProfileGrpc.DeviceProfileServiceService

export function deviceProfileService(context: ApiContext): UntypedServiceImplementation {
  const { state, random, dialect } = context
  const { deviceProfiles } = state
  const d = deviceProfileDefinition
  return {
    create: method(context, d.create, (request) => {
      const profile = present(request.getDeviceProfile(), 'device_profile')
      const tenantId = parseUuid(profile.getTenantId())
      checkProfile(profile)
      if (!state.tenants.has(tenantId)) throw dialect.foreignKey('device_profile', 'tenant_id')
      const id = random.uuid()
      save(id, fill(profile, { id, tenantId }))
      return fill(new deviceProfilePb.CreateDeviceProfileResponse(), { id })
    }),
    get: method(context, d.get, (request) => {
      const row = find(deviceProfiles, parseUuid(request.getId()))
      return fill(new deviceProfilePb.GetDeviceProfileResponse(), {
        deviceProfile: deviceProfiles.copy(row),
        createdAt: toTimestamp(row.createdAt),
        updatedAt: toTimestamp(row.updatedAt),
      })
    }),
    update: method(context, d.update, (request) => {
      const profile = present(request.getDeviceProfile(), 'device_profile')
      const id = parseUuid(profile.getId())
      checkProfile(profile)
      save(id, fill(profile, { id, tenantId: find(deviceProfiles, id).message.getTenantId() }))
      return new emptyPb.Empty()
    }),
    delete: method(context, d.delete, (request) => {
      const id = parseUuid(request.getId())
      find(deviceProfiles, id)
      state.deleteDeviceProfile(id)
      return new emptyPb.Empty()
    }),
    list: method(context, d.list, (request) => {
      const tenantId = request.getTenantId() === '' ? null : parseUuid(request.getTenantId())
      const found = deviceProfiles
        .entries()
        .filter(
          ([, { message }]) => (tenantId === null || message.getTenantId() === tenantId) && matches(message.getName(), request.getSearch()),
        )
      const sorted = sortedBy(found, ([, row]) => row.message.getName())
      return fill(new deviceProfilePb.ListDeviceProfilesResponse(), {
        totalCount: found.length,
        resultList: pageOf(sorted, request).map(([id, { message, createdAt, updatedAt }]) =>
          fill(new deviceProfilePb.DeviceProfileListItem(), {
            id,
            createdAt: toTimestamp(createdAt),
            updatedAt: toTimestamp(updatedAt),
            name: message.getName(),
            region: message.getRegion(),
            macVersion: message.getMacVersion(),
            regParamsRevision: message.getRegParamsRevision(),
            supportsOtaa: message.getSupportsOtaa(),
            supportsClassB: message.getSupportsClassB(),
            supportsClassC: message.getSupportsClassC(),
          }),
        ),
      })
    }),
  }

  function save(id: string, profile: deviceProfilePb.DeviceProfile): void {
    dialect.checkName(profile.getName())
    dropUnused(profile)
    if (profile.getAppLayerParams() === undefined) profile.setAppLayerParams(standardAppLayer())
    deviceProfiles.put(id, profile, stamp(context))
  }
}

/** The real server says it twice. */
function checkProfile(profile: deviceProfilePb.DeviceProfile): void {
  if (profile.getName() === '') throw validation('Validation error: name is not set')
}

/** The parameters of a class or of ABP are kept only by a profile that has it. */
function dropUnused(profile: deviceProfilePb.DeviceProfile): void {
  if (!profile.getSupportsClassB()) {
    fill(profile, { classBTimeout: 0, classBPingSlotPeriodicity: 0, classBPingSlotDr: 0, classBPingSlotFreq: 0 })
  }
  if (!profile.getSupportsClassC()) fill(profile, { classCTimeout: 0 })
  if (profile.getSupportsOtaa()) fill(profile, { abpRx1Delay: 0, abpRx1DrOffset: 0, abpRx2Dr: 0, abpRx2Freq: 0 })
}

/** fPorts of the application-layer packages (TS003, TS004, TS005) */
function standardAppLayer(): deviceProfilePb.AppLayerParams {
  return fill(new deviceProfilePb.AppLayerParams(), { ts003FPort: 202, ts004FPort: 201, ts005FPort: 200 })
}
