import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { OndineError } from '../errors/ondine-error.ts'
import type { UplinkMetrics } from './metrics.ts'
import type { SpooledEvent } from './ports.ts'

/** What the lane needs of the spool. */
export interface LiveSpool {
  /** offset that the next event gets */
  readonly end: number
  readonly open: boolean
  look(from: number): { read(max: number): Promise<readonly SpooledEvent[]>; close(): Promise<void> }
  wait(signal: AbortSignal): Promise<void>
}

export interface LiveLaneOptions {
  spool: LiveSpool
  /** offset of the first event that the ordered consumer has not dealt with */
  reached: () => number
  /** tells what the events change; repeats are harmless */
  handle: (events: readonly SpooledEvent[]) => Promise<unknown>
  logger: Logger
  metrics: Pick<UplinkMetrics, 'consumed' | 'retried'>
  /** ms between two looks at the ordered consumer; 250 unless told */
  lookMs?: number
}

/** looks after which an event that waits still makes a backlog: a second */
const looks = 4
const batch = 500

/**
 * Runs ahead of a consumer that takes the events in order. While that one has a backlog, this one begins at the live end
 * and follows it, so that what is new is seen at once; what lies between comes later, in its order. It has no cursor: after a
 * restart the live end is where it is then. It rests as long as it works; when it cannot follow it leaves out what is old, too.
 */
export class LiveLane {
  private readonly options: LiveLaneOptions
  private readonly abort = new AbortController()
  /** live ends at the last looks, oldest first */
  private ends: number[] = []
  private timer: NodeJS.Timeout | null = null
  private running: Promise<void> | null = null

  constructor(options: LiveLaneOptions) {
    this.options = options
  }

  /** Before new events come in: what is in the spool now is a backlog. */
  start(): void {
    this.ends = Array(looks).fill(this.options.spool.end)
    this.timer = setInterval(() => this.look(), this.options.lookMs ?? 250)
    this.follow()
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    this.abort.abort()
    await this.running
  }

  /** whether it runs ahead */
  get active(): boolean {
    return this.running !== null
  }

  private look(): void {
    this.ends = [...this.ends.slice(1 - looks), this.options.spool.end]
    this.follow()
  }

  /** live end a second ago */
  private get old(): number {
    return this.ends[0] ?? 0
  }

  private get needed(): boolean {
    return this.options.reached() < this.old
  }

  private follow(): void {
    if (!this.needed) return
    this.running ??= this.run()
      .catch((error: unknown) => {
        const { code } = OndineError.from(error)
        this.options.metrics.retried('live', code)
        this.options.logger.warn({ code, err: error }, 'live lane: begins again at the live end')
      })
      .finally(() => {
        this.running = null
      })
  }

  private async run(): Promise<void> {
    const { spool, handle, metrics } = this.options
    const { signal } = this.abort
    let next = spool.end
    let reader = spool.look(next)
    this.options.logger.info({ from: next, behind: next - this.options.reached() }, 'live lane: runs ahead of the backlog')
    try {
      while (!signal.aborted && spool.open && this.needed) {
        if (next < this.old) {
          await reader.close()
          next = spool.end
          reader = spool.look(next)
        }
        const { end } = spool
        const events = await reader.read(batch)
        const last = events.at(-1)
        if (last === undefined) {
          if (end === spool.end) await spool.wait(AbortSignal.any([signal, AbortSignal.timeout(this.options.lookMs ?? 250)]))
          continue
        }
        const begun = performance.now()
        await handle(events)
        next = last.offset + 1
        metrics.consumed('live', events.length, spool.end - next)
        // What it does is done again in the order of the events: the backlog gets more of the processor than it.
        await sleep(performance.now() - begun, undefined, { signal }).catch(() => {})
      }
    } finally {
      await reader.close()
    }
  }
}
