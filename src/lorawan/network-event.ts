/**
 * What a network server tells about a device or a gateway, free of any wire format.
 * Times are ISO 8601 UTC with milliseconds; EUIs are 16 lower-case hexadecimal digits.
 */
export interface DeviceInfo {
  tenantId: string
  tenantName: string
  applicationId: string
  applicationName: string
  deviceProfileId: string
  deviceProfileName: string
  deviceName: string
  devEui: string
  tags: Readonly<Record<string, string>>
}

/** One gateway's hearing of an uplink. RSSI in dBm, SNR in dB. */
export interface Reception {
  gatewayId: string
  rssi: number
  snr: number
}

interface DeviceEvent {
  time: string
  device: DeviceInfo
}

export interface UplinkEvent extends DeviceEvent {
  type: 'uplink'
  deduplicationId: string
  devAddr: string
  fCnt: number
  fPort: number
  confirmed: boolean
  data: Uint8Array
  /** Hz */
  frequency: number
  /** null for FSK and LR-FHSS */
  spreadingFactor: number | null
  /** best signal first: highest SNR, then highest RSSI (ChirpStack does not sort them) */
  receptions: readonly Reception[]
}

export interface JoinEvent extends DeviceEvent {
  type: 'join'
  devAddr: string
}

/** A gateway emitted the downlink. */
export interface TxAckEvent extends DeviceEvent {
  type: 'txack'
  queueItemId: string
  fCntDown: number
  gatewayId: string
}

/** The device acknowledged a confirmed downlink, or failed to in time. */
export interface AckEvent extends DeviceEvent {
  type: 'ack'
  queueItemId: string
  acknowledged: boolean
  fCntDown: number
}

export interface LogEvent extends DeviceEvent {
  type: 'log'
  level: 'INFO' | 'WARNING' | 'ERROR'
  /** UPLINK_MIC, OTAA, UPLINK_CODEC, DOWNLINK_GATEWAY, EXPIRED, DOWNLINK_PAYLOAD_SIZE … */
  code: string
  description: string
  /** absent for DOWNLINK_GATEWAY, whose context is empty */
  queueItemId: string | null
}

/** The answer to DevStatusReq (LoRaWAN 1.0.3 §5.5). Battery in percent, null when unknown or externally powered. */
export interface StatusEvent extends DeviceEvent {
  type: 'status'
  margin: number
  externalPower: boolean
  battery: number | null
}

/** A gateway's answer to one downlink frame: the only witness of a multicast. */
export interface GatewayAckEvent {
  type: 'gateway-ack'
  time: string
  gatewayId: string
  downlinkId: number
  /** one per attempt: OK, TOO_LATE, DUTY_CYCLE_OVERFLOW, … */
  statuses: readonly string[]
}

export interface GatewayStatsEvent {
  type: 'gateway-stats'
  time: string
  gatewayId: string
}

export type NetworkEvent = UplinkEvent | JoinEvent | TxAckEvent | AckEvent | LogEvent | StatusEvent | GatewayAckEvent | GatewayStatsEvent
