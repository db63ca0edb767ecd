import { type FleetDevice, fleetOf } from './installed-fleet.ts'

/** Uplinks of an installed fleet, each device in turn: the one of a number, received at `time` (ms since 1970). */
export function uplinksOf(devices: number): (number: number, time: number) => { topic: string; payload: string } {
  const fleet = fleetOf(devices).map((device) => ({
    topic: `application/bench/device/${device.devEui}/event/up`,
    ...templateOf(device),
  }))
  return (number, time) => {
    const device = fleet[number % fleet.length]
    if (device === undefined) throw new Error('no devices')
    const { topic, head, middle, tail } = device
    const at = new Date(time).toISOString().replace('Z', '+00:00')
    return { topic, payload: `${head}${at}${middle}${Math.floor(number / fleet.length)}${tail}` }
  }
}

/** An event as ChirpStack 4 writes it, heard by two gateways: some 1,240 bytes. */
function templateOf({ devEui, sending: { fPort, hex } }: FleetDevice): { head: string; middle: string; tail: string } {
  const rxInfo = [-97, -104].map((rssi, index) => ({
    gatewayId: `7076ff00560812${index}0`,
    uplinkId: 1_234_567 + index,
    gwTime: '2026-11-22T06:12:31.218000+00:00',
    nsTime: '2026-11-22T06:12:31.300000+00:00',
    rssi,
    snr: 4.2 - index,
    channel: 3,
    rfChain: 1,
    location: { latitude: 47.39, longitude: 0.69, altitude: 55 },
    context: 'EFwMtA==',
    crcStatus: 'CRC_OK',
  }))
  const text = JSON.stringify({
    deduplicationId: '2063c7bb-6972-4c97-9586-49dfbe42c1b0',
    time: '#TIME#',
    deviceInfo: {
      tenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
      tenantName: 'Tours',
      applicationId: '3e1f6b1f-6b2a-4b52-9a65-0f8a3a1d9a11',
      applicationName: 'water',
      deviceProfileId: '0a3bb6b1-5a62-4d21-8f45-0f15c8c5d9f1',
      deviceProfileName: 'class A 1.0.3',
      deviceName: devEui,
      devEui,
      deviceClassEnabled: 'CLASS_A',
      tags: {},
    },
    devAddr: '00396d32',
    adr: true,
    dr: 3,
    fCnt: '#FCNT#',
    fPort,
    confirmed: false,
    data: Buffer.from(hex, 'hex').toString('base64'),
    rxInfo,
    txInfo: { frequency: 868_100_000, modulation: { lora: { bandwidth: 125_000, spreadingFactor: 9, codeRate: 'CR_4_5' } } },
    regionConfigId: 'eu868',
  })
  const [head = '', rest = ''] = text.split('#TIME#')
  const [middle = '', tail = ''] = rest.split('"#FCNT#"')
  return { head, middle, tail }
}
