import { oc } from '@orpc/contract'
import { z } from 'zod'
import { orderSchema, orderStateSchema } from '../../commands/order.ts'
import { slugSchema } from '../../inventory/slug.ts'
import { commandSchema } from '../../vocabulary/command.ts'
import { pageInputSchema, pageOf } from './page.ts'

const instant = z.iso.datetime({ offset: true })

export const orderRequestSchema = z.object({
  tenant: slugSchema.optional().describe('Needed only where several tenants have an asset of this name.'),
  asset: slugSchema,
  channel: z.string().optional().describe('Left out: the one channel of the asset that takes this command.'),
  command: commandSchema,
  until: instant.optional().describe('When the effect ends: by the device itself where it can, else by a second order.'),
  notBefore: instant.optional().describe('Never sent before; left out: now.'),
  expiresAt: instant.optional().describe('Never sent after; left out: the server chooses, and every order has one.'),
  reason: z.string().max(500).default(''),
  idempotencyKey: z.string().min(1).max(200).optional().describe('Or the header `Idempotency-Key`: the same key gives the same order.'),
})
export type OrderRequest = z.infer<typeof orderRequestSchema>

export const commandsContract = {
  order: oc
    .route({
      method: 'POST',
      path: '/v1/commands',
      tags: ['Commands'],
      summary: 'Order something from an asset',
      description: 'Accepted means written in the ledger; what became of it is read at `/v1/commands/{id}`. With `until`, the return order is the second item where the device cannot end the effect by itself.',
      successStatus: 202,
    })
    .input(orderRequestSchema)
    .output(z.object({ items: z.array(orderSchema) })),
  list: oc
    .route({ method: 'GET', path: '/v1/commands', tags: ['Commands'], summary: 'The ledger, newest first' })
    .input(pageInputSchema.extend({ tenant: slugSchema.optional(), asset: slugSchema.optional(), state: orderStateSchema.optional() }))
    .output(pageOf(orderSchema)),
  get: oc
    .route({ method: 'GET', path: '/v1/commands/{id}', tags: ['Commands'], summary: 'One order and what became of it' })
    .input(z.object({ id: z.string().describe('Its id or its number, e.g. 2026-11-22-0031.') }))
    .output(orderSchema),
}
