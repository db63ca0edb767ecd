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
import type { Caller } from './caller.ts'
import { KeptAnswers } from './kept-answers.ts'
import type {
  DeviceClass,
  NetworkApplication,
  NetworkDevice,
  NetworkDeviceListing,
  NetworkDirectory,
  NetworkGateway,
  NetworkTenant,
} from './network-directory.ts'
import { everyPage, pageSize } from './pages.ts'
import { fill, recordOf } from './wire/fill.ts'
import { isoFromTimestamp } from './wire/timestamp.ts'

/** Names change rarely: a fleet of tens of thousands has a handful of applications and profiles. */
const namesKeptMs = 60_000

/** ChirpStack's inventory by gRPC. Reads only. */
export class ChirpstackDirectory implements NetworkDirectory {
  readonly #caller: Caller
  readonly #applications: KeptAnswers<NetworkApplication | undefined>
  readonly #profiles: KeptAnswers<{ name: string; tenantId: string | null } | undefined>
  readonly #tenants: KeptAnswers<NetworkTenant | undefined>

  constructor(caller: Caller, now: () => number) {
    this.#caller = caller
    this.#applications = new KeptAnswers((id) => this.getApplication(id), namesKeptMs, now)
    this.#profiles = new KeptAnswers((id) => this.#getProfile(id), namesKeptMs, now)
    this.#tenants = new KeptAnswers((id) => this.getTenant(id), namesKeptMs, now)
  }

  async getDevice(devEui: string): Promise<NetworkDevice | undefined> {
    const request = fill(new devicePb.GetDeviceRequest(), { devEui })
    const answer = await this.#caller.find(deviceGrpc.DeviceServiceService.get, request, `device ${devEui}`)
    const device = answer?.getDevice()
    if (answer === undefined || device === undefined) return undefined
    const application = await this.#applications.get(device.getApplicationId())
    const profile = await this.#profiles.get(device.getDeviceProfileId())
    const tenantId = application?.tenantId ?? profile?.tenantId ?? null
    const tenant = tenantId === null ? undefined : await this.#tenants.get(tenantId)
    return {
      devEui: device.getDevEui(),
      name: device.getName(),
      description: device.getDescription(),
      joinEui: device.getJoinEui(),
      disabled: device.getIsDisabled(),
      applicationId: device.getApplicationId(),
      applicationName: application?.name ?? null,
      tenantId,
      tenantName: tenant?.name ?? null,
      deviceProfileId: device.getDeviceProfileId(),
      deviceProfileName: profile?.name ?? null,
      class: deviceClassOf(answer.getClassEnabled()),
      tags: recordOf(device.getTagsMap()),
      lastSeenAt: isoFromTimestamp(answer.getLastSeenAt()) ?? null,
    }
  }

  async getVariables(devEui: string): Promise<Readonly<Record<string, string>>> {
    const request = fill(new devicePb.GetDeviceRequest(), { devEui })
    const answer = await this.#caller.find(deviceGrpc.DeviceServiceService.get, request, `device ${devEui}`)
    const device = answer?.getDevice()
    return device === undefined ? {} : recordOf(device.getVariablesMap())
  }

  async getApplication(id: string): Promise<NetworkApplication | undefined> {
    const request = fill(new applicationPb.GetApplicationRequest(), { id })
    const answer = await this.#caller.find(applicationGrpc.ApplicationServiceService.get, request, `application ${id}`)
    const application = answer?.getApplication()
    return application && { id, name: application.getName(), tenantId: application.getTenantId(), tags: recordOf(application.getTagsMap()) }
  }

  async getTenant(id: string): Promise<NetworkTenant | undefined> {
    const request = fill(new tenantPb.GetTenantRequest(), { id })
    const answer = await this.#caller.find(tenantGrpc.TenantServiceService.get, request, `tenant ${id}`)
    const tenant = answer?.getTenant()
    return tenant && { id, name: tenant.getName() }
  }

