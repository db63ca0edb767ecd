import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { assetReferenceSchema, slugSchema } from '../../inventory/slug.ts'
import { aggregates } from '../../readings/aggregate.ts'
import { type ExportFormat, exportFormats, exportTypes } from '../../readings/export-formats.ts'
import { type Reading, readingSchema, valueSchema } from '../../readings/reading.ts'
import { pageInputSchema, pageOf } from './page.ts'

export type { ExportFormat, Reading }
export { aggregates, exportFormats }

export const readingPageSchema = pageOf(readingSchema)

const instant = z.iso.datetime({ offset: true })
const spanFields = {
  from: instant.optional().describe('Included.'),
  to: instant.optional().describe('Excluded.'),
}

export const readingQueryFields = {
  ...pageInputSchema.shape,
  ...spanFields,
  order: z.enum(['newest', 'oldest']).default('newest').describe('Which comes first.'),
}

const selection = {
  tenant: slugSchema.optional().describe('Slug.'),
  service: slugSchema.optional().describe('Slug.'),
  asset: assetReferenceSchema.optional(),
}
const assetSelection = { ...selection, asset: assetReferenceSchema }
const intervalField = z.coerce
  .number<number>()
  .int()
  .min(1)
  .max(31_536_000)
  .optional()
  .describe('Seconds between readings that are expected; left out: as the model of the asset’s device says.')

const lastValueSchema = z.object({
  tenant: z.string().describe('Slug.'),
  service: z.string().describe('Slug.'),
  asset: z.string().describe('Slug.'),
  name: z.string().describe('Vocabulary name.'),
  value: valueSchema.describe('In the vocabulary’s unit (SenML, RFC 8428).'),
  time: z.iso.datetime().describe('When it was measured (UTC).'),
  device: z.string().describe('DevEUI of the device that measured it.'),
  flag: z.string().nullable().describe('What is doubtful about it; null: nothing.'),
})

const seriesSchema = z.object({
  asset: z.string().describe('Slug.'),
  tenant: z.string().describe('Slug.'),
  name: z.string().describe('Vocabulary name.'),
  unit: z.string().nullable().describe('SenML unit of what was measured; null: it has none.'),
  aggregate: z.enum(aggregates).describe('What each value is of its window.'),
  timeZone: z.string().describe('IANA zone of calendar windows.'),
  points: z
    .array(
      z.object({
        from: z.iso.datetime().describe('Start of the window (UTC), included.'),
        to: z.iso.datetime().describe('End, excluded.'),
        value: valueSchema.nullable().describe('null: nothing was measured in it.'),
        count: z.int().describe('Values it was made of.'),
      }),
    )
    .describe('Oldest first, without a hole.'),
  steps: z
    .object({
      start: z.int().describe('Installations that began.'),
      reset: z.int().describe('Indices that went back without a known reason: a new segment begins, nothing is counted.'),
      rollover: z.int().describe('Counters that passed their highest value.'),
      backflow: z.int().describe('Small steps back, counted as negative.'),
    })
    .describe('Of consumption: where an index did other than count on.'),
  fromDays: z.boolean().describe('Whether some days are told by their daily values, because their readings have expired.'),
})
export type SeriesView = z.infer<typeof seriesSchema>

const gapSchema = z.object({
  from: z.iso.datetime().describe('Last reading before (UTC).'),
  to: z.iso.datetime().describe('First reading after.'),
  missing: z.int().describe('Readings that were expected in between.'),
})

const attendanceSchema = z.object({
  asset: z.string().describe('Slug.'),
  tenant: z.string().describe('Slug.'),
  service: z.string().describe('Slug.'),
  interval: z.int().describe('Seconds between readings that are expected.'),
  from: z.iso.datetime().describe('What was looked at (UTC): no earlier than the installation, no later than now.'),
  to: z.iso.datetime().describe('Its end, excluded.'),
  received: z.int().describe('Instants with a reading.'),
  expected: z.int().describe('Readings that were expected.'),
  missing: z.int().describe('Of those, the ones that did not come.'),
  completeness: z.number().nullable().describe('0 to 1, the part that came; null: none was expected.'),
})
const gapsSchema = attendanceSchema.extend({
  gaps: z.array(gapSchema).describe('The 1,000 longest ones at most, oldest first.'),
  gapCount: z.int().describe('How many there are.'),
})
export type GapsView = z.infer<typeof gapsSchema>

