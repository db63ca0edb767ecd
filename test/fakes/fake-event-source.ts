import type { EventSource, RawEvent } from '../../src/uplinks/ports.ts'

/** Hands over what the test gives it. */
export class FakeEventSource implements EventSource {
  private keep: ((events: readonly RawEvent[]) => Promise<void>) | null = null

  async start(keep: (events: readonly RawEvent[]) => Promise<void>): Promise<void> {
    this.keep = keep
  }

  async stop(): Promise<void> {
    this.keep = null
  }

  /** Resolves when they are durable. */
  async receive(...events: readonly RawEvent[]): Promise<void> {
    if (this.keep === null) throw new Error('the source is not started')
    await this.keep(events)
  }
}
