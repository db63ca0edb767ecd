import type { Logger } from 'pino'
import { serverScope } from '../access/scope.ts'
import { type ChirpstackClient, createChirpstackClient } from '../adapters/chirpstack/client.ts'
import type { StartedServer } from '../cli/launch.ts'
import type { BrokerConfig, Config } from '../config/schema.ts'
import { OndineError } from '../errors/ondine-error.ts'
import type { Seed } from '../inventory/seed.ts'
import type { Base } from './base.ts'
import type { Decoding } from './decoding.ts'
import { GatewayWatch } from './gateway-watch.ts'
import type { Storage } from './storage.ts'

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
  /** the simulated devices fall silent; resolves once what they sent has arrived here */
  pause(): Promise<void>
  stop(): Promise<void>
}

export interface NetworkParts extends Decoding {
  config: Config
  logger: Logger
}

export interface EnteredNetwork {
  network: Network
  client: ChirpstackClient
}

/** Joins the network, installs the territory of a simulated one, and reads the gateways of a real one. */
export async function enterNetwork({ config, logger, closing }: Base, { inventory }: Storage, decoding: Decoding): Promise<EnteredNetwork> {
  const network = await joinNetwork({ config, logger, ...decoding })
  closing.add(() => network.stop())
  const client = createChirpstackClient(network.chirpstack)
  closing.add(async () => client.stop())
  if (network.seed === null) await closing.after(new GatewayWatch(client.directory, inventory, logger))
  else await inventory.seed(serverScope, network.seed)
  return { network, client }
}

/** The simulator is loaded only where it is used. */
async function joinNetwork(parts: NetworkParts): Promise<Network> {
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
    pause: async () => undefined,
    stop: async () => undefined,
  }
}

/** A client id is one connection's: intake and publisher of one broker must not throw each other out. */
export function publisherOf(broker: BrokerConfig): BrokerConfig {
  return { ...broker, clientId: `${broker.clientId}-topics` }
}

export function withoutPassword(address: string): string {
  const url = new URL(address)
  url.username = ''
  url.password = ''
  return url.href.replace(/\/$/, '')
}
