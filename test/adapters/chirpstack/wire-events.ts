import type { WireDeviceInfo, WireEvent, WireReception, WireUplinkEvent } from '../../../src/adapters/chirpstack/wire/integration-event.ts'

export const deviceInfo: WireDeviceInfo = {
  tenantId: 'd9b76229-1d3a-40cb-8138-cf1b715f1200',
  tenantName: 'Tours',
  applicationId: '2292057d-e563-4f57-80b1-c17f864a8541',
  applicationName: 'water',
  deviceProfileId: '0afd95c1-410f-4c52-b898-3c0b1ff0efc8',
  deviceProfileName: 'class A',
  deviceName: 'meter é 1',
  devEui: '0018b20000001a2b',
  deviceClassEnabled: 'CLASS_A',
  tags: { commune: '37261' },
}

const time = Date.UTC(2026, 10, 22, 6, 12, 31, 218)

function reception(gatewayId: string, rssi: number, snr: number): WireReception {
  return { gatewayId, uplinkId: 1, gwTime: time, rssi, snr, channel: 0, context: Uint8Array.of(1, 2, 3, 4) }
}

const uplink: WireUplinkEvent = {
  kind: 'up',
  time,
  deviceInfo,
  deduplicationId: 'e8efc56f-e8e1-41f9-ab1d-ebd9ae91e87e',
  devAddr: '00396d32',
  adr: true,
  dr: 3,
  fCnt: 4711,
  fPort: 100,
  confirmed: false,
  data: Uint8Array.of(0x0a, 0x5c, 0xff),
  object: { volume: 318.442, history: [1, { deep: null }], ok: true, text: 'é' },
  rxInfo: [
    reception('7076ff0056080001', -118, -7.25),
    reception('7076ff0056080002', -60, 0),
    reception('7076ff0056080003', -97, 4.2),
    reception('7076ff0056080004', -80, 0),
  ],
  txInfo: { frequency: 868100000, modulation: { lora: { bandwidth: 125000, spreadingFactor: 9 } } },
  regionConfigId: 'eu868',
}

/** One event of each kind, the uplink first. */
export const wireEvents: [WireUplinkEvent, ...WireEvent[]] = [
  uplink,
  { kind: 'join', time, deviceInfo, deduplicationId: 'a', devAddr: '00396d32', regionConfigId: 'eu868' },
  { kind: 'ack', time, deviceInfo, deduplicationId: '', queueItemId: 'q', acknowledged: false, fCntDown: 0 },
  {
    kind: 'txack',
    time,
    deviceInfo,
    downlinkId: 3103698024,
    queueItemId: 'q',
    fCntDown: 3,
    gatewayId: '7076ff0056080001',
    txInfo: {
      frequency: 868100000,
      power: 16,
      modulation: { lora: { bandwidth: 125000, spreadingFactor: 7, polarizationInversion: true } },
      delayMs: 1000,
      context: Uint8Array.of(1),
    },
  },
  { kind: 'log', time, deviceInfo, level: 'ERROR', code: 'EXPIRED', description: 'gone', context: { queue_item_id: 'q' } },
  {
    kind: 'status',
    time,
    deviceInfo,
    deduplicationId: 'a',
    margin: -3,
    externalPowerSource: false,
    batteryLevelUnavailable: false,
    batteryLevel: 81.5,
  },
]
