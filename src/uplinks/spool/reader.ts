import { type FileHandle, open } from 'node:fs/promises'
import type { SpooledEvent } from '../ports.ts'
import { readAt } from './files.ts'
import { decodeRecord, nextRecord } from './record.ts'
import { placeOf, type Segment } from './segments.ts'

/** Bytes of a segment that are no record any more. */
export interface Damage {
  segment: Segment
  /** of the first byte in the file */
  position: number
  bytes: Buffer
  /** how many events stood there; 0: none that was ever durable */
  events: number
}

/** What a reader needs of the spool. */
export interface SegmentSource {
  /** the segment that holds this offset, or the first one after it; undefined at the live end */
  segmentFrom(offset: number): Segment | undefined
  /** events from this offset on that need not be read from a file; none unless it is remembered */
  recent(offset: number, max: number): SpooledEvent[]
  damaged(damage: Damage): Promise<void>
}

const chunkBytes = 512 * 1024

/** Reads events in order from an offset on, one file after the other, each byte once. */
export class SpoolReader {
  private readonly source: SegmentSource
  private nextOffset: number
  private segment: Segment | null = null
  private handle: FileHandle | null = null
  /** position in the file of the first byte of `chunk` */
  private chunkAt = 0
  private chunk: Buffer = Buffer.alloc(0)
  private at = 0
  /** offset of the record that should begin there */
  private expected = 0

  constructor(source: SegmentSource, nextOffset: number) {
    this.source = source
    this.nextOffset = nextOffset
  }

  /** Up to `max` events that are there now; none at the live end. Payloads are views into shared buffers. */
  async read(max: number): Promise<SpooledEvent[]> {
    const recent = this.source.recent(this.nextOffset, max)
    const newest = recent.at(-1)
    if (newest === undefined) return this.readFilesOrNothing(max)
    this.nextOffset = newest.offset + 1
    await this.close()
    return recent
  }

  /** What was read before it failed is read again. */
  private async readFilesOrNothing(max: number): Promise<SpooledEvent[]> {
    const from = this.nextOffset
    try {
      return await this.readFiles(max)
    } catch (error) {
      this.nextOffset = from
      await this.close()
      throw error
    }
  }

  private async readFiles(max: number): Promise<SpooledEvent[]> {
    const events: SpooledEvent[] = []
    while (events.length < max) {
      const segment = await this.open()
      if (!segment) break
      const left = segment.size - this.chunkAt - this.at
      const found = decodeRecord(this.chunk, this.at)
      if (found.kind === 'record') {
        this.at = found.end
        this.expected = found.event.offset + 1
        if (found.event.offset < this.nextOffset) continue
        if (found.event.offset >= segment.end) {
          // A write that failed and could not be cut off again: its events came once more and are in the next segment.
          this.chunkAt = segment.size
          this.chunk = Buffer.alloc(0)
          this.at = 0
          continue
        }
        events.push(found.event)
        this.nextOffset = found.event.offset + 1
      } else if (left <= 0) {
        // Everything that is durable has been read; a sealed segment is left for the next one.
        const following = this.source.segmentFrom(segment.end)
        if (!following || following === segment) break
        this.nextOffset = Math.max(this.nextOffset, segment.end)
        await this.close()
      } else if (found.kind === 'short' && found.needs <= left) {
        if (!(await this.fill(segment.size, found.needs))) await this.leaveCutFile(segment)
      } else {
        // Records are whole within the size of their segment: one that would end behind it is damage too.
        await this.skipDamage(segment)
      }
    }
    return events
  }

  async close(): Promise<void> {
    const { handle } = this
    this.handle = null
    this.segment = null
    this.chunk = Buffer.alloc(0)
    await handle?.close()
  }

  private async open(): Promise<Segment | null> {
    if (this.segment) return this.segment
    const segment = this.source.segmentFrom(this.nextOffset)
    if (!segment) return null
    this.handle = await open(segment.path, 'r')
    this.segment = segment
    const place = placeOf(segment, this.nextOffset)
    this.chunkAt = place.position
    this.expected = place.offset
    this.chunk = Buffer.alloc(0)
    this.at = 0
    return segment
  }

  /** False: the file has become shorter than it was. */
  private async fill(size: number, needs: number): Promise<boolean> {
    if (!this.handle) return false
    this.chunkAt += this.at
    this.at = 0
    const length = Math.min(size - this.chunkAt, Math.max(chunkBytes, needs))
    this.chunk = await readAt(this.handle, this.chunkAt, length)
    return this.chunk.length === length
  }

  private async leaveCutFile(segment: Segment): Promise<void> {
    const { size, end } = segment
    await this.source.damaged({ segment, position: this.chunkAt, bytes: this.chunk, events: Math.max(0, end - this.expected) })
    this.chunkAt = size
    this.chunk = Buffer.alloc(0)
  }

  /** The next record may be anywhere: it is looked for in what was read, then in all that the file held when we asked. */
  private async skipDamage(segment: Segment): Promise<void> {
    const { size, end } = segment
    let found = nextRecord(this.chunk, this.at, this.expected)
    if (!found && this.chunkAt + this.chunk.length < size) {
      await this.fill(size, size)
      found = nextRecord(this.chunk, this.at, this.expected)
    }
    const until = found?.at ?? this.chunk.length
    await this.source.damaged({
      segment,
      position: this.chunkAt + this.at,
      bytes: this.chunk.subarray(this.at, until),
      events: Math.max(0, (found?.event.offset ?? end) - this.expected),
    })
    this.at = until
    this.expected = found?.event.offset ?? end
  }
}
