import { limits } from './limits.ts'
import type { Verdict } from './results.ts'
import { type Message, messageType, type SourceKind } from './transport.ts'

/** A codec's or simulator's source under the number that parent and children call it by; a changed source is a new number. */
export interface CodecEntry {
  id: number
  model: string
  kind: SourceKind
  file: string
  source: string
}

/** One call waiting for its verdict. */
export interface Job {
  codec: CodecEntry
  /** JSON of the call, see realm.ts */
  text: string
  settle: (verdict: Verdict) => void
  /** times a child died with this job alone in it, for no known reason */
  deaths: number
}

/** The jobs of a `run` message, group by group. */
export interface Batch {
  groups: readonly { codec: CodecEntry; jobs: readonly Job[] }[]
  /** one job only, because it or a neighbour ended a batch before */
  alone: boolean
}

/** First in, first out, but jobs of a batch that went wrong are run one by one, at most one of them at any time, between other batches. */
export class JobQueue {
  private waiting: Job[] = []
  private head = 0
  private suspects: Job[] = []
  private suspectOut = false
  private suspectTurn = false

  add(job: Job): void {
    this.waiting.push(job)
  }

  suspect(jobs: readonly Job[]): void {
    this.suspects.push(...jobs)
  }

  /** Jobs that were not reached go first again. */
  putBack(jobs: readonly Job[]): void {
    if (jobs.length === 0) return
    this.waiting = [...jobs, ...this.waiting.slice(this.head)]
    this.head = 0
  }

  /** `refused` gives the verdict of a job that is not to be run any more, for instance of a disabled codec. */
  next(refused: (job: Job) => Verdict | null): Batch | null {
    if (!this.suspectOut && (this.suspectTurn || this.head === this.waiting.length)) {
      for (let job = this.suspects.shift(); job !== undefined; job = this.suspects.shift()) {
        const verdict = refused(job)
        if (verdict !== null) {
          job.settle(verdict)
          continue
        }
        this.suspectOut = true
        this.suspectTurn = false
        return { groups: [{ codec: job.codec, jobs: [job] }], alone: true }
      }
    }
    this.suspectTurn = true
    const groups = new Map<number, { codec: CodecEntry; jobs: Job[] }>()
    for (let count = 0; count < limits.batch; ) {
      const job = this.waiting[this.head]
      if (job === undefined) break
      this.head += 1
      const verdict = refused(job)
      if (verdict !== null) {
        job.settle(verdict)
        continue
      }
      count += 1
      const group = groups.get(job.codec.id)
      if (group === undefined) groups.set(job.codec.id, { codec: job.codec, jobs: [job] })
      else group.jobs.push(job)
    }
    if (this.head === this.waiting.length || this.head > 10_000) {
      this.waiting = this.waiting.slice(this.head)
      this.head = 0
    }
    return groups.size === 0 ? null : { groups: [...groups.values()], alone: false }
  }

  /** A batch has come to an end, in whatever way. */
  ended(batch: Batch): void {
    if (batch.alone) this.suspectOut = false
  }

  drain(): Job[] {
    const jobs = [...this.waiting.slice(this.head), ...this.suspects]
    this.waiting = []
    this.head = 0
    this.suspects = []
    return jobs
  }
}

export function toMessage(batch: Batch, id: number): Message {
  return {
    type: messageType.run,
    id,
    segments: batch.groups.map(({ codec, jobs }) => ({
      codec: codec.id,
      info: jobs.length,
      text: `[${jobs.map((job) => job.text).join(',')}]`,
    })),
  }
}
