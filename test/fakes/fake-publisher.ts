import { OndineError } from '../../src/errors/ondine-error.ts'
import type { TopicMessage, TopicPublisher } from '../../src/topics/ports.ts'

/** Remembers what was published, in order; `down` makes it a broker that is away. */
export class FakePublisher implements TopicPublisher {
  readonly messages: TopicMessage[] = []
  down = false

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async publish(messages: readonly TopicMessage[]): Promise<void> {
    if (this.down) throw new OndineError('broker.unreachable', { reason: 'down for the test' })
    this.messages.push(...messages)
  }

  /** payloads on topics that end so, oldest first */
  payloads(leaf: string): Record<string, unknown>[] {
    return this.messages.filter(({ topic }) => topic.endsWith(leaf)).map(({ payload }) => JSON.parse(payload))
  }

  /** what a new subscriber would get, by topic */
  retained(): Map<string, Record<string, unknown>> {
    return new Map(this.messages.filter(({ retain }) => retain).map(({ topic, payload }) => [topic, JSON.parse(payload)]))
  }
}
