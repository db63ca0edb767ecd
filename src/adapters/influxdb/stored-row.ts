import { z } from 'zod'
import { qualitySchema, type Reading, type Value, valueSchema } from '../../readings/reading.ts'
import type { Position } from '../../readings/reading-order.ts'

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

const instant = z.number().transform((ms) => new Date(ms).toISOString())
const membersSchema = z.object({
  time: instant,
  tenant: z.string(),
  asset: z.string(),
  device: z.string(),
  channel: z.string(),
  reading_service: z.string(),
  reading_model: z.string(),
  reading_quality: qualitySchema,
  reading_received: instant,
  reading_flags: z.string().nullable().default(null),
  radio_gateways: z.number(),
  radio_gateway: z.string().nullable().default(null),
  radio_rssi: z.number().nullable().default(null),
  radio_snr: z.number().nullable().default(null),
  radio_spreadingFactor: z.number().nullable().default(null),
  radio_margin: z.number().nullable().default(null),
  frame_fCnt: z.number(),
  frame_fPort: z.number(),
})
const flagsSchema = z.record(z.string(), z.string())

/** A regular expression of InfluxQL for the measurements that hold readings; that of days has a space in its name. */
export const families = '/^[A-Za-z0-9._-]+$/'

export function isFamily(measurement: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(measurement)
}

/** Whether a field is a value of the vocabulary, not another member of the reading. */
export function isValueField(name: string): boolean {
  return !name.includes('_')
}

export function parseFlags(text: string | null): Record<string, string> {
  return text === null ? {} : flagsSchema.parse(JSON.parse(text))
}

const positionSchema = z.object({ time: z.number(), device: z.string(), channel: z.string() })

/** Rows of a select of at least device and channel; rows that others wrote into the same database are left out. */
export function positionsOf({ name: family, columns, values: rows }: Rows): Position[] {
  return rows.flatMap((row) => {
    const position = positionSchema.safeParse(Object.fromEntries(columns.map((column, index) => [column, row[index]])))
    return position.success ? [{ ...position.data, family }] : []
  })
}

/** The readings of a `SELECT *`; rows that others wrote into the same database are left out. */
export function readingsOf({ name: family, columns, values: rows }: Rows): Reading[] {
  return rows.flatMap((row) => {
    const cells = Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))
    const members = membersSchema.safeParse(cells)
    return members.success ? [readingOf(family, members.data, cells)] : []
  })
}

function readingOf(family: string, members: z.infer<typeof membersSchema>, cells: Record<string, Value | null>): Reading {
  const values: Record<string, Value> = {}
  for (const [name, value] of Object.entries(cells)) {
    if (value !== null && isValueField(name) && !Object.hasOwn(members, name)) values[name] = value
  }
  return {
    v: 1,
    tenant: members.tenant,
    service: members.reading_service,
    asset: members.asset,
    device: members.device,
    channel: members.channel,
    family,
    model: members.reading_model,
    time: members.time,
    receivedAt: members.reading_received,
    quality: members.reading_quality,
    flags: parseFlags(members.reading_flags),
    values,
    radio: {
      gateways: members.radio_gateways,
      gateway: members.radio_gateway,
      rssi: members.radio_rssi,
      snr: members.radio_snr,
      spreadingFactor: members.radio_spreadingFactor,
      margin: members.radio_margin,
    },
    frame: { fCnt: members.frame_fCnt, fPort: members.frame_fPort },
  }
}
