import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { OndineError } from '../errors/ondine-error.ts'
import type { Convoy, Follower } from './convoy.ts'
import type { UplinkMetrics } from './metrics.ts'
import type { SpooledEvent } from './ports.ts'
import type { SpoolConsumer } from './spool/spool-consumer.ts'

/** nothing to wait for, or what the cursor waits for */
export type Handled = { finished: Promise<void> } | null

export interface ConsumerLoopOptions {
  /** one of the spool's consumers */
  name: string
  open: () => SpoolConsumer
  /** events at a time */
  batch: number
  /** ms that few events wait for more, so that the disk is waited for once; none unless told */
  collectMs?: number
  /**
   * deals with a batch; when it rejects the same batch comes again, so it must bear repeats. Where `finished` is given, the
   * cursor waits for it and the next batch does not: a crash before it brings the events again.
   */
  handle: (events: readonly SpooledEvent[]) => Promise<Handled>
  logger: Logger
  metrics: Pick<UplinkMetrics, 'consumed' | 'retried'>
  /** ms before the first and between later attempts */
  backoff?: { first: number; most: number }
  /** those who share its work */
  convoy?: Pick<Convoy, 'moved' | 'wait'>
  /** it waits for nobody, however much would be shared */
  urgent?: boolean
}

/** ms between two looks at what has come since */
const lookEveryMs = 50
/** ms after which a batch is no longer waited for by others */
const longBatch = 500
/** ms that a stop waits for what a batch has begun: a broker that is away may take it never */
const patience = 3_000

/**
 * Takes one consumer through the spool at its own speed. A batch that fails is tried for ever: nothing is skipped, and
 * nobody else is held up.
 */
export class ConsumerLoop implements Follower {
  private readonly options: ConsumerLoopOptions
  private readonly abort = new AbortController()
  private consumer: SpoolConsumer | null = null
  private running: Promise<void> = Promise.resolve()
  reached = 0
  private failing = false
  /** when the batch at hand was begun, ms of the process; null: it waits for events */
  private begun: number | null = null
  private finishing: Promise<void> = Promise.resolve()

  constructor(options: ConsumerLoopOptions) {
    this.options = options
  }

  /** events that it has still before it */
  get lag(): number {
    return this.consumer === null ? 0 : this.consumer.end - this.reached
  }

  get stuck(): boolean {
    return this.failing || (this.begun !== null && performance.now() - this.begun > longBatch)
  }

  start(): void {
    this.consumer = this.options.open()
    this.reached = this.consumer.position
    this.running = this.run(this.consumer)
  }

  /** Finishes the batch at hand; one that fails is left to the next start. */
  async stop(): Promise<void> {
    this.abort.abort()
    await this.running
    await Promise.race([this.finishing, sleep(patience, undefined, { ref: false })])
    await this.consumer?.close()
  }

  private async run(consumer: SpoolConsumer): Promise<void> {
    const { name, batch, metrics, convoy, urgent = false } = this.options
    const { signal } = this.abort
    while (!signal.aborted) {
      const first = await this.persist(() => consumer.read(batch, signal))
      if (first === null) return
      const events = await this.collected(consumer, first)
      const last = events.at(-1)
      if (last === undefined) return
      this.begun = performance.now()
      const done = await this.persist(async () => ({ handled: await this.options.handle(events) }))
      if (done === null) return
      this.reached = last.offset + 1
      this.finish(consumer, last.offset, done.handled)
      this.begun = null
      metrics.consumed(name, events.length, this.lag)
      convoy?.moved()
      if (!urgent) await convoy?.wait(this.reached, signal)
    }
  }

  /** These and what comes within a moment, until they are a batch. Where reading fails, the next batch tells why. */
  private async collected(consumer: SpoolConsumer, first: readonly SpooledEvent[]): Promise<readonly SpooledEvent[]> {
    const { batch, collectMs = 0 } = this.options
    const { signal } = this.abort
    const until = performance.now() + collectMs
    const events = [...first]
    for (let left = collectMs; left > 0 && events.length < batch && !signal.aborted; left = until - performance.now()) {
      await sleep(Math.min(left, lookEveryMs), undefined, { signal }).catch(() => {})
      const more = await consumer.readNow(batch - events.length).catch(() => null)
      if (more === null) break
      events.push(...more)
    }
    return events
  }

  /** The cursor passes batches in their order. */
  private finish(consumer: SpoolConsumer, offset: number, handled: Handled): void {
    this.finishing = Promise.all([this.finishing, handled?.finished]).then(() => consumer.done(offset))
  }

  /** null when it had not worked out before we were stopped */
  private async persist<T>(work: () => Promise<T>): Promise<T | null> {
    const { name, logger, metrics, backoff = { first: 200, most: 30_000 } } = this.options
    let told: string | null = null
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await work()
        this.failing = false
        if (told !== null) logger.info({ consumer: name, attempts: attempt }, 'consumer: goes on')
        return result
      } catch (thrown) {
        this.failing = true
        this.options.convoy?.moved()
        const error = OndineError.from(thrown)
        metrics.retried(name, error.code)
        const fields = { consumer: name, code: error.code, err: error }
        // One line per outage, not per attempt; what is no outage is a fault of ours or of the set-up.
        if (told !== error.code) {
          if (error.kind === 'unreachable') logger.warn(fields, 'consumer: waits, tries again until it works')
          else logger.error(fields, 'consumer: cannot go on, tries again')
        }
        told = error.code
        if (this.abort.signal.aborted) return null
        const wait = Math.min(backoff.most, backoff.first * 2 ** Math.min(attempt, 20))
        await sleep(wait, undefined, { signal: this.abort.signal }).catch(() => {})
        if (this.abort.signal.aborted) return null
      }
    }
  }
}
