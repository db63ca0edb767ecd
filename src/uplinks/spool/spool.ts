import { chmod, mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Logger } from 'pino'
import { OndineError } from '../../errors/ondine-error.ts'
import type { UplinkMetrics } from '../metrics.ts'
import type { RawEvent, SpooledEvent } from '../ports.ts'
import { Cursor } from './cursor.ts'
import { DiskRoom, isFull } from './disk-room.ts'
import { FolderLock, writeProbe } from './files.ts'
import { type DamageCount, KeptAside } from './kept-aside.ts'
import { SpoolReader } from './reader.ts'
import { RecentEvents } from './recent-events.ts'
import { encodeRecord, isoTime, recordBytes } from './record.ts'
import { realDisk, SegmentWriter, type SpoolDisk } from './segment-writer.ts'
import { openSegments, type Segment, segmentFrom } from './segments.ts'
import { SpoolConsumer } from './spool-consumer.ts'

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
  /** room to keep free on the disk, see `DiskRoom`; none unless told */
  reserveBytes?: number
  /** what consumers near the live end share in memory; 8,192 events, 16 MiB unless told */
  remembered?: { events: number; bytes: number }
  now?: () => number
  disk?: SpoolDisk
  /** bytes that are free on the disk of a folder */
  free?: (folder: string) => Promise<number>
}

/** What the spool says of itself. */
export interface SpoolState {
  /** why no event is taken in, and since when (ISO 8601); null: all is well */
  refusal: { code: 'spool.full' | 'spool.unwritable'; reason: string; since: string } | null
  damage: DamageCount
}

interface Pending {
  events: readonly RawEvent[]
  resolve: () => void
  reject: (error: Error) => void
}

const tendEveryMs = 2_000
/** as large as a write of many events */
const probeBytes = 256 * 1024

/**
 * The append-only file of received events. `append` resolves once its events would survive a power cut; from then on
 * every consumer gets them, in order and at least once, at its own speed.
 */
export class Spool {
  private readonly options: SpoolOptions
  private readonly log: Logger
  private readonly now: () => number
  private readonly lock = new FolderLock()
  private readonly cursors = new Map<string, Cursor>()
  private readonly keptAside: KeptAside
  private readonly room: DiskRoom
  private readonly writer: SegmentWriter
  private recent: RecentEvents
  private segments: Segment[] = []
  /** of all segments */
  private bytes = 0
  private nextOffset = 0
  private pending: Pending[] = []
  private writing: Promise<void> | null = null
  private wakeUps: (() => void)[] = []
  private releasing: Promise<unknown> = Promise.resolve()
  private tending: Promise<void> | null = null
  private timer: NodeJS.Timeout | null = null
  private refusal: SpoolState['refusal'] = null
  private running = false

  constructor(options: SpoolOptions) {
    const { folder, logger, metrics, disk = realDisk, segmentBytes = 64 * 1024 * 1024, reserveBytes = 0 } = options
    this.options = options
    this.log = logger
    this.now = options.now ?? Date.now
    this.recent = this.nothingRecent()
    this.keptAside = new KeptAside(folder, logger, metrics)
    this.room = new DiskRoom(folder, reserveBytes, this.now, options.free)
    this.writer = new SegmentWriter({ folder, disk, segmentBytes, now: this.now, logger })
    for (const name of options.consumers) {
      this.cursors.set(name, new Cursor(join(folder, `${name}.cursor`), logger, () => this.releaseLater()))
    }
  }

