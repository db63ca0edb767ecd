import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { serverScope } from '../../access/scope.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { InventoryStore } from '../../inventory/ports.ts'
import { OneAtATime } from '../one-at-a-time.ts'
import type { Step } from '../plan/plan.ts'
import type { Job, JobState, ProvisioningStore } from '../ports.ts'
import { giveMemoryBack } from './give-memory-back.ts'
import { JobRun, type Pacing } from './job-run.ts'
import { type JobLane, jobLaneOf, lanes, openJobs, openStates, sharedBy } from './lanes.ts'
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
  /** number of the job that has to do with one of its objects first; null: none */
  behind: number | null
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
/** How often it is looked whether a job that is held up can go on. */
const lookEveryMs = 500

/** A job that has its lane. */
interface Running {
  job: Job
  progress: Counts
  rate: Rate
  stop: AbortController
}

type Counts = Omit<Progress, 'perSecond' | 'waitsFor' | 'behind'>

/**
 * Carries jobs out, those of one lane one after the other in the order in which they were begun, and never two of the same object:
 * a job waits for those before it that still have to do with one of its own. Whatever ends the process, the next start goes on where
 * the journal says; a stop leaves what was not begun waiting.
 */
export class JobRunner {
  readonly #parts: Parts
  readonly #watchers = new Set<Watcher>()
  readonly #choosing = new OneAtATime()
  readonly #running = new Map<JobLane, Running>()
  readonly #looking = new Map<JobLane, Promise<void>>()
  readonly #lookAgain = new Set<JobLane>()
  /** of each lane, by id, those that wait for another: what they are, and its number */
  readonly #heldUp = new Map<JobLane, ReadonlyMap<string, Counts & { behind: number }>>()
  #shutdown = new AbortController()
  #timer: NodeJS.Timeout | null = null
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
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    for (const { stop } of this.#running.values()) stop.abort()
    await Promise.all(this.#looking.values())
  }

  /** Writes the job and begins it as soon as those before it in its lane, and of its objects, are through. Steps of a list are done in its order. */
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
    if (!openStates.includes(job.state)) throw new OndineError('provisioning.job-not-open', { job: job.number, state: job.state })
    const runs = () => this.#runningOf(job.id)
    await store.setJobState(job.id, runs() === undefined ? 'stopped' : 'stopping', now().toISOString())
    // It may have begun, and may have ended, while that was written: whoever runs it says last what became of it.
    const running = runs()
    if (running === undefined) this.#look()
    else running.stop.abort()
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

  /** null: it is not under way here, and held up by none */
  progress(id: string): Progress | null {
    const { silence } = this.#parts.pace
    const running = this.#runningOf(id)
    const heldUp = lanes.map((lane) => this.#heldUp.get(lane)?.get(id)).find((one) => one !== undefined)
    if (running === undefined) return heldUp === undefined ? null : { ...heldUp, perSecond: null, waitsFor: null }
    const waitsFor = silence === null ? null : { seconds: Math.round(silence.for / 1000), text: silence.error.message }
    return { ...running.progress, perSecond: running.rate.perSecond, waitsFor, behind: null }
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

  #runningOf(id: string): Running | undefined {
    return [...this.#running.values()].find(({ job }) => job.id === id)
  }

  /** One pass sees all that was written before it began. */
  #look(): void {
    if (!this.#started) return
    for (const lane of lanes) {
      this.#lookAgain.add(lane)
      if (this.#looking.has(lane)) continue
      const looking = this.#pass(lane).finally(() => this.#looking.delete(lane))
      this.#looking.set(lane, looking)
    }
  }

  async #pass(lane: JobLane): Promise<void> {
    const { signal } = this.#shutdown
    for (let wait = 200; this.#lookAgain.has(lane) && !signal.aborted; ) {
      this.#lookAgain.delete(lane)
      try {
        for (let next = await this.#choose(lane); next !== undefined && !signal.aborted; next = await this.#choose(lane)) {
          await this.#run(next).finally(() => this.#running.delete(lane))
          // Those of the other lane may have waited for it.
          this.#look()
        }
        wait = 200
      } catch (thrown) {
        const error = OndineError.from(thrown)
        this.#parts.logger.error({ code: error.code, err: error }, 'jobs: cannot go on, tries again')
        this.#lookAgain.add(lane)
        await sleep(wait, undefined, { signal }).catch(() => {})
        wait = Math.min(2 * wait, 30_000)
      }
    }
    this.#running.delete(lane)
  }

  /** The oldest that is open and that nothing holds up: it has the lane from now on. */
  #choose(lane: JobLane): Promise<Running | undefined> {
    return this.#choosing.run(async () => {
      const open = await openJobs(this.#parts.store)
      const { job, heldUp } = await this.#free(lane, open)
      this.#heldUp.set(lane, heldUp)
      if (heldUp.size > 0) this.#lookSoon()
      if (job === undefined) return undefined
      const running = { job, progress: countsOf(job), rate: new Rate(() => performance.now()), stop: new AbortController() }
      this.#running.set(lane, running)
      return running
    })
  }

  /** On the spot one overtakes another that is held up, but for one of the same object; deliveries keep their order. */
  async #free(lane: JobLane, open: readonly Job[]): Promise<{ job?: Job; heldUp: ReadonlyMap<string, Counts & { behind: number }> }> {
    const heldUp = new Map<string, Counts & { behind: number }>()
    const waiting: Job[] = []
    for (const job of open.filter((one) => jobLaneOf(one) === lane)) {
      if (job.state === 'stopping') return { job, heldUp }
      const others = open.filter((one) => {
        const isRunning = this.#runningOf(one.id) !== undefined
        return jobLaneOf(one) !== lane && (isRunning || one.number < job.number)
      })
      const before = await this.#heldUpBy(job, [...others, ...waiting])
      if (before === undefined) return { job, heldUp }
      heldUp.set(job.id, { ...countsOf(job), behind: before.number })
      if (lane === 'delivery') return { heldUp }
      waiting.push(job)
    }
    return { heldUp }
  }

  #lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#look()
    }, lookEveryMs)
  }

  async #heldUpBy(job: Job, others: readonly Job[]): Promise<Job | undefined> {
    for (const other of others) if ((await sharedBy(job, other, this.#parts.store)) !== undefined) return other
    return undefined
  }

  async #run({ job, progress, rate, stop }: Running): Promise<void> {
    const { store, logger, now, pace } = this.#parts
    const { total, done, failed } = job
    const log = logger.child({ job: job.number, action: job.action })
    // Its process was killed between a person's stop and its last step, or the stop came after it.
    if (job.state === 'stopping') return store.setJobState(job.id, stateAt(job), now().toISOString())
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
  }

  async #toolsOf(job: Job): Promise<JobTools> {
    const { store, inventoryStore, network, inventory, models, vault, fingerprints, newId, now } = this.#parts
    // What is done outside of a plan is made by hand: no folder owns it, and none prunes it.
    const owner = job.action === 'apply' ? ((await store.plan(serverScope, job.subject))?.owner ?? null) : null
    const places = new Places({ network, memory: store, inventory: inventoryStore })
    return { network, inventory, facts: inventoryStore, models, vault, fingerprints, places, job, owner, newId, now }
  }
}

function countsOf({ id: jobId, number, total, done, failed }: Job): Counts {
  return { jobId, number, total, done, failed }
}

function stateAt({ total, done, failed }: Job): JobState {
  if (done + failed < total) return 'stopped'
  return failed > 0 ? 'failed' : 'done'
}
