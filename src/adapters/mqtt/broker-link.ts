import { readFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import type { BrokerConfig } from '../../config/schema.ts'
import { OndineError } from '../../errors/ondine-error.ts'

export interface BrokerLinkOptions {
  broker: BrokerConfig
  /** 5 for real brokers; 4 (MQTT 3.1.1) for the embedded one */
  protocolVersion: 4 | 5
  /** what differs between intake and publisher */
  client: IClientOptions
  logger: Logger
  /** without a connection for so long (ms) the link begins anew, whatever mqtt.js is waiting for; a minute unless told */
  hungAfterMs?: number
  /** the network connection is up and the broker has accepted us; also after each reconnection */
  onConnected: (client: MqttClient) => void
  onClosed: () => void
}

/** What is known of a connection, for `ondine doctor` and the readiness check. */
export interface BrokerState {
  connected: boolean
  /** ISO 8601; since when it is so */
  since: string
  /** why it is not connected, or what the broker refuses; null when all is well */
  problem: string | null
}

/**
 * One connection that comes back for ever. mqtt.js reconnects by itself after a lost connection, but may hang half-way
 * (a proxy that accepts and says nothing): the watchdog then begins anew with a fresh stream.
 */
export class BrokerLink {
  private readonly options: BrokerLinkOptions
  private client: MqttClient | null = null
  private watchdog: NodeJS.Timeout | null = null
  private pause: NodeJS.Timeout | null = null
  private current: BrokerState = { connected: false, since: new Date().toISOString(), problem: null }
  /** a broker that hangs does not keep us from stopping */
  private static readonly goodbyeMs = 5_000

  constructor(options: BrokerLinkOptions) {
    this.options = options
  }

  get state(): BrokerState {
    return this.current
  }

  /** the client while it is connected */
  get live(): MqttClient | null {
    return this.client?.connected ? this.client : null
  }

  /** Begins to connect; a broker that is away is no error, the link waits for it. Rejects with `broker.ca-unreadable`. */
  async start(): Promise<MqttClient> {
    const { broker, protocolVersion, logger, hungAfterMs = 60_000 } = this.options
    const { url, username, password, ca, clientId } = broker
    const client = mqtt.connect(url, {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(ca === undefined ? {} : { ca: await readCa(ca) }),
      clientId,
      protocolVersion,
      keepalive: 30,
      connectTimeout: 10_000,
      reconnectPeriod: 1_000,
      // A broker that is starting, or a password that is being changed, refuses for a while only.
      reconnectOnConnackError: true,
      // Its own traces: several calls for each message, into nothing.
      log: () => {},
      ...this.options.client,
    })
    this.client = client
    client.on('connect', () => {
      // A small packet must not wait for the acknowledgement of the one before it (Nagle): 40 ms each time.
      if (client.stream instanceof Socket) client.stream.setNoDelay(true)
      this.became(true, null)
      this.options.onConnected(client)
    })
    client.on('error', (error) => this.trouble(error))
    client.on('close', () => {
      if (this.current.connected) this.became(false, 'the connection was closed')
      this.options.onClosed()
    })
    this.watchdog = setInterval(() => {
      const silentMs = Date.now() - Date.parse(this.current.since)
      if (this.current.connected || this.pause !== null || silentMs < hungAfterMs) return
      logger.warn({ client: clientId }, 'broker: no connection for long, beginning anew')
      this.became(false, this.current.problem)
      this.restart(0)
    }, hungAfterMs / 4)
    return client
  }

  /** Drops the connection without a word, unsent acknowledgements included, and connects again after `delayMs`. */
  restart(delayMs: number): void {
    const client = this.client
    if (!client || this.pause !== null) return
    this.pause = setTimeout(() => {
      this.pause = null
      client.reconnect()
    }, delayMs)
    client.end(true)
  }

  /** The broker refuses something although we are connected. */
  refused(problem: string): void {
    this.current = { ...this.current, problem }
  }

  async stop(): Promise<void> {
    if (this.watchdog) clearInterval(this.watchdog)
    if (this.pause) clearTimeout(this.pause)
    const client = this.client
    this.client = null
    if (!client) return
    let late: NodeJS.Timeout | undefined
    // mqtt.js waits for every answer that it is owed, also from a broker that gives none.
    const unanswered = new Promise<void>((resolve) => {
      late = setTimeout(() => {
        client.stream.destroy()
        resolve()
      }, BrokerLink.goodbyeMs)
    })
    await Promise.race([client.endAsync(!client.connected), unanswered])
    clearTimeout(late)
    this.became(false, null)
  }

  private trouble(error: Error): void {
    const reason = 'code' in error && error.code !== undefined ? `${error.message || error.code}` : error.message
    if (reason !== this.current.problem) this.options.logger.warn({ client: this.options.broker.clientId, reason }, 'broker: no connection')
    this.current = { ...this.current, problem: reason }
  }

  private became(connected: boolean, problem: string | null): void {
    const { logger, broker } = this.options
    if (connected !== this.current.connected) {
      if (connected) logger.info({ client: broker.clientId }, 'broker: connected')
      else if (this.client) logger.warn({ client: broker.clientId }, 'broker: connection lost, trying again until it is back')
    }
    this.current = { connected, since: new Date().toISOString(), problem }
  }
}

async function readCa(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new OndineError('broker.ca-unreadable', { file, reason }, { cause: error })
  }
}
