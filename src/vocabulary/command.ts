import { z } from 'zod'

const percent = z.number().min(0).max(100)
const minutes = z.number().int().min(1)

/**
 * The standard commands. Each is absolute (never "toggle", never "+10 %") and idempotent;
 * which of them a device takes, and its limits, is in its model.
 */
export const commandSchema = z.discriminatedUnion('type', [
  /** level in percent of full light; `resume` goes back to the device's own program */
  z.object({ type: z.literal('dim'), level: percent, fade: z.number().min(0).optional() }),
  z.object({ type: z.literal('resume') }),
  z.object({ type: z.literal('switch'), on: z.boolean(), circuit: z.string().optional() }),
  /** duration in minutes is required: a valve is never opened without its end */
  z.object({ type: z.literal('open'), minutes, litres: z.number().positive().optional(), valve: z.string().optional() }),
  z.object({ type: z.literal('close'), valve: z.string().optional() }),
  /** seconds between reports */
  z.object({ type: z.literal('set-interval'), seconds: z.number().int().positive() }),
  z.object({ type: z.literal('set-clock'), time: z.iso.datetime() }),
  z.object({ type: z.literal('request-status') }),
  z.object({ type: z.literal('reboot') }),
  /** administrators only; fPort 1–223 (LoRaWAN 1.0.4 §4.3.2) */
  z.object({ type: z.literal('raw'), fPort: z.number().int().min(1).max(223), hex: z.string().regex(/^([0-9a-fA-F]{2}){0,242}$/) }),
])
export type Command = z.infer<typeof commandSchema>
