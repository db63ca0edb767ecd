import { availableParallelism } from 'node:os'
import type { Logger } from 'pino'
import { OndineError } from '../../errors/ondine-error.ts'
import type { CodecFrame, CodecRunner, DecodeResult, EncodeResult } from '../codec-runner.ts'
import type { Script } from '../model.ts'
import { type Call, callKind, callOf, encodeRun } from './call-stream.ts'
import { CodecBook, type CodecEntry } from './codec-book.ts'
import { CodecChild, errorLine, overtime } from './codec-child.ts'
import { type Batch, type Job, JobQueue } from './job-queue.ts'
import { limits } from './limits.ts'
import type { GroupResult } from './result-reader.ts'
import { blame, failure, refusalOf, toBytes, type Verdict } from './results.ts'
import { type CodecStatus, StrikeBook } from './strikes.ts'
import { status } from './transport.ts'

export type CodecEngineEvent = ({ type: 'strike' | 'disabled' } & CodecStatus) | { type: 'child-gone'; reason: string }

interface CodecEngineOptions {
  logger: Logger
  /** child processes at work; one more stands by. Left out: one per spare core. */
  processes?: number
  onEvent?: (event: CodecEngineEvent) => void
  /** ms; the clock that encoders see, frames bring their own */
  now?: () => number
}

/** Runs codecs in child processes, each codec in a realm of its own inside isolated-vm. */
export class CodecEngine implements CodecRunner {
  private readonly logger: Logger
  private readonly processes: number
  private readonly onEvent: (event: CodecEngineEvent) => void
  private readonly now: () => number

  private readonly queue: JobQueue
  private readonly book: CodecBook
  private readonly strikes = new StrikeBook()
  private readonly children = new Set<CodecChild>()
  /** the children at work, each with the codecs of its lane; the others stand by */
  private readonly workers: (CodecChild | undefined)[]
  /** what each child has to answer, in order */
  private readonly batches = new Map<CodecChild, Batch[]>()
  private lastMessage = 0
  private running = false
  private failedStarts = 0
  private watch: NodeJS.Timeout | undefined
  private respawn: NodeJS.Timeout | undefined
  private takeOver: NodeJS.Timeout | undefined
  private started: { resolve: () => void; reject: (error: OndineError) => void } | undefined
  private emptied: (() => void) | undefined
  private stopping: Promise<void> | undefined

  constructor(options: CodecEngineOptions) {
    this.logger = options.logger
    this.processes = options.processes ?? Math.max(1, availableParallelism() - 1)
    this.workers = new Array(this.processes).fill(undefined)
    this.queue = new JobQueue(this.processes)
    this.book = new CodecBook(this.processes, (old) => {
      this.strikes.forget((id) => id === old.id)
      if (old.pending === 0) this.forget(old)
    })
    this.onEvent = options.onEvent ?? (() => {})
    this.now = options.now ?? Date.now
  }

  /** Resolves once a first child is ready; rejects with `codec.engine-failed` when none starts. */
  async start(): Promise<void> {
    this.running = true
    this.watch = setInterval(() => this.watchChildren(), limits.watch)
    this.watch.unref()
    const ready = new Promise<void>((resolve, reject) => {
      this.started = { resolve, reject }
    })
    this.spawnMissing()
    try {
      await ready
    } catch (thrown) {
      await this.stop()
      throw thrown
    }
  }

  /** Frames that have no result yet reject with `codec.engine-stopped`, and so does a start under way. */
  stop(): Promise<void> {
    this.stopping ??= this.shutDown().finally(() => {
      this.stopping = undefined
    })
    return this.stopping
  }

  private async shutDown(): Promise<void> {
    this.running = false
    clearInterval(this.watch)
    clearTimeout(this.respawn)
    clearTimeout(this.takeOver)
    this.started?.reject(new OndineError('codec.engine-stopped', {}))
    if (this.children.size > 0) {
      const empty = new Promise<void>((resolve) => {
        this.emptied = resolve
      })
      for (const child of this.children) child.kill('the engine stops')
      await empty
    }
    for (const job of this.queue.drain()) job.settle(stopped)
  }

  /** Frames in any number and mix; results in their order. Rejects only with `codec.engine-stopped`. */
  async decode(frames: readonly CodecFrame[]): Promise<readonly DecodeResult[]> {
    return this.call(frames.map((frame) => ({ script: frame.codec, call: callOf(frame) })))
  }

  async encode(codec: Script, data: unknown): Promise<EncodeResult> {
    return toBytes(await this.callOne(codec, { ...this.callNow(callKind.encode), extra: data }))
  }

  async simulate(simulator: Script, values: unknown): Promise<EncodeResult> {
    return toBytes(await this.callOne(simulator, { ...this.callNow(callKind.simulate), extra: values }))
  }

