import { z } from 'zod'
import { slugSchema } from '../../inventory/slug.ts'
import { euiSchema } from '../../lorawan/eui.ts'

const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .pipe(z.iso.datetime({ precision: 3 }))

/** What is to be decoded again. */
export const replayRequestSchema = z.strictObject({
  model: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\/[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be vendor/model')
    .describe('`vendor/model`: frames of its devices are decoded with its codec of today.'),
  devices: z.array(euiSchema).min(1).max(10_000).optional().describe('DevEUIs; left out: all of the model that the token may see.'),
  tenant: slugSchema.optional().describe('Slug; left out: all that the token may see.'),
  from: instant.describe('Readings from this time on (UTC or with an offset).'),
  to: instant.optional().describe('Readings before this time; left out or in the future: up to now.'),
  dryRun: z.boolean().default(true).describe('Only count and show what would change; true unless told.'),
  alarms: z.boolean().default(false).describe('Raise and clear alarms by what was replaced.'),
  readings: z.boolean().default(false).describe('Send `reading` messages of what was replaced again.'),
})
export type ReplayRequest = z.infer<typeof replayRequestSchema>

export const replayCountsSchema = z.object({
  frames: z.int().describe('Frames decoded again.'),
  undecoded: z.int().describe('Frames that cannot be decoded today: their readings stay as they are.'),
  unchanged: z.int().describe('Readings that are as they were.'),
  changed: z.int().describe('Readings with another content.'),
  appeared: z.int().describe('Readings that were not there.'),
  vanished: z.int().describe('Readings that their frame gives no more.'),
  kept: z.int().describe('Readings whose frame is not in the archive, or cannot be decoded: left as they are.'),
  rejected: z.int().describe('New readings that the database refuses: the former ones were put back.'),
})
export type ReplayCounts = z.infer<typeof replayCountsSchema>

export const noCounts: ReplayCounts = {
  ...{ frames: 0, undecoded: 0, unchanged: 0, changed: 0, appeared: 0, vanished: 0, kept: 0, rejected: 0 },
}

const shownValue = z.union([z.string(), z.number(), z.boolean()]).nullable()
export const replayExampleSchema = z.object({
  kind: z.enum(['changed', 'appeared', 'vanished']).describe('What becomes of the reading.'),
  device: z.string().describe('DevEUI.'),
  channel: z.string().describe('Channel of the device.'),
  asset: z.string().describe('Slug.'),
  time: z.string().describe('When it was measured (UTC).'),
  fields: z
    .array(
      z.object({
        field: z.string().describe('e.g. `values.temperature`.'),
        before: shownValue.describe('null: not there.'),
        after: shownValue.describe('null: not there.'),
      }),
    )
    .describe('What differs.'),
})
export type ReplayExample = z.infer<typeof replayExampleSchema>

export const replayStateSchema = z.enum(['running', 'done', 'stopped', 'failed'])

/** A replay as it is kept. */
export const replayJobSchema = z.object({
  number: z.int().describe('By which it is followed and stopped.'),
  state: replayStateSchema.describe('`stopped`: by a person; what was done until then stays done.'),
  request: replayRequestSchema
    .extend({ to: z.string().describe('Readings before this time.') })
    .omit({ devices: true })
    .describe('What was asked for.'),
  /** in the order they are gone through */
  devices: z.array(z.string()),
  account: z.string().describe('Who began it.'),
  tenant: z.string().nullable().describe('Slug; null: of the whole server.'),
  begunAt: z.string().describe('UTC.'),
  endedAt: z.string().nullable().describe('UTC; null: under way.'),
  done: z.int().describe('Steps done: some devices and a week each.'),
  total: z.int().describe('Steps in all.'),
  counts: replayCountsSchema.describe('What was found until now.'),
  examples: z.array(replayExampleSchema).describe('Some of what differs, ten at most.'),
  reason: z.string().nullable().describe('Why it failed; null: it did not.'),
})
export type ReplayJob = z.infer<typeof replayJobSchema>
