import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { ensureAdminToken } from './access/admin-token.ts'
import { serverScope } from './access/scope.ts'
import { createChirpstackClient } from './adapters/chirpstack/client.ts'
import { parseEvent } from './adapters/chirpstack/events/parse-event.ts'
import { MqttIntake } from './adapters/mqtt/intake.ts'
import { MqttPublisher } from './adapters/mqtt/publisher.ts'
import { newId } from './adapters/sql/new-id.ts'
import { SqlDeadLetters } from './adapters/sql/sql-dead-letters.ts'
import { SqlDeviceActivity } from './adapters/sql/sql-device-activity.ts'
import { SqlInventory } from './adapters/sql/sql-inventory.ts'
import { SqlOrderLedger } from './adapters/sql/sql-order-ledger.ts'
import { SqlTokens } from './adapters/sql/sql-tokens.ts'
import { ApiServer } from './api/server.ts'
import type { StartedServer } from './cli/launch.ts'
import { CodecEngine } from './codecs/engine/codec-engine.ts'
import { Registry } from './codecs/registry.ts'
import { CommandService } from './commands/command-service.ts'
import { Dispatcher } from './commands/dispatcher.ts'
import type { Config } from './config/schema.ts'
import { OndineError } from './errors/ondine-error.ts'
import { EventWatch } from './health/event-watch.ts'
import { Directory } from './inventory/directory.ts'
import { Inventory } from './inventory/inventory.ts'
import type { ReadingStore } from './readings/reading-store.ts'
import { about } from './server/about.ts'
import { Closing } from './server/closing.ts'
import { GatewayWatch } from './server/gateway-watch.ts'
import { InstalledModels, shippedModels, shippedProfiles } from './server/installed-models.ts'
import { joinNetwork } from './server/network.ts'
import { LiveFeed } from './server/reading-feed.ts'
import { selfView } from './server/self-view.ts'
import { createDatabase, createReadingStore } from './server/storage.ts'
import { uplinkMetrics } from './server/uplink-metrics.ts'
import { watchedSource } from './server/watched-source.ts'
import { createLogger } from './telemetry/logger.ts'
import { Metrics } from './telemetry/metrics.ts'
import { AlarmFile } from './topics/alarm-file.ts'
import { installedAssets } from './topics/availability.ts'
import { DecodedTopics } from './topics/decoded-topics.ts'
import { statusMessage } from './topics/messages.ts'
import { FolderLock } from './uplinks/spool/files.ts'
import { Uplinks } from './uplinks/uplinks.ts'

/**
 * Builds every part from the configuration and starts them, from the store up to the API; stop goes the other way.
 * What is outside and away (broker, ChirpStack, InfluxDB) is waited for; what is ours and broken rejects in one sentence.
 */
