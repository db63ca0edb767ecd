import gwPb from '@chirpstack/chirpstack-api/gw/gw_pb.js'
import { decode } from './decode.ts'
import { enumName } from './enum-name.ts'
import { fill } from './fill.ts'
import type { WireLocation, WireModulation, WireReception } from './integration-event.ts'
import { readModulation, writeLocation, writeModulation, writeReception } from './integration-protobuf.ts'
import { fromTimestamp, toTimestamp } from './timestamp.ts'

/** The MQTT protocol between gateways and ChirpStack (gw.proto), as plain data. Topics: `[prefix/]gateway/<id>/…`. */
export type TxStatus = keyof gwPb.TxAckStatusMap

export interface WireGatewayAck {
  gatewayId: string
  downlinkId: number
  /** one per attempt; an attempt not made is IGNORED */
  statuses: readonly string[]
}

export interface WireGatewayStats {
  gatewayId: string
  /** milliseconds since 1970 */
  time: number | undefined
}

export interface WireDownlink {
  downlinkId: number
  gatewayId: string
  /** attempts in order: RX1, then RX2. `delayMs` after the uplink that has this `context`; undefined: at once */
  items: readonly {
    phyPayload: Uint8Array
    frequency: number
    power: number
    modulation: WireModulation
    delayMs: number | undefined
    context: Uint8Array
  }[]
}

export function readGatewayAck(bytes: Uint8Array): WireGatewayAck {
  const ack = decode(gwPb.DownlinkTxAck, bytes)
  return {
    gatewayId: ack.getGatewayId(),
    downlinkId: ack.getDownlinkId(),
    statuses: ack.getItemsList().map((item) => enumName(gwPb.TxAckStatus, item.getStatus())),
  }
}

export function writeGatewayAck(ack: { gatewayId: string; downlinkId: number; statuses: readonly TxStatus[] }): Uint8Array {
  const { gatewayId, downlinkId, statuses } = ack
  const itemsList = statuses.map((status) => fill(new gwPb.DownlinkTxAckItem(), { status: gwPb.TxAckStatus[status] }))
  return fill(new gwPb.DownlinkTxAck(), { gatewayId, downlinkId, itemsList }).serializeBinary()
}

export function readGatewayStats(bytes: Uint8Array): WireGatewayStats {
  const stats = decode(gwPb.GatewayStats, bytes)
  return { gatewayId: stats.getGatewayId(), time: fromTimestamp(stats.getTime()) }
}

export function writeGatewayStats(stats: { gatewayId: string; time: number; location?: WireLocation | undefined }): Uint8Array {
  const { gatewayId, time, location } = stats
  return fill(new gwPb.GatewayStats(), {
    gatewayId,
    time: toTimestamp(time),
    location: location && writeLocation(location),
    rxPacketsReceived: 1,
    rxPacketsReceivedOk: 1,
  }).serializeBinary()
}

export function writeConnState(gatewayId: string, online: boolean): Uint8Array {
  const state = online ? gwPb.ConnState.State.ONLINE : gwPb.ConnState.State.OFFLINE
  return fill(new gwPb.ConnState(), { gatewayId, state }).serializeBinary()
}

export function writeUplinkFrame(frame: {
  phyPayload: Uint8Array
  /** Hz */
  frequency: number
  modulation: WireModulation
  reception: WireReception
}): Uint8Array {
  return fill(new gwPb.UplinkFrame(), {
    phyPayload: frame.phyPayload,
    txInfo: fill(new gwPb.UplinkTxInfo(), { frequency: frame.frequency, modulation: writeModulation(frame.modulation) }),
    rxInfo: writeReception(frame.reception),
  }).serializeBinary()
}

export function readDownlinkFrame(bytes: Uint8Array): WireDownlink {
  const frame = decode(gwPb.DownlinkFrame, bytes)
  return {
    downlinkId: frame.getDownlinkId(),
    gatewayId: frame.getGatewayId(),
    items: frame.getItemsList().map((item) => {
      const tx = item.getTxInfo()
      const delay = tx?.getTiming()?.getDelay()?.getDelay()
      return {
        phyPayload: item.getPhyPayload_asU8(),
        frequency: tx?.getFrequency() ?? 0,
        power: tx?.getPower() ?? 0,
        modulation: readModulation(tx?.getModulation()),
        delayMs: delay && delay.getSeconds() * 1000 + delay.getNanos() / 1e6,
        context: tx?.getContext_asU8() ?? new Uint8Array(),
      }
    }),
  }
}
