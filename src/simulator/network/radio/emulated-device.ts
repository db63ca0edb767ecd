import { z } from 'zod'
import type { DownlinkFrame, HeardBy, JoinAccept, JoinRequest, UplinkFrame } from './frames.ts'

/** The device's own memory, kept over a restart of the simulation. */
export const deviceMemorySchema = z.object({
  devEui: z.string(),
  appKey: z.string(),
  joinEui: z.string(),
  devNonce: z.int(),
  session: z.object({ sessionId: z.string(), devAddr: z.string() }).nullable(),
  fCntUp: z.int(),
})
export type DeviceMemory = z.infer<typeof deviceMemorySchema>

/** A downlink as the device's application gets it. */
export interface ReceivedDownlink {
  fPort: number | null
  data: Uint8Array
  fCnt: number
  confirmed: boolean
  /** the network acknowledges the last confirmed uplink */
  ack: boolean
}

export interface UplinkOptions {
  heardBy: readonly HeardBy[]
  confirmed?: boolean
  /** set by itself after a confirmed downlink; false refuses to acknowledge it */
  ack?: boolean
  spreadingFactor?: number
  /** Hz */
  frequency?: number
  adr?: boolean
  /** another counter than the next: a retransmission, a reset, lost frames */
  fCnt?: number
  /** volunteers its status; when the network asked for it, it is sent anyway */
  status?: { battery: number; margin: number }
}

/** The way from a device to the network server. */
export interface Uplinks {
  /** resolves with the answer once the network server has decided; null: nothing came back */
  join(request: JoinRequest): Promise<JoinAccept | null>
  uplink(frame: UplinkFrame): void
}

/** A LoRaWAN 1.0.3 device: joins, counts its frames, answers what the MAC layer must answer. */
export class EmulatedDevice {
  readonly memory: DeviceMemory
  /** newest last, at most 100 */
  readonly received: ReceivedDownlink[] = []
  /** what it answers to DevStatusReq: battery 0 external, 1–254 level, 255 unknown; margin in dB */
  status = { battery: 254, margin: 10 }
  /** the application on the device */
  onDownlink: (downlink: ReceivedDownlink) => void = () => {}
  readonly #uplinks: Uplinks
  #owesAck = false
  #owesStatus = false
  #hears: ReadonlySet<string> = new Set()

  constructor(memory: DeviceMemory, uplinks: Uplinks) {
    this.memory = memory
    this.#uplinks = uplinks
  }

  get devEui(): string {
    return this.memory.devEui
  }

  get joined(): boolean {
    return this.memory.session !== null
  }

  /** Resolves with false when the network did not let it in. `devNonce` repeats one that was used. */
  async join(options: { heardBy: readonly HeardBy[]; devNonce?: number; spreadingFactor?: number; frequency?: number }): Promise<boolean> {
    const { memory } = this
    memory.devNonce = options.devNonce ?? (memory.devNonce + 1) % 65_536
    memory.session = null
    this.#listenTo(options.heardBy)
    memory.session = await this.#uplinks.join({
      devEui: memory.devEui,
      joinEui: memory.joinEui,
      devNonce: memory.devNonce,
      key: memory.appKey,
      heardBy: options.heardBy,
      spreadingFactor: options.spreadingFactor ?? 7,
      frequency: options.frequency ?? 868_100_000,
    })
    memory.fCntUp = 0
    this.#owesAck = false
    return this.joined
  }

  /** Sends nothing before it has joined. */
  uplink(fPort: number, data: Uint8Array, options: UplinkOptions): void {
    const { memory } = this
    if (memory.session === null) return
    this.#listenTo(options.heardBy)
    const fCnt = options.fCnt ?? memory.fCntUp
    memory.fCntUp = Math.max(memory.fCntUp, fCnt + 1)
    const ack = options.ack ?? this.#owesAck
    const status = options.status ?? (this.#owesStatus ? this.status : null)
    this.#owesAck = false
    this.#owesStatus = false
    this.#uplinks.uplink({
      devEui: memory.devEui,
      sessionId: memory.session.sessionId,
      fCnt,
      fPort,
      data,
      confirmed: options.confirmed ?? false,
      ack,
      adr: options.adr ?? true,
      status,
      heardBy: options.heardBy,
      spreadingFactor: options.spreadingFactor ?? 7,
      frequency: options.frequency ?? 868_100_000,
    })
  }

  hears(gatewayId: string): boolean {
    return this.#hears.has(gatewayId)
  }

  /** A frame for this device is in the air. */
  receive(frame: DownlinkFrame): void {
    if (frame.confirmed) this.#owesAck = true
    if (frame.statusRequest) this.#owesStatus = true
    const { fPort, data, fCnt, confirmed, ack } = frame
    const downlink = { fPort, data, fCnt, confirmed, ack }
    this.received.push(downlink)
    if (this.received.length > 100) this.received.shift()
    if (fPort !== null) this.onDownlink(downlink)
  }

  #listenTo(heardBy: readonly HeardBy[]): void {
    this.#hears = new Set(heardBy.map((reception) => reception.gatewayId))
  }
}
