import { oc } from '@orpc/contract'
import { z } from 'zod'
import { orderSchema } from '../../commands/order.ts'
import { orderRequestSchema } from '../../commands/request.ts'
import { assetReferenceSchema } from '../../inventory/slug.ts'
import type { Command } from '../../vocabulary/command.ts'
import { pageInputSchema, pageOf } from './page.ts'

export type { Command }

/** An order with the zone (IANA) in which its tenant reads its times. */
export const orderViewSchema = orderSchema.extend({ timeZone: z.string().describe('IANA zone in which the tenant reads times.') })
export type Order = z.infer<typeof orderViewSchema>

export const commandsContract = {
  order: oc
    .route({
      method: 'POST',
      path: '/v1/commands',
      tags: ['Commands'],
      summary: 'Order something from an asset',
      description:
        'Accepted means written in the ledger; what became of it is read at `/v1/commands/{id}`. Clock times are read in the tenant’s zone. The header `Idempotency-Key` (or the field) makes a repeat give the same order. With `until` or `for`, a second order, whose `returnOf` is this one, ends the effect where the device cannot do so by itself.',
      successStatus: 202,
    })
    .input(orderRequestSchema)
    .output(orderViewSchema),
  list: oc
    .route({ method: 'GET', path: '/v1/commands', tags: ['Commands'], summary: 'The ledger, newest first' })
    .input(pageInputSchema.extend({ asset: assetReferenceSchema.optional() }))
    .output(pageOf(orderViewSchema)),
  get: oc
    .route({ method: 'GET', path: '/v1/commands/{id}', tags: ['Commands'], summary: 'One order and what became of it' })
    .input(z.object({ id: z.string().describe('Its id or its number, e.g. 2026-11-22-0031.') }))
    .output(orderViewSchema),
}
