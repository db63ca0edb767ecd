import type { RawEvent } from '../../src/uplinks/ports.ts'

/** ChirpStack's event of an uplink heard by two gateways; its time is so many seconds after six o'clock, its payload the frame counter. */
export function up(devEui: string, fCnt: number, parts: Record<string, unknown> = {}): RawEvent {
  const payload = {
    deduplicationId: '2063c7bb-6972-4c97-9586-49dfbe42c1b0',
    time: new Date(Date.UTC(2026, 10, 22, 6, 0, fCnt)).toISOString().replace('Z', '+00:00'),
    deviceInfo: {
      tenantId: 't',
      tenantName: 'Tours',
      applicationId: 'a',
      applicationName: 'water',
      deviceProfileId: 'p',
      deviceProfileName: 'class A 1.0.3',
      deviceName: 'meter',
      devEui,
      deviceClassEnabled: 'CLASS_A',
      tags: {},
    },
    devAddr: '00396d32',
    adr: true,
    dr: 3,
    fCnt,
    fPort: 100,
    confirmed: false,
    data: Buffer.from([fCnt & 255]).toString('base64'),
    rxInfo: [
      { gatewayId: '7076ff0056080001', uplinkId: 1, rssi: -97, snr: 4.2, channel: 1, crcStatus: 'CRC_OK' },
      { gatewayId: '7076ff0056080002', uplinkId: 2, rssi: -90, snr: 6.5, channel: 1, crcStatus: 'CRC_OK' },
    ],
    txInfo: { frequency: 868_100_000, modulation: { lora: { bandwidth: 125_000, spreadingFactor: 9, codeRate: 'CR_4_5' } } },
    regionConfigId: 'eu868',
    ...parts,
  }
  return { topic: `application/a/device/${devEui}/event/up`, payload: Buffer.from(JSON.stringify(payload)), qos: 1 }
}
