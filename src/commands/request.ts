import { z } from 'zod'
import { commandSchema } from '../vocabulary/command.ts'

/** What a person or a platform asks for. Clock times are read in the tenant's zone. */
export const orderRequestSchema = z.strictObject({
  /** slug or code of the asset */
  asset: z.string(),
  command: commandSchema,
  /** the effect ends then: `06:00` or an ISO 8601 time */
  until: z.string().optional(),
  /** the effect lasts that long: `1h30` */
  for: z.string().optional(),
  /** how long the order may wait to be sent: `10m`; left out: by the device's class and interval */
  expires: z.string().optional(),
  reason: z.string().max(500).default(''),
  /** asks the device for an acknowledgement; left out: as the model says */
  confirmed: z.boolean().optional(),
  idempotencyKey: z.string().min(1).max(200).optional(),
})
export type OrderRequest = z.input<typeof orderRequestSchema>
