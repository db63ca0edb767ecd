import { implement } from '@orpc/server'
import { contract } from './contract/contract.ts'
import type { ProvisioningDesk, UpkeepDesk } from './ports.ts'
import type { RequestContext } from './request-context.ts'

const os = implement(contract.provisioning).$context<RequestContext>()

/** Handlers of the routes of provisioning: a folder's plan, its job, and the network's drift from what was written. */
export function provisioningHandlers(desk: ProvisioningDesk, upkeep: UpkeepDesk) {
  return {
    recipient: os.recipient.handler(({ context }) => ({ recipient: desk.recipient(context.scope) })),
    plan: os.plan.handler(({ input, context }) => {
      context.forgetBody()
      return desk.plan(context.scope, input)
    }),
    getPlan: os.getPlan.handler(({ input, context }) => desk.summary(context.scope, input.id)),
    planRows: os.planRows.handler(async ({ input: { id, ...query }, context }) => mutable(await desk.planRows(context.scope, id, query))),
    apply: os.apply.handler(({ input: { id, ...given }, context }) => desk.apply(context.scope, id, given)),
    jobs: os.jobs.handler(async ({ input, context }) => mutable(await desk.jobs(context.scope, input))),
    job: os.job.handler(({ input, context }) => desk.job(context.scope, input.id)),
    jobRows: os.jobRows.handler(async ({ input: { id, ...query }, context }) => mutable(await desk.jobRows(context.scope, id, query))),
    stop: os.stop.handler(({ input, context }) => desk.stop(context.scope, input.id)),
    resume: os.resume.handler(({ input, context }) => desk.resume(context.scope, input.id)),
    adopt: os.adopt.handler(({ input, context }) => upkeep.adopt(context.scope, input)),
    drift: os.drift.handler(({ input, context }) => upkeep.drift(context.scope, input)),
    driftKeysTime: os.driftKeysTime.handler(({ input, context }) => upkeep.keysTime(context.scope, input)),
    resolveDrift: os.resolveDrift.handler(({ input, context }) => upkeep.resolveDrift(context.scope, input)),
    changes: os.changes.handler(({ input, context }) => upkeep.changes(context.scope, input)),
  }
}

function mutable<T>(page: { items: readonly T[]; cursor: string | null }): { items: T[]; cursor: string | null } {
  return { items: [...page.items], cursor: page.cursor }
}
