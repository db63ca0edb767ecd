import { oc } from '@orpc/contract'
import { z } from 'zod'
import { slugSchema } from '../../inventory/slug.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import { pageInputSchema, pageOf } from './page.ts'

export const gatewayViewSchema = z.object({
  gatewayId: euiSchema,
  /** null: belongs to the network, shared by all */
  tenant: slugSchema.nullable(),
  name: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
})
export type GatewayView = z.infer<typeof gatewayViewSchema>

export const gatewaysContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/gateways', tags: ['Gateways'], summary: 'Gateways, by id' })
    .input(pageInputSchema.extend({ tenant: slugSchema.optional() }))
    .output(pageOf(gatewayViewSchema)),
}
