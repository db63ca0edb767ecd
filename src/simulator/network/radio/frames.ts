import type { TxStatus } from '../../../adapters/chirpstack/wire/gateway-frame.ts'

/** One gateway's hearing of a frame. RSSI in dBm, SNR in dB. */
export interface HeardBy {
  gatewayId: string
  rssi: number
  snr: number
}

/** How a frame was sent and who heard it. */
export interface Transmission {
  spreadingFactor: number
  /** Hz */
  frequency: number
  heardBy: readonly HeardBy[]
}

export interface JoinRequest extends Transmission {
  devEui: string
  joinEui: string
  devNonce: number
  /** the root key that the device signs with: the MIC is good when the network has the same */
  key: string
}

export interface JoinAccept {
  sessionId: string
  devAddr: string
}

export interface UplinkFrame extends Transmission {
  devEui: string
  sessionId: string
  fCnt: number
  fPort: number
  data: Uint8Array
  confirmed: boolean
  /** acknowledges the last confirmed downlink */
  ack: boolean
  adr: boolean
  /** answer to DevStatusReq (LoRaWAN 1.0.3 §5.5): battery 0 external, 1–254 level, 255 unknown; margin in dB */
  status: { battery: number; margin: number } | null
}

/** What a gateway is asked to emit. */
export interface DownlinkFrame {
  downlinkId: number
  to: { devEui: string; sessionId: string } | { group: string } | { joining: string }
  /** null: only MAC commands or an acknowledgement */
  fPort: number | null
  data: Uint8Array
  fCnt: number
  confirmed: boolean
  /** acknowledges a confirmed uplink */
  ack: boolean
  /** asks for the device's status */
  statusRequest: boolean
}

/** What a gateway answers: null is silence, because it is offline or hangs. */
export type Answer = TxStatus | null

/** The air and the gateways, as the network server sees them. */
export interface Transmitter {
  transmit(gatewayId: string, frame: DownlinkFrame): Answer
}
