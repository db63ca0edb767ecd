import { setTimeout as sleep } from 'node:timers/promises'
import { OndineError } from '../../errors/ondine-error.ts'
import type { ReadingHistory } from '../../readings/history.ts'
import type { Reading } from '../../readings/reading.ts'
import type { ReadingStore } from '../../readings/reading-store.ts'
import { type Difference, exampleOf, keyOf, kindOf } from './compare-readings.ts'
import type { ReplayJournal, ReplayOutlet } from './ports.ts'
import type { ReplayGate } from './replay-gate.ts'
import { type ReplayJob, replayCountsSchema } from './replay-job.ts'
import { planStep, type ReplayStep, type StepPlan, type StepSources } from './replay-step.ts'

export interface ReplayRunParts {
  sources: StepSources
  store: Pick<ReadingStore, 'write'>
  history: Pick<ReadingHistory, 'remove'>
  gate: ReplayGate
  journal: ReplayJournal
  outlet: ReplayOutlet
  /** ends the run after the step at hand */
  signal: AbortSignal
  /** the program stops: what is taken out now is written back at the next start */
  closing: AbortSignal
  /** what could not be reached is tried again after so many ms */
  retryMs: number
  counted: (counts: Partial<ReplayJob['counts']>) => void
}

const mostExamples = 10
const writtenAtOnce = 2_000

/** One replay, step by step. */
export class ReplayRun {
  private readonly parts: ReplayRunParts
  job: ReplayJob

  constructor(job: ReplayJob, parts: ReplayRunParts) {
    this.job = job
    this.parts = parts
  }

  /** Writes back what a crash left taken out; the step it belonged to is done again from its beginning. */
  async mend(): Promise<void> {
    const { journal, gate, closing } = this.parts
    const replaced = await journal.replaced(this.job.number)
    if (replaced === undefined) return
    await this.persist(() => gate.hold(replaced.devices, () => this.write(replaced.readings)), closing)
    await journal.progress(this.job)
  }

  /** True when there was nothing left to be done; false when it was told to end before. */
  async carryOut(steps: readonly (readonly ReplayStep[])[]): Promise<boolean> {
    for (const parts of steps.slice(this.job.done)) {
      if (this.parts.signal.aborted) return false
      for (const step of parts) await this.carryOutOne(step)
      this.job = { ...this.job, done: this.job.done + 1 }
      await this.parts.journal.progress(this.job)
    }
    return true
  }

  private async carryOutOne(step: ReplayStep): Promise<void> {
    const differences = await this.persist(async () => {
      // Left by an attempt that was cut off in the middle: without it the store would look as if it had nothing.
      await this.mend()
      return this.doStep(step)
    })
    if (differences.length > 0) await this.persist(() => this.tell(differences))
  }

  /** What was replaced. */
  private async doStep(step: ReplayStep): Promise<readonly Difference[]> {
    const { sources, gate } = this.parts
    const isDry = this.job.request.dryRun
    const watch = gate.watch(isDry ? [] : step.devices)
    try {
      const plan = await planStep(sources, step)
      const devices = devicesOf(plan.differences)
      if (isDry || devices.length === 0) {
        this.count(plan, plan.differences, 0)
        return []
      }
      return await gate.hold(devices, async () => {
        // What came meanwhile is in the archive and in the store by now: it is looked at again, and nothing more can come.
        const isNew = devices.some((device) => watch.touched.has(device))
        const last = isNew ? await planStep(sources, { ...step, devices }) : plan
        const rejected = await this.replace({ ...step, devices }, last)
        const differences = last.differences.filter(({ after }) => after === null || !rejected.has(keyOf(after)))
        this.count(plan, differences, rejected.size)
        return differences
      })
    } finally {
      watch.end()
    }
  }

  /** Takes out and writes anew; the journal has what is taken out until then. Keys of readings that the database refuses: the former ones are put back. */
  private async replace(step: ReplayStep, plan: StepPlan): Promise<ReadonlySet<string>> {
    const { journal, history } = this.parts
    const ofDevices = (readings: Iterable<Reading>) => [...readings].filter(({ device }) => step.devices.includes(device))
    await journal.replace(this.job.number, { ...step, readings: ofDevices(plan.before.values()) })
    await history.remove(step)
    const rejected = await this.write(ofDevices(plan.after.values()))
    await this.write(rejected.map((reading) => plan.before.get(keyOf(reading))).filter((reading) => reading !== undefined))
    return new Set(rejected.map(keyOf))
  }

  /** What the database refuses for ever. */
  private async write(readings: readonly Reading[]): Promise<readonly Reading[]> {
    const refused: Reading[] = []
    for (let start = 0; start < readings.length; start += writtenAtOnce) {
      const { rejected } = await this.parts.store.write(readings.slice(start, start + writtenAtOnce))
      refused.push(...rejected.map(({ reading }) => reading))
    }
    return refused
  }

  private async tell(differences: readonly Difference[]): Promise<void> {
    const { outlet } = this.parts
    await outlet.replaced(differences)
    const { readings, alarms } = this.job.request
    if (!readings && !alarms) return
    const made = differences.flatMap(({ after }) => after ?? []).sort((a, b) => (a.time < b.time ? -1 : 1))
    await outlet.again(made, { readings, alarms })
  }

  private count({ frames, undecoded, unchanged, kept }: StepPlan, differences: readonly Difference[], rejected: number): void {
    const of = { changed: 0, appeared: 0, vanished: 0 }
    for (const difference of differences) of[kindOf(difference)]++
    const found = { frames, undecoded, unchanged, kept, rejected, ...of }
    const { counts, examples } = this.job
    const sum = replayCountsSchema.keyof().options.map((name) => [name, counts[name] + found[name]])
    const room = mostExamples - examples.length
    this.job = {
      ...this.job,
      counts: replayCountsSchema.parse(Object.fromEntries(sum)),
      examples: [...examples, ...differences.slice(0, room).map(exampleOf)],
    }
    this.parts.counted(found)
  }

  /** A store or an archive that is away is waited for; the same work must bear to be begun anew. */
  private async persist<T>(work: () => Promise<T>, signal = this.parts.signal): Promise<T> {
    for (;;) {
      try {
        return await work()
      } catch (thrown) {
        const error = OndineError.from(thrown)
        if (error.kind !== 'unreachable' || signal.aborted) throw error
        await sleep(this.parts.retryMs, undefined, { signal }).catch(() => {})
        if (signal.aborted) throw error
      }
    }
  }
}

function devicesOf(differences: readonly Difference[]): string[] {
  return [...new Set(differences.map(({ before, after }) => (after ?? before).device))].sort()
}
