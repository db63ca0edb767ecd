import type { Logger } from 'pino'
import type { StartedServer } from '../cli/launch.ts'
import type { CodecRunner } from '../codecs/codec-runner.ts'
import type { Registry } from '../codecs/registry.ts'
import type { BrokerConfig, Config } from '../config/schema.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { Seed } from '../inventory/seed.ts'
import type { InstalledModels } from './installed-models.ts'

/** The network this server works for: a real one of the configuration, or the simulated one. */
export interface Network {
  chirpstack: { url: string; token: string }
  /** ChirpStack's events come by it */
  broker: BrokerConfig
  protocol: 4 | 5
  topicsBroker: BrokerConfig
  topicsProtocol: 4 | 5
  /** the territory of a simulated network; null: a real one, whose inventory is made by people */
  seed: Seed | null
  fleet: StartedServer['fleet']
  notes: StartedServer['notes']
  /** lets the simulated devices speak, once all is ready to hear them */
  begin(): void
  stop(): Promise<void>
}

export interface NetworkParts {
  config: Config
  models: InstalledModels
  registry: Registry
  codecs: CodecRunner
  logger: Logger
}

/** The simulator is loaded only where it is used. */
export async function joinNetwork(parts: NetworkParts): Promise<Network> {
  const { chirpstack, broker, topics } = parts.config
  if (chirpstack === undefined) return (await import('./simulated-network.ts')).simulatedNetwork(parts)
  if (broker === undefined) {
    throw new OndineError('config.invalid', { path: 'broker', reason: 'is needed beside chirpstack: the broker ChirpStack publishes to' })
  }
  return {
    chirpstack,
    broker,
    protocol: 5,
    topicsBroker: publisherOf(topics.broker ?? broker),
    topicsProtocol: 5,
    seed: null,
    fleet: null,
    notes: [],
    begin: () => undefined,
    stop: async () => undefined,
  }
}

/** A client id is one connection's: intake and publisher of one broker must not throw each other out. */
export function publisherOf(broker: BrokerConfig): BrokerConfig {
  return { ...broker, clientId: `${broker.clientId}-topics` }
}
