import { oc } from '@orpc/contract'
import { z } from 'zod'
import { replayJobSchema, replayRequestSchema } from '../../uplinks/replay/replay-job.ts'

const time = z.iso.datetime({ precision: 3 })

const replayViewSchema = replayJobSchema.omit({ devices: true }).extend({
  begunAt: time.describe('UTC.'),
  endedAt: time.nullable().describe('UTC; null: under way.'),
  deviceCount: z.int().describe('Devices whose frames are decoded.'),
  framesPerSecond: z.number().nullable().describe('Since this process took it up; null: it is not under way.'),
  secondsLeft: z.number().nullable().describe('Estimated; null: not known.'),
})
export type ReplayView = z.infer<typeof replayViewSchema>

const one = z.object({ number: z.coerce.number<number>().int().min(1).describe('Number of the replay.') })

export const replaysContract = {
  begin: oc
    .route({
      method: 'POST',
      path: '/v1/replays',
      tags: ['Uplinks'],
      summary: 'Decode stored frames again, by today’s codec and inventory',
      description:
        'What they give takes the place of the readings of their devices in the span; readings whose frame is not kept any more, or cannot be decoded, stay as they are. A dry run unless told. One goes at a time, and goes on by itself after a restart. For operators and administrators.',
    })
    .input(replayRequestSchema)
    .output(replayViewSchema),
  list: oc
    .route({ method: 'GET', path: '/v1/replays', tags: ['Uplinks'], summary: 'Replays, newest first' })
    .input(z.object({ limit: z.coerce.number<number>().int().min(1).max(100).default(20).describe('At most, 1 to 100.') }))
    .output(z.object({ items: z.array(replayViewSchema).describe('Newest first.') })),
  get: oc
    .route({ method: 'GET', path: '/v1/replays/{number}', tags: ['Uplinks'], summary: 'A replay: how far it is, what it found' })
    .input(one)
    .output(replayViewSchema),
  stop: oc
    .route({
      method: 'POST',
      path: '/v1/replays/{number}/stop',
      tags: ['Uplinks'],
      summary: 'End a replay',
      description: 'After the devices at hand; what was replaced stays replaced. One that has ended is as it was.',
    })
    .input(one)
    .output(replayViewSchema),
}
