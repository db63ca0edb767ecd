import { createServer, type Server, type Socket } from 'node:net'
import { Aedes, type Client } from 'aedes'
import { OndineError } from '../errors/ondine-error.ts'

/** An MQTT 3.1.1 broker in this process, on loopback, in memory: for the simulated network only. */
export class EmbeddedBroker {
  #aedes: Aedes | null = null
  #server: Server | null = null
  readonly #sockets = new Set<Socket>()
  #port = 0
  readonly #deliveries = new Deliveries()

  /** `mqtt://127.0.0.1:port`, known after `start()` */
  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`
  }

  /** Listens on `port`, or on a free one when it is busy (0: any free one); resolves with the port taken. */
  async start(port: number): Promise<number> {
    const aedes = await Aedes.createBroker()
    this.#deliveries.follow(aedes)
    const server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      aedes.handle(socket)
    })
    this.#aedes = aedes
    this.#server = server
    this.#port = await listen(server, port).catch((thrown) => {
      if (!isBusy(thrown) || port === 0) throw new OndineError('simulator.broker', { port }, { cause: thrown })
      return listen(server, 0)
    })
    return this.#port
  }

  /**
   * Resolves with true once every subscriber with a lasting session that is connected has confirmed what was published at
   * QoS 1 before; with false when none of them has confirmed anything for `patience` milliseconds.
   */
  delivered(patience: number): Promise<boolean> {
    return this.#deliveries.done(patience)
  }

  async stop(): Promise<void> {
    const [aedes, server] = [this.#aedes, this.#server]
    this.#aedes = null
    this.#server = null
    if (aedes !== null) await new Promise<void>((resolve) => aedes.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    if (server?.listening) await new Promise<void>((resolve) => server.close(() => resolve()))
  }
}

/**
 * What is between a publisher and the lasting sessions. aedes confirms a message to its publisher before anybody has it, and
 * forgets all of them when it is closed.
 */
class Deliveries {
  /** messages not yet written to all who subscribed */
  #publishing = 0
  /** by client: written to it, not confirmed by it */
  readonly #owed = new Map<Client, number>()
  readonly #waiting = new Set<() => void>()

  follow(aedes: Aedes): void {
    const { authorizePublish, authorizeForward } = aedes
    aedes.authorizePublish = (client, packet, done) =>
      authorizePublish.call(aedes, client, packet, (error) => {
        if (!error && client !== null && packet.qos > 0) this.#publishing += 1
        done(error)
      })
    aedes.authorizeForward = (client, packet) => {
      if (!client.clean && packet.qos > 0) this.#owed.set(client, (this.#owed.get(client) ?? 0) + 1)
      return authorizeForward.call(aedes, client, packet)
    }
    aedes.on('publish', (packet, client) => {
      if (client !== null && packet.qos > 0) this.#publishing -= 1
      this.#tell()
    })
    aedes.on('ack', (_, client) => {
      const left = (this.#owed.get(client) ?? 0) - 1
      if (left > 0) this.#owed.set(client, left)
      else this.#owed.delete(client)
      this.#tell()
    })
    aedes.on('clientDisconnect', (client) => {
      this.#owed.delete(client)
      this.#tell()
    })
  }

  async done(patience: number): Promise<boolean> {
    while (this.#publishing > 0 || this.#owed.size > 0) if (!(await this.#moved(patience))) return false
    return true
  }

  #moved(patience: number): Promise<boolean> {
    return new Promise((resolve) => {
      const late = setTimeout(end, patience, false)
      const moved = () => end(true)
      const waiting = this.#waiting
      waiting.add(moved)
      function end(answer: boolean) {
        clearTimeout(late)
        waiting.delete(moved)
        resolve(answer)
      }
    })
  }

  #tell(): void {
    for (const moved of this.#waiting) moved()
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE'
}
