/**
 * Publishes uplinks of an installed fleet at QoS 1 as ChirpStack's integration does, in a process of its own. Arguments: url of the
 * broker, devices. Told `{ count, perSecond }` it sends so many, each device in turn (`perSecond` 0: as fast as the broker takes them),
 * and answers `{ seconds }` once all are acknowledged.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt from 'mqtt'
import { z } from 'zod'
import { uplinksOf } from './uplink-texts.ts'

const [url = '', devices = '1'] = process.argv.slice(2)
const order = z.object({ count: z.int(), perSecond: z.number() })
const uplink = uplinksOf(Number(devices))
const client = await mqtt.connectAsync(url, { protocolVersion: 5, clientId: 'bench-network' })
const mostInFlight = 2_000
let number = 0

process.on('message', (message) => void send(order.parse(message)))
process.once('disconnect', () => process.exit(0))
process.send?.('ready')

async function send({ count, perSecond }: z.infer<typeof order>): Promise<void> {
  const started = performance.now()
  let [sent, waiting] = [0, 0]
  const done = Promise.withResolvers<void>()
  const acknowledged = () => {
    waiting--
    if (sent === count && waiting === 0) done.resolve()
  }
  while (sent < count) {
    const due = perSecond === 0 ? count : Math.min(count, Math.floor(((performance.now() - started) * perSecond) / 1_000))
    while (sent < due && waiting < mostInFlight) {
      const { topic, payload } = uplink(number, Date.now())
      client.publish(topic, payload, { qos: 1 }, acknowledged)
      sent++
      waiting++
      number++
    }
    await sleep(waiting >= mostInFlight ? 1 : 2)
  }
  await done.promise
  process.send?.({ seconds: (performance.now() - started) / 1_000 })
}
