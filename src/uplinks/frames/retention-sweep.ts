import type { Logger } from 'pino'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Keeping, ReadingHistory } from '../../readings/history.ts'
import type { FrameArchive, FrameExtent, FrameKeeping } from './frame-archive.ts'

export interface SweepOptions {
  archive: Pick<FrameArchive, 'expire' | 'extent'>
  history: Pick<ReadingHistory, 'expire'>
  rules: readonly (Keeping & FrameKeeping)[]
  logger: Logger
  now: () => Date
  dropped: (frames: number) => void
  /** ms; a day unless told */
  everyMs?: number
  /** ms after a sweep that failed; ten minutes unless told */
  againMs?: number
}

/** What the last sweep did; null: none yet. */
export interface Sweep {
  at: string
  /** frames that it dropped */
  frames: number
  /** why readings or frames that are past keeping are still there; null: they are not */
  failed: string | null
}

/** Lets go, once a day, of what is older than it is to be kept. */
export class RetentionSweep {
  private readonly options: SweepOptions
  private timer: NodeJS.Timeout | null = null
  private working: Promise<void> = Promise.resolve()
  private stopped = false
  last: Sweep | null = null

  constructor(options: SweepOptions) {
    this.options = options
  }

  /** Waits for nothing. */
  async start(): Promise<void> {
    this.stopped = false
    this.working = this.sweep()
  }

  async stop(): Promise<void> {
    this.stopped = true
    if (this.timer !== null) clearTimeout(this.timer)
    await this.working
  }

  extent(): Promise<FrameExtent> {
    return this.options.archive.extent()
  }

  private async sweep(): Promise<void> {
    const { archive, history, rules, logger, now, dropped } = this.options
    const reasons: string[] = []
    const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await work()
      } catch (error) {
        reasons.push(OndineError.from(error).message)
        return undefined
      }
    }
    // Each by itself: a database that is away must not fill the disk with frames.
    const frames = (await attempt(() => archive.expire(rules, now()))) ?? 0
    await attempt(() => history.expire(rules, now()))
    if (frames > 0) {
      dropped(frames)
      logger.info({ frames }, 'retention: frames past keeping dropped')
    }
    if (reasons.length > 0) logger.warn({ reasons }, 'retention: not all that is past keeping could be dropped, tried again later')
    this.last = { at: now().toISOString(), frames, failed: reasons[0] ?? null }
    if (this.stopped) return
    const wait = reasons.length > 0 ? (this.options.againMs ?? 600_000) : (this.options.everyMs ?? 86_400_000)
    this.timer = setTimeout(() => {
      this.working = this.sweep()
    }, wait)
  }
}