  /** Rejects with `spool.taken`, `spool.newer` or `spool.unreadable`. */
  async start(): Promise<void> {
    const { folder } = this.options
    await mkdir(folder, { recursive: true })
    this.lock.take(folder, join(folder, 'lock'))
    let next = 0
    try {
      // What devices said of dwellings: its owner's only, wherever the data directory lies.
      await chmod(folder, 0o700)
      await this.keptAside.start()
      const found = await openSegments(folder, (tail) => this.keptAside.torn(tail))
      this.segments = found.segments
      next = found.next
      for (const cursor of this.cursors.values()) await cursor.load()
    } catch (error) {
      this.lock.release()
      if (error instanceof OndineError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new OndineError('spool.unreadable', { file: folder, reason }, { cause: error })
    }
    // A cursor may be ahead of what is left when the last records were damaged: an offset is never given twice.
    this.nextOffset = Math.max(next, ...[...this.cursors.values()].map((cursor) => cursor.next))
    this.recent = this.nothingRecent()
    this.bytes = this.segments.reduce((sum, segment) => sum + segment.size, 0)
    this.refusal = null
    this.running = true
    this.timer = setInterval(() => this.tendSoon(), tendEveryMs)
    this.reportSize()
  }

  /** Finishes what is being written and lets waiting readers go. */
  async stop(): Promise<void> {
    if (!this.running) return
    this.running = false
    if (this.timer) clearInterval(this.timer)
    await this.writing
    await this.tending
    for (const wake of this.wakeUps.splice(0)) wake()
    for (const cursor of this.cursors.values()) await cursor.stop()
    await this.writer.seal()
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

  get state(): SpoolState {
    return { refusal: this.refusal, damage: this.keptAside.count }
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
    return new SpoolConsumer(this, this.look(cursor.next), cursor)
  }

  /** offset of the first event that a consumer has not finished with */
  position(name: string): number {
    return this.cursors.get(name)?.next ?? 0
  }

  /** Reads from an offset on without being a consumer: nothing is kept for its sake. */
  look(from: number): SpoolReader {
    return new SpoolReader(
      {
        segmentFrom: (offset) => segmentFrom(this.segments, offset),
        recent: (offset, max) => this.recent.from(offset, max),
        damaged: (damage) => this.keptAside.damaged(damage),
      },
      from,
    )
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
        const [only] = group
        await this.writeWithRoom(group.length === 1 && only ? only.events : group.flatMap((one) => one.events))
        this.taken()
        for (const one of group) one.resolve()
      } catch (error) {
        const refusal = this.refused(error)
        for (const one of group) one.reject(refusal)
      }
      for (const wake of this.wakeUps.splice(0)) wake()
    }
    this.writing = null
  }

  private async writeWithRoom(events: readonly RawEvent[]): Promise<void> {
    await this.makeRoom('at a write')
    for (;;) {
      try {
        return await this.write(events)
      } catch (error) {
        if (!isFull(error) || !(await this.releaseOldest('at a write'))) throw error
      }
    }
  }

  /** Rejects while the disk has so little room left that the consumers need it. */
  private async makeRoom(when?: 'at a write'): Promise<void> {
    let room = await this.room.look()
    while (room !== 'plenty' && (await this.releaseOldest(when))) {
      this.room.forget()
      room = await this.room.look()
    }
    if (room === 'none') throw new OndineError('spool.full', { folder: this.options.folder })
  }

  private async write(events: readonly RawEvent[]): Promise<void> {
    const now = this.now()
    const first = this.nextOffset
    const bytes = Buffer.allocUnsafeSlow(events.reduce((sum, event) => sum + recordBytes(event), 0))
    const spooledAt = isoTime(now)
    const spooled: SpooledEvent[] = []
    let at = 0
    for (const { topic, payload, qos } of events) {
      const event = { offset: first + spooled.length, spooledAt, topic, payload, qos }
      at = encodeRecord(bytes, at, event, event.offset, now)
      spooled.push(event)
    }
    const end = first + events.length
    await this.writer.open(first, (segment) => this.begun(segment))
    try {
      await this.writer.append(bytes, end, now)
    } catch (error) {
      const gone = await this.writer.abandon()
      if (gone) this.forgetSegment(gone)
      throw error
    }
    this.nextOffset = end
    this.bytes += bytes.length
    this.recent.add(spooled, bytes.length)
    this.options.metrics.spooled(events.length, bytes.length)
    this.reportSize()
  }

  private nothingRecent(): RecentEvents {
    const { events, bytes } = this.options.remembered ?? { events: 8_192, bytes: 16 * 1024 * 1024 }
    return new RecentEvents(events, bytes)
  }

