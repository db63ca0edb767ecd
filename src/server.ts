import type { StartedServer } from './cli/launch.ts'
import type { Config } from './config/schema.ts'
import { about } from './server/about.ts'
import type { Base } from './server/base.ts'
import { Closing } from './server/closing.ts'
import { startDecoding } from './server/decoding.ts'
import { createHotPath, type HotPath } from './server/hot-path.ts'
import { createApi } from './server/http-api.ts'
import { lifeDesk } from './server/life.ts'
import { enterNetwork, withoutPassword } from './server/network.ts'
import { createOrders } from './server/orders.ts'
import { startProvisioning } from './server/provisioning.ts'
import { createPast } from './server/replay.ts'
import { openStorage } from './server/storage.ts'
import { createLogger } from './telemetry/logger.ts'
import { Metrics } from './telemetry/metrics.ts'

/**
 * Builds every part from the configuration and starts them, from the store up to the API; stop goes the other way, and so
 * does a start that fails. What is outside and away (broker, ChirpStack, InfluxDB) is waited for; what is ours and broken
 * rejects in one sentence.
 */
export async function startServer(config: Config): Promise<StartedServer> {
  const logger = createLogger(config.log.level)
  const closing = new Closing()
  try {
    return await start({ config, logger, metrics: new Metrics(), closing })
  } catch (error) {
    // What failed first is what a person must read.
    await closing.close().catch((failure: unknown) => logger.warn({ err: failure }, 'a part could not be stopped'))
    throw error
  }
}

async function start(base: Base): Promise<StartedServer> {
  const { config, closing } = base
  const identity = { version: about().version, startedAt: new Date() }

  const storage = await openStorage(base)
  const decoding = await startDecoding(base)
  const { network, client } = await enterNetwork(base, storage, decoding)

  // The two know each other: events tell what became of orders, and an order is given up only where events are heard.
  const orders = createOrders(base, storage, decoding, {
    queue: client.downlinks,
    hearing: () => hotPath.intake.state.connected && hotPath.uplinks.caughtUp('orders'),
  })
  const hotPath: HotPath = createHotPath(base, storage, decoding, { network, client }, (event) => orders.dispatcher.observe(event))
  await closing.after(hotPath.publisher)
  await closing.after(hotPath.topics)
  await closing.after(hotPath.uplinks)
  await closing.after(hotPath.retry)
  await closing.after(orders.dispatcher)
  const past = createPast(base, storage, decoding, hotPath)
  await closing.after(past.replays)
  await closing.after(past.sweep)

  const provisioning = await startProvisioning(base, storage, decoding, { network, client })
  const life = lifeDesk(storage, decoding, hotPath, provisioning, { network, client })
  const api = createApi(base, storage, decoding, hotPath, orders, { ...provisioning, life, past }, { network, client }, identity)
  const { url, port } = await closing.after(api)
  network.begin()
  closing.add(() => network.pause())

  const { listen, topics, store } = config
  const portMoved = listen.port !== 0 && port !== listen.port
  return {
    version: identity.version,
    simulated: network.seed !== null,
    url,
    brokerUrl: withoutPassword(network.topicsBroker.url),
    topics: topics.prefix,
    store: store.kind,
    fleet: network.fleet,
    notes: [...network.notes, ...(portMoved ? [{ code: 'port-taken' as const, wanted: listen.port, used: port }] : [])],
    onReading: (listener) => void hotPath.feed.subscribe(listener),
    stop: () => closing.close(),
  }
}
