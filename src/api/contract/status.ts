import { oc } from '@orpc/contract'
import { z } from 'zod'
import { findingSchema } from '../../health/finding.ts'

/** The server in figures; counts are of what the token may see. */
export const statusSchema = z.object({
  version: z.string().describe('Of Ondine.'),
  startedAt: z.iso.datetime().describe('When this process started (UTC).'),
  simulated: z.boolean().describe('true: the network is emulated, no radio.'),
  store: z.string().describe('Where readings are kept: `sqlite`, `influxdb1`, `influxdb2` or `influxdb3`.'),
  topics: z.string().describe('Prefix of the decoded topics.'),
  devices: z.int().describe('How many the token may see.'),
  gateways: z.int().describe('How many the token may see.'),
  deadLetters: z.int().describe('Uplinks kept aside, of those the token may see.'),
  backlog: z.record(z.string(), z.int()).describe('Events that wait, per consumer of the spool.'),
  frames: z
    .object({
      kept: z.int().describe('Frames in the archive, of all tenants.'),
      bytes: z.int().describe('What it takes of the disk.'),
      since: z.iso.date().nullable().describe('First UTC day of which there are frames; null: none.'),
      sweptAt: z.iso.datetime().nullable().describe('When what is past keeping was last let go (UTC); null: not since the start.'),
      dropped: z.int().describe('Frames that went then.'),
      failed: z.string().nullable().describe('Why something that is past keeping is still there; null: nothing is.'),
    })
    .nullable()
    .describe('The archive of raw frames; null: of the whole server only, or it cannot be read.'),
  lastReadingAt: z.iso.datetime().nullable().describe('When the last reading was stored (UTC); null: none since the start.'),
})
export type Status = z.infer<typeof statusSchema>

export const diagnosisSchema = z.object({
  at: z.iso.datetime().describe('When it was examined (UTC).'),
  findings: z
    .array(findingSchema.extend({ text: z.string().describe('The same in an English sentence.') }))
    .describe('One per thing found, right ones too.'),
})

export const statusContract = {
  get: oc.route({ method: 'GET', path: '/v1/status', tags: ['Server'], summary: 'The server in figures' }).output(statusSchema),
  doctor: oc
    .route({
      method: 'GET',
      path: '/v1/doctor',
      tags: ['Server'],
      summary: 'What is wrong between here and the first reading',
      description:
        'Asks the broker, the network server and the store, and says what cannot be seen from here. For technicians, operators and administrators.',
    })
    .output(diagnosisSchema),
}
