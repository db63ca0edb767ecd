import type { Logger } from 'pino'
import type { AuditTrail } from '../../access/audit.ts'
import { may } from '../../access/permissions.ts'
import type { Scope } from '../../access/scope.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Directory, DirectoryDevice } from '../../inventory/directory.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { Keeping, ReadingHistory } from '../../readings/history.ts'
import { firstDayKept, ruleFor } from '../../readings/keeping.ts'
import type { ReadingStore } from '../../readings/reading-store.ts'
import type { FrameDecoder } from '../frame-decoder.ts'
import type { FrameArchive } from '../frames/frame-archive.ts'
import type { Models } from '../ports.ts'
import { Instants, Repeats } from '../repeats.ts'
import type { ReplayJournal, ReplayOutlet } from './ports.ts'
import type { ReplayGate } from './replay-gate.ts'
import { noCounts, type ReplayCounts, type ReplayJob, type ReplayRequest } from './replay-job.ts'
import { ReplayRun } from './replay-run.ts'
import type { StepSources } from './replay-step.ts'
import { stepsOf } from './replay-steps.ts'

export interface ReplayOptions {
  archive: FrameArchive
  journal: ReplayJournal
  store: Pick<ReadingStore, 'list' | 'write' | 'describe'>
  history: Pick<ReadingHistory, 'remove'>
  gate: ReplayGate
  decoder: Pick<FrameDecoder, 'decode'>
  models: Pick<Models, 'get'>
  directory: Pick<Directory, 'devices' | 'resolve'>
  inventory: Pick<Inventory, 'devices' | 'device'>
  /** readings that are older than these allow are not made again */
  keeping: readonly Keeping[]
  outlet: ReplayOutlet
  audit: Pick<AuditTrail, 'add'>
  logger: Logger
  now: () => Date
  counted: (counts: Partial<ReplayCounts>) => void
  /** ms; five seconds unless told */
  retryMs?: number
}

/** A job and how fast it goes; null where nothing is known of it. */
export interface ReplayView extends Omit<ReplayJob, 'devices'> {
  deviceCount: number
  framesPerSecond: number | null
  secondsLeft: number | null
}

interface Current {
  run: ReplayRun
  stop: AbortController
  ended: Promise<void>
  /** where this process took it up */
  since: { ms: number; done: number; frames: number }
}

/** Decodes stored frames again and replaces the readings that were made of them; one replay at a time. */
export class ReplayService {
  private readonly options: ReplayOptions
  private readonly closing = new AbortController()
  private current: Current | null = null
  private starting = false

  constructor(options: ReplayOptions) {
    this.options = options
  }

  /** One that a stop or a crash cut off goes on, after what it had taken out is written back. */
  async start(): Promise<void> {
    const job = await this.options.journal.running()
    if (job !== undefined) await this.run(job)
  }

  /** Finishes the step at hand; the rest goes on with the next start. */
  async stop(): Promise<void> {
    this.closing.abort()
    await this.current?.ended
  }

  /** Rejects with `replay.*` for what cannot be begun, `store.cannot-remove` where the database cannot delete. */
  async begin(scope: Scope, asked: ReplayRequest): Promise<ReplayView> {
    this.need(scope)
    const { now, journal, models } = this.options
    if (models.get(asked.model) === undefined) throw new OndineError('codec.unknown-model', { model: asked.model })
    if (this.current !== null || this.starting) throw new OndineError('replay.busy', { number: this.current?.run.job.number ?? 0 })
    this.starting = true
    try {
      const { devices: named, ...rest } = asked
      const to = [asked.to ?? now().toISOString(), now().toISOString()].sort()[0] ?? ''
      const request = { ...rest, to, from: await this.firstFrame(asked.from, to) }
      const devices = await this.devicesOf(scope, asked.model, { devices: named, tenant: asked.tenant })
      if (!asked.dryRun) await this.needRemoval(devices)
      const steps = stepsOf(this.options.archive, devices, request, (device) => this.keptFrom(device))
      const begunAt = now().toISOString()
      const job = await journal.begin({
        ...{ state: 'running', request, devices, account: scope.account, tenant: scope.tenant ?? asked.tenant ?? null },
        ...{ begunAt, endedAt: null, done: 0, total: steps.length, counts: noCounts, examples: [], reason: null },
      })
      if (!asked.dryRun) await this.audit(job, 'replay.begin')
      await this.run(job)
      return this.view(job)
    } finally {
      this.starting = false
    }
  }

