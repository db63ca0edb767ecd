import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { OndineError } from '../../errors/ondine-error.ts'
import { noChanges } from '../../inventory/ports.ts'
import { deviceOf } from '../plan/names.ts'
import type { ObjectKind, Remembered } from '../plan/plan.ts'
import { memoryKey } from '../plan/world.ts'
import type { Job, JournalLine, KeyName, ProvisioningStore, SealedKey, StepEnd, StepState } from '../ports.ts'
import { EndBatch } from './end-batch.ts'
import { Gauge } from './gauge.ts'
import { isPassing } from './is-passing.ts'
import { runStep, stepRunners } from './run-step.ts'
import { settleUpdates, Touched } from './settle-updates.ts'
import type { JobTools, StepEffects } from './step-tools.ts'

/** Keeps calls at the pace that the network server bears, see `Pace`. */
export interface Pacing {
  run<T>(work: (again: boolean) => Promise<T>, signal?: AbortSignal): Promise<T>
  readonly silence: { for: number; error: OndineError } | null
}

export interface RunParts {
  job: Job
  store: ProvisioningStore
  tools: JobTools
  pace: Pacing
  logger: Logger
  /** told at the end of each step */
  ended: (state: 'done' | 'failed', before: StepState) => void
  /** a person or a shutdown ends it: nothing more is begun, and what waits for the network is given up */
  signal: AbortSignal
}

/** Lines of the journal read at once. */
const pageSize = 256
/** Steps begun in one write. */
const chunkSize = 128
/** Steps that are being sent or wait for their turn: more than the pace takes, so that it never waits for us. */
const mostToSend = 64
/** Steps whose end is not on disk yet. */
const mostUnderWay = 400

/** Ends that could not be written, before it is taken for sure that they never can be. */
const patience = 5

type Lane = (typeof stepRunners)[keyof typeof stepRunners] extends infer R ? (R extends { lane: infer L } ? L : never) : never

/** One job from its first open step to its last. Holds a page of it at most, whatever its size. */
export class JobRun {
  readonly #parts: RunParts
  readonly #touched = new Touched()
  readonly #ends: EndBatch
  /** begun, their end not on disk yet */
  readonly #underWay = new Gauge()
  /** of these, those that may still ask the network server something */
  readonly #toSend = new Gauge()
  /** of a job that is all or nothing, one step failed */
  #broken = false

  constructor(parts: RunParts) {
    this.#parts = parts
    this.#ends = new EndBatch((ends) => parts.store.end(ends))
  }

  /** true: all its steps came to an end; false: it was stopped before. Rejects when the store cannot be read. */
  async run(): Promise<boolean> {
    const { job, signal } = this.#parts
    await this.#lookBack()
    let lane: Lane = null
    for await (const chunk of this.#chunks()) {
      if (chunk.lane === null || chunk.lane !== lane) await this.#underWay.fewerThan(1)
      lane = chunk.lane
      await this.#toSend.fewerThan(mostToSend)
      await this.#underWay.fewerThan(mostUnderWay)
      if (signal.aborted) break
      await this.#begin(chunk.lines)
    }
    await this.#underWay.fewerThan(1)
    if (signal.aborted) return false
    await this.#patiently(() => this.#settle(), job)
    return !signal.aborted
  }

  /** All is written by now: what cannot be settled costs the next plan some reads, and must hold up no job. */
  async #settle(): Promise<void> {
    const { job, signal, tools, store, pace, logger } = this.#parts
    const parts = { network: tools.network, memory: store, places: tools.places }
    try {
      await pace.run(() => settleUpdates(this.#touched, parts, signal), signal)
    } catch (thrown) {
      const error = OndineError.from(thrown)
      if (signal.aborted || error.kind === 'unreachable' || isPassing(error)) throw thrown
      logger.warn({ job: job.number, code: error.code, err: error }, 'job: what it wrote is read in full by the next plan')
    }
  }

  /** What the part of the job that ran before a stop has left to know. */
  async #lookBack(): Promise<void> {
    const { job, store, tools } = this.#parts
    if (job.startedAt === null) return
    for (let from = 0; ; ) {
      const lines = await store.journal(job.id, { states: ['done', 'failed'], from, limit: pageSize })
      for (const { step, state, problem } of lines) {
        if (state === 'done') this.#touch({ step })
        else if (!job.again) {
          tools.places.failed(step.kind, step.key, problem?.text ?? '')
          this.#broken ||= job.allOrNothing
        }
      }
      const last = lines.at(-1)
      if (last === undefined) return
      from = last.position + 1
    }
  }

