/**
 * Publishes uplinks of an installed fleet at QoS 1 as ChirpStack's integration does, in a process of its own. Arguments: url of the
 * broker, devices. Told `{ count, perSecond, backInTime }` it sends so many, each device in turn (`perSecond` 0: as fast as the broker
 * takes them; `backInTime`: ms before now of the first one, for a backlog), and answers `{ seconds }` once all are acknowledged.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt from 'mqtt'
import { z } from 'zod'
import { type FleetDevice, fleetOf } from './installed-fleet.ts'

const [url = '', devices = '1'] = process.argv.slice(2)
const order = z.object({ count: z.int(), perSecond: z.number(), backInTime: z.number() })
const fleet = fleetOf(Number(devices)).map((device) => ({
  topic: `application/bench/device/${device.devEui}/event/up`,
  ...templateOf(device),
}))
const client = await mqtt.connectAsync(url, { protocolVersion: 5, clientId: 'bench-network' })
const mostInFlight = 2_000
let number = 0

process.on('message', (message) => void send(order.parse(message)))
process.once('disconnect', () => process.exit(0))
process.send?.('ready')

async function send({ count, perSecond, backInTime }: z.infer<typeof order>): Promise<void> {
  const started = performance.now()
  const first = Date.now() - backInTime
  let [sent, waiting] = [0, 0]
  const done = Promise.withResolvers<void>()
  const acknowledged = () => {
    waiting--
    if (sent === count && waiting === 0) done.resolve()
  }
  while (sent < count) {
    const due = perSecond === 0 ? count : Math.min(count, Math.floor(((performance.now() - started) * perSecond) / 1_000))
    while (sent < due && waiting < mostInFlight) {
      const device = fleet[number % fleet.length]
      if (device === undefined) throw new Error('no devices')
      const fCnt = Math.floor(number / fleet.length)
      // A millisecond each, so that no two uplinks of a device have one time.
      const time = new Date(backInTime === 0 ? Date.now() : first + sent).toISOString().replace('Z', '+00:00')
      client.publish(device.topic, `${device.head}${time}${device.middle}${fCnt}${device.tail}`, { qos: 1 }, acknowledged)
      sent++
      waiting++
      number++
    }
    await sleep(waiting >= mostInFlight ? 1 : 2)
  }
  await done.promise
  process.send?.({ seconds: (performance.now() - started) / 1_000 })
}

/** An event as ChirpStack 4 writes it, heard by three gateways: some 1,240 bytes. */
function templateOf({ devEui, sending: { fPort, hex } }: FleetDevice): { head: string; middle: string; tail: string } {
  const rxInfo = [-97, -104, -112].map((rssi, index) => ({
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
