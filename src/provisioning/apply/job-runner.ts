import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { serverScope } from '../../access/scope.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { InventoryStore } from '../../inventory/ports.ts'
import type { Step } from '../plan/plan.ts'
import type { Job, JobState, ProvisioningStore } from '../ports.ts'
import { giveMemoryBack } from './give-memory-back.ts'
import { JobRun, type Pacing } from './job-run.ts'
import { Places } from './places.ts'
import { Rate } from './rate.ts'
import type { JobTools } from './step-tools.ts'

export type NewJob = Pick<Job, 'action' | 'tenant' | 'subject' | 'account' | 'scope' | 'allOrNothing'>

/** How a job that is under way here gets on. */
export interface Progress {
  jobId: string
  number: number
  total: number
  done: number
  failed: number
  /** steps a second of the last ten; null: too early to tell */
  perSecond: number | null
  /** the network server does not answer: for how many seconds, and in which words */
  waitsFor: { seconds: number; text: string } | null
}

interface Parts extends Omit<JobTools, 'places' | 'job' | 'owner' | 'facts'> {
  store: ProvisioningStore
  inventoryStore: Pick<InventoryStore, 'transaction'>
  pace: Pacing
  logger: Logger
}

type Watcher = (progress: Progress) => void

/** Steps of a job that lasts for long. */
const largeJob = 5_000

/** States of a job that goes on by itself. */
const open: readonly JobState[] = ['waiting', 'running', 'stopping']

/**
 * Carries jobs out, one after the other in the order in which they were begun. Whatever ends the process, the next start goes on
 * where the journal says; a stop leaves what was not begun waiting.
 */
export class JobRunner {
  readonly #parts: Parts
  readonly #watchers = new Set<Watcher>()
  #shutdown = new AbortController()
  #current: { progress: Omit<Progress, 'perSecond' | 'waitsFor'>; rate: Rate; stop: AbortController } | null = null
  #looking: Promise<void> | null = null
  #lookAgain = false
  #started = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Goes on with what a stop or a crash left, and waits for nothing. */
  async start(): Promise<void> {
    this.#shutdown = new AbortController()
    this.#started = true
    this.#look()
  }

  /** Ends what is being sent and leaves the rest waiting. */
  async stop(): Promise<void> {
    this.#started = false
    this.#shutdown.abort()
    this.#current?.stop.abort()
    await this.#looking
  }

  /** Writes the job and begins it as soon as those before it are through. Steps of a list are done in its order. */
  async submit(job: NewJob, steps: { plan: string } | readonly Step[]): Promise<Job> {
    const { store, newId, now } = this.#parts
    const written = await store.createJob({ ...job, id: newId(), createdAt: now().toISOString() }, steps)
    this.#look()
    return written
  }

  /** By its id. What is being sent is still ended. Rejects with `provisioning.job-unknown` and `provisioning.job-not-open`. */
  async stopJob(id: string): Promise<void> {
    const { store, now } = this.#parts
    const job = await this.#job(id)
    if (!open.includes(job.state)) throw new OndineError('provisioning.job-not-open', { job: job.number, state: job.state })
    const runs = () => this.#current?.progress.jobId === job.id
    await store.setJobState(job.id, runs() ? 'stopping' : 'stopped', now().toISOString())
    // It may have begun, and may have ended, while that was written: whoever runs it says last what became of it.
    if (runs()) this.#current?.stop.abort()
    else this.#look()
  }

  /** A stopped job goes on; one that ended with failed steps tries those again. Rejects like `stopJob`. */
  async resumeJob(id: string): Promise<void> {
    const { store, now } = this.#parts
    const job = await this.#job(id)
    if (job.state !== 'stopped' && job.state !== 'failed') {
      throw new OndineError('provisioning.job-not-open', { job: job.number, state: job.state })
    }
    await store.setJobState(job.id, 'waiting', now().toISOString())
    this.#look()
  }

