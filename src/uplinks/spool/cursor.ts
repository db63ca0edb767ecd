import { readFile } from 'node:fs/promises'
import type { Logger } from 'pino'
import { z } from 'zod'
import { isMissing, writeAtomically } from './files.ts'

const cursorSchema = z.object({ v: z.literal(1), next: z.number().int().nonnegative() })

/**
 * How far one consumer has got: the offset of the first event that it has not finished with.
 * It reaches the disk a moment later, so a crash repeats at most that moment's events; consumers are idempotent.
 */
export class Cursor {
  private readonly path: string
  private readonly log: Logger
  private readonly onSaved: () => void
  private memory = 0
  private disk = 0
  private timer: NodeJS.Timeout | null = null
  private saving: Promise<void> = Promise.resolve()
  private failing = false
  static readonly saveEveryMs = 250
  private static readonly againMs = 2_000

  constructor(path: string, log: Logger, onSaved: () => void) {
    this.path = path
    this.log = log
    this.onSaved = onSaved
  }

  get next(): number {
    return this.memory
  }

  /** what a crash would leave: segments before it are not needed any more */
  get saved(): number {
    return this.disk
  }

  /** No file: a new consumer. One that cannot be read rejects: begun anew, it would repeat weeks of events. */
  async load(): Promise<void> {
    let text: string
    try {
      text = await readFile(this.path, 'utf8')
    } catch (error) {
      if (isMissing(error)) return
      throw error
    }
    try {
      this.memory = this.disk = cursorSchema.parse(JSON.parse(text)).next
    } catch (error) {
      this.log.error({ err: error, file: this.path }, 'cursor unreadable, its consumer starts again with the oldest event')
    }
  }

  moveTo(next: number): void {
    this.memory = next
    this.saveIn(Cursor.saveEveryMs)
  }

  async stop(): Promise<void> {
    await this.save()
    // One that could not be saved is left: its consumer repeats.
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
  }

  private saveIn(ms: number): void {
    this.timer ??= setTimeout(() => void this.save(), this.failing ? Math.max(ms, Cursor.againMs) : ms)
  }

  private save(): Promise<void> {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.saving = this.saving.then(async () => {
      const next = this.memory
      if (next === this.disk) return
      try {
        await writeAtomically(this.path, `${JSON.stringify({ v: 1, next })}\n`)
        this.disk = next
        this.failing = false
        this.onSaved()
      } catch (error) {
        if (!this.failing)
          this.log.error({ err: error, file: this.path }, 'cursor not saved, trying again; a crash would repeat more than usual')
        this.failing = true
        this.saveIn(Cursor.againMs)
      }
    })
    return this.saving
  }
}
