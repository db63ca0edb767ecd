/**
 * Aborts once `check` rejects, or has not answered by the next time it is due: an answer that goes on for hours must not
 * outlive the token it was asked with. `stop` ends the asking.
 */
export function whileInForce(check: () => Promise<unknown>, everyMs: number): { signal: AbortSignal; stop: () => void } {
  const ended = new AbortController()
  let asking = false
  const timer = setInterval(() => {
    if (asking) return end()
    asking = true
    check().then(() => {
      asking = false
    }, end)
  }, everyMs)
  function end(): void {
    clearInterval(timer)
    ended.abort()
  }
  return { signal: ended.signal, stop: () => clearInterval(timer) }
}
