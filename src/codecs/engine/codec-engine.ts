import { availableParallelism } from 'node:os'
import type { Logger } from 'pino'
import { OndineError } from '../../errors/ondine-error.ts'
import type { CodecFrame, CodecRunner, DecodeResult, EncodeResult } from '../codec-runner.ts'
import type { Script } from '../model.ts'
import { type Call, callKind, encodeRun } from './call-stream.ts'
import { CodecChild, overtime } from './codec-child.ts'
import { type Batch, type CodecEntry, type Job, JobQueue } from './job-queue.ts'
import { limits } from './limits.ts'
import type { GroupResult } from './result-reader.ts'
import { failure, type Verdict } from './results.ts'
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

  private readonly queue = new JobQueue()
  private readonly strikes = new StrikeBook()
  private readonly entries = new WeakMap<Script, CodecEntry>()
  /** the last seen of each file */
  private readonly latest = new Map<string, CodecEntry>()
  private readonly children = new Set<CodecChild>()
  /** what each child has to answer, in order */
  private readonly batches = new Map<CodecChild, Batch[]>()
  private lastCodec = 0
  private lastMessage = 0
  private running = false
  private failedStarts = 0
  private watch: NodeJS.Timeout | undefined
  private respawn: NodeJS.Timeout | undefined
  private started: { resolve: () => void; reject: (error: OndineError) => void } | undefined
  private emptied: (() => void) | undefined
  private stopping: Promise<void> | undefined

  constructor(options: CodecEngineOptions) {
    this.logger = options.logger
    this.processes = options.processes ?? Math.max(1, availableParallelism() - 1)
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
    return this.call(
      frames.map(({ codec, fPort, bytes, recvTime, variables }) => ({
        script: codec,
        call: {
          kind: isEmpty(variables) ? callKind.decode : callKind.decodeWithVariables,
          time: Date.parse(recvTime) || 0,
          fPort,
          bytes,
          extra: variables,
        },
      })),
    )
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
    return [...this.children].flatMap(({ pid }) => pid ?? [])
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
      calls.forEach(({ script, call }, index) => {
        const codec = this.entryOf(script)
        const refusal = 'ok' in codec ? codec : refusalOf(call)
        if (refusal !== null) settle(index, refusal)
        else if (!('ok' in codec)) this.queue.add({ codec, call, settle: (verdict) => settle(index, verdict), deaths: 0 })
      })
      this.pump()
    })
    if (verdicts.includes(stopped)) throw new OndineError('codec.engine-stopped', {})
    return verdicts
  }

  /** Files read again without a change stay what they are, strikes and all; a changed one starts anew. */
  private entryOf(script: Script): CodecEntry | Verdict {
    const known = this.entries.get(script)
    if (known !== undefined) return known
    const { model, file, source } = script
    if (source.length > limits.source) return failure('codec-error', `${file} is longer than ${limits.source} characters`)
    const key = `${model}/${file}`
    const latest = this.latest.get(key)
    const entry = latest?.source === source ? latest : { id: ++this.lastCodec, model, file, source }
    if (latest !== undefined && latest !== entry) this.strikes.forget((id) => id === latest.id)
    this.latest.set(key, entry)
    this.entries.set(script, entry)
    return entry
  }

  private pump(): void {
    for (const child of this.workers()) {
      for (;;) {
        const before = this.batches.get(child) ?? []
        if (!child.usable || before.length >= limits.inFlight || before.some(({ suspect }) => suspect)) break
        const batch = this.queue.next((job) => this.refusal(job), before.length === 0)
        if (batch === null) break
        for (const { codec } of batch.groups) {
          if (!child.knows.has(codec.id)) child.define(codec.id, { file: codec.file, source: codec.source, warm: false })
        }
        this.batches.set(child, [...before, batch])
        this.lastMessage = (this.lastMessage + 1) % 0x1_0000_0000
        child.run(
          encodeRun(batch, this.lastMessage),
          batch.groups.map(({ codec, jobs }) => ({ codec: codec.id, calls: jobs.length })),
        )
      }
    }
  }

  /** The oldest children that are ready; those beyond the wanted number stand by. */
  private workers(): CodecChild[] {
    const ready: CodecChild[] = []
    for (const child of this.children) {
      if (child.ready) ready.push(child)
      if (ready.length === this.processes) break
    }
    return ready
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
      const child = new CodecChild({
        ready: () => {
          this.failedStarts = 0
          this.started?.resolve()
          this.pump()
        },
        answer: (results) => this.answered(child, results),
        gone: (reason, stderr) => this.gone(child, reason, stderr),
      })
      this.children.add(child)
      child.start()
    }
  }

  private gone(child: CodecChild, reason: string, stderr: string): void {
    this.children.delete(child)
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
  }
}

const stopped: Verdict = failure('crashed', 'the engine is stopped')

const noBytes = new Uint8Array(0)

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _ in record) return false
  return true
}

/** The verdict of a call that is too large to be sent. */
function refusalOf({ kind, bytes, extra }: Call): Verdict | null {
  if (bytes.length > limits.frame) return failure('codec-error', `a frame of more than ${limits.frame} bytes`)
  if (kind < callKind.decodeWithVariables || JSON.stringify(extra ?? null).length <= limits.input) return null
  return failure('codec-error', `an input of more than ${limits.input} characters`)
}

/** Whatever goes wrong now is this job's doing. */
function isAlone(batch: Batch): boolean {
  return batch.suspect && batch.size === 1
}

function blame(state: number): Exclude<Verdict, { ok: true }> {
  if (state === status.timeout) return failure('timeout', `the codec did not come to its end within ${limits.decode} ms`)
  if (state === status.memory) return failure('crashed', `the codec took more than ${limits.isolateMemory} MB of memory`)
  return failure('bad-result', 'the codec gave something that is no result')
}

/** fPort 1–223 (LoRaWAN 1.0.4 §4.3.2) and 0–242 bytes, or the reason why not. */
function toBytes(verdict: Verdict): EncodeResult {
  if (!verdict.ok) return verdict
  const { fPort, bytes } = verdict.data
  if (typeof fPort !== 'number' || !Number.isInteger(fPort) || fPort < 1 || fPort > 223) {
    return failure('bad-result', 'the encoder gave no fPort from 1 to 223')
  }
  if (!Array.isArray(bytes) || bytes.length > 242 || !bytes.every(isByte)) {
    return failure('bad-result', 'the encoder gave no list of up to 242 bytes')
  }
  return { ok: true, fPort, bytes: Uint8Array.from(bytes), warnings: verdict.warnings }
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255
}

function errorLine(text: string): string {
  const line = text.split('\n').find((candidate) => /error/i.test(candidate)) ?? ''
  return line.trim().slice(0, 300).replace(/\.$/, '')
}
