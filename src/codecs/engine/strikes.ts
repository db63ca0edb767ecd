import { limits } from './limits.ts'

export interface CodecStatus {
  /** `vendor/model` */
  model: string
  /** codec.js or simulate.js */
  file: string
  strikes: number
  disabled: boolean
  /** of the last strike */
  reason: string
}

/** Three strikes within ten minutes and a codec is not run again, until it is enabled by hand or its file changes. */
export class StrikeBook {
  private readonly entries = new Map<number, CodecStatus & { times: number[] }>()

  /** Returns the state after this strike. */
  strike(codec: { id: number; model: string; file: string }, reason: string, now: number): CodecStatus {
    const times = (this.entries.get(codec.id)?.times ?? []).filter((time) => now - time < limits.strikeWindow)
    times.push(now)
    const entry = {
      model: codec.model,
      file: codec.file,
      strikes: times.length,
      disabled: times.length >= limits.strikes,
      reason,
      times,
    }
    this.entries.set(codec.id, entry)
    return entry
  }

  isDisabled(codec: number): boolean {
    return this.entries.size > 0 && this.entries.get(codec)?.disabled === true
  }

  /** Forgives a model, or one codec that was replaced. */
  forget(matches: (codec: number, status: CodecStatus) => boolean): void {
    for (const [codec, status] of this.entries) if (matches(codec, status)) this.entries.delete(codec)
  }

  list(): CodecStatus[] {
    return [...this.entries.values()].map(({ times: _, ...status }) => status)
  }
}
