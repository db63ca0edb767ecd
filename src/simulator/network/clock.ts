/** Time as the emulated network sees it: a test may run it faster or step it by hand. */
export interface Clock {
  /** milliseconds since 1970 */
  now(): number
  /** runs once after `milliseconds` of this clock; the answer cancels it */
  after(milliseconds: number, run: () => void): () => void
}

/** A longer time would run out at once (timers of Node hold 31 bits): its end comes early instead, after 24 days. */
const longest = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, Math.min(milliseconds, longest))
    return () => clearTimeout(timer)
  },
}

/** Runs `run` every `milliseconds` until the answer is called. */
export function every(clock: Clock, milliseconds: number, run: () => void): () => void {
  let cancel = clock.after(milliseconds, tick)
  function tick(): void {
    cancel = clock.after(milliseconds, tick)
    run()
  }
  return () => cancel()
}
