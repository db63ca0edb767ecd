import { setImmediate } from 'node:timers/promises'
import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Scope } from '../../../access/scope.ts'
import type { PlannedRow, Step } from '../../../provisioning/plan/plan.ts'
import { memoryKey } from '../../../provisioning/plan/world.ts'
import type { PlanHead, Plans, ReportRow, SavedPlan } from '../../../provisioning/ports.ts'
import { countsOf } from '../../../provisioning/summaries.ts'
import { every } from '../conditions.ts'
import type { Schema } from '../schema.ts'
import { namesOf, toPlanHead, toReportRow, unhurried } from './provisioning-rows.ts'
import type { PlanTable } from './tables.ts'

/** The head first, marked as not complete, so that what a crash leaves behind is found. Its parts are transactions of their own. */
export async function savePlan(db: Kysely<Schema>, saved: SavedPlan): Promise<void> {
  const { id, plan } = saved
  await db.insertInto('provisioning_plan').values(headOf(saved)).execute()
  await addSteps(db, id, plan.steps)
  const stepOf = new Map(plan.steps.map(({ kind, key }, position) => [memoryKey(kind, key), position]))
  let position = 0
  for await (const part of unhurried(plan.rows)) {
    const rows = part.map((row) => {
      // The step of an object that two rows declare is the one's that is not refused.
      const isActed = row.outcome !== 'refused' && row.outcome !== 'superseded'
      const step = isActed ? (stepOf.get(memoryKey(row.kind, row.key)) ?? null) : null
      return { plan_id: id, position: position++, outcome: row.outcome, step, row: JSON.stringify(row) }
    })
    await db.insertInto('provisioning_plan_row').values(rows).execute()
  }
  await db.updateTable('provisioning_plan').set({ complete: 1 }).where('id', '=', id).execute()
}

export async function addSteps(db: Kysely<Schema>, listId: string, steps: readonly Step[]): Promise<void> {
  let position = 0
  for await (const part of unhurried(steps)) {
    const rows = part.map((step) => ({ list_id: listId, position: position++, ...namesOf(step), step: JSON.stringify(step) }))
    await db.insertInto('provisioning_step').values(rows).execute()
  }
}

export async function planHead(db: Kysely<Schema>, scope: Scope, id: string): Promise<PlanHead | undefined> {
  const row = await db.selectFrom('provisioning_plan').selectAll().where('id', '=', id).where('complete', '=', 1).executeTakeFirst()
  const head = row && toPlanHead(row)
  return head !== undefined && seesPlan(scope, head) ? head : undefined
}

/** Plans name no service and no commune: those whom either restricts see their own. */
function seesPlan(scope: Scope, { tenants, account }: PlanHead): boolean {
  const isOwn = (scope.services === null && scope.communes === null) || scope.account === account
  return isOwn && (scope.tenant === null || tenants.every((tenant) => tenant === scope.tenant))
}

export async function planRows(
  db: Kysely<Schema>,
  planId: string,
  { job, outcomes, from = 0, limit }: Parameters<Plans['rows']>[1],
): Promise<readonly ReportRow[]> {
  const ofJob = sql<SqlBool>`journal.job_id = ${job ?? ''} and journal.position = planned.step`
  const rows = await db
    .selectFrom('provisioning_plan_row as planned')
    .leftJoin('provisioning_journal as journal', (join) => join.on(ofJob))
    .select(['planned.position', 'planned.row', 'planned.step', 'journal.state', 'journal.problem'])
    .where('planned.plan_id', '=', planId)
    .where('planned.position', '>=', from)
    .$if(outcomes !== undefined, (query) => query.where(amongOutcomes(outcomes ?? [])))
    .orderBy('planned.position')
    .limit(limit)
    .execute()
  return rows.map((row) => toReportRow(job === undefined ? { ...row, step: null } : row))
}

function amongOutcomes(outcomes: readonly PlannedRow['outcome'][]) {
  return outcomes.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`planned.outcome in (${sql.join(outcomes)})`
}

/** Those of before that no job is of, and what a crash left of those that were being written or dropped. */
export async function dropPlans(db: Kysely<Schema>, time: string): Promise<void> {
  const unused = sql<SqlBool>`not exists (select 1 from provisioning_job where provisioning_job.list_id = provisioning_plan.id)`
  const old = every([sql<SqlBool>`created_at < ${time}`, unused])
  await db.updateTable('provisioning_plan').set({ complete: 0 }).where(old).execute()
  const dropped = await db.selectFrom('provisioning_plan').select('id').where('created_at', '<', time).where('complete', '=', 0).execute()
  for (const { id } of dropped) {
    await dropParts(db, 'provisioning_plan_row', 'plan_id', id)
    await dropParts(db, 'provisioning_step', 'list_id', id)
    await db.deleteFrom('provisioning_plan').where('id', '=', id).execute()
  }
}

async function dropParts(db: Kysely<Schema>, table: 'provisioning_plan_row' | 'provisioning_step', column: string, id: string) {
  const of = sql`${sql.ref(column)} = ${id}`
  for (let from = 0; ; from += 1000) {
    const { rows } = await sql<{ last: number | null }>`select max(position) as last from ${sql.table(table)} where ${of}`.execute(db)
    const last = rows[0]?.last ?? null
    if (last === null) return
    await sql`delete from ${sql.table(table)} where ${of} and position < ${from + 1000}`.execute(db)
    await setImmediate()
  }
}

function headOf({ id, createdAt, account, tenants, plan }: SavedPlan): PlanTable {
  return {
    id,
    created_at: createdAt,
    account,
    tenants: JSON.stringify(tenants),
    owner: plan.owner,
    basis: plan.basis,
    guards: JSON.stringify(plan.guards),
    others: JSON.stringify(plan.others ?? []),
    counts: JSON.stringify(countsOf(plan.rows)),
    steps: plan.steps.length,
    rows: plan.rows.length,
    complete: 0,
  }
}
