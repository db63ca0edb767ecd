import type { EventSource, RawEvent } from '../uplinks/ports.ts'

interface Watch {
  arrived(event: RawEvent, at: Date): void
}

/** The source as it is, each message told to the watches once it is durable. */
export function watchedSource(source: EventSource, watches: readonly Watch[]): EventSource {
  return {
    start: (keep) =>
      source.start(async (events) => {
        await keep(events)
        const now = new Date()
        for (const event of events) for (const watch of watches) watch.arrived(event, now)
      }),
    stop: () => source.stop(),
  }
}
