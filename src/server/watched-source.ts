import type { EventWatch } from '../health/event-watch.ts'
import type { EventSource } from '../uplinks/ports.ts'

/** The source as it is, each message told to the watch once it is durable. */
export function watchedSource(source: EventSource, watch: EventWatch): EventSource {
  return {
    start: (keep) =>
      source.start(async (events) => {
        await keep(events)
        const now = new Date()
        for (const event of events) watch.arrived(event, now)
      }),
    stop: () => source.stop(),
  }
}
