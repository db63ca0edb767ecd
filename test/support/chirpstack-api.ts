import { setTimeout as sleep } from 'node:timers/promises'
import applicationGrpc from '@chirpstack/chirpstack-api/api/application_grpc_pb.js'
import applicationPb from '@chirpstack/chirpstack-api/api/application_pb.js'
import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import profileGrpc from '@chirpstack/chirpstack-api/api/device_profile_grpc_pb.js'
import profilePb from '@chirpstack/chirpstack-api/api/device_profile_pb.js'
import gatewayGrpc from '@chirpstack/chirpstack-api/api/gateway_grpc_pb.js'
import gatewayPb from '@chirpstack/chirpstack-api/api/gateway_pb.js'
import internalGrpc from '@chirpstack/chirpstack-api/api/internal_grpc_pb.js'
import internalPb from '@chirpstack/chirpstack-api/api/internal_pb.js'
import tenantGrpc from '@chirpstack/chirpstack-api/api/tenant_grpc_pb.js'
import tenantPb from '@chirpstack/chirpstack-api/api/tenant_pb.js'
import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import type { MethodDefinition } from '@grpc/grpc-js'
import { isBusy } from '../../src/adapters/chirpstack/refusal.ts'
import { type Fields, fill } from '../../src/adapters/chirpstack/wire/fill.ts'
import { type Connection, connect } from '../../src/adapters/chirpstack/wire/grpc.ts'

/**
 * Makes what a test needs in a ChirpStack, real or emulated:
 *
 *     const api = new ChirpstackApi(connect({ url, token }))
 *     const tenantId = await api.createTenant({ name: 'Tours' })
 *     const applicationId = await api.createApplication({ tenantId, name: 'water' })
 *     const deviceProfileId = await api.createProfile({ tenantId, name: 'class C', supportsClassC: true })
 *     await api.createDevice({ devEui, name, applicationId, deviceProfileId }, appKey)
 *     await api.createGateway({ gatewayId, name: 'site 1', tenantId })
 */
export class ChirpstackApi {
  readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  async createTenant(fields: Fields<tenantPb.Tenant>): Promise<string> {
    const tenant = fill(new tenantPb.Tenant(), { canHaveGateways: true, ...fields })
    const request = fill(new tenantPb.CreateTenantRequest(), { tenant })
    return (await this.#call(tenantGrpc.TenantServiceService.create, request)).getId()
  }

  async createApplication(fields: Fields<applicationPb.Application>): Promise<string> {
    const request = fill(new applicationPb.CreateApplicationRequest(), { application: fill(new applicationPb.Application(), fields) })
    return (await this.#call(applicationGrpc.ApplicationServiceService.create, request)).getId()
  }

  /** EU868, LoRaWAN 1.0.3, OTAA, class A unless told. */
  async createProfile(fields: Fields<profilePb.DeviceProfile>): Promise<string> {
    const deviceProfile = fill(new profilePb.DeviceProfile(), {
      region: commonPb.Region.EU868,
      macVersion: commonPb.MacVersion.LORAWAN_1_0_3,
      regParamsRevision: commonPb.RegParamsRevision.A,
      supportsOtaa: true,
      uplinkInterval: 3600,
      adrAlgorithmId: 'default',
      flushQueueOnActivate: true,
      classCTimeout: 5,
      ...fields,
    })
    const request = fill(new profilePb.CreateDeviceProfileRequest(), { deviceProfile })
    return (await this.#call(profileGrpc.DeviceProfileServiceService.create, request)).getId()
  }

  /** With `appKey` (32 hexadecimal digits) its keys too; LoRaWAN 1.0.x has it in the field nwk_key. */
  async createDevice(fields: Fields<devicePb.Device>, appKey?: string): Promise<void> {
    const device = fill(new devicePb.Device(), fields)
    await this.#call(deviceGrpc.DeviceServiceService.create, fill(new devicePb.CreateDeviceRequest(), { device }))
    if (appKey === undefined) return
    const deviceKeys = fill(new devicePb.DeviceKeys(), { devEui: fields.devEui, nwkKey: appKey })
    await this.#call(deviceGrpc.DeviceServiceService.createKeys, fill(new devicePb.CreateDeviceKeysRequest(), { deviceKeys }))
  }

  async getProfile(id: string): Promise<profilePb.DeviceProfile> {
    const answer = await this.#call(profileGrpc.DeviceProfileServiceService.get, fill(new profilePb.GetDeviceProfileRequest(), { id }))
    return answer.getDeviceProfile() ?? new profilePb.DeviceProfile()
  }

  /** Seconds since 1970; undefined: never heard. */
  async lastSeen(devEui: string): Promise<number | undefined> {
    const answer = await this.#call(deviceGrpc.DeviceServiceService.get, fill(new devicePb.GetDeviceRequest(), { devEui }))
    return answer.getLastSeenAt()?.getSeconds()
  }

  /** With a session made elsewhere. */
  async activate(fields: Fields<devicePb.DeviceActivation>): Promise<void> {
    const deviceActivation = fill(new devicePb.DeviceActivation(), fields)
    await this.#call(deviceGrpc.DeviceServiceService.activate, fill(new devicePb.ActivateDeviceRequest(), { deviceActivation }))
  }

  async activation(devEui: string): Promise<devicePb.DeviceActivation.AsObject | undefined> {
    const request = fill(new devicePb.GetDeviceActivationRequest(), { devEui })
    return (await this.#call(deviceGrpc.DeviceServiceService.getActivation, request)).getDeviceActivation()?.toObject()
  }

  async createGateway(fields: Fields<gatewayPb.Gateway>): Promise<void> {
    const gateway = fill(new gatewayPb.Gateway(), { statsInterval: 30, ...fields })
    await this.#call(gatewayGrpc.GatewayServiceService.create, fill(new gatewayPb.CreateGatewayRequest(), { gateway }))
  }

  /** An API key of one tenant; ChirpStack lets only a user make one, here its first administrator. */
  async createTenantKey(tenantId: string, fields: Fields<internalPb.ApiKey> = {}): Promise<string> {
    const login = await this.#call(
      internalGrpc.InternalServiceService.login,
      fill(new internalPb.LoginRequest(), { email: 'admin', password: 'admin' }),
    )
    const user = connect({ url: this.connection.url, token: login.getJwt() })
    const apiKey = fill(new internalPb.ApiKey(), { name: 'tests', tenantId, ...fields })
    try {
      const request = fill(new internalPb.CreateApiKeyRequest(), { apiKey })
      return (await user.call(internalGrpc.InternalServiceService.createApiKey, request)).getToken()
    } finally {
      user.close()
    }
  }

  /** An SQLite build is busy now and then with writes of its own, even for one caller. */
  async #call<Q, R>(method: MethodDefinition<Q, R>, request: Q): Promise<R> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.connection.call(method, request)
      } catch (thrown) {
        if (attempt === 10 || !isBusy(thrown)) throw thrown
        await sleep(100 * attempt)
      }
    }
  }
}
