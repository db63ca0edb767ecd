import type { Readiness } from './ports.ts'

/** A part that has not answered by then counts as down: whoever asks has a deadline too. */
const partTimeoutMs = 2_000

/**
 * Asks every part at once. Ready means that events are taken in and kept; a part in `optional` is named, but does not
 * make the whole unready: the spool bridges a store or a broker that is away.
 */
export async function readiness(
  parts: Readonly<Record<string, () => boolean | Promise<boolean>>>,
  optional: readonly string[] = [],
): Promise<Readiness> {
  const answers = await Promise.all(Object.entries(parts).map(async ([name, ask]) => [name, await works(ask)] as const))
  return { ready: answers.every(([name, up]) => up || optional.includes(name)), parts: Object.fromEntries(answers) }
}

async function works(ask: () => boolean | Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), partTimeoutMs)
  })
  try {
    return await Promise.race([ask(), late])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
