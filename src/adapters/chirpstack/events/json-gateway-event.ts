import { z } from 'zod'
import type { WireGatewayAck, WireGatewayStats } from '../wire/gateway-frame.ts'

// A gateway bridge may be told to write JSON; zeros are left out, and IGNORED is zero.
const ack = z.object({
  gatewayId: z.string().default(''),
  downlinkId: z.int().nonnegative().default(0),
  items: z.array(z.object({ status: z.string().default('IGNORED') })).default([]),
})

const stats = z.object({
  gatewayId: z.string().default(''),
  time: z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .optional(),
})

/** Throws SyntaxError or ZodError. */
export function readJsonGatewayAck(text: string): WireGatewayAck {
  const { gatewayId, downlinkId, items } = ack.parse(JSON.parse(text))
  return { gatewayId, downlinkId, statuses: items.map((item) => item.status) }
}

/** Throws SyntaxError or ZodError. */
export function readJsonGatewayStats(text: string): WireGatewayStats {
  const { gatewayId, time } = stats.parse(JSON.parse(text))
  return { gatewayId, time }
}
