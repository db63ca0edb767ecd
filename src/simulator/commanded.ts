import { z } from 'zod'
import type { SimulatedDevice } from './fleet.ts'
import { afterSwitching, type Switching } from './switches.ts'

/** What orders made of a simulated device, kept beside it: everything else depends on seed and time alone. */
export const commandedSchema = z.object({
  /** percent of full light held by an order; null: its own program */
  level: z.number().nullable(),
  /** when the device goes back to its program by itself (ms since 1970); null: not by itself */
  levelUntil: z.number().nullable(),
  /** seconds between uplinks; null: as declared */
  interval: z.number().nullable(),
  /** the last order of each valve or relay, by its channel */
  switches: z.record(z.string(), z.object({ on: z.boolean(), since: z.number(), until: z.number(), gained: z.number() })).default({}),
})
export type Commanded = z.infer<typeof commandedSchema>

export const uncommanded: Commanded = { level: null, levelUntil: null, interval: null, switches: {} }

const target = z.object({ level_pct: z.number().optional(), duration_min: z.number().optional() })
const numbers = z.array(z.number())
const valve = z.union([z.number().transform((number) => [number]), z.literal('all')]).default('all')
const downlinkSchema = z.union([
  z.object({ type: z.literal('set-level'), targets: z.tuple([target], target) }),
  z.object({ type: z.literal('set-level-timed'), targets: z.tuple([target], target) }),
  z.object({ type: z.literal('set-relays'), on: numbers, off: numbers }),
  z.object({ type: z.literal('open-valve'), valve, duration_s: z.number().optional() }),
  z.object({ type: z.literal('close-valve'), valve }),
  z.object({ type: z.literal('set-report-interval'), interval_s: z.number() }),
  z.object({ type: z.literal('request-status') }),
  z.object({ type: z.literal('reboot') }),
])

/**
 * A simulated device takes a downlink, as its codec's decodeDownlink reads it. `answers`: it sends an uplink at once.
 * A downlink that changes nothing here (or is not understood) is accepted in silence.
 */
export function obey(
  device: SimulatedDevice,
  commanded: Commanded,
  downlink: unknown,
  now: number,
): { commanded: Commanded; answers: boolean } {
  const { data: order } = downlinkSchema.safeParse(downlink)
  const switched = (...switchings: readonly Switching[]) => {
    const switches = switchings.reduce((orders, switching) => afterSwitching(device, orders, switching, now), commanded.switches)
    return { commanded: { ...commanded, switches }, answers: true }
  }
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
    case 'set-relays':
      return switched({ which: order.on, on: true, until: null }, { which: order.off, on: false, until: null })
    case 'open-valve':
      return switched({ which: order.valve, on: true, until: order.duration_s === undefined ? null : now + order.duration_s * 1000 })
    case 'close-valve':
      return switched({ which: order.valve, on: false, until: null })
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

/** When the next order ends by itself (ms since 1970), or null. */
export function nextEnd({ levelUntil, switches }: Commanded, now: number): number | null {
  const ends = [levelUntil, ...Object.values(switches).map(({ until }) => until)].filter((end) => end !== null)
  const ahead = ends.filter((end) => end > now)
  return ahead.length === 0 ? null : Math.min(...ahead)
}