const completenessSchema = attendanceSchema.omit({ interval: true, expected: true, missing: true }).extend({
  interval: attendanceSchema.shape.interval.nullable().describe('Seconds; null: no device of a known model serves it.'),
  expected: attendanceSchema.shape.expected.nullable().describe('Readings that were expected; null: nobody knows.'),
  missing: attendanceSchema.shape.missing.nullable().describe('Of those, the ones that did not come; null: nobody knows.'),
  longest: gapSchema.nullable().describe('The longest gap; null: there is none.'),
})

export const readingsContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/readings', tags: ['Readings'], summary: 'Readings of everything the token may see' })
    .input(z.object({ ...readingQueryFields, ...selection }))
    .output(readingPageSchema),
  last: oc
    .route({
      method: 'GET',
      path: '/v1/readings/last',
      tags: ['Readings'],
      summary: 'Last values of every asset the token may see',
      description: 'A page is of so many assets, by slug, and has all values of each.',
    })
    .input(z.object({ ...pageInputSchema.shape, ...selection, name: z.string().max(64).optional().describe('Only this measurement.') }))
    .output(pageOf(lastValueSchema)),
  series: oc
    .route({ method: 'GET', path: '/v1/readings/series', tags: ['Readings'], summary: 'One measurement of one asset, window by window' })
    .input(
      z.object({
        ...assetSelection,
        ...spanFields,
        from: instant.optional().describe('Included; left out: a week before `to`.'),
        to: instant.optional().describe('Excluded; left out: now.'),
        name: z.string().max(64).describe('Vocabulary name, e.g. `volume`.'),
        window: z
          .string()
          .max(20)
          .default('day')
          .describe('`15m`, `1h`, `1d` (UTC, counted from 1970), or `day`, `week`, `month`, `year` of the calendar.'),
        aggregate: z
          .enum(aggregates)
          .optional()
          .describe('Left out: what the vocabulary says of the measurement; consumption of counters.'),
        timeZone: z.string().max(64).optional().describe('IANA zone of calendar windows; left out: the tenant’s.'),
      }),
    )
    .output(seriesSchema),
  gaps: oc
    .route({ method: 'GET', path: '/v1/readings/gaps', tags: ['Readings'], summary: 'When readings of an asset did not come' })
    .input(
      z.object({
        ...assetSelection,
        from: instant.optional().describe('Included; left out: 30 days before `to`.'),
        to: instant.optional().describe('Excluded; left out, or later than now: now.'),
        interval: intervalField,
      }),
    )
    .output(gapsSchema),
  completeness: oc
    .route({
      method: 'GET',
      path: '/v1/readings/completeness',
      tags: ['Readings'],
      summary: 'How many of the expected readings came, of every asset the token may see',
    })
    .input(
      z.object({
        ...pageInputSchema.shape,
        ...selection,
        from: instant.optional().describe('Included; left out: 30 days before `to`.'),
        to: instant.optional().describe('Excluded; left out, or later than now: now.'),
        interval: intervalField,
      }),
    )
    .output(pageOf(completenessSchema)),
  export: oc
    .route({
      method: 'GET',
      path: '/v1/readings/export',
      tags: ['Readings'],
      summary: 'Readings as a file: CSV, JSON lines or Parquet',
      description:
        'Streams all readings of the span, oldest first. CSV and Parquet have one row a value, or with `values` one row a reading and a column for each name. An answer that ends without its last chunk is not whole.',
      outputStructure: 'detailed',
      spec: (operation) => ({
        ...operation,
        responses: {
          200: {
            description: 'The file',
            content: Object.fromEntries(Object.values(exportTypes).map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
          },
        },
      }),
    })
    .input(
      z.object({
        ...selection,
        ...spanFields,
        format: z.enum(exportFormats).default('csv').describe('csv, jsonl (a reading a line) or parquet.'),
        values: z.string().max(2000).optional().describe('Vocabulary names with commas between: a column for each, e.g. `volume,leak`.'),
      }),
    )
    .output(z.object({ headers: z.record(z.string(), z.string()), body: z.instanceof(ReadableStream) })),
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
