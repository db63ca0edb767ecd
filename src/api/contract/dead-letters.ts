import { oc } from '@orpc/contract'
import { z } from 'zod'
import { slugSchema } from '../../inventory/slug.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import { pageInputSchema, pageOf } from './page.ts'

export const deadLetterViewSchema = z.object({
  /** position in the spool */
  offset: z.int(),
  time: z.iso.datetime(),
  reason: z.string(),
  detail: z.string(),
  /** what mends it, a command a person can type */
  advice: z.string(),
  devEui: euiSchema.nullable(),
  tenant: slugSchema.nullable(),
})
export type DeadLetterView = z.infer<typeof deadLetterViewSchema>

export const deadLettersContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/dead-letters', tags: ['Uplinks'], summary: 'Uplinks kept aside, with the reason and what mends it' })
    .input(pageInputSchema.extend({ reason: z.string().optional(), devEui: euiSchema.optional() }))
    .output(pageOf(deadLetterViewSchema)),
}
