import { euiSchema } from '../../../lorawan/eui.ts'
import type { DeviceInfo, NetworkEvent, Reception } from '../../../lorawan/network-event.ts'
import type { HeardEvent } from './json-event.ts'
import { bestFirst, tidySnr } from './receptions.ts'

/** The event free of ChirpStack's format. Throws when an EUI or a time is none. */
export function toNetworkEvent(event: HeardEvent): NetworkEvent {
  const head = { time: new Date(event.time).toISOString(), device: device(event.deviceInfo) }
  switch (event.kind) {
    case 'up': {
      const { deduplicationId, devAddr, fCnt, fPort, confirmed, data, txInfo } = event
      return {
        type: 'uplink',
        ...head,
        deduplicationId,
        devAddr,
        fCnt,
        fPort,
        confirmed,
        data,
        frequency: txInfo.frequency,
        spreadingFactor: txInfo.modulation.lora?.spreadingFactor || null,
        receptions: event.rxInfo.map(reception).sort(bestFirst),
      }
    }
    case 'join':
      return { type: 'join', ...head, devAddr: event.devAddr }
    case 'txack': {
      const { queueItemId, fCntDown } = event
      return { type: 'txack', ...head, queueItemId, fCntDown, gatewayId: euiSchema.parse(event.gatewayId) }
    }
    case 'ack': {
      const { queueItemId, acknowledged, fCntDown } = event
      return { type: 'ack', ...head, queueItemId, acknowledged, fCntDown }
    }
    case 'log': {
      const { level, code, description, context } = event
      return { type: 'log', ...head, level, code, description, queueItemId: context.queue_item_id ?? null }
    }
    case 'status': {
      const { margin, externalPowerSource, batteryLevelUnavailable, batteryLevel } = event
      const battery = externalPowerSource || batteryLevelUnavailable ? null : Math.round(batteryLevel * 10) / 10
      return { type: 'status', ...head, margin, externalPower: externalPowerSource, battery }
    }
  }
}

function device(info: HeardEvent['deviceInfo']): DeviceInfo {
  return {
    tenantId: info.tenantId,
    tenantName: info.tenantName,
    applicationId: info.applicationId,
    applicationName: info.applicationName,
    deviceProfileId: info.deviceProfileId,
    deviceProfileName: info.deviceProfileName,
    deviceName: info.deviceName,
    devEui: euiSchema.parse(info.devEui),
    tags: info.tags,
  }
}

function reception(rx: Reception): Reception {
  return { gatewayId: euiSchema.parse(rx.gatewayId), rssi: rx.rssi, snr: tidySnr(rx.snr) }
}
