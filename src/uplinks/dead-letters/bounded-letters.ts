import type { Logger } from 'pino'
import type { UplinkMetrics } from '../metrics.ts'
import type { DeadLetter, DeadLetters } from '../ports.ts'
import type { LetterBox, LetterLimits } from './ports.ts'

/** letters after which it is counted how many there are */
const often = 1_000

export interface BoundedLettersOptions {
  letters: Pick<LetterBox, 'keep' | 'trim'>
  limits: LetterLimits
  logger: Logger
  metrics: Pick<UplinkMetrics, 'deadLettersDropped'>
}

/** Keeps letters, and of too many the newest: a neighbour's devices must not fill the disk. */
export class BoundedLetters implements DeadLetters {
  private readonly options: BoundedLettersOptions
  /** since it was last counted; at first, those of the run before */
  private uncounted = often

  constructor(options: BoundedLettersOptions) {
    this.options = options
  }

  async keep(kept: readonly DeadLetter[]): Promise<void> {
    const { letters, limits, logger, metrics } = this.options
    await letters.keep(kept)
    this.uncounted += kept.length
    if (this.uncounted < often) return
    const dropped = await letters.trim(limits)
    this.uncounted = 0
    if (dropped === 0) return
    metrics.deadLettersDropped(dropped)
    logger.warn({ dropped, ...limits }, 'uplinks kept aside: the oldest were given up, there were too many')
  }
}
