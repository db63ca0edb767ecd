import type { Call } from './call-stream.ts'
import { limits } from './limits.ts'
import type { Verdict } from './results.ts'

/** A codec's or simulator's source under the number that parent and children call it by; a changed source is a new number. */
export interface CodecEntry {
  id: number
  model: string
  file: string
  source: string
}

/** One call waiting for its verdict. */
export interface Job {
  codec: CodecEntry
  call: Call
  settle: (verdict: Verdict) => void
  /** times a child died with this job alone in it, for no known reason */
  deaths: number
}

/** The jobs of a `run` message, group by group. */
export interface Batch {
  groups: readonly { codec: CodecEntry; jobs: readonly Job[] }[]
  /** its jobs were in a batch that went wrong: it has a child for itself */
  suspect: boolean
  size: number
}

/**
 * First in, first out. Jobs of a batch that went wrong come again in ever smaller parts, one part at any time and
 * with a child for itself, between other batches: until the guilty one is alone.
 */
export class JobQueue {
  private waiting: Job[] = []
  private head = 0
  private suspects: Job[][] = []
  private suspectOut = false
  private suspectTurn = false

  add(job: Job): void {
    this.waiting.push(job)
  }

  /** Jobs that went wrong together. */
  suspect(jobs: readonly Job[]): void {
    const size = jobs.length <= 4 ? 1 : Math.ceil(Math.sqrt(jobs.length))
    for (let start = 0; start < jobs.length; start += size) this.suspects.push(jobs.slice(start, start + size))
  }

  /** Jobs that were not reached go first again. */
  putBack(jobs: readonly Job[]): void {
    if (jobs.length === 0) return
    this.waiting = [...jobs, ...this.waiting.slice(this.head)]
    this.head = 0
  }

  /**
   * `refused` gives the verdict of a job that is not to be run any more, for instance of a disabled codec;
   * `free`: the child has nothing else to do. null: nothing for this child now.
   */
  next(refused: (job: Job) => Verdict | null, free: boolean): Batch | null {
    const wanted = (job: Job) => {
      const verdict = refused(job)
      if (verdict !== null) job.settle(verdict)
      return verdict === null
    }
    while (!this.suspectOut && this.suspects.length > 0 && (this.suspectTurn || this.head === this.waiting.length)) {
      // A child is left to run dry, or suspects would wait for as long as there is other work.
      if (!free) return null
      const jobs = this.suspects.shift()?.filter(wanted) ?? []
      if (jobs.length === 0) continue
      this.suspectOut = true
      this.suspectTurn = false
      return toBatch(jobs, true)
    }
    this.suspectTurn = true
    const jobs: Job[] = []
    while (jobs.length < limits.batch) {
      const job = this.waiting[this.head]
      if (job === undefined) break
      this.head += 1
      if (wanted(job)) jobs.push(job)
    }
    if (this.head === this.waiting.length || this.head > 10_000) {
      this.waiting = this.waiting.slice(this.head)
      this.head = 0
    }
    return jobs.length === 0 ? null : toBatch(jobs, false)
  }

  /** A batch has come to an end, in whatever way. */
  ended(batch: Batch): void {
    if (batch.suspect) this.suspectOut = false
  }

  drain(): Job[] {
    const jobs = [...this.waiting.slice(this.head), ...this.suspects.flat()]
    this.waiting = []
    this.head = 0
    this.suspects = []
    return jobs
  }
}

function toBatch(jobs: readonly Job[], suspect: boolean): Batch {
  const groups = new Map<number, { codec: CodecEntry; jobs: Job[] }>()
  for (const job of jobs) {
    const group = groups.get(job.codec.id)
    if (group === undefined) groups.set(job.codec.id, { codec: job.codec, jobs: [job] })
    else group.jobs.push(job)
  }
  return { groups: [...groups.values()], suspect, size: jobs.length }
}
