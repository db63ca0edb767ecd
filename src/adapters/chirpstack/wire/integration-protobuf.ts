import commonPb from '@chirpstack/chirpstack-api/common/common_pb.js'
import gwPb from '@chirpstack/chirpstack-api/gw/gw_pb.js'
import integrationPb from '@chirpstack/chirpstack-api/integration/integration_pb.js'
import durationPb from 'google-protobuf/google/protobuf/duration_pb.js'
import { decode } from './decode.ts'
import { enumName } from './enum-name.ts'
import { fill, recordOf } from './fill.ts'
import type {
  EventKind,
  LogLevel,
  WireDeviceInfo,
  WireEvent,
  WireLocation,
  WireModulation,
  WireReception,
  WireUplinkEvent,
} from './integration-event.ts'
import { jsonToStruct, structToJson } from './struct.ts'
import { fromTimestamp, type Timestamp, toTimestamp } from './timestamp.ts'

/** Reads an integration event from its protobuf form. Throws when the bytes are no such event or lack its time, device or signal. */
export function readEvent(kind: EventKind, bytes: Uint8Array): WireEvent {
  switch (kind) {
    case 'up':
      return readUplink(decode(integrationPb.UplinkEvent, bytes))
    case 'join': {
      const m = decode(integrationPb.JoinEvent, bytes)
      return { kind, ...head(m), deduplicationId: m.getDeduplicationId(), devAddr: m.getDevAddr(), regionConfigId: m.getRegionConfigId() }
    }
    case 'ack': {
      const m = decode(integrationPb.AckEvent, bytes)
      return {
        kind,
        ...head(m),
        deduplicationId: m.getDeduplicationId(),
        queueItemId: m.getQueueItemId(),
        acknowledged: m.getAcknowledged(),
        fCntDown: m.getFCntDown(),
      }
    }
    case 'txack': {
      const m = decode(integrationPb.TxAckEvent, bytes)
      const tx = m.getTxInfo()
      const delay = tx?.getTiming()?.getDelay()?.getDelay()
      return {
        kind,
        ...head(m),
        downlinkId: m.getDownlinkId(),
        queueItemId: m.getQueueItemId(),
        fCntDown: m.getFCntDown(),
        gatewayId: m.getGatewayId(),
        txInfo: {
          frequency: tx?.getFrequency() ?? 0,
          power: tx?.getPower() ?? 0,
          modulation: readModulation(tx?.getModulation()),
          delayMs: delay && delay.getSeconds() * 1000 + delay.getNanos() / 1e6,
          context: tx?.getContext_asU8() ?? new Uint8Array(),
        },
      }
    }
    case 'log': {
      const m = decode(integrationPb.LogEvent, bytes)
      return {
        kind,
        ...head(m),
        level: logLevel(m.getLevel()),
        code: enumName(integrationPb.LogCode, m.getCode()),
        description: m.getDescription(),
        context: recordOf(m.getContextMap()),
      }
    }
    case 'status': {
      const m = decode(integrationPb.StatusEvent, bytes)
      return {
        kind,
        ...head(m),
        deduplicationId: m.getDeduplicationId(),
        margin: m.getMargin(),
        externalPowerSource: m.getExternalPowerSource(),
        batteryLevelUnavailable: m.getBatteryLevelUnavailable(),
        batteryLevel: m.getBatteryLevel(),
      }
    }
  }
}

