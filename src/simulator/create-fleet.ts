import applicationGrpc from '@chirpstack/chirpstack-api/api/application_grpc_pb.js'
import applicationPb from '@chirpstack/chirpstack-api/api/application_pb.js'
import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import profileGrpc from '@chirpstack/chirpstack-api/api/device_profile_grpc_pb.js'
import profilePb from '@chirpstack/chirpstack-api/api/device_profile_pb.js'
import gatewayGrpc from '@chirpstack/chirpstack-api/api/gateway_grpc_pb.js'
import gatewayPb from '@chirpstack/chirpstack-api/api/gateway_pb.js'
import tenantGrpc from '@chirpstack/chirpstack-api/api/tenant_grpc_pb.js'
import tenantPb from '@chirpstack/chirpstack-api/api/tenant_pb.js'
import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import { fill } from '../adapters/chirpstack/wire/fill.ts'
import type { Connection } from '../adapters/chirpstack/wire/grpc.ts'
import { writeLocation } from '../adapters/chirpstack/wire/integration-protobuf.ts'
import type { DeviceProfile } from '../codecs/device-profile.ts'
import type { Fleet, SimulatedDevice } from './fleet.ts'
import type { Created } from './simulation-file.ts'

const altitude = 30
/** calls at once */
const concurrency = 16

const macVersions: Readonly<Record<DeviceProfile['macVersion'], keyof commonPb.MacVersionMap>> = {
  '1.0.0': 'LORAWAN_1_0_0',
  '1.0.1': 'LORAWAN_1_0_1',
  '1.0.2': 'LORAWAN_1_0_2',
  '1.0.3': 'LORAWAN_1_0_3',
  '1.0.4': 'LORAWAN_1_0_4',
  '1.1.0': 'LORAWAN_1_1_0',
}

const revisions: Readonly<Record<DeviceProfile['regionalParameters'], keyof commonPb.RegParamsRevisionMap>> = {
  A: 'A',
  B: 'B',
  'RP002-1.0.0': 'RP002_1_0_0',
  'RP002-1.0.1': 'RP002_1_0_1',
  'RP002-1.0.2': 'RP002_1_0_2',
  'RP002-1.0.3': 'RP002_1_0_3',
  'RP002-1.0.4': 'RP002_1_0_4',
}

/**
 * Creates a fleet in a ChirpStack through its API: one tenant, an application per service, a profile per model, gateways,
 * devices with their keys. What `before` names is there already.
 */
export async function createFleet(
  connection: Connection,
  fleet: Fleet,
  profileOf: (model: string) => Promise<DeviceProfile>,
  before: Created | undefined,
): Promise<Created> {
  const created: Created = before ?? {
    tenantId: await createTenant(connection, fleet),
    applications: {},
    profiles: {},
    gateways: [],
    devices: [],
  }
  for (const { slug } of fleet.services) {
    created.applications[slug] ??= await createApplication(connection, created.tenantId, slug)
  }
  for (const { model } of fleet.devices) {
    created.profiles[model] ??= await createProfile(connection, created.tenantId, model, await profileOf(model))
  }
  const knownGateways = new Set(created.gateways)
  for (const gateway of fleet.gateways.filter(({ gatewayId }) => !knownGateways.has(gatewayId))) {
    await createGateway(connection, created.tenantId, gateway)
    created.gateways.push(gateway.gatewayId)
  }
  const knownDevices = new Set(created.devices)
  const missing = fleet.devices.filter(({ devEui }) => !knownDevices.has(devEui))
  const workers = Array.from({ length: concurrency }, async () => {
    for (let device = missing.pop(); device !== undefined; device = missing.pop()) {
      await createDevice(connection, created, device)
      created.devices.push(device.devEui)
    }
  })
  await Promise.all(workers)
  return created
}

async function createTenant(connection: Connection, fleet: Fleet): Promise<string> {
  const tenant = fill(new tenantPb.Tenant(), { name: fleet.tenant.name, canHaveGateways: true })
  const answer = await connection.call(tenantGrpc.TenantServiceService.create, fill(new tenantPb.CreateTenantRequest(), { tenant }))
  return answer.getId()
}

async function createApplication(connection: Connection, tenantId: string, slug: string): Promise<string> {
  const application = fill(new applicationPb.Application(), { tenantId, name: slug })
  const request = fill(new applicationPb.CreateApplicationRequest(), { application })
  return (await connection.call(applicationGrpc.ApplicationServiceService.create, request)).getId()
}

async function createProfile(connection: Connection, tenantId: string, model: string, profile: DeviceProfile): Promise<string> {
  const deviceProfile = fill(new profilePb.DeviceProfile(), {
    tenantId,
    name: model,
    region: commonPb.Region[profile.region],
    macVersion: commonPb.MacVersion[macVersions[profile.macVersion]],
    regParamsRevision: commonPb.RegParamsRevision[revisions[profile.regionalParameters]],
    supportsOtaa: profile.supportsOtaa,
    supportsClassC: profile.class === 'C',
    classCTimeout: 10,
    uplinkInterval: profile.expectedInterval,
    adrAlgorithmId: 'default',
    flushQueueOnActivate: true,
    deviceStatusReqInterval: 1,
    tags: { model },
  })
  const request = fill(new profilePb.CreateDeviceProfileRequest(), { deviceProfile })
  return (await connection.call(profileGrpc.DeviceProfileServiceService.create, request)).getId()
}

async function createGateway(connection: Connection, tenantId: string, simulated: Fleet['gateways'][number]): Promise<void> {
  const { gatewayId, name, latitude, longitude } = simulated
  const location = writeLocation({ latitude, longitude, altitude })
  const gateway = fill(new gatewayPb.Gateway(), { gatewayId, name, tenantId, location, statsInterval: 30 })
  await connection.call(gatewayGrpc.GatewayServiceService.create, fill(new gatewayPb.CreateGatewayRequest(), { gateway }))
}

async function createDevice(connection: Connection, created: Created, simulated: SimulatedDevice): Promise<void> {
  const { devEui, joinEui, appKey, name, model, service, site } = simulated
  const device = fill(new devicePb.Device(), {
    devEui,
    joinEui,
    name,
    applicationId: created.applications[service],
    deviceProfileId: created.profiles[model],
    tags: { commune: site.commune },
  })
  await connection.call(deviceGrpc.DeviceServiceService.create, fill(new devicePb.CreateDeviceRequest(), { device }))
  // LoRaWAN 1.0 has its AppKey in the field nwk_key
  const deviceKeys = fill(new devicePb.DeviceKeys(), { devEui, nwkKey: appKey })
  await connection.call(deviceGrpc.DeviceServiceService.createKeys, fill(new devicePb.CreateDeviceKeysRequest(), { deviceKeys }))
}
