/** Time as the emulated network sees it: a test may run it faster or step it by hand. */
export interface Clock {
  /** milliseconds since 1970 */
  now(): number
  /** runs once after `milliseconds` of this clock; the answer cancels it */
  after(milliseconds: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds)
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
