import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { HttpError, InfluxDB, type Transport } from '@influxdata/influxdb-client'

/** What a server answered when it did not do what was asked. */
export interface Refusal {
  status: number
  reason: string
}

export type Answer = { ok: true; body: unknown } | { ok: false; refusal: Refusal }

/** Requests over the official client's transport; nothing is tried again here. Rejects only when there is no answer. */
export class Connection {
  readonly #transport: Transport
  readonly #agent: HttpAgent
  readonly #headers: Record<string, string>
  /** `X-Influxdb-Version` of the last answer */
  version = 'unknown'

  constructor(options: { url: string; authorization: string | null; timeout: number }) {
    this.#agent = options.url.startsWith('https:') ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
    const { url, timeout } = options
    this.#transport = new InfluxDB({ url, timeout, transportOptions: { agent: this.#agent } }).transport
    this.#headers = options.authorization === null ? {} : { authorization: options.authorization }
  }

  get(path: string): Promise<Answer> {
    return this.#request('GET', path, '', 'application/json')
  }

  post(
    path: string,
    body: string,
    type: 'text/plain; charset=utf-8' | 'application/json' | 'application/x-www-form-urlencoded',
  ): Promise<Answer> {
    return this.#request('POST', path, body, type)
  }

  /** Ends idle connections. */
  close(): void {
    this.#agent.destroy()
  }

  async #request(method: string, path: string, body: string, type: string): Promise<Answer> {
    try {
      const text = await this.#send(method, path, body, type)
      return { ok: true, body: text === '' ? null : parseJson(text) }
    } catch (error) {
      if (error instanceof HttpError) return { ok: false, refusal: { status: error.statusCode, reason: reasonOf(error) } }
      throw error
    }
  }

  /** The transport's own `request` copies everything received so far with each piece of a long answer. */
  #send(method: string, path: string, body: string, type: string): Promise<string> {
    const pieces: Uint8Array[] = []
    return new Promise((resolve, reject) => {
      this.#transport.send(
        path,
        body,
        { method, headers: { ...this.#headers, 'content-type': type } },
        {
          responseStarted: (headers) => {
            const version = headers['x-influxdb-version']
            if (typeof version === 'string') this.version = version
          },
          next: (piece) => {
            pieces.push(piece)
          },
          error: reject,
          complete: () => resolve(Buffer.concat(pieces).toString()),
        },
      )
    })
  }
}

/** null is what no schema of an answer takes. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** 1.x: `{"error": …}`; 2.x: `{"code": …, "message": …}`; a proxy: anything. */
function reasonOf(error: HttpError): string {
  const json: unknown = error.json
  if (typeof json === 'object' && json !== null) {
    if ('error' in json && typeof json.error === 'string') return json.error
    if ('message' in json && typeof json.message === 'string') return json.message
  }
  return `HTTP ${error.statusCode} ${error.statusMessage ?? ''}`.trim()
}
