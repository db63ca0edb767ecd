import { setTimeout as sleep } from 'node:timers/promises'
import { OndineError } from '../../errors/ondine-error.ts'
import { troubleOf } from './is-passing.ts'
import { firstPace, mayRun, next, type PaceLimits, type PaceState } from './pace-state.ts'

export interface PaceClock {
  /** milliseconds */
  now(): number
  /** rejects with the signal's reason when it is aborted */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
}

const systemClock: PaceClock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
}

const never = new AbortController().signal

export interface PaceOptions extends Partial<PaceLimits> {
  /** begun in a second at most, whatever the server bears */
  perSecond?: number | undefined
  clock?: PaceClock
  /** from 0 to 1 */
  random?: () => number
}

/** Timers come late: what was missed of a rate by so many milliseconds may be made good. */
const lateness = 50
/** A piece of work that strains the server this often strains it by itself. */
const mostStrains = 20
/** As often as this it got no answer while other work did. */
const mostSilences = 10

/**
 * Works as many at once and as fast as the network server bears. What failed because it was busy or away is done again after a
 * pause, for as long as it takes: a job waits for a server that is away, it does not fail.
 *
 *     const pace = new Pace({ perSecond })
 *     await pace.run((again) => carryOut(step, { lookFirst: again }), signal)
 *
 * `run` may be called by as many workers as `most`; it is no queue for tens of thousands.
 */
export class Pace {
  readonly #clock: PaceClock
  readonly #random: () => number
  readonly #interval: number
  /** when the last who asked has begun */
  #last: Promise<void> = Promise.resolve()
  /** when the next piece of work ends, or is given up */
  #freed = Promise.withResolvers<void>()
  #state: PaceState
  #underWay = 0
  #nextStart = 0
  #answers = 0
  /** of which an end is heard: once for each, as a listener for every wait costs more than the wait */
  readonly #heard = new WeakSet<AbortSignal>()
  #silence: { since: number; error: OndineError } | null = null

  constructor({ perSecond, clock = systemClock, random = Math.random, ...limits }: PaceOptions = {}) {
    this.#clock = clock
    this.#random = random
    this.#interval = perSecond === undefined ? 0 : 1000 / perSecond
    this.#state = firstPace(limits)
  }

  /** How many it does at once, as far as the server answers. */
  get atOnce(): number {
    return this.#state.atOnce
  }

  /** The server does not answer: for how many milliseconds, and in which words; null: it does. */
  get silence(): { for: number; error: OndineError } | null {
    return this.#silence && { for: this.#clock.now() - this.#silence.since, error: this.#silence.error }
  }

  /**
   * Gives what `work` gives. `again`: it was begun before and nobody knows how far it came, so it must look first. Rejects with
   * what `work` rejects with unless that passes by itself (`isPassing`), and with the reason of `signal`.
   */
  async run<T>(work: (again: boolean) => Promise<T>, signal: AbortSignal = never): Promise<T> {
    this.#hear(signal)
    let [strains, silences, answers] = [0, 0, this.#answers]
    for (let again = false; ; again = true) {
      const turn = await this.#turn(signal)
      try {
        const result = await work(again)
        this.#see('answered', turn)
        return result
      } catch (thrown) {
        const trouble = troubleOf(thrown)
        this.#see(trouble ?? 'answered', turn)
        if (trouble === null) throw thrown
        if (trouble === 'strained') strains++
        else {
          if (answers !== this.#answers) silences++
          this.#silence ??= { since: this.#clock.now(), error: OndineError.from(thrown) }
        }
        if (strains >= mostStrains || silences >= mostSilences) throw thrown
        answers = this.#answers
      } finally {
        this.#underWay--
        this.#wake()
      }
    }
  }

  #hear(signal: AbortSignal): void {
    if (this.#heard.has(signal)) return
    this.#heard.add(signal)
    signal.addEventListener('abort', () => this.#wake(), { once: true })
  }

  #wake(): void {
    this.#freed.resolve()
    this.#freed = Promise.withResolvers()
  }

  /** In the order in which they asked: only the first in the row looks whether it may begin. */
  async #turn(signal: AbortSignal): Promise<{ startedAt: number; beside: number }> {
    const before = this.#last
    const row = Promise.withResolvers<void>()
    this.#last = row.promise
    try {
      await before
      return await this.#begin(signal)
    } finally {
      void before.then(row.resolve)
    }
  }

  async #begin(signal: AbortSignal): Promise<{ startedAt: number; beside: number }> {
    for (;;) {
      signal.throwIfAborted()
      const now = this.#clock.now()
      const from = Math.max(this.#state.pausedUntil, this.#nextStart)
      if (now < from) await this.#clock.sleep(from - now, signal)
      else if (this.#underWay >= mayRun(this.#state, now)) await this.#freed.promise
      else {
        this.#underWay++
        this.#nextStart = Math.max(now - lateness, this.#nextStart) + this.#interval
        return { startedAt: now, beside: this.#underWay }
      }
    }
  }

  #see(outcome: 'answered' | 'strained' | 'away', turn: { startedAt: number; beside: number }): void {
    if (outcome === 'answered') {
      this.#answers++
      this.#silence = null
    }
    this.#state = next(this.#state, { outcome, ...turn, endedAt: this.#clock.now(), chance: this.#random() })
  }
}
