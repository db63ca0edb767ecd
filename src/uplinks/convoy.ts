/** One who follows the spool. */
export interface Follower {
  /** offset of the first event that it has not dealt with */
  readonly reached: number
  /** it has been at its batch for long, or has to try it again: nobody waits for it */
  readonly stuck: boolean
}

export interface ConvoyOptions {
  followers: () => Iterable<Follower>
  /** events that one may be ahead of another */
  near: number
  /** events after which the one behind has nothing in common any more with the one ahead: it is left behind */
  reach: number
  /** ms that one waits at most between two batches; 500 unless told */
  patienceMs?: number
}

/**
 * Keeps those near each other who share what was parsed and decoded: one who is ahead waits for one who is within reach and goes
 * on, half a second at most between two batches, so that nobody is slowed down to less than a thousand or two a second.
 */
export class Convoy {
  private readonly options: ConvoyOptions
  private wakeUps: (() => void)[] = []

  constructor(options: ConvoyOptions) {
    this.options = options
  }

  /** Somebody has gone on. */
  moved(): void {
    const wakeUps = this.wakeUps
    this.wakeUps = []
    for (const wakeUp of wakeUps) wakeUp()
  }

  /** Resolves when the others are near enough to one who has come to `reached`, or `signal` is aborted; soon in any case. */
  async wait(reached: number, signal: AbortSignal): Promise<void> {
    if (!this.isAhead(reached) || signal.aborted) return
    const over = Promise.withResolvers<void>()
    const giveUp = () => over.resolve()
    const timer = setTimeout(giveUp, this.options.patienceMs ?? 500)
    signal.addEventListener('abort', giveUp, { once: true })
    const look = () => (this.isAhead(reached) ? this.wakeUps.push(look) : giveUp())
    this.wakeUps.push(look)
    await over.promise
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
    this.wakeUps = this.wakeUps.filter((wakeUp) => wakeUp !== look)
  }

  private isAhead(reached: number): boolean {
    for (const other of this.options.followers()) {
      const gap = reached - other.reached
      if (!other.stuck && gap > this.options.near && gap <= this.options.reach) return true
    }
    return false
  }
}
