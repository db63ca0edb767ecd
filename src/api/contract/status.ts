import { oc } from '@orpc/contract'
import { z } from 'zod'
import { findingSchema } from '../../health/finding.ts'

/** The server in figures; counts are of what the token may see. */
export const statusSchema = z.object({
  version: z.string(),
  startedAt: z.iso.datetime(),
  /** true: the network is emulated, no radio */
  simulated: z.boolean(),
  /** `sqlite`, `influxdb1` or `influxdb2` */
  store: z.string(),
  /** prefix of decoded topics */
  topics: z.string(),
  devices: z.int(),
  gateways: z.int(),
  deadLetters: z.int(),
  /** events waiting per consumer of the spool */
  backlog: z.record(z.string(), z.int()),
  lastReadingAt: z.iso.datetime().nullable(),
})
export type Status = z.infer<typeof statusSchema>

export const diagnosisSchema = z.object({ at: z.iso.datetime(), findings: z.array(findingSchema.extend({ text: z.string() })) })

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
