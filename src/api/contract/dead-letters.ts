import { oc } from '@orpc/contract'
import { z } from 'zod'
import { slugSchema } from '../../inventory/slug.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import { pageInputSchema, pageOf } from './page.ts'

export const deadLetterViewSchema = z.object({
  id: z.string().describe('Names the letter; in the order in which they were kept.'),
  offset: z.int().describe('Position in the spool.'),
  time: z.iso.datetime().describe('When the network received it (UTC).'),
  reason: z.string().describe('Code, e.g. `unknown-model`.'),
  detail: z.string().describe('What is wrong with this one.'),
  advice: z.string().describe('What mends it: a command a person can type.'),
  devEui: euiSchema.nullable().describe('DevEUI; null: it could not be read.'),
  tenant: slugSchema.nullable().describe('Slug; null: of none that is known.'),
  model: z.string().nullable().describe('`vendor/model`; null: unknown.'),
})

export const deadLetterSchema = deadLetterViewSchema.extend({
  topic: z.string().describe('MQTT topic it came on.'),
  payload: z.string().describe('The message as it came, in base64.'),
  frame: z
    .object({
      fCnt: z.int().describe('Frame counter.'),
      fPort: z.int().describe('LoRaWAN port.'),
      hex: z.string().describe('What the device sent.'),
    })
    .nullable()
    .describe('Null: the message is no uplink that can be read.'),
})
export type DeadLetterPage = z.infer<typeof deadLetterSchema>

const filterFields = {
  reason: z.string().optional().describe('Code, e.g. `unknown-model`.'),
  devEui: euiSchema.optional().describe('DevEUI.'),
  model: z.string().max(200).optional().describe('`vendor/model`.'),
  from: z.iso.datetime({ offset: true }).optional().describe('Received then or later.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Received before.'),
}

const idSchema = z.object({ id: z.uuid().describe('Of the letter.') })

export const retriedSchema = z.object({
  tried: z.int().describe('Letters that were decoded again.'),
  mended: z.int().describe('Those that worked: stored, published and gone.'),
})

export const deadLettersContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/dead-letters', tags: ['Uplinks'], summary: 'Uplinks kept aside, with the reason and what mends it' })
    .input(pageInputSchema.extend(filterFields))
    .output(pageOf(deadLetterViewSchema)),
  get: oc
    .route({ method: 'GET', path: '/v1/dead-letters/{id}', tags: ['Uplinks'], summary: 'One of them, with the message as it came' })
    .input(idSchema)
    .output(deadLetterSchema),
  retry: oc
    .route({
      method: 'POST',
      path: '/v1/dead-letters/retry',
      tags: ['Uplinks'],
      summary: 'Decode them again, oldest first, so many at a time',
      description:
        'What works is stored, published as `reading` and gone; it sets no state back and raises no alarm. What fails again stays with the newer reason. Ask again with `cursor` until it is null.',
    })
    .input(pageInputSchema.extend(filterFields))
    .output(
      retriedSchema.extend({
        left: z.int().describe('Letters behind these.'),
        cursor: z.string().nullable().describe('Of the next ones; null: there are none.'),
      }),
    ),
  retryOne: oc
    .route({ method: 'POST', path: '/v1/dead-letters/{id}/retry', tags: ['Uplinks'], summary: 'Decode one again' })
    .input(idSchema)
    .output(retriedSchema.extend({ letter: deadLetterSchema.nullable().describe('As it is now; null: gone.') })),
}
