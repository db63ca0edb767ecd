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
import type { MethodDefinition } from '@grpc/grpc-js'
import { parseKey } from '../../../lorawan/keys.ts'
import { chirpstackKeys, type RootKeys, rootKeysOf } from '../../../lorawan/root-keys.ts'
import { inParallel } from '../../../provisioning/in-parallel.ts'
import type {
  Activation,
  ClientCertificate,
  DeviceContent,
  GatewayContent,
  ListedDevice,
  NetworkApplication,
  NetworkDevice,
  NetworkGateway,
  NetworkProfile,
  NetworkProvisioning,
  NetworkTenant,
  ProfileContent,
} from '../../../provisioning/network.ts'
import type { Caller } from '../caller.ts'
import { everyPage, pageSize } from '../pages.ts'
import { isDuplicate, isMissing } from '../refusal.ts'
import { fill } from '../wire/fill.ts'
import { isoFromTimestamp } from '../wire/timestamp.ts'
import { checkedEui, checkedId, checkedName } from './checked.ts'
import { readDevice, readListedDevice, writeDevice } from './device.ts'
import { readGateway, writeGateway } from './gateway.ts'
import { newProfile, readProfile, writeProfile } from './profile.ts'
import { readActivation, writeActivation } from './session.ts'

const tenants = tenantGrpc.TenantServiceService
const applications = applicationGrpc.ApplicationServiceService
const profiles = profileGrpc.DeviceProfileServiceService
const gateways = gatewayGrpc.GatewayServiceService
const devices = deviceGrpc.DeviceServiceService

/** How many are read in full at once where a list does not tell enough. */
const readAtOnce = 8

/** ChirpStack as provisioning needs it, by gRPC on one connection; calls may be under way at once. */
export class ChirpstackProvisioning implements NetworkProvisioning {
  readonly #caller: Caller

  constructor(caller: Caller) {
    this.#caller = caller
  }

  async listTenants(): Promise<readonly NetworkTenant[]> {
    return everyPage(async (offset) => {
      const request = fill(new tenantPb.ListTenantsRequest(), { limit: pageSize, offset })
      const page = await this.#caller.call(tenants.list, request, 'all tenants')
      return page.getResultList().map((tenant) => ({ id: tenant.getId(), name: tenant.getName() }))
    })
  }

  async listApplications(tenantId: string): Promise<readonly NetworkApplication[]> {
    return everyPage(async (offset) => {
      const request = fill(new applicationPb.ListApplicationsRequest(), { tenantId, limit: pageSize, offset })
      const page = await this.#caller.call(applications.list, request, `tenant ${tenantId}`)
      return page.getResultList().map((application) => ({ id: application.getId(), tenantId, name: application.getName() }))
    })
  }

