import type { Reading } from '../api/contract/readings.ts'

/** Readings of one frame are stored together and come one right after the other (ms). */
const togetherMs = 250

interface Held {
  newest: Reading
  /** when it is given, as `performance.now` counts */
  due: number
}

/**
 * Of the readings that a frame brings for a channel, only the newest: some meters repeat a day of history in each frame.
 * A frame is held back for a moment, until the rest of it is there; when the stream ends, what is held is given.
 */
export async function* newestOfFrames(readings: AsyncIterable<Reading>): AsyncGenerator<Reading> {
  /** the oldest first */
  const held = new Map<string, Held>()
  const iterator = readings[Symbol.asyncIterator]()
  const ask = () => {
    const next = iterator.next()
    // It may fail while a reading is being shown, before anybody waits for it; who waits then is told.
    next.catch(() => {})
    return next
  }
  try {
    for (let next = ask(); ; ) {
      const [first] = held.values()
      const answer = first === undefined ? await next : await Promise.race([next, pauseUntil(first.due)])
      if (answer?.done === true) break
      if (answer !== undefined) {
        keepNewest(held, answer.value)
        next = ask()
      }
      for (const [frame, { newest, due }] of held) {
        if (due > performance.now()) break
        held.delete(frame)
        yield newest
      }
    }
    for (const { newest } of held.values()) yield newest
  } finally {
    await iterator.return?.()
  }
}

function keepNewest(held: Map<string, Held>, reading: Reading): void {
  const frame = `${reading.device} ${reading.channel} ${reading.receivedAt} ${reading.frame.fCnt}`
  const known = held.get(frame)
  if (known === undefined) held.set(frame, { newest: reading, due: performance.now() + togetherMs })
  else if (known.newest.time < reading.time) known.newest = reading
}

function pauseUntil(due: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), Math.max(0, due - performance.now()))
  })
}
