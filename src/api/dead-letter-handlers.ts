import { implement } from '@orpc/server'
import type { OpenedLetter } from '../uplinks/dead-letters/letter-desk.ts'
import type { LetterFilter } from '../uplinks/dead-letters/ports.ts'
import { contract } from './contract/contract.ts'
import type { DeadLetterPage } from './contract/dead-letters.ts'
import type { DeadLetterDesk } from './ports.ts'
import type { RequestContext } from './request-context.ts'

const os = implement(contract.deadLetters).$context<RequestContext>()

/** Handlers of the routes of uplinks kept aside. */
export function deadLetterHandlers(letters: DeadLetterDesk) {
  return {
    list: os.list.handler(async ({ input, context }) => {
      const { items, cursor } = await letters.list(context.scope, queryOf(input))
      return { items: items.map(({ topic: _, ...view }) => view), cursor }
    }),
    get: os.get.handler(async ({ input, context }) => pageOf(await letters.get(context.scope, input.id))),
    retry: os.retry.handler(({ input, context }) => letters.retry(context.scope, queryOf(input))),
    retryOne: os.retryOne.handler(async ({ input, context }) => {
      const { letter, ...retried } = await letters.retryOne(context.scope, input.id)
      return { ...retried, letter: letter === null ? null : pageOf(letter) }
    }),
  }
}

interface Input {
  limit: number
  cursor?: string | undefined
  reason?: string | undefined
  devEui?: string | undefined
  model?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

function queryOf({ limit, cursor, reason, devEui, model, from, to }: Input): LetterFilter & { limit: number; cursor?: string } {
  return {
    limit,
    ...(cursor === undefined ? {} : { cursor }),
    ...(reason === undefined ? {} : { reasons: [reason] }),
    ...(devEui === undefined ? {} : { devEuis: [devEui] }),
    ...(model === undefined ? {} : { models: [model] }),
    // In the one form of the database, so that text order is time order.
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
  }
}

function pageOf({ payload, uplink, ...view }: OpenedLetter): DeadLetterPage {
  const frame = uplink === null ? null : { fCnt: uplink.fCnt, fPort: uplink.fPort, hex: Buffer.from(uplink.data).toString('hex') }
  return { ...view, payload: Buffer.from(payload).toString('base64'), frame }
}
