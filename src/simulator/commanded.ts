import { z } from 'zod'

/** What orders made of a simulated device, kept beside it: everything else depends on seed and time alone. */
export interface Commanded {
  /** percent of full light held by an order; null: its own program */
  level: number | null
  /** when the device goes back to its program by itself (ms since 1970); null: not by itself */
  levelUntil: number | null
  /** seconds between uplinks; null: as declared */
  interval: number | null
}

export const uncommanded: Commanded = { level: null, levelUntil: null, interval: null }

const target = z.object({ level_pct: z.number().optional(), duration_min: z.number().optional() })
const downlinkSchema = z.union([
  z.object({ type: z.literal('set-level'), targets: z.tuple([target], target) }),
  z.object({ type: z.literal('set-level-timed'), targets: z.tuple([target], target) }),
  z.object({ type: z.literal('set-report-interval'), interval_s: z.number() }),
  z.object({ type: z.literal('request-status') }),
  z.object({ type: z.literal('reboot') }),
])

/**
 * A simulated device takes a downlink, as its codec's decodeDownlink reads it. `answers`: it sends an uplink at once.
 * A downlink that changes nothing here (or is not understood) is accepted in silence.
 */
export function obey(commanded: Commanded, downlink: unknown, now: number): { commanded: Commanded; answers: boolean } {
  const { data: order } = downlinkSchema.safeParse(downlink)
  switch (order?.type) {
    case 'set-level':
      return { commanded: { ...commanded, level: order.targets[0].level_pct ?? null, levelUntil: null }, answers: true }
    case 'set-level-timed': {
      const { level_pct, duration_min } = order.targets[0]
      return {
        commanded: { ...commanded, level: level_pct ?? null, levelUntil: now + (duration_min ?? 0) * 60_000 },
        answers: true,
      }
    }
    case 'set-report-interval':
      return { commanded: { ...commanded, interval: order.interval_s }, answers: false }
    case 'reboot':
      return { commanded: { ...commanded, level: null, levelUntil: null }, answers: true }
    case 'request-status':
      return { commanded, answers: true }
    default:
      return { commanded, answers: false }
  }
}

/** The level an order holds at a time, or null. */
export function commandedLevel(commanded: Commanded, time: number): number | null {
  return commanded.levelUntil !== null && time >= commanded.levelUntil ? null : commanded.level
}
