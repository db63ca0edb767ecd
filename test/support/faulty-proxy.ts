import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'

/** What the proxy does with one write; the others it hands on. */
export type Fault =
  | 'pass'
  | 'hang'
  | 'close at once'
  | 'close half-way'
  | 'store, then close'
  | 'store, then 500'
  | { status: number; headers?: Record<string, string>; body: string }

/** A proxy before an InfluxDB, whose writes meet with one fault after the other. */
export interface FaultyProxy {
  readonly url: string
  /** what the next writes meet with, in turn; then they pass */
  readonly faults: Fault[]
  /** how many writes met with each */
  readonly met: Map<string, number>
  stop(): Promise<void>
}

export interface FaultyProxyOptions {
  target: string
  /** bytes of a body at most; larger ones are answered with 413 */
  most: number
  /** what reaches the database in the place of a line */
  change: (line: string) => string
}

export async function startFaultyProxy({ target, most, change }: FaultyProxyOptions): Promise<FaultyProxy> {
  const faults: Fault[] = []
  const met = new Map<string, number>()
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const raw = Buffer.concat(chunks)
    if (!incoming.url?.includes('/write')) return forward(incoming, raw, outgoing)
    if (raw.length > most) return refuse(outgoing, { status: 413, body: '{"error":"Request Entity Too Large"}' })
    const text = (incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString()
    const body = Buffer.from(text.split('\n').map(change).join('\n'))
    const fault = faults.shift() ?? 'pass'
    const name = typeof fault === 'string' ? fault : `${fault.status}`
    met.set(name, (met.get(name) ?? 0) + 1)
    if (typeof fault === 'object') return refuse(outgoing, fault)
    if (fault === 'hang') return
    if (fault === 'close at once') return void outgoing.destroy()
    if (fault === 'close half-way') {
      outgoing.writeHead(200, { 'content-length': '100', 'content-type': 'application/json' })
      return void outgoing.write('{', () => outgoing.destroy())
    }
    forward(incoming, body, outgoing, fault)
  })

  function refuse(outgoing: ServerResponse, { status, headers = {}, body }: Exclude<Fault, string>): void {
    outgoing.writeHead(status, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/html', ...headers })
    outgoing.end(body)
  }

  function forward(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse, fault: Fault = 'pass'): void {
    const { 'content-encoding': _, 'content-length': __, host: ___, ...headers } = incoming.headers
    const onward = request(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method ?? 'GET', headers: { ...headers, 'content-length': body.length } },
      (answer) => {
        if (fault === 'store, then close') return answer.resume().once('end', () => outgoing.destroy())
        if (fault === 'store, then 500')
          return answer.resume().once('end', () => refuse(outgoing, { status: 500, body: '{"error":"timeout"}' }))
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        return answer.pipe(outgoing)
      },
    )
    onward.once('error', () => refuse(outgoing, { status: 502, body: '<h1>Bad Gateway</h1>' }))
    onward.end(body)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    faults,
    met,
    async stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
