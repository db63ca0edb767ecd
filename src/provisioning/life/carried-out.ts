import { setTimeout as sleep } from 'node:timers/promises'
import { type Scope, serverScope } from '../../access/scope.ts'
import type { JobRunner } from '../apply/job-runner.ts'
import type { Step } from '../plan/plan.ts'
import type { Job, Jobs, Journal, JournalLine } from '../ports.ts'
import { jobView } from '../told.ts'
import type { JobView } from '../views.ts'

/** Whoever carries jobs out. */
export interface LifeRunner {
  /** writes the job and begins it; its steps are done in their order */
  submit(job: Pick<Job, 'action' | 'tenant' | 'subject' | 'account' | 'scope' | 'allOrNothing'>, steps: readonly Step[]): Promise<Job>
  /** null: it is not under way, and held up by none */
  progress: JobRunner['progress']
}

export interface CarriedOut {
  job: JobView
  problem: JournalLine['problem']
}

const ended: readonly Job['state'][] = ['done', 'failed', 'stopped']
const lookEveryMs = 25
/** Longer than a person in the field looks at a phone without a word; what is not done by then goes on by itself. */
const longestMs = 20_000

/** Writes the steps as a job and waits for its end; where the network server is away, or another job goes first, it is answered while the job waits. */
export async function carryOut(
  { runner, store }: { runner: LifeRunner; store: Pick<Jobs, 'job'> & Pick<Journal, 'journal'> },
  scope: Scope,
  job: { action: string; tenant: string; subject: string },
  steps: readonly Step[],
): Promise<CarriedOut> {
  const submitted = await runner.submit({ ...job, account: scope.account, scope, allOrNothing: true }, steps)
  let current = submitted
  for (let waited = 0; !ended.includes(current.state) && waited < longestMs; waited += lookEveryMs) {
    await sleep(lookEveryMs)
    current = (await store.job(serverScope, submitted.id)) ?? current
  }
  const [failed] = await store.journal(submitted.id, { states: ['failed'], limit: 1 })
  return { job: jobView(current, runner.progress(current.id)), problem: failed?.problem ?? null }
}
