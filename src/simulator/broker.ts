import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { OndineError } from '../errors/ondine-error.ts'

/** An MQTT 3.1.1 broker in this process, on loopback, in memory: for the simulated network only. */
export class EmbeddedBroker {
  #aedes: Aedes | null = null
  #server: Server | null = null
  readonly #sockets = new Set<Socket>()
  #port = 0

  /** `mqtt://127.0.0.1:port`, known after `start()` */
  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`
  }

  /** Listens on `port`, or on a free one when it is busy (0: any free one); resolves with the port taken. */
  async start(port: number): Promise<number> {
    const aedes = await Aedes.createBroker()
    const server = createServer((socket) => {
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

  async stop(): Promise<void> {
    const [aedes, server] = [this.#aedes, this.#server]
    this.#aedes = null
    this.#server = null
    if (aedes !== null) await new Promise<void>((resolve) => aedes.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    if (server?.listening) await new Promise<void>((resolve) => server.close(() => resolve()))
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
