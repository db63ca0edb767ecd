import { type FileHandle, open } from 'node:fs/promises'
import type { SpooledEvent } from '../ports.ts'
import { readAt } from './files.ts'
import { decodeRecord, headerBytes, nextRecord } from './record.ts'
import type { Segment } from './segments.ts'

/** What a reader needs of the spool. */
export interface SegmentSource {
  /** the segment that holds this offset, or the first one after it; undefined at the live end */
  segmentFrom(offset: number): Segment | undefined
  /** bytes of a segment that are no record */
  damaged(segment: Segment, position: number, bytes: Buffer): Promise<void>
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

  constructor(source: SegmentSource, nextOffset: number) {
    this.source = source
    this.nextOffset = nextOffset
  }

  /** Up to `max` events that are there now; none at the live end. Payloads are views into shared buffers. */
  async read(max: number): Promise<SpooledEvent[]> {
    const events: SpooledEvent[] = []
    while (events.length < max) {
      const segment = await this.open()
      if (!segment) break
      const found = decodeRecord(this.chunk, this.at)
      if (found.kind === 'record') {
        this.at = found.end
        if (found.event.offset < this.nextOffset) continue
        // A write that failed and could not be cut off again: its events came once more and are in the next segment.
        if (found.event.offset >= segment.end) {
          this.chunkAt = segment.size
          this.chunk = Buffer.alloc(0)
          this.at = 0
          continue
        }
        events.push(found.event)
        this.nextOffset = found.event.offset + 1
      } else if (this.chunkAt + this.chunk.length < segment.size) {
        // After damage the next record may be anywhere: the rest of the file is searched in one piece.
        await this.fill(segment, found.kind === 'short' ? found.needs : segment.size)
      } else if (this.at < this.chunk.length) {
        await this.skipDamage(segment)
      } else {
        // Everything that is durable has been read; a sealed segment is left for the next one.
        const following = this.source.segmentFrom(segment.end)
        if (!following || following === segment) break
        this.nextOffset = Math.max(this.nextOffset, segment.end)
        await this.close()
      }
    }
    return events
  }

  async close(): Promise<void> {
    await this.handle?.close()
    this.handle = null
    this.segment = null
  }

  private async open(): Promise<Segment | null> {
    if (this.segment) return this.segment
    const segment = this.source.segmentFrom(this.nextOffset)
    if (!segment) return null
    this.handle = await open(segment.path, 'r')
    this.segment = segment
    this.chunkAt = headerBytes
    this.chunk = Buffer.alloc(0)
    this.at = 0
    return segment
  }

  private async fill(segment: Segment, needs: number): Promise<void> {
    if (!this.handle) return
    this.chunkAt += this.at
    this.at = 0
    this.chunk = await readAt(this.handle, this.chunkAt, Math.min(segment.size - this.chunkAt, Math.max(chunkBytes, needs)))
  }

  private async skipDamage(segment: Segment): Promise<void> {
    const found = nextRecord(this.chunk, this.at + 1)
    const end = found < 0 ? this.chunk.length : found
    await this.source.damaged(segment, this.chunkAt + this.at, this.chunk.subarray(this.at, end))
    this.at = end
  }
}