export async function startServer(config: Config): Promise<StartedServer> {
  const startedAt = new Date()
  const { version } = about()
  const logger = createLogger(config.log.level)
  const metrics = new Metrics()
  const closing = new Closing()
  const { dataDir } = config
  await mkdir(dataDir, { recursive: true, mode: 0o700 })

  try {
    // Before anything acts: a second process would throw the first one's connections out and send its orders again.
    const lock = new FolderLock()
    lock.take(dataDir, join(dataDir, 'lock'))
    closing.add(async () => lock.release())
    const database = createDatabase(config, logger)
    await closing.after(database)
    const store = createReadingStore(config)
    await startStore(store, logger)
    closing.add(() => store.stop())

    const inventoryStore = new SqlInventory(database)
    const directory = new Directory(inventoryStore)
    await closing.after(directory)
    const inventory = new Inventory({ store: inventoryStore, newId, changed: (devEuis) => directory.changed(devEuis) })
    const tokens = new SqlTokens(database)
    await ensureAdminToken(tokens, dataDir)
    const deadLetters = new SqlDeadLetters(database)
    const ledger = new SqlOrderLedger(database)

    const registry = new Registry({ folders: [shippedModels, ...config.codecs.folders], logger })
    await registry.start()
    await registry.check()
    const models = new InstalledModels(registry, shippedProfiles, logger)
    await models.start()
    const strikes = metrics.counter('codec_troubles_total', 'Codecs struck or disabled, and codec processes that ended.', ['type'])
    const codecs = new CodecEngine({
      models: registry,
      logger,
      onEvent: ({ type }) => strikes({ type }),
      ...(config.codecs.processes === undefined ? {} : { processes: config.codecs.processes }),
    })
    await closing.after(codecs)

    const measured = uplinkMetrics(metrics)
    const network = await joinNetwork({ config, models, registry, codecs, logger })
    closing.add(() => network.stop())
    if (network.seed !== null) await inventory.seed(serverScope, network.seed)
    const client = createChirpstackClient(network.chirpstack)
    closing.add(async () => client.stop())
    if (network.seed === null) {
      const gateways = new GatewayWatch(client.directory, inventory, logger)
      gateways.start()
      closing.add(async () => gateways.stop())
    }

    const counted = metrics.counter('orders_total', 'Orders by the state they came into.', ['state'])
    const dispatcher = new Dispatcher({
      ledger,
      queue: client.downlinks,
      logger,
      now: () => new Date(),
      hearing: () => intake.state.connected && uplinks.caughtUp('orders'),
      count: (state) => counted({ state }),
    })
    const commands = new CommandService({
      targets: { find: (scope, asset) => inventory.target(scope, asset) },
      models,
      codecs,
      ledger,
      accepted: () => dispatcher.look(),
      now: () => new Date(),
    })

    const { prefix } = config.topics
    const publisher = new MqttPublisher({
      broker: network.topicsBroker,
      logger,
      protocolVersion: network.topicsProtocol,
      greeting: statusMessage(prefix, 'online'),
      farewell: statusMessage(prefix, 'offline'),
    })
    await closing.after(publisher)
    const intake = new MqttIntake({ broker: network.broker, logger, metrics: measured, protocolVersion: network.protocol })
    metrics.observed('broker_connected', 'Whether the broker is reached, 1 or 0.', 'connection', () => ({
      events: intake.state.connected ? 1 : 0,
      topics: publisher.state.connected ? 1 : 0,
    }))
    const feed = new LiveFeed()
    const watch = new EventWatch()
    const topics = new DecodedTopics({
      prefix,
      publisher,
      store,
      installed: () => installedAssets(directory.devices(), (slug) => models.get(slug), new Date().toISOString()),
      alarms: new AlarmFile(join(dataDir, 'alarms.json'), logger),
      frozen: () => !intake.state.connected || !publisher.state.connected || !uplinks.caughtUp('topics'),
      logger,
    })
    const uplinks: Uplinks = new Uplinks({
      folder: join(dataDir, 'spool'),
      retentionMs: config.spool.retentionDays * 24 * 60 * 60 * 1000,
      source: watchedSource(intake, watch),
      parse: parseEvent,
      directory,
      models,
      codecs,
      store: feed.writing(store),
      deadLetters,
      topics,
      orders: async (events) => {
        for (const event of events) {
          watch.read(event, new Date())
          await dispatcher.observe(event)
        }
      },
      activity: new SqlDeviceActivity(database),
      logger,
      metrics: measured,
    })
    await closing.after(topics)
    await closing.after(uplinks)
    await closing.after(dispatcher)

    const api = new ApiServer(
      {
        tokens,
        inventory,
        readings: store,
        feed,
        commands,
        models,
        deadLetters,
        self: selfView({
          config,
          version,
          startedAt,
          simulated: network.seed !== null,
          inventory,
          deadLetters,
          store,
          codecs,
          uplinks,
          feed,
          watch,
          metrics,
          broker: () =>
            intake.state.connected
              ? { reached: true, url: withoutPassword(network.broker.url) }
              : { reached: false, reason: intake.state.problem ?? 'not connected yet' },
          chirpstack: network.seed !== null ? null : (knownDevice) => client.probe(knownDevice),
        }),
        now: () => new Date(),
      },
      { host: config.listen.host, port: config.listen.port, tls: config.listen.tls, dataDir, version },
      logger,
    )
    const { url, port } = await api.start()
    closing.add(() => api.stop())
    network.begin()

    const portMoved = config.listen.port !== 0 && port !== config.listen.port
    return {
      version,
      simulated: network.seed !== null,
      url,
      brokerUrl: withoutPassword(network.topicsBroker.url),
      topics: prefix,
      store: config.store.kind,
      fleet: network.fleet,
      notes: [...network.notes, ...(portMoved ? [{ code: 'port-taken' as const, wanted: config.listen.port, used: port }] : [])],
      onReading: (listener) => void feed.subscribe(listener),
      stop: () => closing.close(),
    }
  } catch (error) {
    await closing.close()
    throw error
  }
}

/** A database that is away now is away later too: the spool keeps what it cannot take. What only a person can mend ends the start. */
async function startStore(store: ReadingStore, logger: Logger): Promise<void> {
  try {
    await store.start()
  } catch (thrown) {
    const error = OndineError.from(thrown)
    if (error.kind !== 'unreachable') throw error
    logger.warn({ reason: error.message }, 'store: away, readings wait in the spool')
  }
}

function withoutPassword(address: string): string {
  const url = new URL(address)
  url.username = ''
  url.password = ''
  return url.href.replace(/\/$/, '')
}