  /** null: it is not under way here */
  progress(id: string): Progress | null {
    const { pace } = this.#parts
    if (this.#current?.progress.jobId !== id) return null
    const { progress, rate } = this.#current
    const { silence } = pace
    const waitsFor = silence === null ? null : { seconds: Math.round(silence.for / 1000), text: silence.error.message }
    return { ...progress, perSecond: rate.perSecond, waitsFor }
  }

  /** Called at the end of each step of whatever job; gives what ends it. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  async #job(id: string): Promise<Job> {
    const job = await this.#parts.store.job(serverScope, id)
    if (job === undefined) throw new OndineError('provisioning.job-unknown', { job: id })
    return job
  }

  /** One pass sees all that was written before it began. */
  #look(): void {
    if (!this.#started) return
    this.#lookAgain = true
    this.#looking ??= this.#pass().finally(() => {
      this.#looking = null
    })
  }

  async #pass(): Promise<void> {
    const { signal } = this.#shutdown
    for (let wait = 200; this.#lookAgain && !signal.aborted; ) {
      this.#lookAgain = false
      try {
        for (let job = await this.#next(); job !== undefined && !signal.aborted; job = await this.#next()) await this.#run(job)
        wait = 200
      } catch (thrown) {
        const error = OndineError.from(thrown)
        this.#parts.logger.error({ code: error.code, err: error }, 'jobs: cannot go on, tries again')
        this.#lookAgain = true
        await sleep(wait, undefined, { signal }).catch(() => {})
        wait = Math.min(2 * wait, 30_000)
      }
    }
  }

  /** The oldest that is open. */
  async #next(): Promise<Job | undefined> {
    let oldest: Job | undefined
    for (;;) {
      const before = oldest === undefined ? {} : { before: oldest.number }
      const page = await this.#parts.store.jobs(serverScope, { states: open, limit: 100, ...before })
      const last = page.at(-1)
      if (last === undefined) return oldest
      oldest = last
    }
  }

  async #run(job: Job): Promise<void> {
    const { store, logger, now, pace } = this.#parts
    const log = logger.child({ job: job.number, action: job.action })
    // Its process was killed between a person's stop and its last step, or the stop came after it.
    if (job.state === 'stopping') return store.setJobState(job.id, stateAt(job), now().toISOString())
    const stop = new AbortController()
    const { id: jobId, number, total, done, failed } = job
    const rate = new Rate(() => performance.now())
    const progress = { jobId, number, total, done, failed }
    this.#current = { progress, rate, stop }
    try {
      // A stop that came before there was anything to abort.
      if (this.#shutdown.signal.aborted) return
      await store.setJobState(job.id, 'running', now().toISOString())
      log.info({ total, done, failed }, 'job: runs')
      const tools = await this.#toolsOf(job)
      const ended = (state: 'done' | 'failed', before: string) => {
        if (before === 'failed') progress.failed--
        progress[state]++
        rate.count()
        const told = this.progress(job.id)
        if (told !== null) for (const watcher of this.#watchers) watcher(told)
      }
      // What planned it held a whole fleet in memory a moment ago, and V8 keeps that for as long as there is work.
      if (total - done > largeJob) giveMemoryBack()
      const whole = await new JobRun({ job, store, tools, pace, logger: log, ended, signal: stop.signal }).run()
      // What a shutdown interrupts stays `running`: the next start goes on with it.
      if (!whole && this.#shutdown.signal.aborted) return
      const state = stateAt(await this.#job(job.id))
      await store.setJobState(job.id, state, now().toISOString())
      log.info({ state, done: progress.done, failed: progress.failed }, 'job: ended')
    } finally {
      this.#current = null
    }
  }

  async #toolsOf(job: Job): Promise<JobTools> {
    const { store, inventoryStore, network, inventory, models, vault, fingerprints, newId, now } = this.#parts
    // What is done outside of a plan is made by hand: no folder owns it, and none prunes it.
    const owner = job.action === 'apply' ? ((await store.plan(serverScope, job.subject))?.owner ?? null) : null
    const places = new Places({ network, memory: store, inventory: inventoryStore })
    return { network, inventory, facts: inventoryStore, models, vault, fingerprints, places, job, owner, newId, now }
  }
}

function stateAt({ total, done, failed }: Job): JobState {
  if (done + failed < total) return 'stopped'
  return failed > 0 ? 'failed' : 'done'
}
