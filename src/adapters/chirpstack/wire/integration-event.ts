import type { Json } from './struct.ts'

/**
 * ChirpStack's integration events as plain data, the same for its JSON and its protobuf form (ChirpStack 4, integration.proto).
 * Times are milliseconds since 1970 here; on the wire they have nanoseconds, which nobody needs.
 */
export const eventKinds = ['up', 'join', 'ack', 'txack', 'log', 'status'] as const
export type EventKind = (typeof eventKinds)[number]

export function isEventKind(text: string): text is EventKind {
  return eventKinds.some((kind) => kind === text)
}

export interface WireDeviceInfo {
  tenantId: string
  tenantName: string
  applicationId: string
  applicationName: string
  deviceProfileId: string
  deviceProfileName: string
  deviceName: string
  devEui: string
  deviceClassEnabled: 'CLASS_A' | 'CLASS_B' | 'CLASS_C'
  tags: Readonly<Record<string, string>>
}

export interface WireLocation {
  latitude: number
  longitude: number
  altitude: number
}

/** One gateway's hearing: RSSI in dBm, SNR in dB. */
export interface WireReception {
  gatewayId: string
  uplinkId: number
  gwTime?: number | undefined
  /** time of reception at the network server */
  nsTime?: number | undefined
  rssi: number
  snr: number
  channel: number
  location?: WireLocation | undefined
  context: Uint8Array
}

/** Exactly one of the three. */
export interface WireModulation {
  lora?: { bandwidth: number; spreadingFactor: number; polarizationInversion?: boolean | undefined } | undefined
  fsk?: { frequencyDeviation: number; datarate: number } | undefined
  lrFhss?: { operatingChannelWidth: number; gridSteps: number } | undefined
}

interface WireEventBase {
  time: number
  deviceInfo: WireDeviceInfo
}

export interface WireUplinkEvent extends WireEventBase {
  kind: 'up'
  deduplicationId: string
  devAddr: string
  adr: boolean
  dr: number
  fCnt: number
  fPort: number
  confirmed: boolean
  data: Uint8Array
  /** what the device profile's codec made of it; absent without a codec or after a codec error */
  object?: Readonly<Record<string, Json>> | undefined
  rxInfo: WireReception[]
  /** Hz */
  txInfo: { frequency: number; modulation: WireModulation }
  regionConfigId: string
}

export interface WireJoinEvent extends WireEventBase {
  kind: 'join'
  deduplicationId: string
  devAddr: string
  regionConfigId: string
}

export interface WireAckEvent extends WireEventBase {
  kind: 'ack'
  /** empty when a class B or C device did not acknowledge in time */
  deduplicationId: string
  queueItemId: string
  acknowledged: boolean
  fCntDown: number
}

export interface WireTxAckEvent extends WireEventBase {
  kind: 'txack'
  downlinkId: number
  queueItemId: string
  fCntDown: number
  gatewayId: string
  /** frequency in Hz, power in dBm EIRP; `delayMs` for class A, absent for class C (at once) */
  txInfo: { frequency: number; power: number; modulation: WireModulation; delayMs?: number | undefined; context: Uint8Array }
}

export type LogLevel = 'INFO' | 'WARNING' | 'ERROR'

export interface WireLogEvent extends WireEventBase {
  kind: 'log'
  level: LogLevel
  code: string
  description: string
  /** deduplication_id, queue_item_id, f_cnt_up, dev_nonce …: empty for DOWNLINK_GATEWAY */
  context: Readonly<Record<string, string>>
}

export interface WireStatusEvent extends WireEventBase {
  kind: 'status'
  deduplicationId: string
  margin: number
  externalPowerSource: boolean
  batteryLevelUnavailable: boolean
  /** percent */
  batteryLevel: number
}

export type WireEvent = WireUplinkEvent | WireJoinEvent | WireAckEvent | WireTxAckEvent | WireLogEvent | WireStatusEvent

/** Topic on which ChirpStack publishes an event (its default template). */
export function eventTopic(event: { kind: EventKind; deviceInfo: { applicationId: string; devEui: string } }): string {
  return `application/${event.deviceInfo.applicationId}/device/${event.deviceInfo.devEui}/event/${event.kind}`
}
