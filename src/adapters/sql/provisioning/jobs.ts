import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Scope } from '../../../access/scope.ts'
import { OndineError } from '../../../errors/ondine-error.ts'
import type { Job, Jobs, Journal, JournalLine } from '../../../provisioning/ports.ts'
import { among, every, tenantInScope } from '../conditions.ts'
import type { Schema } from '../schema.ts'
import { addSteps } from './plans.ts'
import { toJob, toJournalLine } from './provisioning-rows.ts'

export async function createJob(
  db: Kysely<Schema>,
  job: Parameters<Jobs['createJob']>[0],
  steps: Parameters<Jobs['createJob']>[1],
): Promise<Job> {
  return db.transaction().execute(async (trx) => {
    const { id, action, tenant, subject, account } = job
    const list = 'plan' in steps ? await savedList(trx, steps.plan) : { list_id: id, total: steps.length }
    const { last } = await trx
      .insertInto('provisioning_counter')
      .values({ name: 'job', last: 1 })
      .onConflict((on) => on.column('name').doUpdateSet({ last: sql<number>`provisioning_counter.last + 1` }))
      .returning('last')
      .executeTakeFirstOrThrow()
    const row = {
      ...{ id, number: last, action, tenant, subject, account, ...list },
      ...{ scope: JSON.stringify(job.scope), all_or_nothing: job.allOrNothing ? 1 : 0, created_at: job.createdAt },
      ...{ state: 'waiting', started_at: null, ended_at: null, done: 0, failed: 0 },
    }
    await trx.insertInto('provisioning_job').values(row).execute()
    if (!('plan' in steps)) await addSteps(trx, id, steps)
    return toJob(row)
  })
}

/** Held until the job is written: a plan is not dropped from under it. */
async function savedList(db: Kysely<Schema>, plan: string): Promise<{ list_id: string; total: number }> {
  const { numUpdatedRows } = await db
    .updateTable('provisioning_plan')
    .set({ complete: 1 })
    .where('id', '=', plan)
    .where('complete', '=', 1)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new OndineError('provisioning.plan-unknown', { plan })
  const { steps } = await db.selectFrom('provisioning_plan').select('steps').where('id', '=', plan).executeTakeFirstOrThrow()
  return { list_id: plan, total: steps }
}

export async function listJobs(
  db: Kysely<Schema>,
  scope: Scope,
  { limit, states, before }: Parameters<Jobs['jobs']>[1],
): Promise<readonly Job[]> {
  const rows = await db
    .selectFrom('provisioning_job')
    .selectAll()
    .where(inScope(scope))
    .$if(states !== undefined, (query) => query.where(among('state', states ?? [])))
    .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toJob)
}

export async function findJob(db: Kysely<Schema>, scope: Scope, id: string): Promise<Job | undefined> {
  // As large as the column takes: PostgreSQL refuses the whole question for a larger one.
  const isNumber = /^\d{1,9}$/.test(id)
  const row = await db
    .selectFrom('provisioning_job')
    .selectAll()
    .where(inScope(scope))
    .where((eb) => (isNumber ? eb('number', '=', Number(id)) : eb('id', '=', id)))
    .executeTakeFirst()
  return row && toJob(row)
}

/** Jobs name no service and no commune: those whom either restricts see their own. */
function inScope(scope: Scope): RawBuilder<SqlBool> {
  const isRestricted = scope.services !== null || scope.communes !== null
  const own = isRestricted ? [sql<SqlBool>`provisioning_job.account = ${scope.account}`] : []
  return every([...tenantInScope('provisioning_job.tenant', scope), ...own])
}

export async function setState(db: Kysely<Schema>, id: string, state: Job['state'], time: string): Promise<void> {
  const isEnd = state === 'stopped' || state === 'done' || state === 'failed'
  await db
    .updateTable('provisioning_job')
    .set({ state, ended_at: isEnd ? time : null })
    .$if(state === 'running', (query) => query.set({ started_at: sql<string>`coalesce(started_at, ${time})` }))
    .where('id', '=', id)
    .execute()
}

export async function journalPage(
  db: Kysely<Schema>,
  jobId: string,
  { states, from = 0, limit }: Parameters<Journal['journal']>[1],
): Promise<readonly JournalLine[]> {
  const rows = await db
    .selectFrom('provisioning_job as job')
    .innerJoin('provisioning_step as step', 'step.list_id', 'job.list_id')
    .leftJoin('provisioning_journal as line', (join) =>
      join.onRef('line.job_id', '=', 'job.id').onRef('line.position', '=', 'step.position'),
    )
    .select(['step.position', 'step.step', 'line.state', 'line.attempts', 'line.problem'])
    .where('job.id', '=', jobId)
    .where('step.position', '>=', from)
    .$if(states !== undefined, (query) => query.where(amongStates(states ?? [])))
    .orderBy('step.position')
    .limit(limit)
    .execute()
  return rows.map((row) => toJournalLine(jobId, row))
}

/** Written out, and what is not done said again, so that the index of those lines is seen to serve. A step without a line waits. */
function amongStates(states: readonly JournalLine['state'][]): RawBuilder<SqlBool> {
  const begun = states.filter((state) => state !== 'waiting')
  const open = begun.includes('done') ? sql`` : sql` and line.state <> 'done'`
  const ofThese =
    begun.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`(line.state in (${sql.join(begun.map((state) => sql.lit(state)))})${open})`
  return states.includes('waiting') ? sql<SqlBool>`(line.state is null or ${ofThese})` : ofThese
}