  /** Newest first. */
  async list(scope: Scope, { limit }: { limit: number }): Promise<readonly ReplayView[]> {
    this.need(scope)
    return (await this.options.journal.list(1_000))
      .filter((job) => sees(scope, job))
      .slice(0, limit)
      .map((job) => this.view(job))
  }

  /** Rejects with `replay.unknown`. */
  async get(scope: Scope, number: number): Promise<ReplayView> {
    this.need(scope)
    return this.view(await this.found(scope, number))
  }

  /** Ends it after the step at hand; what was replaced stays replaced. One that has ended is as it was. */
  async end(scope: Scope, number: number): Promise<ReplayView> {
    this.need(scope)
    await this.found(scope, number)
    const { current } = this
    if (current?.run.job.number === number) {
      current.stop.abort()
      await current.ended
    }
    return this.get(scope, number)
  }

  private async run(job: ReplayJob): Promise<void> {
    const { options } = this
    const stop = new AbortController()
    const { kind } = await options.store.describe().catch(() => ({ kind: null }))
    const model = options.models.get(job.request.model)
    const sources: StepSources = {
      ...{ model: job.request.model, store: options.store, archive: options.archive, decoder: options.decoder },
      exactTimes: model !== undefined && model.clock === null && model.histories.length === 0,
      merges: kind === 'influxdb1' || kind === 'influxdb2',
      ...{ repeats: new Repeats(), instants: new Instants() },
    }
    const run = new ReplayRun(job, {
      ...{ sources, store: options.store, history: options.history, gate: options.gate, journal: options.journal },
      ...{ outlet: options.outlet, counted: options.counted, retryMs: options.retryMs ?? 5_000 },
      ...{ signal: AbortSignal.any([stop.signal, this.closing.signal]), closing: this.closing.signal },
    })
    const since = { ms: options.now().getTime(), done: job.done, frames: job.counts.frames }
    const ended = this.carryOut(run)
    this.current = { run, stop, ended, since }
  }

  /** Never rejects. */
  private async carryOut(run: ReplayRun): Promise<void> {
    const { archive, logger } = this.options
    const { number, devices, request } = run.job
    let end: Pick<ReplayJob, 'state' | 'reason'> | null
    try {
      await run.mend()
      if (this.options.models.get(request.model) === undefined) throw new OndineError('codec.unknown-model', { model: request.model })
      const isDone = await run.carryOut(stepsOf(archive, devices, request, (device) => this.keptFrom(device)))
      end = { state: isDone ? 'done' : 'stopped', reason: null }
    } catch (thrown) {
      const error = OndineError.from(thrown)
      end = { state: 'failed', reason: error.message }
      if (!this.closing.signal.aborted) logger.error({ err: error, replay: number }, 'replay: cannot go on')
    }
    if (this.closing.signal.aborted && end.state !== 'done') return
    try {
      await run.mend()
      run.job = { ...run.job, ...end, endedAt: this.options.now().toISOString() }
      await this.options.journal.progress(run.job)
      if (!request.dryRun) await this.audit(run.job, 'replay.end')
    } catch (error) {
      logger.error({ err: error, replay: number }, 'replay: its end is not written down, it goes on with the next start')
    } finally {
      this.current = null
    }
  }

  /** Before the first frame there is nothing to be decoded. */
  private async firstFrame(from: string, to: string): Promise<string> {
    if (from >= to) throw new OndineError('replay.empty-span', { from, to })
    const { firstDay } = await this.options.archive.extent()
    const oldest = firstDay === null ? this.options.now().toISOString() : `${firstDay}T00:00:00.000Z`
    if (firstDay === null || oldest >= to) throw new OndineError('replay.no-frames', { from, to, oldest })
    return from < oldest ? oldest : from
  }

