import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { HttpError, InfluxDB, type SendOptions, type Transport } from '@influxdata/influxdb-client'

/** What a server answered when it did not do what was asked. */
export interface Refusal {
  status: number
  reason: string
  /** how long (ms) it wants to be left alone */
  retryAfterMs?: number
}

export interface ConnectionOptions {
  url: string
  authorization: string | null
  /** how long (ms) a whole answer may take */
  timeout: number
  /** bodies of more bytes than this are compressed */
  gzipAbove: number
}

export type Answer = { ok: true; body: unknown } | { ok: false; refusal: Refusal }

/** Requests over the official client's transport; nothing is tried again here. Rejects only when there is no answer. */
export class Connection {
  readonly #transport: Transport
  readonly #agent: HttpAgent
  readonly #headers: Record<string, string>
  readonly #timeout: number
  readonly #gzipAbove: number
  /** `X-Influxdb-Version` of the last answer */
  version = 'unknown'

  constructor({ url, authorization, timeout, gzipAbove }: ConnectionOptions) {
    this.#agent = url.startsWith('https:') ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
    // Its own time-out begins anew with each byte, and leaves the connection open: ours is below.
    this.#transport = new InfluxDB({ url, timeout: 0, transportOptions: { agent: this.#agent } }).transport
    this.#headers = authorization === null ? {} : { authorization }
    this.#timeout = timeout
    this.#gzipAbove = gzipAbove
  }

  get(path: string): Promise<Answer> {
    return this.#request('GET', path, '', 'application/json')
  }

  /** `timeout` (ms) where it is another than that of all requests. */
  post(
    path: string,
    body: string,
    type: 'text/plain; charset=utf-8' | 'application/json' | 'application/x-www-form-urlencoded',
    timeout = this.#timeout,
  ): Promise<Answer> {
    return this.#request('POST', path, body, type, timeout)
  }

  /** Ends idle connections. */
  close(): void {
    this.#agent.destroy()
  }

  async #request(method: string, path: string, body: string, type: string, timeout = this.#timeout): Promise<Answer> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), timeout)
    try {
      const text = await this.#send(path, body, { method, headers: { ...this.#headers, 'content-type': type }, signal: late.signal })
      return { ok: true, body: text === '' ? null : parseJson(text) }
    } catch (error) {
      if (late.signal.aborted) throw new Error(`no answer within ${timeout / 1000} s`, { cause: error })
      if (error instanceof HttpError) return { ok: false, refusal: refusalOf(error) }
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  /** The transport's own `request` copies everything received so far with each piece of a long answer. */
  #send(path: string, body: string, options: SendOptions): Promise<string> {
    const pieces: Uint8Array[] = []
    return new Promise((resolve, reject) => {
      this.#transport.send(
        path,
        body,
        { ...options, gzipThreshold: this.#gzipAbove },
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

function refusalOf(error: HttpError): Refusal {
  const header = error.headers?.['retry-after']
  const wait = typeof header === 'string' ? waitOf(header) : null
  return { status: error.statusCode, reason: reasonOf(error), ...(wait === null ? {} : { retryAfterMs: wait }) }
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function waitOf(header: string): number | null {
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isFinite(ms) && ms > 0 ? ms : null
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
