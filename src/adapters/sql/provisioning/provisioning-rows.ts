import { setImmediate } from 'node:timers/promises'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import { scopeSchema } from '../../../access/scope.ts'
import { deviceOf } from '../../../provisioning/plan/names.ts'
import {
  guardSchema,
  objectKindSchema,
  otherFolderSchema,
  plannedRowSchema,
  type Remembered,
  rememberedSchema,
  rowOutcomes,
  type Step,
  stepSchema,
} from '../../../provisioning/plan/plan.ts'
import { type Job, type JournalLine, jobStates, type PlanHead, type ReportRow, stepStates } from '../../../provisioning/ports.ts'
import type { JobTable, MemoryTable, PlanTable, StepTable } from './tables.ts'

/** Rows as what they mean and back, in pairs. */

const memoryKindSchema = rememberedSchema.shape.kind
/** What JSON gives is JSON: that it is an object is all that there is to see, of 62,000 of them. */
const writtenSchema = z.custom<Remembered['written']>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))

export const toRemembered = (row: Selectable<MemoryTable>): Remembered => ({
  kind: memoryKindSchema.parse(row.kind),
  key: row.key,
  tenant: row.tenant,
  networkId: row.network_id,
  owner: row.owner,
  fingerprint: row.fingerprint,
  keys: row.keys,
  updatedAt: row.updated_at,
  written: writtenSchema.parse(JSON.parse(row.written)),
})
export const fromRemembered = (entry: Remembered): MemoryTable => ({
  kind: entry.kind,
  key: entry.key,
  tenant: entry.tenant,
  network_id: entry.networkId,
  owner: entry.owner,
  fingerprint: entry.fingerprint,
  keys: entry.keys,
  updated_at: entry.updatedAt,
  written: JSON.stringify(entry.written),
})

const countsSchema = z.array(z.strictObject({ kind: objectKindSchema, outcome: z.enum(rowOutcomes), count: z.int() }))
export const toPlanHead = (row: Selectable<PlanTable>): PlanHead => ({
  id: row.id,
  createdAt: row.created_at,
  account: row.account,
  tenants: z.array(z.string()).parse(JSON.parse(row.tenants)),
  owner: row.owner,
  basis: row.basis,
  guards: z.array(guardSchema).parse(JSON.parse(row.guards)),
  others: z.array(otherFolderSchema).parse(JSON.parse(row.others)),
  counts: countsSchema.parse(JSON.parse(row.counts)),
  steps: row.steps,
  rows: row.rows,
})

const jobStateSchema = z.enum(jobStates)
export const toJob = (row: Selectable<JobTable>): Job => ({
  id: row.id,
  number: row.number,
  action: row.action,
  tenant: row.tenant,
  subject: row.subject,
  account: row.account,
  scope: scopeSchema.parse(JSON.parse(row.scope)),
  state: jobStateSchema.parse(row.state),
  allOrNothing: row.all_or_nothing === 1,
  again: row.again === 1,
  createdAt: row.created_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  total: row.total,
  done: row.done,
  failed: row.failed,
})

/** By what a step is found: the device it is of, and the sealed keys of it that it needs. */
export function namesOf(step: Step): Pick<StepTable, 'dev_eui' | 'keys'> {
  return { dev_eui: deviceOf(step) ?? null, keys: 'keys' in step ? step.keys : null }
}

const stepStateSchema = z.enum(stepStates)
const problemSchema = z.strictObject({ code: z.string(), text: z.string() })

/** `state` null: not begun. */
interface LineRow {
  position: number
  state: string | null
  problem: string | null
}

export function toStep(step: string): Step {
  return stepSchema.parse(JSON.parse(step))
}

export function toJournalLine(jobId: string, row: LineRow & { step: string; attempts: number | null }): JournalLine {
  return { jobId, ...becameOf(row), step: toStep(row.step), attempts: row.attempts ?? 0 }
}

export function toReportRow({ position, row, step, state, problem }: LineRow & { row: string; step: number | null }): ReportRow {
  return {
    position,
    row: plannedRowSchema.parse(JSON.parse(row)),
    step: step === null ? null : becameOf({ position: step, state, problem }),
  }
}

function becameOf({ position, state, problem }: LineRow): Pick<JournalLine, 'position' | 'state' | 'problem'> {
  return {
    position,
    state: state === null ? 'waiting' : stepStateSchema.parse(state),
    problem: problem === null ? null : problemSchema.parse(JSON.parse(problem)),
  }
}

/**
 * Parts of a long list, with a turn of the loop after each: SQLite answers in the same turn, and uplinks must not wait for 62,000 rows.
 */
export async function* unhurried<T>(items: readonly T[], size = 500): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) {
    yield items.slice(start, start + size)
    await setImmediate()
  }
}
