import { z } from 'zod'
import { type Reading, type Value, valueSchema } from '../../readings/reading.ts'
import type { Position } from '../../readings/reading-order.ts'
import { isValueName } from '../../readings/storable.ts'
import { metaField, metaOf } from './meta.ts'

const cellSchema = valueSchema.nullable()

/** The answer of `/query` with `epoch=ms`. */
export const answerSchema = z.object({
  results: z
    .array(
      z.object({
        error: z.string().optional(),
        series: z
          .array(
            z.object({
              /** the measurement; what answers SHOW may have none */
              name: z.string().default(''),
              tags: z.record(z.string(), z.string()).optional(),
              columns: z.array(z.string()),
              values: z.array(z.array(cellSchema)),
            }),
          )
          .optional(),
      }),
    )
    // What 2.x answers to a statement that takes out.
    .default([]),
})
/** One measurement, or one group of its tags. */
export type Rows = NonNullable<z.infer<typeof answerSchema>['results'][number]['series']>[number]

/** A regular expression of InfluxQL for the measurements that hold readings; that of days has a space in its name. */
export const families = '/^[A-Za-z0-9._-]+$/'

export function isFamily(measurement: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(measurement)
}

/** Whether a field is a value of the vocabulary, not another member of the reading. */
export function isValueField(name: string): boolean {
  return !name.includes('_')
}

/** Who measured what, where, of a row's tags or of its columns. */
export const placeSchema = z.object({ tenant: z.string(), asset: z.string(), device: z.string(), channel: z.string() })

const positionSchema = z.object({ time: z.number(), device: z.string(), channel: z.string() })

/** Rows of a select of at least device and channel; rows that others wrote into the same database are left out. */
export function positionsOf({ name: family, columns, values: rows }: Rows): Position[] {
  return rows.flatMap((row) => {
    const position = positionSchema.safeParse(Object.fromEntries(columns.map((column, index) => [column, row[index]])))
    return position.success ? [{ ...position.data, family }] : []
  })
}

const keySchema = placeSchema.extend({ time: z.number() })

/** The readings of a `SELECT *`; rows that others wrote into the same database are left out. */
export function readingsOf({ name: family, columns, values: rows }: Rows): Reading[] {
  return rows.flatMap((row) => {
    const cells = Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))
    const key = keySchema.safeParse(cells)
    const meta = key.success ? metaOf(cells[metaField], key.data.time) : null
    if (!key.success || meta === null) return []
    const { time, tenant, asset, device, channel } = key.data
    const { service, ...rest } = meta
    const place = { tenant, service, asset, device, channel, family }
    return [{ v: 1, ...place, ...rest, time: new Date(time).toISOString(), values: valuesIn(cells) }]
  })
}

function valuesIn(cells: Readonly<Record<string, Value | null>>): Record<string, Value> {
  const values: Record<string, Value> = {}
  for (const [name, value] of Object.entries(cells)) {
    if (value !== null && isValueName(name)) values[name] = value
  }
  return values
}
