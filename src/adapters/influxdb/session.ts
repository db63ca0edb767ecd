import { z } from 'zod'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Answer, Connection, Refusal } from './connection.ts'
import type { Server } from './server.ts'
import { answerSchema, type Rows } from './stored-row.ts'

const strange = 'it does not answer as InfluxDB does'

/** Talks with one database or bucket; what goes wrong becomes `store.unreachable`, or `store.refused` where only a person can mend it. */
export class Session {
  readonly server: Server
  /** for people: `InfluxDB (127.0.0.1:8086, database ondine)` */
  readonly name: string
  readonly #connection: Connection

  constructor(server: Server, connection: Connection, host: string) {
    this.server = server
    this.#connection = connection
    this.name = `InfluxDB (${host}, ${server.place})`
  }

  /** Makes what is missing. */
  async prepare(): Promise<void> {
    const refusal = await this.#reach(() => this.server.prepare(this.#connection))
    if (refusal !== null) throw this.#errorOf(refusal)
  }

  /** Lines, as the server answers them. */
  send(lines: string): Promise<Answer> {
    return this.#reach(() => this.#connection.post(this.server.writePath, lines, 'text/plain; charset=utf-8'))
  }

  version(): Promise<string> {
    return this.#reach(() => this.server.version(this.#connection))
  }

  /** The rows of InfluxQL statements; `timeout` (ms) where an answer may take longer than others. */
  async query(statements: readonly string[], timeout?: number): Promise<Rows[]> {
    const body = String(new URLSearchParams({ q: statements.join('; ') }))
    const answer = await this.#reach(() =>
      this.#connection.post(this.server.queryPath(), body, 'application/x-www-form-urlencoded', timeout),
    )
    if (!answer.ok) throw this.#errorOf(answer.refusal)
    const parsed = answerSchema.safeParse(answer.body)
    if (!parsed.success) throw this.unreachable({ status: 200, reason: strange }, parsed.error)
    const error = parsed.data.results.find((result) => result.error !== undefined)?.error
    if (error !== undefined) throw this.#errorOf({ status: error.includes('database not found') ? 404 : 500, reason: error })
    return parsed.data.results.flatMap((result) => result.series ?? [])
  }

  unreachable(refusal: Refusal, cause?: unknown): OndineError {
    return new OndineError('store.unreachable', { store: this.name, reason: refusal.reason }, { cause })
  }

  close(): void {
    this.#connection.close()
  }

  async #reach<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request()
    } catch (cause) {
      if (cause instanceof OndineError) throw cause
      if (cause instanceof z.ZodError || !(cause instanceof Error)) throw this.unreachable({ status: 0, reason: strange }, cause)
      throw this.unreachable({ status: 0, reason: cause.message || cause.name }, cause)
    }
  }

  /** What a person must mend is told apart from what passes by itself. */
  #errorOf(refusal: Refusal): OndineError {
    const passes = refusal.status === 0 || refusal.status === 429 || refusal.status >= 500
    return passes ? this.unreachable(refusal) : new OndineError('store.refused', { store: this.name, reason: refusal.reason })
  }
}