  /** What a downlink means, by the codec's own `decodeDownlink` (TS013 §4.3). */
  decodeDownlink(codec: Script, fPort: number, bytes: Uint8Array): Promise<DecodeResult> {
    return this.callOne(codec, { ...this.callNow(callKind.decodeDownlink), fPort, bytes })
  }

  /** Codecs with strikes: those not named here are well. */
  status(): readonly CodecStatus[] {
    return this.strikes.list()
  }

  /** Process ids of the children, those at work first. */
  pids(): readonly number[] {
    const atWork = this.workers.filter((child) => child !== undefined)
    return [...new Set([...atWork, ...this.children])].flatMap(({ pid }) => pid ?? [])
  }

  /** Runs a disabled model's codec again. */
  enable(model: string): void {
    this.strikes.forget((_, entry) => entry.model === model)
  }

  private callNow(kind: number): Call {
    return { kind, time: this.now(), fPort: 0, bytes: noBytes, extra: null }
  }

  private async callOne(script: Script, call: Call): Promise<Verdict> {
    const [verdict] = await this.call([{ script, call }])
    return verdict ?? stopped
  }

  private async call(calls: readonly { script: Script; call: Call }[]): Promise<Verdict[]> {
    if (!this.running) throw new OndineError('codec.engine-stopped', {})
    const verdicts: Verdict[] = new Array(calls.length).fill(stopped)
    await new Promise<void>((resolve) => {
      let missing = calls.length
      const settle = (index: number, verdict: Verdict) => {
        verdicts[index] = verdict
        missing -= 1
        if (missing === 0) resolve()
      }
      if (missing === 0) resolve()
      const since = Date.now()
      calls.forEach(({ script, call }, index) => {
        const refusal = refusalOf(script, call)
        if (refusal !== null) {
          settle(index, refusal)
          return
        }
        const codec = this.book.entryOf(script)
        codec.pending += 1
        const job = {
          codec,
          call,
          deaths: 0,
          since,
          settle: (verdict: Verdict) => {
            codec.pending -= 1
            if (codec.replaced && codec.pending === 0) this.forget(codec)
            settle(index, verdict)
          },
        }
        this.queue.add(job)
      })
      this.pump()
    })
    if (verdicts.includes(stopped)) throw new OndineError('codec.engine-stopped', {})
    return verdicts
  }

  /** The last call of a source that was replaced has its verdict. */
  private forget(codec: CodecEntry): void {
    for (const child of this.children) child.forget(codec.id)
  }

  private pump(): void {
    this.fillLanes()
    let idle = false
    const now = Date.now()
    for (const [lane, child] of this.workers.entries()) {
      while (child?.usable) {
        const before = this.batches.get(child) ?? []
        if (before.length >= limits.inFlight || before.some(({ suspect }) => suspect)) break
        const batch = this.queue.next((job) => this.refusal(job), { lane, free: before.length === 0 }, now)
        idle ||= batch === null && before.length === 0
        if (batch === null) break
        this.batches.set(child, [...before, batch])
        this.send(child, batch)
      }
    }
    if (idle && this.takeOver === undefined && this.queue.isWaiting()) {
      this.takeOver = setTimeout(() => {
        this.takeOver = undefined
        this.pump()
      }, limits.takeOver)
    }
  }

  private send(child: CodecChild, batch: Batch): void {
    for (const { codec } of batch.groups) {
      this.book.use(codec)
      if (!child.knows.has(codec.id)) child.define(codec.id, { file: codec.file, source: codec.source, warm: false })
    }
    this.lastMessage = (this.lastMessage + 1) % 0x1_0000_0000
    child.run(
      encodeRun(batch, this.lastMessage),
      batch.groups.map(({ codec, jobs }) => ({ codec: codec.id, calls: jobs.length })),
    )
  }

  /** One that stands by takes the place of one that is gone. */
  private fillLanes(): void {
    for (const child of this.children) {
      const lane = this.workers.indexOf(undefined)
      if (lane === -1) return
      if (child.usable && !this.workers.includes(child)) this.workers[lane] = child
    }
  }

  /** Loads the codecs that were used last where nothing else is to be done, for when that child is needed. */
  private warmStandby(): void {
    const recent = this.book.recent(limits.warmCodecs)
    const wanted = new Set(recent.map(({ id }) => id))
    for (const child of this.children) {
      if (!child.usable || this.workers.includes(child)) continue
      for (const id of child.knows) if (!wanted.has(id)) child.forget(id)
      const missing = recent.filter(({ id }) => !child.knows.has(id)).slice(-limits.warmStep)
      for (const { id, file, source } of missing) child.define(id, { file, source, warm: true })
    }
  }

  private refusal(job: Job): Verdict | null {
    if (!this.running) return stopped
    return this.strikes.isDisabled(job.codec.id)
      ? failure('disabled', `${job.codec.file} of ${job.codec.model} is disabled after ${limits.strikes} strikes`)
      : null
  }

