import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until a condition holds; rejects, naming what was awaited, when it does not in a generous time. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, timeoutMs = 60_000): Promise<void> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(50)) {
    if (await condition()) return
  }
  throw new Error(`waited in vain for ${what}`)
}
