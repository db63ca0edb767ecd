import deviceGrpc from '@chirpstack/chirpstack-api/api/device_grpc_pb.js'
import devicePb from '@chirpstack/chirpstack-api/api/device_pb.js'
import type profilePb from '@chirpstack/chirpstack-api/api/device_profile_pb.js'
import { type Fields, fill } from '../../src/adapters/chirpstack/wire/fill.ts'
import { toTimestamp } from '../../src/adapters/chirpstack/wire/timestamp.ts'
import { ChirpstackApi } from '../support/chirpstack-api.ts'
import { until } from '../support/radio/until.ts'
import { EventLog } from './events.ts'
import { quiet } from './expected.ts'
import type { ContractDevice, ContractGateway, ContractNetwork } from './network.ts'

/** A tenant with an application and profiles, and ids that no two situations share. */
export class Territory {
  readonly api: ChirpstackApi
  readonly events: EventLog
  readonly applicationId: string
  readonly tenantId: string
  readonly #network: ContractNetwork
  readonly #profiles: Readonly<Record<'A' | 'C', string>>
  #count = 0

  static async open(network: ContractNetwork): Promise<Territory> {
    const api = new ChirpstackApi(network.connect())
    const tenantId = await api.createTenant({ name: 'Tours' })
    const applicationId = await api.createApplication({ tenantId, name: 'water', tags: { service: 'water' } })
    const profiles = {
      A: await api.createProfile({ tenantId, name: 'class A' }),
      C: await api.createProfile({ tenantId, name: 'class C', supportsClassC: true, classCTimeout: 8 }),
    }
    return new Territory(network, api, await EventLog.open(network.brokerUrl), { tenantId, applicationId, profiles })
  }

  private constructor(
    network: ContractNetwork,
    api: ChirpstackApi,
    events: EventLog,
    ids: { tenantId: string; applicationId: string; profiles: Readonly<Record<'A' | 'C', string>> },
  ) {
    this.#network = network
    this.api = api
    this.events = events
    this.tenantId = ids.tenantId
    this.applicationId = ids.applicationId
    this.#profiles = ids.profiles
  }

  profile(name: 'A' | 'C'): string {
    return this.#profiles[name]
  }

  addProfile(fields: Fields<profilePb.DeviceProfile>): Promise<string> {
    return this.api.createProfile({ tenantId: this.tenantId, ...fields })
  }

  async gateway(): Promise<ContractGateway> {
    const gatewayId = `7076ff0056${this.#next()}`
    await this.#whileLocked(() => this.api.createGateway({ gatewayId, name: `site ${gatewayId}`, tenantId: this.tenantId }))
    return this.#network.gateway(gatewayId)
  }

  /** Created with its keys, not joined. */
  async device(deviceClass: 'A' | 'C', gateways: readonly ContractGateway[], profileId?: string): Promise<ContractDevice> {
    const devEui = `70b3d5e75e${this.#next()}`
    await this.#whileLocked(() =>
      this.api.createDevice(
        {
          devEui,
          name: `device ${devEui}`,
          applicationId: this.applicationId,
          deviceProfileId: profileId ?? this.#profiles[deviceClass],
          tags: { commune: '37261' },
        },
        keyOf(devEui),
      ),
    )
    return this.#network.device({ devEui, appKey: keyOf(devEui) }, gateways)
  }

  /** One with another key than the network has. */
  impostor(devEui: string, gateways: readonly ContractGateway[]): ContractDevice {
    return this.#network.device({ devEui, appKey: `${'0'.repeat(30)}77` }, gateways)
  }

  async joined(deviceClass: 'A' | 'C', gateways: readonly ContractGateway[]): Promise<ContractDevice> {
    const device = await this.device(deviceClass, gateways)
    await device.requestJoin()
    await until(() => device.joined(), `the join of ${device.devEui}`)
    await this.events.waitFor(device.devEui, 'join')
    return device
  }

  /** A class C device that the network may speak to: it has sent one uplink. */
  async listening(gateways: readonly ContractGateway[]): Promise<ContractDevice> {
    const device = await this.joined('C', gateways)
    await device.uplink(10, '0001')
    await this.events.waitFor(device.devEui, 'up')
    // the window after this uplink passes: what is enqueued from now on is for the class C scheduler
    await quiet(1000)
    return device
  }

  async enqueue(device: ContractDevice, item: { fPort: number; hex: string; confirmed?: boolean; expiresInMs?: number }): Promise<string> {
    const { fPort, hex, confirmed = false, expiresInMs } = item
    const queueItem = fill(new devicePb.DeviceQueueItem(), {
      devEui: device.devEui,
      fPort,
      confirmed,
      data: Buffer.from(hex, 'hex'),
      expiresAt: expiresInMs === undefined ? undefined : toTimestamp(Date.now() + expiresInMs),
    })
    const request = fill(new devicePb.EnqueueDeviceQueueItemRequest(), { queueItem })
    const answer = await this.#whileLocked(() => this.api.connection.call(deviceGrpc.DeviceServiceService.enqueue, request))
    return answer.getId()
  }

  async queue(device: ContractDevice): Promise<devicePb.DeviceQueueItem.AsObject[]> {
    const request = fill(new devicePb.GetDeviceQueueItemsRequest(), { devEui: device.devEui })
    return (await this.api.connection.call(deviceGrpc.DeviceServiceService.getQueue, request)).toObject().resultList
  }

  async close(): Promise<void> {
    this.api.connection.close()
    await this.events.close()
  }

  /** SQLite answers concurrent writes with `database is locked`: wait and try again. */
  async #whileLocked<T>(write: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await write()
      } catch (error) {
        if (attempt > 20 || !String(error).includes('database is locked')) throw error
        await new Promise((resolve) => setTimeout(resolve, 50 + 50 * attempt))
      }
    }
  }

  #next(): string {
    this.#count += 1
    return this.#count.toString(16).padStart(6, '0')
  }
}

export function keyOf(devEui: string): string {
  return `0011223344556677${devEui}`
}
