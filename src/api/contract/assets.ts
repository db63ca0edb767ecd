import { oc } from '@orpc/contract'
import { z } from 'zod'
import { assetReferenceSchema, slugSchema } from '../../inventory/slug.ts'
import { assetFilterSchema, assetViewSchema } from '../../inventory/views.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import { valueSchema } from '../../readings/reading.ts'
import { pageInputSchema, pageOf } from './page.ts'
import { readingPageSchema, readingQueryFields } from './readings.ts'

const assetRefSchema = z.object({
  slug: assetReferenceSchema,
  tenant: slugSchema.optional().describe('Needed only where several tenants have an asset of this name.'),
})

/** The last value of each measurement, with its own time. */
export const assetStateSchema = z.object({
  asset: slugSchema.describe('Slug.'),
  tenant: slugSchema.describe('Slug.'),
  values: z
    .record(
      z.string(),
      z.object({
        value: valueSchema.describe('In the vocabulary’s unit (SenML, RFC 8428).'),
        time: z.iso.datetime().describe('When it was measured (UTC).'),
        device: euiSchema.describe('DevEUI of the device that measured it.'),
        flag: z.string().nullable().describe('What is doubtful about it, e.g. `out-of-range`; null: nothing.'),
      }),
    )
    .describe('By vocabulary name, e.g. `volume`.'),
})

export const assetsContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/assets', tags: ['Assets'], summary: 'Assets, by slug' })
    .input(pageInputSchema.extend(assetFilterSchema.shape))
    .output(pageOf(assetViewSchema)),
  get: oc
    .route({ method: 'GET', path: '/v1/assets/{slug}', tags: ['Assets'], summary: 'One asset and its devices' })
    .input(assetRefSchema)
    .output(assetViewSchema),
  readings: oc
    .route({ method: 'GET', path: '/v1/assets/{slug}/readings', tags: ['Assets', 'Readings'], summary: 'Readings of one asset' })
    .input(assetRefSchema.extend(readingQueryFields))
    .output(readingPageSchema),
  state: oc
    .route({ method: 'GET', path: '/v1/assets/{slug}/state', tags: ['Assets'], summary: 'Last value of each measurement' })
    .input(assetRefSchema)
    .output(assetStateSchema),
}
