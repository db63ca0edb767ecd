import type { SpooledEvent } from '../ports.ts'

interface Group {
  events: readonly SpooledEvent[]
  bytes: number
}

/** What was written last, as it came: a consumer near the live end reads no file, and all of them share the same events. */
export class RecentEvents {
  private groups: Group[] = []
  private events = 0
  private bytes = 0
  private readonly mostEvents: number
  private readonly mostBytes: number

  /** Bounds of what is remembered; the newest write is, however large. */
  constructor(mostEvents: number, mostBytes: number) {
    this.mostEvents = mostEvents
    this.mostBytes = mostBytes
  }

  add(events: readonly SpooledEvent[], bytes: number): void {
    this.groups.push({ events, bytes })
    this.events += events.length
    this.bytes += bytes
    while (this.groups.length > 1 && (this.events > this.mostEvents || this.bytes > this.mostBytes)) {
      const oldest = this.groups.shift()
      this.events -= oldest?.events.length ?? 0
      this.bytes -= oldest?.bytes ?? 0
    }
  }

  /** Up to `max` events from `offset` on; none where that offset is not remembered. */
  from(offset: number, max: number): SpooledEvent[] {
    const found: SpooledEvent[] = []
    const first = this.groups[0]?.events[0]?.offset
    if (first === undefined || offset < first) return found
    for (const { events } of this.groups) {
      const skip = offset - (events[0]?.offset ?? 0)
      if (skip >= events.length) continue
      for (let at = Math.max(0, skip); at < events.length; at++) {
        const event = events[at]
        if (event === undefined || found.length === max) return found
        found.push(event)
      }
    }
    return found
  }
}
