import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Scope } from '../../../access/scope.ts'
import { OndineError } from '../../../errors/ondine-error.ts'
import type { Step } from '../../../provisioning/plan/plan.ts'
import type { Job, Jobs, Journal, JournalLine } from '../../../provisioning/ports.ts'
import { among, every, tenantInScope } from '../conditions.ts'
import { chunks } from '../rows.ts'
import type { Schema } from '../schema.ts'
import { addSteps } from './plans.ts'
import { toJob, toJournalLine, toStep } from './provisioning-rows.ts'

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
      ...{ scope: JSON.stringify(job.scope), all_or_nothing: job.allOrNothing ? 1 : 0, again: 0, created_at: job.createdAt },
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
    .$if(isEnd || state === 'waiting', (query) => query.set({ again: isEnd ? 0 : 1 }))
    .$if(state === 'running', (query) => query.set({ started_at: sql<string>`coalesce(started_at, ${time})` }))
    .where('id', '=', id)
    .execute()
}

/** Few have no device, and those of a device are found by it, however many there are. */
export async function openSteps(db: Kysely<Schema>, jobId: string, devEuis: readonly string[]): Promise<readonly Step[]> {
  const job = await db.selectFrom('provisioning_job').select(['list_id', 'again']).where('id', '=', jobId).executeTakeFirst()
  if (job === undefined) return []
  const states = job.again === 1 ? ['started', 'failed'] : ['started']
  const found: Step[] = []
  const find = async (of: RawBuilder<SqlBool>) => {
    const rows = await db
      .selectFrom('provisioning_step as step')
      .leftJoin('provisioning_journal as line', (join) => join.on('line.job_id', '=', jobId).onRef('line.position', '=', 'step.position'))
      .select('step.step')
      .where('step.list_id', '=', job.list_id)
      .where(of)
      .where((eb) => eb.or([eb('line.state', 'is', null), among('line.state', states)]))
      .execute()
    found.push(...rows.map(({ step }) => toStep(step)))
  }
  await find(sql<SqlBool>`step.dev_eui is null`)
  for (const part of chunks(devEuis)) await find(sql<SqlBool>`step.dev_eui in (${sql.join(part)})`)
  return found
}

type LinesQuery = Parameters<Journal['journal']>[1]

export async function journalPage(db: Kysely<Schema>, jobId: string, query: LinesQuery): Promise<readonly JournalLine[]> {
  const job = await db.selectFrom('provisioning_job').select('list_id').where('id', '=', jobId).executeTakeFirst()
  if (job === undefined) return []
  const { states } = query
  const isBegun = states !== undefined && !states.includes('waiting')
  const rows = isBegun ? await begunLines(db, job.list_id, jobId, { ...query, states }) : await allLines(db, job.list_id, jobId, query)
  return rows.map((row) => toJournalLine(jobId, row))
}

/** By the steps: one that waits has no line. */
async function allLines(db: Kysely<Schema>, listId: string, jobId: string, { states, from = 0, limit }: LinesQuery) {
  return db
    .selectFrom('provisioning_step as step')
    .leftJoin('provisioning_journal as line', (join) => join.on('line.job_id', '=', jobId).onRef('line.position', '=', 'step.position'))
    .select(['step.position', 'step.step', 'line.state', 'line.attempts', 'line.problem'])
    .where('step.list_id', '=', listId)
    .where('step.position', '>=', from)
    .$if(states !== undefined, (query) => query.where((eb) => eb.or([eb('line.state', 'is', null), among('line.state', states ?? [])])))
    .orderBy('step.position')
    .limit(limit)
    .execute()
}

/** By the lines: few failed among thousands that are done. */
async function begunLines(
  db: Kysely<Schema>,
  listId: string,
  jobId: string,
  { states, from = 0, limit }: LinesQuery & { states: readonly JournalLine['state'][] },
) {
  const lines = await db
    .selectFrom('provisioning_journal as line')
    .select(['line.position', 'line.state', 'line.attempts', 'line.problem'])
    .where('line.job_id', '=', jobId)
    .where('line.position', '>=', from)
    .where(among('line.state', states))
    .orderBy('line.position')
    .limit(limit)
    .execute()
  const steps = new Map<number, string>()
  for (const part of chunks(lines.map(({ position }) => position))) {
    const rows = db.selectFrom('provisioning_step').select(['position', 'step']).where('list_id', '=', listId).where('position', 'in', part)
    for (const { position, step } of await rows.execute()) steps.set(position, step)
  }
  return lines.flatMap((line) => {
    const step = steps.get(line.position)
    return step === undefined ? [] : [{ ...line, step }]
  })
}
