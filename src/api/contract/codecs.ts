import { oc } from '@orpc/contract'
import { z } from 'zod'
import { pageInputSchema, pageOf } from './page.ts'

export const codecViewSchema = z.object({
  /** `vendor/model` */
  model: z.string(),
  title: z.string(),
  family: z.string(),
  version: z.string(),
  service: z.string(),
  channels: z.array(z.string()),
  /** of an installation; `range`: least and greatest */
  parameters: z.array(
    z.object({
      name: z.string(),
      unit: z.string().nullable(),
      required: z.boolean(),
      range: z.tuple([z.number(), z.number()]).nullable(),
      label: z.object({ en: z.string(), fr: z.string() }),
    }),
  ),
  commands: z.array(z.string()),
})
export type CodecView = z.infer<typeof codecViewSchema>

export const codecsContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/codecs', tags: ['Codecs'], summary: 'Device models this server can decode' })
    .input(pageInputSchema)
    .output(pageOf(codecViewSchema)),
}
