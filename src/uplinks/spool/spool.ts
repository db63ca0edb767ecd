import { chmod, type FileHandle, mkdir, open, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Logger } from 'pino'
import { OndineError } from '../../errors/ondine-error.ts'
import type { UplinkMetrics } from '../metrics.ts'
import type { RawEvent, SpooledEvent } from '../ports.ts'
import { Cursor } from './cursor.ts'
import { FolderLock, syncFolder, writeWhole } from './files.ts'
import { SpoolReader } from './reader.ts'
import { encodeHeader, encodeRecord, headerBytes, recordBytes } from './record.ts'
import { openSegments, type Segment, segmentPath } from './segments.ts'

/** The disk under the spool; tests give one that fails. */
export interface SpoolDisk {
  write(handle: FileHandle, bytes: Buffer, position: number): Promise<void>
  sync(handle: FileHandle): Promise<void>
}

const realDisk: SpoolDisk = { write: writeWhole, sync: (handle) => handle.datasync() }

export interface SpoolOptions {
  /** made when missing; used by one process at a time */
  folder: string
  /** names of all consumers: a segment is kept until each of them has passed it */
  consumers: readonly string[]
  /** how long a segment is kept for replay after its last event, ms */
  retentionMs: number
  logger: Logger
  metrics: UplinkMetrics
  /** a new file is begun beyond this size; 64 MiB unless told */
  segmentBytes?: number
  now?: () => number
  disk?: SpoolDisk
}

interface Pending {
  events: readonly RawEvent[]
  resolve: () => void
  reject: (error: Error) => void
}

const day = 24 * 60 * 60 * 1000

/**
 * The append-only file of received events. `append` resolves once its events would survive a power cut; from then on
 * every consumer gets them, in order and at least once, at its own speed.
 */
export class Spool {
  private readonly options: SpoolOptions
  private readonly log: Logger
  private readonly disk: SpoolDisk
  private readonly now: () => number
  private readonly segmentBytes: number
  private readonly lock = new FolderLock()
  private readonly cursors = new Map<string, Cursor>()
  private readonly keptAside = new Set<string>()
  private segments: Segment[] = []
  /** the segment being written, always the last one */
  private active: { segment: Segment; handle: FileHandle; bornMs: number } | null = null
  private nextOffset = 0
  private pending: Pending[] = []
  private writing: Promise<void> | null = null
  private wakeUps: (() => void)[] = []
  private releasing: Promise<unknown> = Promise.resolve()
  private running = false

  constructor(options: SpoolOptions) {
    this.options = options
    this.log = options.logger
    this.disk = options.disk ?? realDisk
    this.now = options.now ?? Date.now
    this.segmentBytes = options.segmentBytes ?? 64 * 1024 * 1024
    for (const name of options.consumers) {
      const path = join(options.folder, `${name}.cursor`)
      this.cursors.set(name, new Cursor(path, options.logger, () => this.releaseLater()))
    }
  }

  /** Rejects with `spool.taken`, `spool.newer` or `spool.unreadable`. */
  async start(): Promise<void> {
    const { folder } = this.options
    await mkdir(folder, { recursive: true })
    this.lock.take(folder, join(folder, 'lock'))
    try {
      // What devices said of dwellings: its owner's only, wherever the data directory lies.
      await chmod(folder, 0o700)
      this.segments = await openSegments(folder, this.log)
      for (const cursor of this.cursors.values()) await cursor.load()
    } catch (error) {
      this.lock.release()
      if (error instanceof OndineError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new OndineError('spool.unreadable', { file: folder, reason }, { cause: error })
    }
    // A cursor may be ahead of what is left when the last records were damaged: an offset is never given twice.
    this.nextOffset = Math.max(this.segments.at(-1)?.end ?? 0, ...[...this.cursors.values()].map((cursor) => cursor.next))
    this.running = true
    this.reportSize()
  }

  /** Finishes what is being written and lets waiting readers go. */
  async stop(): Promise<void> {
    if (!this.running) return
    this.running = false
    await this.writing
    for (const wake of this.wakeUps.splice(0)) wake()
    for (const cursor of this.cursors.values()) await cursor.stop()
    await this.seal()
    await this.releasing
    this.lock.release()
  }

  get open(): boolean {
    return this.running
  }

  /** offset that the next event gets */
  get end(): number {
    return this.nextOffset
  }

  /** Rejects with `spool.full`, `spool.unwritable` or `spool.stopped`; then nothing of it is kept, or it will be there twice. */
  append(events: readonly RawEvent[]): Promise<void> {
    if (!this.running) return Promise.reject(new OndineError('spool.stopped', {}))
    if (events.length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.pending.push({ events, resolve, reject })
      this.writing ??= this.writePending()
    })
  }

