import { implement } from '@orpc/server'
import { contract } from './contract/contract.ts'
import type { ReplayDesk } from './ports.ts'
import type { RequestContext } from './request-context.ts'

const os = implement(contract.replays).$context<RequestContext>()

/** Handlers of the routes of replays. */
export function replayHandlers(desk: ReplayDesk) {
  return {
    begin: os.begin.handler(({ input, context }) => desk.begin(context.scope, input)),
    list: os.list.handler(async ({ input, context }) => ({ items: [...(await desk.list(context.scope, input))] })),
    get: os.get.handler(({ input, context }) => desk.get(context.scope, input.number)),
    stop: os.stop.handler(({ input, context }) => desk.end(context.scope, input.number)),
  }
}
