import type { Gateway, Signal } from './gateway.ts'
import { lora } from './lora-packet.ts'
import { acceptJoin, type Session } from './lorawan-crypto.ts'
import { until } from './until.ts'

/** A downlink as the device decrypted it. */
export interface Received {
  fPort: number | null
  hex: string
  fCnt: number | null
  /** the network acknowledges our confirmed uplink */
  ack: boolean
  /** the device should acknowledge with its next uplink */
  confirmed: boolean
}

export interface DeviceOptions {
  devEui: string
  /** 32 hexadecimal digits */
  appKey: string
  /** default zeros */
  joinEui?: string
  /** those that hear it, and whose downlinks it hears */
  gateways: readonly Gateway[]
}

export interface UplinkOptions {
  confirmed?: boolean
  /** acknowledges a confirmed downlink */
  ack?: boolean
  /** one for all gateways, or one for each of them; null: that gateway does not hear it */
  signal?: Signal | readonly (Signal | null)[]
}

/**
 * A LoRaWAN 1.0.3 device at frame level, with its own encryption. Class A and C alike: it hears whatever its gateways emit.
 *
 *     const device = new Device({ devEui, appKey, gateways: [gateway] })
 *     await device.join()
 *     await device.uplink(10, Buffer.from('0a5c', 'hex'), { signal: { rssi: -110, snr: -4, spreadingFactor: 9 } })
 *     await until(() => device.received.length > 0, 'a downlink')
 */
export class Device {
  readonly devEui: string
  readonly received: Received[] = []
  /** undefined before the join; tests may spoil its keys */
  session: Session | undefined
  /** of the next uplink */
  fCnt = 0
  devNonce = Math.floor(Math.random() * 30_000)
  readonly #appKey: Buffer
  readonly #joinEui: Buffer
  readonly #gateways: readonly Gateway[]

  constructor(options: DeviceOptions) {
    this.devEui = options.devEui
    this.#appKey = Buffer.from(options.appKey, 'hex')
    this.#joinEui = Buffer.from(options.joinEui ?? '0000000000000000', 'hex')
    this.#gateways = options.gateways
    for (const gateway of this.#gateways) gateway.listen((phyPayload) => this.#receive(phyPayload))
  }

  /** Asks once, with a new DevNonce, and waits for the answer: rejects when there is none. */
  async join(timeoutMs = 30_000): Promise<void> {
    await this.requestJoin()
    await until(() => this.session !== undefined, `the join-accept of ${this.devEui}`, timeoutMs)
  }

  /** Asks once; an answer, if any, makes the session. */
  async requestJoin(): Promise<void> {
    this.devNonce++
    this.session = undefined
    const nonce = Buffer.alloc(2)
    nonce.writeUInt16BE(this.devNonce)
    const fields = { MType: 'Join Request', AppEUI: this.#joinEui, DevEUI: Buffer.from(this.devEui, 'hex'), DevNonce: nonce }
    await this.#send(phyPayloadOf(lora.fromFields(fields, undefined, undefined, this.#appKey)), {})
  }

  async uplink(fPort: number, payload: Uint8Array, options: UplinkOptions = {}): Promise<void> {
    const { session } = this
    if (session === undefined) throw new Error(`${this.devEui} has not joined`)
    const frame = lora.fromFields(
      {
        MType: options.confirmed ? 'Confirmed Data Up' : 'Unconfirmed Data Up',
        DevAddr: session.devAddr,
        FCtrl: { ADR: true, ACK: options.ack ?? false, ADRACKReq: false, FPending: false },
        FCnt: this.fCnt++,
        FPort: fPort,
        payload: Buffer.from(payload),
      },
      session.appSKey,
      session.nwkSKey,
    )
    await this.#send(phyPayloadOf(frame), options.signal ?? {})
  }

  async #send(phyPayload: Buffer, signal: Signal | readonly (Signal | null)[]): Promise<void> {
    for (const [index, gateway] of this.#gateways.entries()) {
      const heard = isList(signal) ? (signal[index] ?? null) : signal
      if (heard !== null) await gateway.hear(phyPayload, heard)
    }
  }

  /** MType in the upper three bits (LoRaWAN 1.0.3 §4.2.1): 1 join-accept, 3 and 5 data down. */
  #receive(phyPayload: Buffer): void {
    const mType = (phyPayload[0] ?? 0) >> 5
    if (mType === 1) this.#receiveJoinAccept(phyPayload)
    if (mType === 3 || mType === 5) this.#receiveData(phyPayload, mType === 5)
  }

  #receiveJoinAccept(phyPayload: Buffer): void {
    if (this.session !== undefined) return
    this.session = acceptJoin(this.#appKey, this.devNonce, phyPayload)
    this.fCnt = 0
  }

  #receiveData(phyPayload: Buffer, confirmed: boolean): void {
    const frame = lora.fromWire(phyPayload)
    if (this.session === undefined || !frame.DevAddr?.equals(this.session.devAddr)) return
    const data = frame.FRMPayload ? lora.decrypt(frame, this.session.appSKey, this.session.nwkSKey) : undefined
    this.received.push({
      fPort: frame.getFPort(),
      hex: data?.toString('hex') ?? '',
      fCnt: frame.getFCnt(),
      ack: frame.getFCtrlACK() ?? false,
      confirmed,
    })
  }
}

function phyPayloadOf(frame: ReturnType<typeof lora.fromFields>): Buffer {
  const bytes = frame.getPHYPayload()
  if (!bytes) throw new Error('the frame has no bytes')
  return bytes
}

function isList(signal: Signal | readonly (Signal | null)[]): signal is readonly (Signal | null)[] {
  return Array.isArray(signal)
}
