import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import { z } from 'zod'
import { fill } from '../../adapters/chirpstack/wire/fill.ts'
import type { WireLocation } from '../../adapters/chirpstack/wire/integration-event.ts'
import { storedLocation } from './api/gateway-service.ts'
import { type DatabaseKind, dialects } from './api/refusal.ts'
import type { IssueCertificate } from './api/service.ts'
import { ApiServer } from './api-server.ts'
import { type Clock, systemClock } from './clock.ts'
import { type EventFormat, EventPublisher } from './event-publisher.ts'
import { NetworkState, networkSnapshotSchema } from './network-state.ts'
import { Air } from './radio/air.ts'
import { deviceMemorySchema, EmulatedDevice } from './radio/emulated-device.ts'
import { EmulatedGateway } from './radio/emulated-gateway.ts'
import { NetworkServer } from './radio/network-server.ts'
import { SeededRandom } from './seeded-random.ts'

export const emulatedChirpStackSnapshotSchema = z.object({ network: networkSnapshotSchema, devices: z.array(deviceMemorySchema) })
/** The network and the memory of its devices: enough to go on after a restart. Holds root keys. */
export type EmulatedChirpStackSnapshot = z.infer<typeof emulatedChirpStackSnapshotSchema>

export interface EmulatedChirpStackOptions {
  brokerUrl: string
  /** same seed, same ids */
  seed?: number
  /** default json */
  format?: EventFormat
  /** whose words the API answers with; default sqlite */
  database?: DatabaseKind
  /** port of the gRPC API on loopback; default 0, a free one */
  port?: number
  /** global admin key; default one made from the seed */
  token?: string
  clock?: Clock
  /** default none, as ChirpStack comes */
  authority?: IssueCertificate | undefined
  snapshot?: EmulatedChirpStackSnapshot | undefined
}

const region = 'eu868'

/** More values than are drawn between two snapshots: what a killed process drew after its last one is never drawn again. */
const drawnSince = 1_000_000_000

/**
 * A ChirpStack without a radio: its gRPC API, its MQTT events, and the gateways and devices around it.
 *
 *     const chirpstack = new EmulatedChirpStack({ brokerUrl })
 *     await chirpstack.start()
 *     connect({ url: chirpstack.url, token: chirpstack.token })
 *     chirpstack.gateway('7076ff0056080001').start()
 *     const device = chirpstack.device({ devEui, appKey })
 *     await device.join({ heardBy: [{ gatewayId: '7076ff0056080001', rssi: -80, snr: 7 }] })
 *     device.uplink(10, bytes, { heardBy })
 */
export class EmulatedChirpStack {
  readonly token: string
  readonly #options: EmulatedChirpStackOptions
  readonly #clock: Clock
  readonly #random: SeededRandom
  readonly #state = new NetworkState()
  readonly #publisher: EventPublisher
  readonly #air: Air
  readonly #server: NetworkServer
  readonly #api: ApiServer
  #port = 0

  constructor(options: EmulatedChirpStackOptions) {
    const { seed = 1, snapshot, format = 'json', clock = systemClock } = options
    this.#options = options
    this.#clock = clock
    // ids of the token's own draw never meet those of the network
    this.token = options.token ?? new SeededRandom(seed).hex(32)
    const userToken = new SeededRandom(seed, 1).hex(32)
    this.#random = new SeededRandom(seed, snapshot === undefined ? 2 : snapshot.network.drawn + drawnSince)
    this.#publisher = new EventPublisher(options.brokerUrl, format)
    this.#air = new Air((groupId) => this.#state.group(groupId).devices)
    const parts = {
      state: this.#state,
      random: this.#random,
      clock,
      air: this.#air,
      publish: this.#publisher.event.bind(this.#publisher),
    }
    this.#server = new NetworkServer(parts, {
      uplinkId: (gatewayId) => this.#air.gateways.get(gatewayId)?.nextUplinkId() ?? 1,
      location: (gatewayId) => this.#air.gateways.get(gatewayId)?.location,
    })
    const dialect = dialects[options.database ?? 'sqlite']
    const isToken = (token: string) => token === this.token || token === userToken
    this.#api = new ApiServer(
      { state: this.#state, random: this.#random, clock, dialect, authority: options.authority, isToken },
      userToken,
    )
    if (snapshot !== undefined) {
      this.#state.load(snapshot.network)
      for (const memory of snapshot.devices) this.#air.devices.set(memory.devEui, new EmulatedDevice(memory, this.#server))
    }
  }

  /** `http://127.0.0.1:port`, known after `start()` */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Rejects when the broker cannot be reached or the port is taken. */
  async start(): Promise<void> {
    await this.#publisher.start()
    this.#port = await this.#api.start(this.#options.port ?? 0)
    this.#server.start()
  }

  /** The network falls silent, its API answers on; resolves once all its events are confirmed by the broker. */
  async pause(): Promise<void> {
    await this.#server.pause()
    await this.#publisher.confirmed()
  }

  async stop(): Promise<void> {
    this.#server.stop()
    for (const gateway of this.#air.gateways.values()) gateway.stop()
    await this.#api.stop()
    await this.#publisher.stop()
  }

  /** The gateway of that id, made at its first mention and offline until started. It must be created through the API to be heard. */
  gateway(id: string, options: { location?: WireLocation | undefined; statsInterval?: number } = {}): EmulatedGateway {
    const present = this.#air.gateways.get(id)
    if (present !== undefined) return present
    const around = {
      clock: this.#clock,
      region,
      publish: this.#publisher.gateway.bind(this.#publisher),
      seen: this.#seen.bind(this),
      emitted: this.#air.emitted.bind(this.#air),
    }
    const gateway = new EmulatedGateway(id, around, options)
    this.#air.gateways.set(id, gateway)
    return gateway
  }

  /** The device of that DevEUI, made at its first mention; one from a snapshot goes on with its session. `appKey`: 32 hexadecimal digits. */
  device(identity: { devEui: string; appKey: string; joinEui?: string }): EmulatedDevice {
    const present = this.#air.devices.get(identity.devEui)
    if (present !== undefined && present.memory.appKey === identity.appKey) return present
    const { devEui, appKey, joinEui = '0000000000000000' } = identity
    const devNonce = this.#random.uint32() % 30_000
    const device = new EmulatedDevice({ devEui, appKey, joinEui, devNonce, session: null, fCntUp: 0 }, this.#server)
    this.#air.devices.set(devEui, device)
    return device
  }

  snapshot(): EmulatedChirpStackSnapshot {
    const devices = [...this.#air.devices.values()].map((device) => device.memory)
    return structuredClone({ network: this.#state.save(this.#random.drawn), devices })
  }

  /** A gateway that knows its place overwrites what was set through the API; `updatedAt` stays. */
  #seen(gatewayId: string, location: WireLocation | undefined): void {
    if (!this.#state.gateways.has(gatewayId)) return
    const life = this.#state.gateway(gatewayId)
    life.lastSeenAt = this.#clock.now()
    life.properties = { region_common_name: 'EU868', region_config_id: region }
    if (location === undefined) return
    const { latitude, longitude, altitude } = location
    const stored = storedLocation(fill(new commonPb.Location(), { latitude, longitude, altitude }))
    this.#state.gateways.amend(gatewayId, (gateway) => gateway.setLocation(stored))
  }
}
