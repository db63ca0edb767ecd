import { oc } from '@orpc/contract'
import { z } from 'zod'
import { pageInputSchema, pageOf } from './page.ts'

export const codecViewSchema = z.object({
  model: z.string().describe('`vendor/model`.'),
  title: z.string().describe('Name for people.'),
  family: z.string().describe('What kind of thing it is, e.g. `water-meter`.'),
  version: z.string().describe('Of its definition and codec.'),
  service: z.string().describe('Slug of the service it usually belongs to.'),
  channels: z.array(z.string()).describe('Each can be installed on an asset of its own.'),
  parameters: z
    .array(
      z.object({
        name: z.string().describe('Key in `parameters` of an installation.'),
        unit: z.string().nullable().describe('Of the value (SenML, RFC 8428); null: a text, a choice or a number without one.'),
        required: z.boolean().describe('true: no installation without it.'),
        range: z.tuple([z.number(), z.number()]).nullable().describe('Least and greatest value, both included; null: any.'),
        label: z.object({ en: z.string().describe('English.'), fr: z.string().describe('French.') }).describe('Name for people.'),
      }),
    )
    .describe('What an installation says of the place.'),
  commands: z.array(z.string()).describe('Types of orders it takes, e.g. `dim`.'),
})
export type CodecView = z.infer<typeof codecViewSchema>

export const codecsContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/codecs', tags: ['Codecs'], summary: 'Device models this server can decode' })
    .input(pageInputSchema)
    .output(pageOf(codecViewSchema)),
}
