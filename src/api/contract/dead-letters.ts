import { oc } from '@orpc/contract'
import { z } from 'zod'
import { slugSchema } from '../../inventory/slug.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import { pageInputSchema, pageOf } from './page.ts'

export const deadLetterViewSchema = z.object({
  offset: z.int().describe('Position in the spool.'),
  time: z.iso.datetime().describe('When it was received (UTC).'),
  reason: z.string().describe('Code, e.g. `unknown-model`.'),
  detail: z.string().describe('What is wrong with this one.'),
  advice: z.string().describe('What mends it: a command a person can type.'),
  devEui: euiSchema.nullable().describe('DevEUI; null: it could not be read.'),
  tenant: slugSchema.nullable().describe('Slug; null: of none that is known.'),
})
export type DeadLetterView = z.infer<typeof deadLetterViewSchema>

export const deadLettersContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/dead-letters', tags: ['Uplinks'], summary: 'Uplinks kept aside, with the reason and what mends it' })
    .input(
      pageInputSchema.extend({
        reason: z.string().optional().describe('Code, e.g. `unknown-model`.'),
        devEui: euiSchema.optional().describe('DevEUI.'),
      }),
    )
    .output(pageOf(deadLetterViewSchema)),
}
