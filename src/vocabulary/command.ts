import { z } from 'zod'

const percent = z.number().min(0).max(100)
const minutes = z.number().int().min(1)
const valve = z.string().optional().describe('Which one, where the device has several.')

/**
 * The standard commands. Each is absolute (never "toggle", never "+10 %") and idempotent;
 * which of them a device takes, and its limits, is in its model.
 */
export const commandSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('dim'),
      level: percent.describe('Percent of full light, 0 to 100.'),
      fade: z.number().min(0).optional().describe('How long the change takes (s).'),
    })
    .describe('Sets the light level, until `resume` or the device’s own end.'),
  z.object({ type: z.literal('resume') }).describe('Gives the light back to the device’s own program.'),
  z
    .object({
      type: z.literal('switch'),
      on: z.boolean().describe('true: on, false: off.'),
      circuit: z.string().optional().describe('Which one, where the device has several.'),
    })
    .describe('Switches a relay or an output.'),
  z
    .object({
      type: z.literal('open'),
      minutes: minutes.describe('After which it closes by itself: a valve is never opened without its end.'),
      litres: z.number().positive().optional().describe('It closes after so much water, if that comes first.'),
      valve,
    })
    .describe('Opens a valve, for so long.'),
  z.object({ type: z.literal('close'), valve }).describe('Closes a valve.'),
  z
    .object({ type: z.literal('set-interval'), seconds: z.number().int().positive().describe('Between two reports (s).') })
    .describe('Sets how often the device reports.'),
  z
    .object({ type: z.literal('set-clock'), time: z.iso.datetime().describe('What the device’s clock is set to (UTC).') })
    .describe('Sets the device’s clock.'),
  z.object({ type: z.literal('request-status') }).describe('Asks for a report now.'),
  z.object({ type: z.literal('reboot') }).describe('Restarts the device.'),
  // LoRaWAN 1.0.4 §4.3.2: application ports
  z
    .object({
      type: z.literal('raw'),
      fPort: z.number().int().min(1).max(223).describe('1 to 223.'),
      hex: z
        .string()
        .regex(/^([0-9a-fA-F]{2}){0,242}$/)
        .describe('Payload, at most 242 bytes, in hexadecimal.'),
    })
    .describe('Sends bytes as they are. For administrators.'),
])
export type Command = z.infer<typeof commandSchema>
