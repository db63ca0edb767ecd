import type { Span } from '../../readings/history.ts'
import type { Reading } from '../../readings/reading.ts'
import type { Difference } from './compare-readings.ts'
import type { ReplayJob } from './replay-job.ts'

/** What one step is about to take out, until what takes its place is written. */
export interface Replaced extends Span {
  devices: readonly string[]
  readings: readonly Reading[]
}

/**
 * The life of replays, in the archive's own file. `replace` and `progress` are durable once they resolve: what was taken out
 * of a store is in here until it has been written anew, so a crash in between loses nothing.
 */
export interface ReplayJournal {
  /** gives the number; rejects with `replay.busy` while another one runs */
  begin(job: Omit<ReplayJob, 'number'>): Promise<ReplayJob>
  get(number: number): Promise<ReplayJob | undefined>
  /** newest first */
  list(limit: number): Promise<readonly ReplayJob[]>
  running(): Promise<ReplayJob | undefined>
  replace(number: number, replaced: Replaced): Promise<void>
  /** left over from a crash */
  replaced(number: number): Promise<Replaced | undefined>
  /** keeps how far the job is, and forgets what it had taken out: that is written anew */
  progress(job: ReplayJob): Promise<void>
}

/** What the outside is told of replaced readings; topics/. Repeats are harmless. */
export interface ReplayOutlet {
  /** the last values of assets may be others than before */
  replaced(differences: readonly Difference[]): Promise<void>
  /** as if they came now: `reading` messages, alarms, or both */
  again(readings: readonly Reading[], how: { readings: boolean; alarms: boolean }): Promise<void>
}
