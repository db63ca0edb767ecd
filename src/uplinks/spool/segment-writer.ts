import { type FileHandle, open, rm } from 'node:fs/promises'
import type { Logger } from 'pino'
import { syncFolder, writeWhole } from './files.ts'
import { encodeHeader, headerBytes } from './record.ts'
import { notePlace, type Segment, segmentPath } from './segments.ts'

/** The disk under the spool; tests give one that fails. */
export interface SpoolDisk {
  write(handle: FileHandle, bytes: Buffer, position: number): Promise<void>
  sync(handle: FileHandle): Promise<void>
}

export const realDisk: SpoolDisk = { write: writeWhole, sync: (handle) => handle.datasync() }

export interface SegmentWriterOptions {
  folder: string
  disk: SpoolDisk
  /** a new file is begun beyond this size */
  segmentBytes: number
  now: () => number
  logger: Logger
}

const day = 24 * 60 * 60 * 1000

/** Writes the last segment of the spool, and begins the next one. */
export class SegmentWriter {
  private readonly options: SegmentWriterOptions
  private readonly log: Logger
  private active: { segment: Segment; handle: FileHandle; bornMs: number } | null = null

  constructor(options: SegmentWriterOptions) {
    this.options = options
    this.log = options.logger
  }

  /** the segment being written */
  get segment(): Segment | null {
    return this.active?.segment ?? null
  }

  /** The segment that the next write goes to; `begun` is told when it is a new one. */
  async open(nextOffset: number, begun: (segment: Segment) => void): Promise<Segment> {
    const { folder, disk, segmentBytes, now } = this.options
    const { active } = this
    if (active && active.segment.size < segmentBytes && now() - active.bornMs < day) return active.segment
    await this.seal()
    const path = segmentPath(folder, nextOffset)
    const handle = await open(path, 'w')
    try {
      await disk.write(handle, encodeHeader(nextOffset), 0)
      await disk.sync(handle)
      await syncFolder(folder)
    } catch (error) {
      await handle.close()
      await rm(path, { force: true })
      throw error
    }
    const segment = { path, first: nextOffset, size: headerBytes, end: nextOffset, writtenMs: now(), places: [] }
    this.active = { segment, handle, bornMs: now() }
    begun(segment)
    return segment
  }

  /** Makes the bytes durable: records of the offsets from `segment.end` up to `end`. Rejects; then the segment is closed, see `abandon`. */
  async append(bytes: Buffer, end: number, nowMs: number): Promise<void> {
    const { disk } = this.options
    if (!this.active) throw new Error('no segment is open')
    const { segment, handle } = this.active
    await disk.write(handle, bytes, segment.size)
    await disk.sync(handle)
    notePlace(segment, segment.end)
    segment.size += bytes.length
    segment.end = end
    segment.writtenMs = nowMs
  }

  async seal(): Promise<void> {
    const handle = this.active?.handle
    this.active = null
    await handle?.close()
  }

  /**
   * After a failed write or fdatasync the kernel may have dropped pages and forgotten the error, so the file is not
   * written to again: it is cut back to what is known to be durable, and the next write opens a new one.
   * Gives the segment when nothing of it is left.
   */
  async abandon(): Promise<Segment | null> {
    const { active } = this
    this.active = null
    if (!active) return null
    const { segment, handle } = active
    try {
      await handle.truncate(segment.size)
    } catch (error) {
      this.log.error({ err: error, segment: segment.path }, 'spool: a failed write could not be cut off, it will be skipped')
    }
    await handle.close().catch(() => {})
    if (segment.end > segment.first) return null
    await rm(segment.path, { force: true }).catch(() => {})
    return segment
  }
}
