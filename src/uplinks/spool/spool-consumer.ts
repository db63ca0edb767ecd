import type { SpooledEvent } from '../ports.ts'
import type { Cursor } from './cursor.ts'
import type { SpoolReader } from './reader.ts'

/** What a consumer needs of the spool. */
export interface LiveEnd {
  /** offset that the next event gets */
  readonly end: number
  readonly open: boolean
  wait(signal: AbortSignal): Promise<void>
}

/** One consumer's way through the spool. */
export class SpoolConsumer {
  private readonly spool: LiveEnd
  private readonly reader: SpoolReader
  private readonly cursor: Cursor

  constructor(spool: LiveEnd, reader: SpoolReader, cursor: Cursor) {
    this.spool = spool
    this.reader = reader
    this.cursor = cursor
  }

  /** offset that the next event of the spool gets */
  get end(): number {
    return this.spool.end
  }

  /** offset of the first event that is not done with */
  get position(): number {
    return this.cursor.next
  }

  /** Waits for at least one event; none only when `signal` is aborted or the spool is stopped. */
  async read(max: number, signal: AbortSignal): Promise<readonly SpooledEvent[]> {
    while (!signal.aborted) {
      const end = this.spool.end
      const events = await this.reader.read(max)
      if (events.length > 0) return events
      if (end === this.spool.end) await this.spool.wait(signal)
      if (!this.spool.open) return []
    }
    return []
  }

  /** What is there now; none at the live end. */
  readNow(max: number): Promise<readonly SpooledEvent[]> {
    return this.reader.read(max)
  }

  /** Everything up to and including this offset is done with and need not come again. */
  done(offset: number): void {
    this.cursor.moveTo(offset + 1)
  }

  async close(): Promise<void> {
    await this.reader.close()
  }
}