  async listTenants(): Promise<readonly NetworkTenant[]> {
    return everyPage(async (offset) => {
      const request = fill(new tenantPb.ListTenantsRequest(), { limit: pageSize, offset })
      const page = await this.#caller.call(tenantGrpc.TenantServiceService.list, request, 'all tenants')
      return page.getResultList().map((tenant) => ({ id: tenant.getId(), name: tenant.getName() }))
    })
  }

  async listApplications(tenantId: string): Promise<readonly { id: string; name: string }[]> {
    return everyPage(async (offset) => {
      const request = fill(new applicationPb.ListApplicationsRequest(), { tenantId, limit: pageSize, offset })
      const page = await this.#caller.call(applicationGrpc.ApplicationServiceService.list, request, `tenant ${tenantId}`)
      return page.getResultList().map((application) => ({ id: application.getId(), name: application.getName() }))
    })
  }

  async *listDevices(applicationId: string): AsyncGenerator<readonly NetworkDeviceListing[]> {
    for (let offset = 0; ; offset += pageSize) {
      const orderBy = devicePb.ListDevicesRequest.OrderBy.DEV_EUI
      const request = fill(new devicePb.ListDevicesRequest(), { applicationId, limit: pageSize, offset, orderBy })
      const page = await this.#caller.call(deviceGrpc.DeviceServiceService.list, request, `application ${applicationId}`)
      const devices = page.getResultList().map((device) => ({
        devEui: device.getDevEui(),
        name: device.getName(),
        description: device.getDescription(),
        deviceProfileId: device.getDeviceProfileId(),
        deviceProfileName: device.getDeviceProfileName(),
        tags: recordOf(device.getTagsMap()),
        lastSeenAt: isoFromTimestamp(device.getLastSeenAt()) ?? null,
      }))
      if (devices.length > 0) yield devices
      if (devices.length < pageSize) return
    }
  }

  async listGateways(tenantId?: string): Promise<readonly NetworkGateway[]> {
    return everyPage(async (offset) => {
      const orderBy = gatewayPb.ListGatewaysRequest.OrderBy.GATEWAY_ID
      const request = fill(new gatewayPb.ListGatewaysRequest(), { tenantId, limit: pageSize, offset, orderBy })
      const page = await this.#caller.call(
        gatewayGrpc.GatewayServiceService.list,
        request,
        tenantId ? `tenant ${tenantId}` : 'all gateways',
      )
      return page.getResultList().map(toGateway)
    })
  }

  async #getProfile(id: string): Promise<{ name: string; tenantId: string | null } | undefined> {
    const request = fill(new profilePb.GetDeviceProfileRequest(), { id })
    const answer = await this.#caller.find(profileGrpc.DeviceProfileServiceService.get, request, `device profile ${id}`)
    const profile = answer?.getDeviceProfile()
    return profile && { name: profile.getName(), tenantId: profile.getTenantId() || null }
  }
}

function toGateway(gateway: gatewayPb.GatewayListItem): NetworkGateway {
  const { ONLINE, OFFLINE } = gatewayPb.GatewayState
  const state = gateway.getState()
  const location = gateway.getLocation()
  // ChirpStack has no "unknown place": an unplaced gateway lies on the equator off Ghana
  const placed = location !== undefined && (location.getLatitude() !== 0 || location.getLongitude() !== 0)
  return {
    gatewayId: gateway.getGatewayId(),
    name: gateway.getName(),
    tenantId: gateway.getTenantId(),
    latitude: placed ? location.getLatitude() : null,
    longitude: placed ? location.getLongitude() : null,
    state: state === ONLINE ? 'online' : state === OFFLINE ? 'offline' : 'never seen',
    lastSeenAt: isoFromTimestamp(gateway.getLastSeenAt()) ?? null,
  }
}

function deviceClassOf(value: number): DeviceClass {
  return value === 2 ? 'C' : value === 1 ? 'B' : 'A'
}
