import type { Call } from './call-stream.ts'
import type { CodecEntry } from './codec-book.ts'
import { limits } from './limits.ts'
import type { Verdict } from './results.ts'

/** One call waiting for its verdict. */
export interface Job {
  codec: CodecEntry
  call: Call
  settle: (verdict: Verdict) => void
  /** times a child died with this job alone in it, for no known reason */
  deaths: number
  /** when it began to wait, in ms */
  since: number
}

/** The jobs of a `run` message, group by group. */
export interface Batch {
  groups: readonly { codec: CodecEntry; jobs: readonly Job[] }[]
  /** its jobs were in a batch that went wrong: it has a child for itself */
  suspect: boolean
  size: number
}

/** A child that could take a batch now. */
export interface Taker {
  /** its place among the children at work: it has the codecs of this lane loaded */
  lane: number
  /** it has nothing else to do */
  free: boolean
}

/**
 * First in, first out, for each child's codecs by themselves; a child without work takes over what has waited for long. Jobs
 * of a batch that went wrong come again in ever smaller parts, one part at any time and with a child for itself, between
 * other batches: until the guilty one is alone.
 */
export class JobQueue {
  private readonly lanes: Lane[]
  private suspects: Job[][] = []
  private suspectOut = false
  private suspectTurn = false

  constructor(lanes: number) {
    this.lanes = Array.from({ length: lanes }, () => new Lane())
  }

  add(job: Job): void {
    this.laneOf(job).add(job)
  }

  /** Jobs that went wrong together. Those that wait behind them are not to suffer for it: the next turn is theirs. */
  suspect(jobs: readonly Job[]): void {
    this.suspectTurn = false
    const size = jobs.length <= 4 ? 1 : Math.ceil(Math.sqrt(jobs.length))
    for (let start = 0; start < jobs.length; start += size) this.suspects.push(jobs.slice(start, start + size))
  }

  /** Jobs that were not reached go first again. */
  putBack(jobs: readonly Job[]): void {
    for (const lane of this.lanes) lane.putBack(jobs.filter((job) => this.laneOf(job) === lane))
  }

  /** Whether any job waits, suspects apart. */
  isWaiting(): boolean {
    return this.lanes.some((lane) => !lane.isEmpty)
  }

  /** `refused` gives the verdict of a job that is not to be run any more, for instance of a disabled codec; null: nothing for this child now. */
  next(refused: (job: Job) => Verdict | null, { lane, free }: Taker, now: number): Batch | null {
    const wanted = (job: Job) => {
      const verdict = refused(job)
      if (verdict !== null) job.settle(verdict)
      return verdict === null
    }
    const waiting = this.laneFor(lane, free, now)
    while (!this.suspectOut && this.suspects.length > 0 && (this.suspectTurn || waiting.isEmpty)) {
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
      const job = waiting.shift()
      if (job === undefined) break
      if (wanted(job)) jobs.push(job)
    }
    if (jobs.length > 0) return toBatch(jobs, false)
    // All that waited was refused: nobody would come back for the suspects.
    return free && !this.suspectOut && this.suspects.length > 0 ? this.next(refused, { lane, free }, now) : null
  }

  /** A batch has come to an end, in whatever way. */
  ended(batch: Batch): void {
    if (batch.suspect) this.suspectOut = false
  }

  drain(): Job[] {
    const jobs = [...this.lanes.flatMap((lane) => lane.drain()), ...this.suspects.flat()]
    this.suspects = []
    return jobs
  }

  private laneOf(job: Job): Lane {
    return this.lanes[job.codec.lane % this.lanes.length] ?? new Lane()
  }

  /** Its own; for a child with nothing else to do, the one that has waited longest, and too long. */
  private laneFor(own: number, free: boolean, now: number): Lane {
    const lane = this.lanes[own] ?? new Lane()
    if (!lane.isEmpty || !free) return lane
    const late = this.lanes.filter(({ since }) => since !== null && now - since > limits.takeOver)
    return late.sort((a, b) => (a.since ?? 0) - (b.since ?? 0))[0] ?? lane
  }
}

class Lane {
  private jobs: Job[] = []
  private head = 0

  get isEmpty(): boolean {
    return this.head === this.jobs.length
  }

  /** when the first of its jobs began to wait */
  get since(): number | null {
    return this.jobs[this.head]?.since ?? null
  }

  add(job: Job): void {
    this.jobs.push(job)
  }

  putBack(jobs: readonly Job[]): void {
    if (jobs.length === 0) return
    this.jobs = [...jobs, ...this.drain()]
  }

  shift(): Job | undefined {
    const job = this.jobs[this.head]
    if (job === undefined) return undefined
    this.head += 1
    if (this.head === this.jobs.length || this.head > 10_000) this.jobs = this.drain()
    return job
  }

  drain(): Job[] {
    const jobs = this.jobs.slice(this.head)
    this.jobs = []
    this.head = 0
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
