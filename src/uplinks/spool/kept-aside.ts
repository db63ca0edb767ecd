import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Logger } from 'pino'
import type { UplinkMetrics } from '../metrics.ts'
import type { Damage } from './reader.ts'
import type { TornTail } from './segments.ts'

/** What of the spool could not be read, as long as its files lie beside it. */
export interface DamageCount {
  /** files `*.damaged` */
  files: number
  events: number
  bytes: number
}

const damagedName = /^\d{16}\.spool\.at-\d+\.events-(\d+)\.damaged$/
const tornName = /^\d{16}\.spool\.at-\d+\.torn$/

/**
 * Bytes that are no record, beside the spool: which segment, where in it and how many events is in the name of the file.
 * Damage stays until a person has looked and deleted it; a torn tail, which nobody was promised, goes with the retention.
 */
export class KeptAside {
  private readonly folder: string
  private readonly log: Logger
  private readonly metrics: Pick<UplinkMetrics, 'spoolDamaged'>
  private readonly known = new Map<string, { events: number; bytes: number; written: boolean }>()

  constructor(folder: string, log: Logger, metrics: Pick<UplinkMetrics, 'spoolDamaged'>) {
    this.folder = folder
    this.log = log
    this.metrics = metrics
  }

  /** What former runs kept: they told and counted it. */
  async start(): Promise<void> {
    this.known.clear()
    for (const name of await readdir(this.folder)) {
      const events = damagedName.exec(name)?.[1]
      if (events === undefined) continue
      const { size } = await stat(join(this.folder, name))
      this.known.set(name, { events: Number(events), bytes: size, written: true })
    }
  }

  get count(): DamageCount {
    const count = { files: 0, events: 0, bytes: 0 }
    for (const { events, bytes } of this.known.values()) {
      count.files += 1
      count.events += events
      count.bytes += bytes
    }
    return count
  }

  /** Each consumer meets the damage; it is told, counted and kept once. Rejects never. */
  async damaged({ segment, position, bytes, events }: Damage): Promise<void> {
    const name = `${basename(segment.path)}.at-${position}.events-${events}.damaged`
    if (this.known.has(name)) return
    const entry = { events, bytes: bytes.length, written: false }
    this.known.set(name, entry)
    this.metrics.spoolDamaged(events, bytes.length)
    this.log.error({ segment: segment.path, position, bytes: bytes.length, events, file: name }, 'spool: damage skipped and kept aside')
    entry.written = await this.write(name, bytes)
  }

  /** Rejects never. */
  async torn({ segment, position, bytes, whole }: TornTail): Promise<void> {
    if (whole) return this.damaged({ segment, position, bytes, events: 1 })
    const name = `${basename(segment.path)}.at-${position}.torn`
    this.log.warn(
      { segment: segment.path, position, bytes: bytes.length, file: name },
      'spool: unfinished write of the last run cut off, it was never acknowledged',
    )
    await this.write(name, bytes)
  }

  /** Forgets torn tails, and damage whose file a person has deleted. */
  async tidy(olderThanMs: number): Promise<void> {
    const names = new Set(await readdir(this.folder))
    for (const [name, { written }] of this.known) if (written && !names.has(name)) this.known.delete(name)
    for (const name of names) {
      if (!tornName.test(name)) continue
      const path = join(this.folder, name)
      const { mtimeMs } = await stat(path)
      if (mtimeMs < olderThanMs) await rm(path, { force: true })
    }
  }

  private async write(name: string, bytes: Buffer): Promise<boolean> {
    try {
      await writeFile(join(this.folder, name), bytes)
      return true
    } catch (error) {
      this.log.error({ err: error, file: name }, 'spool: damage could not be kept aside')
      return false
    }
  }
}
