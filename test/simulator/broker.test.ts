import mqtt from 'mqtt'
import { expect, test } from 'vitest'
import { EmbeddedBroker } from '../../src/simulator/broker.ts'

test('what was published is delivered once a lasting session has confirmed it; one that confirms nothing is not waited for', async () => {
  const broker = new EmbeddedBroker()
  await broker.start(0)
  const publisher = await mqtt.connectAsync(broker.url, { protocolVersion: 4 })
  const subscriber = await mqtt.connectAsync(broker.url, { protocolVersion: 4, clientId: 'lasting', clean: false })
  const withheld: (() => void)[] = []
  subscriber.handleMessage = (_, next) => void withheld.push(next)
  await subscriber.subscribeAsync('a', { qos: 1 })
  expect(await broker.delivered(60_000)).toBe(true)

  await publisher.publishAsync('a', '1', { qos: 1 })
  expect(await broker.delivered(300)).toBe(false)
  const delivered = broker.delivered(60_000)
  for (const next of withheld) next()
  expect(await delivered).toBe(true)

  await publisher.publishAsync('a', '2', { qos: 1 })
  expect(await broker.delivered(300)).toBe(false)
  subscriber.end(true)
  expect(await broker.delivered(60_000)).toBe(true)
  await publisher.endAsync()
  await broker.stop()
})