  /** Open steps in their order, those of one lane by the dozen. */
  async *#chunks(): AsyncIterable<{ lane: Lane; lines: readonly JournalLine[] }> {
    const { job, store } = this.#parts
    const states: readonly StepState[] = job.again ? ['waiting', 'started', 'failed'] : ['waiting', 'started']
    for (let from = 0; ; ) {
      const page = await store.journal(job.id, { states, from, limit: pageSize })
      let lines: JournalLine[] = []
      for (const line of page) {
        const lane = laneOf(line)
        const [first] = lines
        if (first !== undefined && (lane === null || lane !== laneOf(first) || lines.length === chunkSize)) {
          yield { lane: laneOf(first), lines }
          lines = []
        }
        lines.push(line)
      }
      const [first] = lines
      if (first !== undefined) yield { lane: laneOf(first), lines }
      const last = page.at(-1)
      if (last === undefined) return
      from = last.position + 1
    }
  }

  async #begin(lines: readonly JournalLine[]): Promise<void> {
    const { job, store } = this.#parts
    const keys = lines.flatMap(({ step }) => keyNameOf(step) ?? [])
    const names = lines.flatMap((line) => namesOf(line))
    const read = await this.#patiently(async () => {
      const known = await store.recall(names)
      const sealed = await store.sealedKeys(keys)
      await store.begin(
        job.id,
        lines.map(({ position }) => position),
      )
      return {
        known: new Map(known.map((entry) => [memoryKey(entry.kind, entry.key), entry])),
        sealed: new Map(sealed.map((one) => [sealedName(one), one])),
      }
    }, job)
    if (read === undefined) return
    for (const line of lines) {
      void this.#underWay.during(() => this.#carryOut(line, read).catch((thrown: unknown) => this.#leave(thrown)))
    }
  }

  /** A step stays `started`: whoever goes on with the job looks. */
  #leave(thrown: unknown): void {
    const { signal, logger, job } = this.#parts
    if (!signal.aborted) logger.error({ job: job.number, err: thrown }, 'job: a step is left open')
  }

  async #carryOut(line: JournalLine, read: Read): Promise<void> {
    const { job, signal } = this.#parts
    const effects = await this.#toSend
      .during(() => this.#effectsOf(line, read))
      .catch((thrown: unknown): StepEffects => {
        if (signal.aborted && thrown === signal.reason) throw thrown
        return { problem: OndineError.from(thrown) }
      })
    const { problem } = effects
    const { kind, key } = line.step
    if (problem !== undefined) {
      this.#broken ||= job.allOrNothing
      if (laneOf(line) === null) this.#parts.tools.places.failed(kind, key, problem.message)
    } else {
      this.#touch(line)
      if (laneOf(line) === null) this.#parts.tools.places.made(kind, key)
    }
    await this.#end(line, effects)
    if (laneOf(line) === null) this.#parts.tools.places.forget()
  }

  #effectsOf(line: JournalLine, { known, sealed }: Read): Promise<StepEffects> {
    const { tools, pace, signal } = this.#parts
    const { step } = line
    if (this.#broken) return Promise.reject(new OndineError('provisioning.earlier-step-failed', {}))
    const key = keyNameOf(step)
    const begunBefore = line.state === 'started' || line.attempts > 0
    const work = (again: boolean) =>
      runStep(step, step.action, {
        ...tools,
        look: begunBefore || again,
        known: (kind, key) => known.get(memoryKey(kind, key)),
        sealed: key && sealed.get(sealedName(key)),
      })
    return this.#throughOutages((again) => {
      const runner = stepRunners[step.action]
      return 'local' in runner && runner.local === true ? work(again) : pace.run((sentBefore) => work(again || sentBefore), signal)
    })
  }

  /** A database that is away says nothing against a step: it is done again when it is back. */
  async #throughOutages<T>(work: (again: boolean) => Promise<T>): Promise<T> {
    const { signal } = this.#parts
    for (let [again, wait] = [false, 200]; ; [again, wait] = [true, Math.min(2 * wait, 30_000)]) {
      try {
        return await work(again)
      } catch (thrown) {
        const isAway = thrown instanceof OndineError && thrown.kind === 'unreachable' && !isPassing(thrown)
        if (!isAway || signal.aborted) throw thrown
        await sleep(wait, undefined, { signal })
      }
    }
  }

  async #end(line: JournalLine, effects: StepEffects): Promise<void> {
    const { job, store, logger, ended } = this.#parts
    const { remember = [], forget = [], dropKeys = [], inventory, problem } = effects
    const failed = (error: OndineError) => ({ state: 'failed' as const, problem: { code: error.code, text: error.message } })
    const how = problem === undefined ? { state: 'done' as const, problem: null } : failed(problem)
    const end: StepEnd = {
      ...{ jobId: job.id, position: line.position, ...how, remember, forget, dropKeys },
      inventory: inventory === undefined ? null : { ...noChanges, ...inventory },
    }
    let refusals = 0
    const state = await this.#patiently(async () => {
      try {
        await (laneOf(line) === null ? store.end([end]) : this.#ends.add(end))
        return end.state
      } catch (thrown) {
        const error = OndineError.from(thrown)
        // A disk that is full for a moment, a connection that was cut.
        if (error.kind === 'unreachable' || ++refusals < patience) throw error
        // The network has it, and what is written of it cannot be kept: to be told, rather than to be tried for ever.
        logger.error({ job: job.number, code: error.code, err: error }, 'job: the end of a step cannot be written as it is')
        await store.end([{ ...end, ...failed(problem ?? error), remember: [], forget: [], dropKeys: [], inventory: null }])
        return 'failed'
      }
    }, job)
    if (state !== undefined) ended(state, line.state)
  }

  #touch({ step }: Pick<JournalLine, 'step'>): void {
    if (step.action === 'create-device' || step.action === 'update-device') {
      const { tenant, service } = step.wanted
      this.#touched.applications.set(`${tenant}/${service}`, { tenant, service })
    } else if (step.action === 'create-gateway' || step.action === 'update-gateway') this.#touched.gateways.add(step.wanted.tenant)
    else if (step.action === 'create-profile' || step.action === 'update-profile') this.#touched.profiles.add(step.tenant)
  }

  /** A store or a network server that is away is tried until it is back; undefined: stopped before. */
  async #patiently<T>(work: () => Promise<T>, { number }: Job): Promise<T | undefined> {
    const { signal, logger } = this.#parts
    for (let wait = 200; ; wait = Math.min(2 * wait, 30_000)) {
      try {
        return await work()
      } catch (thrown) {
        if (signal.aborted) return undefined
        logger.warn({ job: number, code: OndineError.from(thrown).code }, 'job: waits, tries again until it works')
        await sleep(wait, undefined, { signal }).catch(() => {})
      }
    }
  }
}

interface Read {
  known: ReadonlyMap<string, Remembered>
  /** by `sealedName` */
  sealed: ReadonlyMap<string, SealedKey>
}

function laneOf({ step }: Pick<JournalLine, 'step'>): Lane {
  return stepRunners[step.action].lane
}

/** The sealed keys that a step needs. */
function keyNameOf(step: JournalLine['step']): KeyName | undefined {
  const devEui = deviceOf(step)
  return devEui === undefined || !('keys' in step) || step.keys === null ? undefined : { devEui, fingerprint: step.keys }
}

function sealedName({ devEui, fingerprint }: KeyName): string {
  return `${devEui} ${fingerprint}`
}

/** What a step may want to know of what was written before. */
function namesOf({ step }: JournalLine): readonly { kind: ObjectKind; key: string }[] {
  const devEui = deviceOf(step)
  return [
    { kind: step.kind, key: step.key },
    ...(devEui === undefined || step.kind === 'device' ? [] : [{ kind: 'device' as const, key: devEui }]),
  ]
}
