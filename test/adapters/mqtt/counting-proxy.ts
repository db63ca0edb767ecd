import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'

/** Stands between a client and a broker and counts the control packets of each type (MQTT §2.2.1) that the client sends. */
export class CountingProxy {
  readonly sent = new Map<number, number>()
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((client) => this.#join(client))
  port = 0

  constructor(target: number) {
    this.#target = target
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    this.port = address.port
  }

  async stop(): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  count(type: number): number {
    return this.sent.get(type) ?? 0
  }

  #join(client: Socket): void {
    const broker = createConnection({ port: this.#target, host: '127.0.0.1' })
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(from)
      from.on('error', () => {})
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
    let rest = Buffer.alloc(0)
    client.on('data', (chunk: Buffer) => {
      rest = this.#countPackets(Buffer.concat([rest, chunk]))
    })
  }

  #countPackets(bytes: Buffer): Buffer<ArrayBuffer> {
    let at = 0
    for (;;) {
      let length = 0
      let digits = 1
      for (; digits <= 4; digits++) {
        const digit = bytes[at + digits]
        if (digit === undefined) return Buffer.from(bytes.subarray(at))
        length += (digit & 0x7f) * 128 ** (digits - 1)
        if (digit < 128) break
      }
      const end = at + 1 + digits + length
      if (end > bytes.length) return Buffer.from(bytes.subarray(at))
      const type = (bytes[at] ?? 0) >> 4
      this.sent.set(type, this.count(type) + 1)
      at = end
    }
  }
}

export const puback = 4