  /** Of the model by the inventory; those of which it does not know, by the tag or profile of each frame. */
  private async devicesOf(scope: Scope, model: string, asked: { devices: readonly string[] | undefined; tenant: string | undefined }) {
    const { inventory, directory } = this.options
    if (asked.devices !== undefined) {
      for (const devEui of asked.devices) {
        const device = await inventory.device(scope, devEui)
        if (device.model !== null && device.model !== model)
          throw new OndineError('replay.other-model', { devEui, model, is: device.model })
      }
      return [...new Set(asked.devices)].sort()
    }
    const devices: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = { model, limit: 1_000, tenant: asked.tenant, ...(cursor === undefined ? {} : { cursor }) }
      const page: Awaited<ReturnType<typeof inventory.devices>> = await inventory.devices(scope, query)
      devices.push(...page.items.map(({ devEui }) => devEui))
      cursor = page.cursor
    }
    const tenant = asked.tenant ?? scope.tenant
    const isWhole = scope.services === null && scope.communes === null && (scope.tenant === null || scope.tenant === tenant)
    for (const device of isWhole ? directory.devices() : []) {
      if (device.model === null && (tenant === null || device.tenant === tenant)) devices.push(device.devEui)
    }
    if (devices.length === 0) throw new OndineError('replay.no-devices', { model })
    return devices.sort()
  }

  /** Asked of a moment in which nothing was ever measured. */
  private async needRemoval([device = '']: readonly string[]): Promise<void> {
    await this.options.history.remove({ devices: [device], from: '1970-01-01T00:00:00.000Z', to: '1970-01-01T00:00:00.001Z' })
  }

  /** ISO 8601: readings before it are past keeping, and days are told by what was kept of them. */
  private keptFrom(devEui: string): string {
    const device = this.options.directory.resolve(devEui)
    const first = device === undefined ? null : firstDayKept(ruleFor(this.options.keeping, ownerOf(device))?.readings, this.options.now())
    return first === null ? '' : new Date(first * 86_400_000).toISOString()
  }

  private async found(scope: Scope, number: number): Promise<ReplayJob> {
    const { current } = this
    const job = current?.run.job.number === number ? current.run.job : await this.options.journal.get(number)
    if (job === undefined || !sees(scope, job)) throw new OndineError('replay.unknown', { number })
    return job
  }

  private view(kept: ReplayJob): ReplayView {
    const { current } = this
    const isCurrent = current?.run.job.number === kept.number
    const { devices, ...job } = isCurrent ? current.run.job : kept
    const seconds = isCurrent ? (this.options.now().getTime() - current.since.ms) / 1_000 : 0
    const steps = isCurrent ? job.done - current.since.done : 0
    return {
      ...job,
      deviceCount: devices.length,
      framesPerSecond: isCurrent && seconds > 0 ? (job.counts.frames - current.since.frames) / seconds : null,
      secondsLeft: steps > 0 ? (seconds / steps) * (job.total - job.done) : null,
    }
  }

  private audit({ account, tenant, number, request, counts, state }: ReplayJob, action: string): Promise<void> {
    const { model, from, to, alarms, readings } = request
    const after = { number, model, from, to, alarms, readings, ...(action === 'replay.end' ? { state, ...counts } : {}) }
    return this.options.audit.add([{ time: this.options.now().toISOString(), account, tenant, action, object: model, before: null, after }])
  }

  private need(scope: Scope): void {
    if (!may(scope, 'replay')) throw new OndineError('access.forbidden', { role: scope.role, action: 'replay' })
  }
}

function ownerOf({ tenant, service, assignments }: DirectoryDevice): { tenant: string; service: string } {
  return { tenant, service: service ?? assignments[0]?.service ?? '' }
}

/** Examples show readings: who sees a part of the tenant only, sees what they began themselves. */
function sees(scope: Scope, { tenant, account }: ReplayJob): boolean {
  if (scope.tenant !== null && scope.tenant !== tenant) return false
  return (scope.services === null && scope.communes === null) || scope.account === account
}
