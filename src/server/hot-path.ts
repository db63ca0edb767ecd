import { join } from 'node:path'
import { parseEvent } from '../adapters/chirpstack/events/parse-event.ts'
import { MqttIntake } from '../adapters/mqtt/intake.ts'
import { MqttPublisher } from '../adapters/mqtt/publisher.ts'
import { EventWatch } from '../health/event-watch.ts'
import type { NetworkEvent } from '../lorawan/network-event.ts'
import { HeardGateways } from '../provisioning/life/unknown-gateways.ts'
import { AlarmFile } from '../topics/alarm-file.ts'
import { installedAssets } from '../topics/availability.ts'
import { DecodedTopics } from '../topics/decoded-topics.ts'
import { statusMessage } from '../topics/messages.ts'
import { BoundedLetters } from '../uplinks/dead-letters/bounded-letters.ts'
import { LetterDesk } from '../uplinks/dead-letters/letter-desk.ts'
import { LetterRetry } from '../uplinks/dead-letters/letter-retry.ts'
import { Uplinks } from '../uplinks/uplinks.ts'
import type { Base } from './base.ts'
import type { Decoding } from './decoding.ts'
import type { EnteredNetwork } from './network.ts'
import { LiveFeed } from './reading-feed.ts'
import type { Storage } from './storage.ts'
import { uplinkMetrics } from './uplink-metrics.ts'
import { watchedSource } from './watched-source.ts'

/** From the broker into the store and out to the topics. Nothing of it is started yet. */
export interface HotPath {
  publisher: MqttPublisher
  intake: MqttIntake
  topics: DecodedTopics
  uplinks: Uplinks
  feed: LiveFeed
  watch: EventWatch
  heard: HeardGateways
  /** letters decoded again */
  retry: LetterRetry
  letters: LetterDesk
}

const day = 24 * 60 * 60 * 1000
/** A simulated fleet reports a minute's worth each second, and its past is worth nothing. */
const simulatedRetention = 60 * 60 * 1000

/** `observe` is told every event of the network, and rejects when it must come again. */
export function createHotPath(
  { config, logger, metrics }: Base,
  { store, gate, archive, directory, deadLetters, activity, audit }: Storage,
  { models, codecs }: Decoding,
  { network, client }: EnteredNetwork,
  observe: (event: NetworkEvent) => Promise<void>,
): HotPath {
  const measured = uplinkMetrics(metrics)
  const { prefix } = config.topics
  const publisher = new MqttPublisher({
    broker: network.topicsBroker,
    logger,
    protocolVersion: network.topicsProtocol,
    greeting: statusMessage(prefix, 'online'),
    farewell: statusMessage(prefix, 'offline'),
  })
  const intake = new MqttIntake({ broker: network.broker, logger, metrics: measured, protocolVersion: network.protocol })
  metrics.observed('broker_connected', 'Whether the broker is reached, 1 or 0.', 'connection', () => ({
    events: intake.state.connected ? 1 : 0,
    topics: publisher.state.connected ? 1 : 0,
  }))
  const topics = new DecodedTopics({
    prefix,
    publisher,
    store,
    installed: () => installedAssets(directory.devices(), (slug) => models.get(slug), new Date().toISOString()),
    alarms: new AlarmFile(join(config.dataDir, 'alarms.json'), logger),
    frozen: () => !intake.state.connected || !publisher.state.connected || !uplinks.caughtUp('topics'),
    logger,
  })
  const feed = new LiveFeed(logger)
  const watch = new EventWatch()
  const heard = new HeardGateways()
  const uplinks: Uplinks = new Uplinks({
    folder: join(config.dataDir, 'spool'),
    retentionMs: network.seed === null ? config.spool.retentionDays * day : simulatedRetention,
    reserveBytes: config.spool.reserveMegabytes * 1_000_000,
    source: watchedSource(intake, [watch, heard]),
    parse: parseEvent,
    directory,
    models,
    codecs,
    variables: (devEui) => client.directory.getVariables(devEui),
    store: feed.writing(gate),
    deadLetters: new BoundedLetters({ letters: deadLetters, limits: config.deadLetters, logger, metrics: measured }),
    topics,
    orders: async (events) => {
      for (const event of events) {
        watch.read(event, new Date())
        await observe(event)
      }
    },
    activity,
    frames: archive,
    logger,
    metrics: measured,
  })
  const retry = new LetterRetry({
    letters: deadLetters,
    parse: parseEvent,
    decoder: uplinks.decoder,
    apart: (decoded, offset) => uplinks.apart(decoded, offset),
    store: feed.writing(gate),
    ...{ topics, logger, metrics: measured },
  })
  directory.watch((devEuis) => retry.devicesChanged(devEuis))
  const letters = new LetterDesk({ letters: deadLetters, retry, parse: parseEvent, audit, now: () => new Date() })
  return { publisher, intake, topics, uplinks, feed, watch, heard, retry, letters }
}
