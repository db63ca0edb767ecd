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
  replacesShipped: z
    .boolean()
    .describe('true: it stands in a folder of your own, in the place of the one of this name that comes with Ondine.'),
  trouble: z
    .object({
      disabled: z.boolean().describe('true: it is not run any more, until its file changes or someone enables it.'),
      strikes: z.int().describe('Times in the last ten minutes that it had to be stopped; three disable it.'),
      reason: z.string().describe('Of the last time.'),
    })
    .nullable()
    .describe('null: its codec runs well.'),
})
export type CodecView = z.infer<typeof codecViewSchema>

const reloadSchema = z.object({
  added: z.array(z.string()).describe('Models that are new.'),
  changed: z.array(z.string()).describe('Models that are taken up in their new form.'),
  removed: z.array(z.string()).describe('Models whose folder is gone.'),
  broken: z
    .array(
      z.object({
        model: z.string().describe('`vendor/model`.'),
        reason: z.string().describe('What is wrong with its files, or which example fails.'),
        code: z.string().describe('Stable name of the reason, for programs.'),
        context: z.record(z.string(), z.union([z.string(), z.number()])).describe('The facts that the reason is made of.'),
      }),
    )
    .describe('Models that cannot be used as they are on disk, or of which an example fails; what was there before goes on.'),
})

export const codecsContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/codecs', tags: ['Codecs'], summary: 'Device models this server can decode' })
    .input(pageInputSchema)
    .output(pageOf(codecViewSchema)),
  reload: oc
    .route({
      method: 'POST',
      path: '/v1/codecs/reload',
      tags: ['Codecs'],
      summary: 'Take up models that changed on disk',
      description:
        'The examples of models that changed are run first. A frame under way ends with the codec it began with. For administrators of the whole server.',
    })
    .output(reloadSchema),
  enable: oc
    .route({
      method: 'POST',
      path: '/v1/codecs/{vendor}/{model}/enable',
      tags: ['Codecs'],
      summary: 'Run a disabled codec again',
      description: 'Its strikes are forgotten. For administrators of the whole server.',
    })
    .input(z.object({ vendor: z.string().describe('First part of the model’s name.'), model: z.string().describe('Second part.') }))
    .output(codecViewSchema),
}
