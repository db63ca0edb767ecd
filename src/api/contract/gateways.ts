import { oc } from '@orpc/contract'
import { slugSchema } from '../../inventory/slug.ts'
import { gatewayViewSchema } from '../../inventory/views.ts'
import { pageInputSchema, pageOf } from './page.ts'

export const gatewaysContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/gateways', tags: ['Gateways'], summary: 'Gateways, by id' })
    .input(pageInputSchema.extend({ tenant: slugSchema.optional().describe('Slug.') }))
    .output(pageOf(gatewayViewSchema)),
}
