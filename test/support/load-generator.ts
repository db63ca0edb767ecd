/**
 * Publishes numbered uplinks at QoS 1 as ChirpStack's integration would, in a process of its own, and remembers which of
 * them the broker has acknowledged. Arguments: url of the broker, uplinks a second, time of the first one (ms), devices.
 * Told 'stop' it waits for what is on its way and answers with the numbers of those without an acknowledgement.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt from 'mqtt'
import { loadDevice, numberedUplink } from './counting-network.ts'

const [url = '', rate = '0', firstTime = '0', devices = '1'] = process.argv.slice(2)
const perTick = Number(rate) / 50
const mostInFlight = 4_000
const client = mqtt.connect(url, {
  protocolVersion: 5,
  clientId: 'chirpstack-integration',
  clean: false,
  reconnectPeriod: 100,
  properties: { sessionExpiryInterval: 3_600 },
})
client.on('error', () => {})
const waiting = new Set<number>()
let next = 0
let stopping = false
let owed = 0

process.on('message', () => {
  stopping = true
})
process.once('disconnect', () => process.exit(1))

while (!stopping) {
  owed = Math.min(owed + perTick, Number(rate))
  while (owed >= 1 && waiting.size < mostInFlight) {
    owed -= 1
    const number = next++
    const { topic, payload } = numberedUplink(loadDevice(number % Number(devices)), number, Number(firstTime))
    waiting.add(number)
    client.publish(topic, Buffer.from(payload), { qos: 1 }, (error) => {
      if (error === undefined || error === null) waiting.delete(number)
    })
  }
  await sleep(20)
}
for (let attempt = 0; attempt < 1_200 && waiting.size > 0; attempt++) await sleep(50)
process.send?.({ sent: next, unacknowledged: [...waiting] }, () => process.exit(0))
