import applicationGrpc from '@chirpstack/chirpstack-api/api/application_grpc_pb.js'
import applicationPb from '@chirpstack/chirpstack-api/api/application_pb.js'
import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import tenantGrpc from '@chirpstack/chirpstack-api/api/tenant_grpc_pb.js'
import tenantPb from '@chirpstack/chirpstack-api/api/tenant_pb.js'
import { fill } from '../../src/adapters/chirpstack/wire/fill.ts'
import type { ChirpstackApi } from './chirpstack-api.ts'

export interface WrittenDevice {
  devEui: string
  name: string
  tenant: string
  application: string
}

/** What a network server really has, asked by calls of the tests' own. */
export async function devicesOf({ connection }: ChirpstackApi): Promise<WrittenDevice[]> {
  const all = { limit: 10_000 }
  const found: WrittenDevice[] = []
  const tenants = await connection.call(tenantGrpc.TenantServiceService.list, fill(new tenantPb.ListTenantsRequest(), all))
  for (const tenant of tenants.getResultList()) {
    const request = fill(new applicationPb.ListApplicationsRequest(), { ...all, tenantId: tenant.getId() })
    const applications = await connection.call(applicationGrpc.ApplicationServiceService.list, request)
    for (const application of applications.getResultList()) {
      const devices = await connection.call(
        deviceGrpc.DeviceServiceService.list,
        fill(new devicePb.ListDevicesRequest(), { ...all, applicationId: application.getId() }),
      )
      for (const device of devices.getResultList()) {
        found.push({ devEui: device.getDevEui(), name: device.getName(), tenant: tenant.getName(), application: application.getName() })
      }
    }
  }
  return found
}

/** AppKeys of LoRaWAN 1.0.x devices, which ChirpStack has in `nwk_key`. */
export async function appKeysOf({ connection }: ChirpstackApi, devices: readonly { devEui: string }[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const { devEui } of devices) {
    const answer = await connection.call(deviceGrpc.DeviceServiceService.getKeys, fill(new devicePb.GetDeviceKeysRequest(), { devEui }))
    found.set(devEui, answer.getDeviceKeys()?.getNwkKey() ?? '')
  }
  return found
}