  async listProfiles(tenantId: string): Promise<readonly NetworkProfile[]> {
    checkedId(tenantId, 'DeviceProfileService.List', 'device profiles')
    const ids = await everyPage(async (offset) => {
      const request = fill(new profilePb.ListDeviceProfilesRequest(), { tenantId, limit: pageSize, offset })
      const page = await this.#caller.call(profiles.list, request, `tenant ${tenantId}`)
      return page.getResultList().map((profile) => profile.getId())
    })
    const read = await inParallel(ids, readAtOnce, (id) => this.#findProfile(id))
    return read.flatMap((answer) => (answer && readProfile(answer)) ?? [])
  }

  /** The next page is under way while one is looked at. */
  async *listDevices(applicationId: string): AsyncGenerator<readonly ListedDevice[]> {
    let ahead = this.#pageOfDevices(applicationId, 0)
    for (let offset = pageSize; ; offset += pageSize) {
      const page = await ahead
      const isLast = page.length < pageSize
      if (!isLast) {
        ahead = this.#pageOfDevices(applicationId, offset)
        // whoever stops looking hears no more of it
        ahead.catch(() => {})
      }
      if (page.length > 0) yield page
      if (isLast) return
    }
  }

  async listGateways(tenantId: string): Promise<readonly NetworkGateway[]> {
    checkedId(tenantId, 'GatewayService.List', 'gateways')
    const ids = await everyPage(async (offset) => {
      const orderBy = gatewayPb.ListGatewaysRequest.OrderBy.GATEWAY_ID
      const request = fill(new gatewayPb.ListGatewaysRequest(), { tenantId, limit: pageSize, offset, orderBy })
      const page = await this.#caller.call(gateways.list, request, `tenant ${tenantId}`)
      return page.getResultList().map((gateway) => gateway.getGatewayId())
    })
    const read = await inParallel(ids, readAtOnce, (id) => this.getGateway(id))
    return read.filter((gateway) => gateway !== undefined)
  }

  async createTenant(name: string): Promise<{ id: string }> {
    const subject = `tenant ${name}`
    const tenant = fill(new tenantPb.Tenant(), { name: checkedName(name, 'TenantService.Create', subject), canHaveGateways: true })
    const answer = await this.#caller.call(tenants.create, fill(new tenantPb.CreateTenantRequest(), { tenant }), subject)
    return { id: answer.getId() }
  }

  async createApplication(tenantId: string, name: string): Promise<{ id: string }> {
    const subject = `application ${name}`
    const checked = checkedName(name, 'ApplicationService.Create', subject)
    const application = fill(new applicationPb.Application(), { tenantId, name: checked })
    const request = fill(new applicationPb.CreateApplicationRequest(), { application })
    return { id: (await this.#caller.call(applications.create, request, subject)).getId() }
  }

  async createProfile(profile: ProfileContent): Promise<{ id: string }> {
    const request = fill(new profilePb.CreateDeviceProfileRequest(), { deviceProfile: newProfile(profile) })
    return { id: (await this.#caller.call(profiles.create, request, `device profile ${profile.name}`)).getId() }
  }

  async updateProfile(id: string, profile: ProfileContent): Promise<void> {
    const subject = `device profile ${id}`
    const answer = await this.#caller.call(profiles.get, fill(new profilePb.GetDeviceProfileRequest(), { id }), subject)
    const present = answer.getDeviceProfile() ?? new profilePb.DeviceProfile()
    const deviceProfile = writeProfile(profile, 'DeviceProfileService.Update', present)
    await this.#caller.call(profiles.update, fill(new profilePb.UpdateDeviceProfileRequest(), { deviceProfile }), subject)
  }

  async getGateway(gatewayId: string): Promise<NetworkGateway | undefined> {
    const answer = await this.#findGateway(gatewayId)
    return answer && readGateway(answer)
  }

  async createGateway(gateway: GatewayContent): Promise<'created' | 'already'> {
    const request = fill(new gatewayPb.CreateGatewayRequest(), { gateway: writeGateway(gateway, 'GatewayService.Create') })
    return this.#create(gateways.create, request, `gateway ${gateway.gatewayId}`)
  }

  async updateGateway(gateway: GatewayContent): Promise<void> {
    const subject = `gateway ${gateway.gatewayId}`
    const gatewayId = checkedEui(gateway.gatewayId, 'GatewayService.Update', subject)
    const answer = await this.#caller.call(gateways.get, fill(new gatewayPb.GetGatewayRequest(), { gatewayId }), subject)
    const changed = writeGateway(gateway, 'GatewayService.Update', answer.getGateway())
    await this.#caller.call(gateways.update, fill(new gatewayPb.UpdateGatewayRequest(), { gateway: changed }), subject)
  }

  async deleteGateway(gatewayId: string): Promise<void> {
    const subject = `gateway ${gatewayId}`
    const request = fill(new gatewayPb.DeleteGatewayRequest(), { gatewayId: checkedEui(gatewayId, 'GatewayService.Delete', subject) })
    await this.#delete(gateways.delete, request, subject, () => this.#findGateway(gatewayId))
  }

  async gatewayCertificate(gatewayId: string): Promise<ClientCertificate> {
    const subject = `gateway ${gatewayId}`
    const checked = checkedEui(gatewayId, 'GatewayService.GenerateClientCertificate', subject)
    const request = fill(new gatewayPb.GenerateGatewayClientCertificateRequest(), { gatewayId: checked })
    const answer = await this.#caller.call(gateways.generateClientCertificate, request, subject)
    return {
      certificate: answer.getTlsCert(),
      privateKey: answer.getTlsKey(),
      ca: answer.getCaCert(),
      expiresAt: isoFromTimestamp(answer.getExpiresAt()) ?? null,
    }
  }

  async getDevice(devEui: string): Promise<NetworkDevice | undefined> {
    const answer = await this.#findDevice(devEui)
    return answer && readDevice(answer)
  }

  async createDevice(device: DeviceContent): Promise<'created' | 'already'> {
    const request = fill(new devicePb.CreateDeviceRequest(), { device: writeDevice(device, 'DeviceService.Create') })
    return this.#create(devices.create, request, `device ${device.devEui}`)
  }

  async updateDevice(device: DeviceContent): Promise<void> {
    const request = fill(new devicePb.UpdateDeviceRequest(), { device: writeDevice(device, 'DeviceService.Update') })
    await this.#caller.call(devices.update, request, `device ${device.devEui}`)
  }

  async deleteDevice(devEui: string): Promise<void> {
    const subject = `device ${devEui}`
    const request = fill(new devicePb.DeleteDeviceRequest(), { devEui: checkedEui(devEui, 'DeviceService.Delete', subject) })
    await this.#delete(devices.delete, request, subject, () => this.#findDevice(devEui))
  }

  async getKeys(devEui: string, macVersion: string): Promise<RootKeys | undefined> {
    const subject = `keys of device ${devEui}`
    const request = fill(new devicePb.GetDeviceKeysRequest(), { devEui: checkedEui(devEui, 'DeviceService.GetKeys', subject) })
    const keys = (await this.#caller.find(devices.getKeys, request, subject))?.getDeviceKeys()
    if (keys === undefined) return undefined
    const [nwkKey, appKey, genAppKey] = [keys.getNwkKey(), keys.getAppKey(), keys.getGenAppKey()].map(parseKey)
    if (nwkKey === undefined || appKey === undefined || genAppKey === undefined) return undefined
    return rootKeysOf(macVersion, { nwkKey, appKey, genAppKey })
  }

  async createKeys(devEui: string, macVersion: string, keys: RootKeys): Promise<'created' | 'already'> {
    const deviceKeys = writeKeys(devEui, macVersion, keys, 'DeviceService.CreateKeys')
    const request = fill(new devicePb.CreateDeviceKeysRequest(), { deviceKeys })
    return this.#create(devices.createKeys, request, `keys of device ${devEui}`)
  }

  async updateKeys(devEui: string, macVersion: string, keys: RootKeys): Promise<void> {
    const deviceKeys = writeKeys(devEui, macVersion, keys, 'DeviceService.UpdateKeys')
    const request = fill(new devicePb.UpdateDeviceKeysRequest(), { deviceKeys })
    await this.#caller.call(devices.updateKeys, request, `keys of device ${devEui}`)
  }

  async flushDevNonces(devEui: string): Promise<void> {
    const subject = `device ${devEui}`
    const request = fill(new devicePb.FlushDevNoncesRequest(), { devEui: checkedEui(devEui, 'DeviceService.FlushDevNonces', subject) })
    await this.#caller.call(devices.flushDevNonces, request, subject)
  }

  async getActivation(devEui: string): Promise<Activation | undefined> {
    const subject = `device ${devEui}`
    const request = fill(new devicePb.GetDeviceActivationRequest(), {
      devEui: checkedEui(devEui, 'DeviceService.GetActivation', subject),
    })
    const activation = (await this.#caller.find(devices.getActivation, request, subject))?.getDeviceActivation()
    return activation && readActivation(activation)
  }

  async activate(devEui: string, activation: Activation): Promise<void> {
    const subject = `device ${devEui}`
    const deviceActivation = writeActivation(checkedEui(devEui, 'DeviceService.Activate', subject), activation)
    await this.#caller.call(devices.activate, fill(new devicePb.ActivateDeviceRequest(), { deviceActivation }), subject)
  }

  async #pageOfDevices(applicationId: string, offset: number): Promise<readonly ListedDevice[]> {
    const orderBy = devicePb.ListDevicesRequest.OrderBy.DEV_EUI
    const request = fill(new devicePb.ListDevicesRequest(), { applicationId, limit: pageSize, offset, orderBy })
    const page = await this.#caller.call(devices.list, request, `application ${applicationId}`)
    return page.getResultList().map((item) => readListedDevice(item, applicationId))
  }

  async #create<Q, R>(method: MethodDefinition<Q, R>, request: Q, subject: string): Promise<'created' | 'already'> {
    try {
      await this.#caller.call(method, request, subject)
      return 'created'
    } catch (thrown) {
      if (isDuplicate(thrown)) return 'already'
      throw thrown
    }
  }

  /** A tenant key hears the same of what is gone as of what it may not delete: what it cannot see either is gone. */
  async #delete<Q, R>(method: MethodDefinition<Q, R>, request: Q, subject: string, find: () => Promise<unknown>): Promise<void> {
    try {
      await this.#caller.call(method, request, subject)
    } catch (thrown) {
      if (!isMissing(thrown) || (await find()) !== undefined) throw thrown
    }
  }

  async #findProfile(id: string): Promise<profilePb.GetDeviceProfileResponse | undefined> {
    return this.#caller.find(profiles.get, fill(new profilePb.GetDeviceProfileRequest(), { id }), `device profile ${id}`)
  }

  async #findGateway(gatewayId: string): Promise<gatewayPb.GetGatewayResponse | undefined> {
    const subject = `gateway ${gatewayId}`
    const request = fill(new gatewayPb.GetGatewayRequest(), { gatewayId: checkedEui(gatewayId, 'GatewayService.Get', subject) })
    return this.#caller.find(gateways.get, request, subject)
  }

  async #findDevice(devEui: string): Promise<devicePb.GetDeviceResponse | undefined> {
    const subject = `device ${devEui}`
    const request = fill(new devicePb.GetDeviceRequest(), { devEui: checkedEui(devEui, 'DeviceService.Get', subject) })
    return this.#caller.find(devices.get, request, subject)
  }
}

function writeKeys(devEui: string, macVersion: string, keys: RootKeys, method: string): devicePb.DeviceKeys {
  const { nwkKey, appKey, genAppKey } = chirpstackKeys(macVersion, keys)
  return fill(new devicePb.DeviceKeys(), {
    devEui: checkedEui(devEui, method, `keys of device ${devEui}`),
    nwkKey: nwkKey.revealHex(),
    appKey: appKey.revealHex(),
    genAppKey: genAppKey.revealHex(),
  })
}