  private answered(child: CodecChild, results: readonly GroupResult[]): void {
    const batch = this.batches.get(child)?.shift()
    if (batch === undefined) return
    this.queue.ended(batch)
    const unreached: Job[] = []
    batch.groups.forEach((group, index) => {
      const result = results[index]
      if (result !== undefined) unreached.push(...this.judge(group, result, isAlone(batch)))
    })
    this.queue.putBack(unreached)
    this.pump()
  }

  /** Settles a group's jobs or sends them to be run alone; returns those that were not reached. */
  private judge({ codec, jobs }: Batch['groups'][number], { status: state, verdicts }: GroupResult, alone: boolean): readonly Job[] {
    switch (state) {
      case status.done:
        verdicts.forEach((verdict, index) => {
          jobs[index]?.settle(verdict)
        })
        return jobs.slice(verdicts.length)
      case status.notRun:
        return jobs
      case status.loadError: {
        const [verdict] = verdicts
        const text = verdict?.ok === false ? (verdict.errors[0] ?? '') : ''
        for (const job of jobs) job.settle(failure('codec-error', `${codec.file} cannot be run: ${text}`))
        return []
      }
      case status.loadTimeout:
        this.strike(codec, `${codec.file} did not come to its end within ${limits.load} ms when it was loaded`)
        for (const job of jobs) job.settle(failure('timeout', `loading ${codec.file} took more than ${limits.load} ms`))
        return []
    }
    if (!alone) {
      this.queue.suspect(jobs)
      return []
    }
    const verdict = blame(state)
    this.strike(codec, verdict.errors[0] ?? verdict.reason)
    for (const job of jobs) job.settle(verdict)
    return []
  }

  private strike(codec: CodecEntry, reason: string): void {
    const state = this.strikes.strike(codec, reason, Date.now())
    this.onEvent({ type: 'strike', ...state })
    const { model, file, strikes } = state
    if (!state.disabled) {
      this.logger.warn({ model, file, strikes, reason }, 'codec had to be stopped')
      return
    }
    this.logger.error({ model, file, strikes, reason }, 'codec disabled: mend its file or enable it by hand')
    this.onEvent({ type: 'disabled', ...state })
  }

  private spawnMissing(): void {
    while (this.running && this.children.size < this.processes + 1) {
      const child = new CodecChild(
        {
          ready: () => {
            this.failedStarts = 0
            this.started?.resolve()
            this.pump()
            this.warmStandby()
          },
          answer: (results) => this.answered(child, results),
          gone: (reason, stderr) => this.gone(child, reason, stderr),
        },
        Math.ceil(limits.isolates / this.processes) + 1,
      )
      this.children.add(child)
      child.start()
    }
  }

  private gone(child: CodecChild, reason: string, stderr: string): void {
    this.children.delete(child)
    const lane = this.workers.indexOf(child)
    if (lane !== -1) this.workers[lane] = undefined
    const [atWork, ...behind] = this.batches.get(child) ?? []
    this.batches.delete(child)
    this.queue.putBack(behind.flatMap(({ groups }) => groups.flatMap(({ jobs }) => jobs)))
    if (atWork !== undefined) {
      this.queue.ended(atWork)
      this.replay(atWork, reason)
    }
    if (!this.running) {
      if (this.children.size === 0) this.emptied?.()
      return
    }
    this.logger.warn({ reason, stderr, pid: child.pid }, 'codec process ended')
    this.onEvent({ type: 'child-gone', reason })
    // The one that stood by goes on at once.
    this.pump()
    if (child.ready) {
      this.spawnMissing()
      return
    }
    this.failedStarts += 1
    if (this.failedStarts >= 3) this.started?.reject(new OndineError('codec.engine-failed', { reason: errorLine(stderr) || reason }))
    clearTimeout(this.respawn)
    this.respawn = setTimeout(() => this.spawnMissing(), Math.min(5_000, 50 * 2 ** this.failedStarts))
  }

  /** A child that died takes nothing along: its jobs are run again, and only one that does it alone is blamed. */
  private replay(batch: Batch, reason: string): void {
    const jobs = batch.groups.flatMap((group) => group.jobs)
    const [job] = jobs
    if (job === undefined || !isAlone(batch) || !this.running) {
      this.queue.suspect(jobs)
      return
    }
    job.deaths += 1
    // Someone else may have killed the child: without proof it takes a second time.
    if (reason !== overtime && job.deaths < 2) {
      this.queue.suspect(jobs)
      return
    }
    const verdict = reason === overtime ? blame(status.timeout) : failure('crashed', 'the codec ended its process')
    this.strike(job.codec, verdict.errors[0] ?? verdict.reason)
    job.settle(verdict)
  }

  private watchChildren(): void {
    const now = Date.now()
    for (const child of this.children) child.watch(now)
    this.warmStandby()
  }
}

const stopped: Verdict = failure('crashed', 'the engine is stopped')

const noBytes = new Uint8Array(0)

/** Whatever goes wrong now is this job's doing. */
function isAlone(batch: Batch): boolean {
  return batch.suspect && batch.size === 1
}
