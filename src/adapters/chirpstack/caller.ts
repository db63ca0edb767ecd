import { setTimeout as sleep } from 'node:timers/promises'
import type { MethodDefinition } from '@grpc/grpc-js'
import { isBusy, isMissing, toOndineError } from './refusal.ts'
import type { Connection } from './wire/grpc.ts'

/** An SQLite build refuses a write while another one is under way; it wrote nothing, so the same call may follow. */
const busyRetries = 5

/** Calls ChirpStack and speaks of its failures in our own errors: `chirpstack.unreachable`, `chirpstack.refused`. */
export class Caller {
  readonly #connection: Pick<Connection, 'call' | 'url'>
  readonly #deadlineMs: number

  constructor(connection: Pick<Connection, 'call' | 'url'>, deadlineMs: number) {
    this.#connection = connection
    this.#deadlineMs = deadlineMs
  }

  /** `subject`: what the call is about, for the sentence, e.g. `device 0018b20000001a2b`. */
  async call<Q, R>(method: MethodDefinition<Q, R>, request: Q, subject: string): Promise<R> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#connection.call(method, request, this.#deadlineMs)
      } catch (thrown) {
        if (!isBusy(thrown) || attempt > busyRetries) {
          throw toOndineError(thrown, { path: method.path, subject, url: this.#connection.url })
        }
        await sleep(50 * attempt * (1 + Math.random()))
      }
    }
  }

  /** undefined when it is not there, or not visible to this key: to a tenant key ChirpStack answers both alike. */
  async find<Q, R>(method: MethodDefinition<Q, R>, request: Q, subject: string): Promise<R | undefined> {
    try {
      return await this.call(method, request, subject)
    } catch (thrown) {
      if (isMissing(thrown)) return undefined
      throw thrown
    }
  }
}