/** The protobuf form of an integration event, as ChirpStack publishes it with `json = false`. */
export function writeEvent(event: WireEvent): Uint8Array {
  const time = toTimestamp(event.time)
  const deviceInfo = writeDeviceInfo(event.deviceInfo)
  switch (event.kind) {
    case 'up':
      return writeUplink(event, time, deviceInfo).serializeBinary()
    case 'join': {
      const { deduplicationId, devAddr, regionConfigId } = event
      return fill(new integrationPb.JoinEvent(), { time, deviceInfo, deduplicationId, devAddr, regionConfigId }).serializeBinary()
    }
    case 'ack': {
      const { deduplicationId, queueItemId, acknowledged, fCntDown } = event
      const fields = { time, deviceInfo, deduplicationId, queueItemId, acknowledged, fCntDown }
      return fill(new integrationPb.AckEvent(), fields).serializeBinary()
    }
    case 'txack': {
      const { downlinkId, queueItemId, fCntDown, gatewayId } = event
      const { frequency, power, context, delayMs } = event.txInfo
      const timing =
        delayMs === undefined
          ? fill(new gwPb.Timing(), { immediately: new gwPb.ImmediatelyTimingInfo() })
          : fill(new gwPb.Timing(), { delay: fill(new gwPb.DelayTimingInfo(), { delay: writeDuration(delayMs) }) })
      const txInfo = fill(new gwPb.DownlinkTxInfo(), {
        frequency,
        power,
        context,
        timing,
        modulation: writeModulation(event.txInfo.modulation),
      })
      const fields = { time, deviceInfo, downlinkId, queueItemId, fCntDown, gatewayId, txInfo }
      return fill(new integrationPb.TxAckEvent(), fields).serializeBinary()
    }
    case 'log': {
      const code = Object.entries(integrationPb.LogCode).find(([name]) => name === event.code)?.[1] ?? integrationPb.LogCode.UNKNOWN
      const { description, context } = event
      const fields = { time, deviceInfo, level: integrationPb.LogLevel[event.level], code, description, context }
      return fill(new integrationPb.LogEvent(), fields).serializeBinary()
    }
    case 'status': {
      const { deduplicationId, margin, externalPowerSource, batteryLevelUnavailable, batteryLevel } = event
      const fields = { time, deviceInfo, deduplicationId, margin, externalPowerSource, batteryLevelUnavailable, batteryLevel }
      return fill(new integrationPb.StatusEvent(), fields).serializeBinary()
    }
  }
}

interface Headed {
  getTime(): Timestamp | undefined
  getDeviceInfo(): integrationPb.DeviceInfo | undefined
}

function head(message: Headed): { time: number; deviceInfo: WireDeviceInfo } {
  const time = fromTimestamp(message.getTime())
  const info = message.getDeviceInfo()
  if (time === undefined || info === undefined) throw new Error('time or deviceInfo is missing')
  return {
    time,
    deviceInfo: {
      tenantId: info.getTenantId(),
      tenantName: info.getTenantName(),
      applicationId: info.getApplicationId(),
      applicationName: info.getApplicationName(),
      deviceProfileId: info.getDeviceProfileId(),
      deviceProfileName: info.getDeviceProfileName(),
      deviceName: info.getDeviceName(),
      devEui: info.getDevEui(),
      deviceClassEnabled: deviceClass(info.getDeviceClassEnabled()),
      tags: recordOf(info.getTagsMap()),
    },
  }
}

function writeDeviceInfo({ deviceClassEnabled, ...info }: WireDeviceInfo): integrationPb.DeviceInfo {
  return fill(new integrationPb.DeviceInfo(), { ...info, deviceClassEnabled: commonPb.DeviceClass[deviceClassEnabled] })
}

export function deviceClass(value: number): WireDeviceInfo['deviceClassEnabled'] {
  if (value === commonPb.DeviceClass.CLASS_C) return 'CLASS_C'
  return value === commonPb.DeviceClass.CLASS_B ? 'CLASS_B' : 'CLASS_A'
}

function logLevel(value: number): LogLevel {
  if (value === integrationPb.LogLevel.ERROR) return 'ERROR'
  return value === integrationPb.LogLevel.WARNING ? 'WARNING' : 'INFO'
}

function readUplink(m: integrationPb.UplinkEvent): WireUplinkEvent {
  const tx = m.getTxInfo()
  if (tx === undefined) throw new Error('txInfo is missing')
  return {
    kind: 'up',
    ...head(m),
    deduplicationId: m.getDeduplicationId(),
    devAddr: m.getDevAddr(),
    adr: m.getAdr(),
    dr: m.getDr(),
    fCnt: m.getFCnt(),
    fPort: m.getFPort(),
    confirmed: m.getConfirmed(),
    data: m.getData_asU8(),
    // converted only when asked for: the hot path decodes the bytes with codecs of its own
    get object() {
      const object = m.getObject()
      return object && structToJson(object)
    },
    rxInfo: m.getRxInfoList().map(readReception),
    txInfo: { frequency: tx.getFrequency(), modulation: readModulation(tx.getModulation()) },
    regionConfigId: m.getRegionConfigId(),
  }
}

