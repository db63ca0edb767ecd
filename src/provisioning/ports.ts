import type { Scope } from '../access/scope.ts'
import type { InventoryChanges } from '../inventory/ports.ts'
import type { ObjectKind, Plan, PlannedRow, Remembered, Step } from './plan/plan.ts'

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
  state: JobState
  /** nothing is done where anything was refused */
  allOrNothing: boolean
  createdAt: Time
  startedAt: Time | null
  endedAt: Time | null
  /** steps, and how many of them came to an end */
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
  forget: readonly { kind: ObjectKind; key: string }[]
  inventory: InventoryChanges | null
}

export interface SavedPlan {
  id: string
  createdAt: Time
  account: string
  /** tenant slugs it touches */
  tenants: readonly string[]
  plan: Plan
}

/**
 * Where provisioning keeps what it knows; implemented in adapters/sql. `begin` and `end` may be called for many steps at once: those
 * that wait together are one transaction, and they resolve once it is on disk.
 */
export interface ProvisioningStore {
  remembered(tenants: readonly string[] | null): AsyncIterable<readonly Remembered[]>
  remember(entries: readonly Remembered[], forget?: readonly { kind: ObjectKind; key: string }[]): Promise<void>

  /** keys between plan and apply, sealed; the newest of a device counts */
  putSealedKeys(entries: readonly { devEui: string; fingerprint: string; sealed: string }[]): Promise<void>
  sealedKeys(devEuis: readonly string[]): Promise<ReadonlyMap<string, { fingerprint: string; sealed: string }>>
  dropSealedKeys(devEuis: readonly string[]): Promise<void>

  savePlan(plan: SavedPlan): Promise<void>
  plan(id: string): Promise<SavedPlan | undefined>
  /** plans older than this that no job is of, and sealed keys that no kept plan needs */
  dropPlansBefore(time: Time): Promise<void>

  /** with all its steps waiting; gives its number */
  createJob(
    job: Omit<Job, 'number' | 'state' | 'startedAt' | 'endedAt' | 'total' | 'done' | 'failed'>,
    steps: readonly Step[],
  ): Promise<Job>
  /** newest first */
  jobs(scope: Scope, query: { limit: number; states?: readonly JobState[] }): Promise<readonly Job[]>
  /** by id, or by number as text */
  job(id: string): Promise<Job | undefined>
  setJobState(id: string, state: JobState, time: Time): Promise<void>
  journal(jobId: string, query: { states?: readonly StepState[]; from?: number; limit: number }): Promise<readonly JournalLine[]>
  begin(jobId: string, positions: readonly number[]): Promise<void>
  end(ends: readonly StepEnd[]): Promise<void>
  /** rows of a plan for the report of its job */
  rows(planId: string): Promise<readonly PlannedRow[]>
}
