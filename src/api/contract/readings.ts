import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { assetReferenceSchema, slugSchema } from '../../inventory/slug.ts'
import { type Reading, readingSchema } from '../../readings/reading.ts'
import { pageInputSchema, pageOf } from './page.ts'

export type { Reading }

export const readingPageSchema = pageOf(readingSchema)

export const readingQueryFields = {
  ...pageInputSchema.shape,
  from: z.iso.datetime({ offset: true }).optional().describe('Included.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Excluded.'),
  order: z.enum(['newest', 'oldest']).default('newest').describe('Which comes first.'),
}

const selection = {
  tenant: slugSchema.optional().describe('Slug.'),
  service: slugSchema.optional().describe('Slug.'),
  asset: assetReferenceSchema.optional(),
}

export const readingsContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/readings', tags: ['Readings'], summary: 'Readings of everything the token may see' })
    .input(z.object({ ...readingQueryFields, ...selection }))
    .output(readingPageSchema),
  stream: oc
    .route({
      method: 'GET',
      path: '/v1/stream',
      tags: ['Readings'],
      summary: 'Readings as they come, as server-sent events',
      description:
        'Each event is one reading. A reader that cannot follow misses the oldest: read `/v1/readings` for what must not be missed. The stream ends within a minute after its token expired or was revoked.',
    })
    .input(z.object(selection))
    .output(eventIterator(readingSchema)),
}