  /** The reading end of one of the consumers named at the construction. One at a time per name. */
  consumer(name: string): SpoolConsumer {
    const cursor = this.cursors.get(name)
    if (!cursor) throw new Error(`no consumer ${name} was declared`)
    const source = {
      segmentFrom: (offset: number) => this.segments.find((segment) => segment.end > offset),
      damaged: (segment: Segment, position: number, bytes: Buffer) => this.keepAside(segment, position, bytes),
    }
    return new SpoolConsumer(this, new SpoolReader(source, cursor.next), cursor)
  }

  /** Resolves when there may be something new, when `signal` is aborted or the spool stops. */
  wait(signal: AbortSignal): Promise<void> {
    if (!this.running || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
      this.wakeUps.push(wake)
    })
  }

  /** Group commit: while one write is on its way to the disk, the next one accumulates. */
  private async writePending(): Promise<void> {
    while (this.pending.length > 0) {
      const group = this.pending
      this.pending = []
      try {
        await this.writeGroup(group.flatMap((one) => one.events))
        for (const one of group) one.resolve()
      } catch (error) {
        const refusal = this.refusal(error)
        this.options.metrics.spoolRefused(refusal.code)
        for (const one of group) one.reject(refusal)
      }
      for (const wake of this.wakeUps.splice(0)) wake()
    }
    this.writing = null
  }

  private async writeGroup(events: readonly RawEvent[]): Promise<void> {
    try {
      await this.write(events)
    } catch (error) {
      if (!isFull(error) || !(await this.release({ evenIfYoung: true }))) throw error
      await this.write(events)
    }
  }

  private async write(events: readonly RawEvent[]): Promise<void> {
    const { segment, handle } = await this.activeSegment()
    const bytes = Buffer.allocUnsafe(events.reduce((sum, event) => sum + recordBytes(event), 0))
    const now = this.now()
    let at = 0
    let offset = this.nextOffset
    for (const event of events) at = encodeRecord(bytes, at, event, offset++, now)
    try {
      await this.disk.write(handle, bytes, segment.size)
      await this.disk.sync(handle)
    } catch (error) {
      await this.abandon()
      throw error
    }
    segment.size += bytes.length
    segment.end = this.nextOffset = offset
    segment.writtenMs = now
    this.options.metrics.spooled(events.length, bytes.length)
    this.reportSize()
  }

  private async activeSegment(): Promise<{ segment: Segment; handle: FileHandle }> {
    const { active } = this
    if (active && active.segment.size < this.segmentBytes && this.now() - active.bornMs < day) return active
    await this.seal()
    const first = this.nextOffset
    const path = segmentPath(this.options.folder, first)
    const handle = await open(path, 'w')
    try {
      await this.disk.write(handle, encodeHeader(first), 0)
      await this.disk.sync(handle)
      await syncFolder(this.options.folder)
    } catch (error) {
      await handle.close()
      await rm(path, { force: true })
      throw error
    }
    const segment = { path, first, size: headerBytes, end: first, writtenMs: this.now() }
    this.segments.push(segment)
    this.active = { segment, handle, bornMs: this.now() }
    this.reportSize()
    this.releaseLater()
    return this.active
  }

  private async seal(): Promise<void> {
    const handle = this.active?.handle
    this.active = null
    await handle?.close()
  }

  /**
   * After a failed write or fdatasync the kernel may have dropped pages and forgotten the error, so the file is not
   * written to again: it is cut back to what is known to be durable, and the next write opens a new one.
   */
  private async abandon(): Promise<void> {
    const segment = this.active?.segment
    const handle = this.active?.handle
    this.active = null
    if (!segment || !handle) return
    try {
      await handle.truncate(segment.size)
    } catch (error) {
      this.log.error({ err: error, segment: segment.path }, 'spool: a failed write could not be cut off, it will be skipped')
    }
    await handle.close().catch(() => {})
    if (segment.end === segment.first) {
      this.segments = this.segments.filter((other) => other !== segment)
      await rm(segment.path, { force: true }).catch(() => {})
    }
  }

  private refusal(error: unknown): OndineError {
    const { folder } = this.options
    if (isFull(error)) return new OndineError('spool.full', { folder }, { cause: error })
    const reason = error instanceof Error ? error.message : String(error)
    return new OndineError('spool.unwritable', { folder, reason }, { cause: error })
  }

  private releaseLater(): void {
    this.releasing = this.releasing.then(() => this.release())
  }

  /** Deletes segments that every consumer has passed and whose retention is over. True when one went. */
  private async release(how: { evenIfYoung: boolean } = { evenIfYoung: false }): Promise<boolean> {
    const passed = Math.min(this.nextOffset, ...[...this.cursors.values()].map((cursor) => cursor.saved))
    let released = false
    for (;;) {
      const oldest = this.segments[0]
      if (!oldest || oldest === this.active?.segment || oldest.end > passed) break
      if (!how.evenIfYoung && this.now() - oldest.writtenMs < this.options.retentionMs) break
      this.segments.shift()
      try {
        await rm(oldest.path, { force: true })
      } catch (error) {
        this.log.error({ err: error, segment: oldest.path }, 'spool: old segment not deleted')
        break
      }
      released = true
      this.log.info({ segment: basename(oldest.path), early: how.evenIfYoung }, 'spool: old segment deleted')
      if (how.evenIfYoung) break
    }
    if (released) this.reportSize()
    return released
  }

  /** Each consumer meets the damage; it is told and kept once. */
  private async keepAside(segment: Segment, position: number, bytes: Buffer): Promise<void> {
    const file = `${basename(segment.path)}.${position}.damaged`
    if (this.keptAside.has(file)) return
    this.keptAside.add(file)
    this.options.metrics.spoolDamaged(bytes.length)
    this.log.error({ segment: segment.path, position, bytes: bytes.length, file }, 'spool: damaged record skipped and kept aside')
    try {
      await writeFile(join(this.options.folder, file), bytes)
    } catch (error) {
      this.log.error({ err: error, file }, 'spool: damaged record not kept aside')
    }
  }

  private reportSize(): void {
    const bytes = this.segments.reduce((sum, segment) => sum + segment.size, 0)
    this.options.metrics.spoolSize(bytes, this.segments.length)
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}

/** One consumer's way through the spool. */
export class SpoolConsumer {
  private readonly spool: Spool
  private readonly reader: SpoolReader
  private readonly cursor: Cursor

  constructor(spool: Spool, reader: SpoolReader, cursor: Cursor) {
    this.spool = spool
    this.reader = reader
    this.cursor = cursor
  }

  /** events between here and the live end */
  get lag(): number {
    return this.spool.end - this.cursor.next
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

  /** Everything up to and including this offset is done with and need not come again. */
  done(offset: number): void {
    this.cursor.moveTo(offset + 1)
  }

  async close(): Promise<void> {
    await this.reader.close()
  }
}
