import type { DownlinkQueue } from '../../src/commands/ports.ts'

type Item = Parameters<DownlinkQueue['enqueue']>[0]

/** ChirpStack's queue as the dispatcher sees it. */
export class FakeDownlinkQueue implements DownlinkQueue {
  readonly items: (Item & { id: string })[] = []
  /** thrown by the next calls, in order; null lets one pass */
  failures: (Error | null)[] = []
  /** the item is taken, but the answer is lost */
  losesAnswer = false

  async enqueue(item: Item): Promise<string> {
    const failure = this.failures.shift() ?? null
    if (failure !== null && !this.losesAnswer) throw failure
    const id = `item-${this.items.length + 1}`
    this.items.push({ ...item, id })
    if (failure !== null) throw failure
    return id
  }

  async pending(devEui: string): Promise<readonly { id: string; fPort: number; bytes: Uint8Array; expiresAt: string | null }[]> {
    return this.items.filter((item) => item.devEui === devEui)
  }
}