  private begun(segment: Segment): void {
    this.segments.push(segment)
    this.bytes += segment.size
    this.releaseLater()
  }

  private forgetSegment(gone: Segment): void {
    this.segments = this.segments.filter((segment) => segment !== gone)
    this.bytes -= gone.size
  }

  private refused(error: unknown): OndineError {
    const { folder, metrics } = this.options
    const reason = error instanceof Error ? error.message : String(error)
    const refusal =
      error instanceof OndineError
        ? error
        : isFull(error)
          ? new OndineError('spool.full', { folder }, { cause: error })
          : new OndineError('spool.unwritable', { folder, reason }, { cause: error })
    const code = refusal.code === 'spool.full' ? 'spool.full' : 'spool.unwritable'
    metrics.spoolRefused(code)
    if (this.refusal?.code !== code) {
      this.refusal = { code, reason, since: new Date(this.now()).toISOString() }
      this.log.error({ code, err: error }, `spool: ${refusal.message}`)
    }
    return refusal
  }

  private taken(): void {
    if (this.refusal === null) return
    this.log.info({ since: this.refusal.since }, 'spool: takes events again')
    this.refusal = null
  }

  private tendSoon(): void {
    this.tending ??= this.tend()
      .catch((error: unknown) => this.log.error({ err: error }, 'spool: not tidied'))
      .finally(() => {
        this.tending = null
      })
  }

  /** What no event brings about: retention, a disk that others fill, and room again while nobody sends. */
  private async tend(): Promise<void> {
    this.releaseLater()
    await this.releasing
    await this.keptAside.tidy(this.now() - this.options.retentionMs)
    if (this.refusal !== null && this.writing === null) await this.tryAgain()
    else if (this.refusal === null) await this.makeRoom().catch(() => {})
  }

  private async tryAgain(): Promise<void> {
    const { folder, disk = realDisk } = this.options
    try {
      this.room.forget()
      await this.makeRoom()
      await writeProbe(join(folder, 'probe'), Buffer.alloc(probeBytes), disk)
      this.taken()
    } catch {
      // told when it began
    }
  }

  private releaseLater(): void {
    this.releasing = this.releasing.then(() => this.release())
  }

  /** Deletes segments that every consumer has passed, in a way that survives us, and whose retention is over. */
  private async release(): Promise<void> {
    const passed = Math.min(this.nextOffset, ...[...this.cursors.values()].map((cursor) => cursor.saved))
    for (;;) {
      const [oldest] = this.segments
      if (!oldest || oldest.end > passed || this.now() - oldest.writtenMs < this.options.retentionMs) break
      if (!(await this.remove(oldest, { early: false }))) break
    }
  }

  /**
   * One segment goes before its time, when every consumer has passed it. That a cursor says so in memory is enough: on
   * a full disk it could not be saved, and events that are gone cannot be repeated. The file that is written to goes only at a
   * write, when nobody else writes.
   */
  private async releaseOldest(when?: 'at a write'): Promise<boolean> {
    const passed = Math.min(this.nextOffset, ...[...this.cursors.values()].map((cursor) => cursor.next))
    const [oldest] = this.segments
    if (oldest === undefined || oldest.end > passed) return false
    if (when !== undefined && oldest === this.writer.segment) await this.writer.seal()
    return this.remove(oldest, { early: true })
  }

  private async remove(oldest: Segment, { early }: { early: boolean }): Promise<boolean> {
    if (oldest === this.writer.segment || oldest !== this.segments[0]) return false
    this.segments.shift()
    this.bytes -= oldest.size
    this.reportSize()
    try {
      await rm(oldest.path, { force: true })
    } catch (error) {
      this.log.error({ err: error, segment: oldest.path }, 'spool: old segment not deleted')
      return false
    }
    this.log.info({ segment: basename(oldest.path), early }, 'spool: old segment deleted')
    return true
  }

  private reportSize(): void {
    this.options.metrics.spoolSize(this.bytes, this.segments.length)
  }
}
