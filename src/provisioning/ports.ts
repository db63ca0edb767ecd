import type { Scope } from '../access/scope.ts'
import type { InventoryChanges } from '../inventory/ports.ts'
import type { ObjectKind, Plan, PlannedRow, Remembered, Step } from './plan/plan.ts'

type Outcome = PlannedRow['outcome']

/** ISO 8601 UTC with milliseconds */
type Time = string

export const jobStates = ['waiting', 'running', 'stopping', 'stopped', 'done', 'failed'] as const
export type JobState = (typeof jobStates)[number]

/**
 * A plan under way or ended. `waiting` and `running` jobs go on by themselves after a start; `stopped`: by a person, may be begun again;
 * `failed`: some of its steps were; `done`: all of them are.
 */
export interface Job {
  /** UUIDv7 */
  id: string
  /** for people: 118 */
  number: number
  /** `apply`, `swap`, `move` … */
  action: string
  /** tenant slug; null: of several tenants */
  tenant: string | null
  /** of what: the plan's id, an asset's slug, a devEui */
  subject: string
  account: string
  /** the rights its steps are carried out with, as they were when it was begun; in no answer */
  scope: Scope
  state: JobState
  /** nothing is done where anything was refused */
  allOrNothing: boolean
  /** it was taken up again: until it ends, it tries its failed steps too */
  again: boolean
  createdAt: Time
  startedAt: Time | null
  endedAt: Time | null
  /** steps; of these those that were carried out, and those that failed: the rest waits or is under way */
  total: number
  done: number
  failed: number
}

export const stepStates = ['waiting', 'started', 'done', 'failed'] as const
export type StepState = (typeof stepStates)[number]

/** A line of the journal. `started` without an end means: nobody knows, look. */
export interface JournalLine {
  jobId: string
  /** from 0, in the order of the plan */
  position: number
  step: Step
  state: StepState
  /** how often it was begun */
  attempts: number
  /** error code and sentence of a failed step; never a key */
  problem: { code: string; text: string } | null
}

/** How a step ended, and what is to be remembered with it in the same transaction. */
export interface StepEnd {
  jobId: string
  position: number
  state: 'done' | 'failed'
  problem: JournalLine['problem']
  remember: readonly Remembered[]
  forget: readonly ObjectName[]
  inventory: InventoryChanges | null
  /** sealed keys that have done their service; others of the same device stay */
  dropKeys: readonly KeyName[]
}

export interface SavedPlan {
  id: string
  createdAt: Time
  account: string
  /** tenant slugs it touches: a scope sees a plan when it sees all of them */
  tenants: readonly string[]
  plan: Plan
}

/** A saved plan without its steps and rows, of which there may be 62,000: those are read by pages. */
export interface PlanHead extends Omit<SavedPlan, 'plan'>, Pick<Plan, 'owner' | 'basis' | 'guards'> {
  others: NonNullable<Plan['others']>
  steps: number
  rows: number
  /** rows by kind and outcome; what there is none of is left out */
  counts: readonly { kind: ObjectKind; outcome: Outcome; count: number }[]
}

/** A row of a plan, and what became of its step in a job. */
export interface ReportRow {
  /** from 0; of the next page: that of the last row, and one more */
  position: number
  row: PlannedRow
  /** null: nothing to do for it, or asked for without a job */
  step: Pick<JournalLine, 'position' | 'state' | 'problem'> | null
}

export interface ObjectName {
  kind: ObjectKind
  key: string
}

/** Of what is remembered of an object: as it was read, and as it is to be; null: it is to be forgotten. */
export interface Amendment {
  before: Remembered
  after: Remembered | null
}

/** What was written of the network's objects. */
export interface Memory {
  /** all of these tenants (null: of all), in pages; in no order */
  remembered(tenants: readonly string[] | null): AsyncIterable<readonly Remembered[]>
  /** those that are known of these, in no order */
  recall(objects: readonly ObjectName[]): Promise<readonly Remembered[]>
  remember(entries: readonly Remembered[], forget?: readonly ObjectName[]): Promise<void>
  /** Writes `updatedAt`, and nothing else, of those of which the fingerprint is still this: what a step wrote meanwhile is not undone. */
  settle(entries: readonly Remembered[]): Promise<void>
  /**
   * Writes `fingerprint`, `keys`, `updatedAt` and `written`, and nothing else, of those of which fingerprint and keys are still those
   * read before: what a step wrote meanwhile is not undone. Gives of how many they were.
   */
  amend(amendments: readonly Amendment[]): Promise<number>
}

/** Which keys of a device: those of this fingerprint. */
export interface KeyName {
  devEui: string
  fingerprint: string
}

export interface SealedKey extends KeyName {
  sealed: string
}

/** Keys between plan and apply, sealed: those of one plan leave those alone that wait for another. */
export interface SealedKeys {
  putSealedKeys(entries: readonly SealedKey[], time: Time): Promise<void>
  /** those that wait of these, in no order */
  sealedKeys(names: readonly KeyName[]): Promise<readonly SealedKey[]>
}

export interface Plans {
  savePlan(plan: SavedPlan): Promise<void>
  plan(scope: Scope, id: string): Promise<PlanHead | undefined>
  /** rows from this position on, in the order of the plan; `job`: with what became of them there */
  rows(
    planId: string,
    query: { job?: string | undefined; outcomes?: readonly Outcome[] | undefined; from?: number | undefined; limit: number },
  ): Promise<readonly ReportRow[]>
  /**
   * Drops plans from before this time that no job is of, and sealed keys from before it that are neither of a newer plan nor of a job
   * that goes on or ended since.
   */
  dropPlansBefore(time: Time): Promise<void>
}

export interface Jobs {
  /** With all its steps waiting: those of a saved plan, which stays as long as its job, or these. */
  createJob(
    job: Omit<Job, 'number' | 'state' | 'again' | 'startedAt' | 'endedAt' | 'total' | 'done' | 'failed'>,
    steps: { plan: string } | readonly Step[],
  ): Promise<Job>
  /** newest first; `before`: a number, for the next page */
  jobs(
    scope: Scope,
    query: { limit: number; states?: readonly JobState[] | undefined; before?: number | undefined },
  ): Promise<readonly Job[]>
  /** by id, or by number as text */
  job(scope: Scope, id: string): Promise<Job | undefined>
  /**
   * `running` for the first time: `startedAt`; `stopped`, `done` and `failed`: `endedAt`, and no longer `again`; `waiting`: taken up
   * `again`
   */
  setJobState(id: string, state: JobState, time: Time): Promise<void>
}

/** The journal of a job's steps. */
export interface Journal {
  /** by position, from this one on. Who takes many pages goes on from the last position, instead of from the beginning. */
  journal(
    jobId: string,
    query: { states?: readonly StepState[] | undefined; from?: number | undefined; limit: number },
  ): Promise<readonly JournalLine[]>
  /**
   * Steps of a job that are still to be done (where it is taken up again, those that failed too) and are of these devices, or of no
   * device at all.
   */
  openSteps(jobId: string, devEuis: readonly string[]): Promise<readonly Step[]>
  begin(jobId: string, positions: readonly number[]): Promise<void>
  /** Rejects for the whole call when one of them cannot be written; others that waited with it are not touched by that. */
  end(ends: readonly StepEnd[]): Promise<void>
}

/**
 * Where provisioning keeps what it knows; implemented in adapters/sql. `begin` and `end` may be called for many steps at once: those
 * that wait together are one transaction, and they resolve once it is on disk and the directory knows of its devices.
 */
export interface ProvisioningStore extends Memory, SealedKeys, Plans, Jobs, Journal {}
