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
    for (let group = this.groupOf(offset); group < this.groups.length && found.length < max; group++) {
      const events = this.groups[group]?.events ?? []
      const skip = Math.max(0, offset - (events[0]?.offset ?? 0))
      found.push(...events.slice(skip, skip + max - found.length))
    }
    return found
  }

  /** The last group that begins at this offset or before it. Halved again and again: at a low rate each event is a group. */
  private groupOf(offset: number): number {
    let [low, high] = [0, this.groups.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.groups[middle]?.events[0]?.offset ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}
