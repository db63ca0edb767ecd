import type { Reading } from '../readings/reading.ts'
import type { ReadingFeed } from './ports.ts'

/** A reader further behind than this misses the oldest readings: one slow reader must not fill the memory. */
const maxWaiting = 1000

/** Readings that pass `wanted`, as they come, until one of the signals aborts. */
export async function* readingStream(
  feed: ReadingFeed,
  wanted: (reading: Reading) => boolean,
  signals: readonly (AbortSignal | undefined)[],
): AsyncGenerator<Reading, void, void> {
  const ended = AbortSignal.any(signals.filter((signal) => signal !== undefined))
  const waiting: Reading[] = []
  let wake: () => void = () => {}
  const unsubscribe = feed.subscribe((reading) => {
    if (!wanted(reading)) return
    if (waiting.push(reading) > maxWaiting) waiting.shift()
    wake()
  })
  const onEnd = () => wake()
  ended.addEventListener('abort', onEnd)
  try {
    while (!ended.aborted) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  } finally {
    ended.removeEventListener('abort', onEnd)
    unsubscribe()
  }
}