function writeUplink(event: WireUplinkEvent, time: Timestamp, deviceInfo: integrationPb.DeviceInfo): integrationPb.UplinkEvent {
  const { deduplicationId, devAddr, adr, dr, fCnt, fPort, confirmed, data, regionConfigId } = event
  return fill(new integrationPb.UplinkEvent(), {
    time,
    deviceInfo,
    deduplicationId,
    devAddr,
    adr,
    dr,
    fCnt,
    fPort,
    confirmed,
    data,
    regionConfigId,
    object: event.object && jsonToStruct(event.object),
    rxInfoList: event.rxInfo.map(writeReception),
    txInfo: fill(new gwPb.UplinkTxInfo(), {
      frequency: event.txInfo.frequency,
      modulation: writeModulation(event.txInfo.modulation),
    }),
  })
}

function readReception(rx: gwPb.UplinkRxInfo): WireReception {
  const location = rx.getLocation()
  return {
    gatewayId: rx.getGatewayId(),
    uplinkId: rx.getUplinkId(),
    gwTime: fromTimestamp(rx.getGwTime()),
    nsTime: fromTimestamp(rx.getNsTime()),
    rssi: rx.getRssi(),
    snr: rx.getSnr(),
    channel: rx.getChannel(),
    location: location && { latitude: location.getLatitude(), longitude: location.getLongitude(), altitude: location.getAltitude() },
    context: rx.getContext_asU8(),
  }
}

/** One gateway's hearing as a message; shared by integration events and gateway frames. */
export function writeReception(rx: WireReception): gwPb.UplinkRxInfo {
  const { gatewayId, uplinkId, rssi, snr, channel, context, gwTime, nsTime, location } = rx
  return fill(new gwPb.UplinkRxInfo(), {
    gatewayId,
    uplinkId,
    rssi,
    snr,
    channel,
    context,
    gwTime: gwTime === undefined ? undefined : toTimestamp(gwTime),
    nsTime: nsTime === undefined ? undefined : toTimestamp(nsTime),
    location: location && writeLocation(location),
    crcStatus: gwPb.CRCStatus.CRC_OK,
  })
}

export function writeLocation(location: WireLocation): commonPb.Location {
  return fill(new commonPb.Location(), { ...location, source: commonPb.LocationSource.GPS })
}

export function readModulation(modulation: gwPb.Modulation | undefined): WireModulation {
  const lora = modulation?.getLora()
  if (lora) {
    const { spreadingFactor, bandwidth, polarizationInversion } = lora.toObject()
    return { lora: polarizationInversion ? { bandwidth, spreadingFactor, polarizationInversion } : { bandwidth, spreadingFactor } }
  }
  const fsk = modulation?.getFsk()
  if (fsk) return { fsk: { frequencyDeviation: fsk.getFrequencyDeviation(), datarate: fsk.getDatarate() } }
  const lrFhss = modulation?.getLrFhss()
  if (lrFhss) return { lrFhss: { operatingChannelWidth: lrFhss.getOperatingChannelWidth(), gridSteps: lrFhss.getGridSteps() } }
  return {}
}

export function writeModulation({ lora, fsk, lrFhss }: WireModulation): gwPb.Modulation {
  return fill(new gwPb.Modulation(), {
    lora: lora && fill(new gwPb.LoraModulationInfo(), { ...lora, codeRate: gwPb.CodeRate.CR_4_5 }),
    fsk: fsk && fill(new gwPb.FskModulationInfo(), fsk),
    lrFhss: lrFhss && fill(new gwPb.LrFhssModulationInfo(), { ...lrFhss, codeRate: gwPb.CodeRate.CR_4_6 }),
  })
}

function writeDuration(milliseconds: number): durationPb.Duration {
  const seconds = Math.floor(milliseconds / 1000)
  return fill(new durationPb.Duration(), { seconds, nanos: Math.round((milliseconds - seconds * 1000) * 1e6) })
}
