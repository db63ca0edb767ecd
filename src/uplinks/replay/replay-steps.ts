import type { Span } from '../../readings/history.ts'
import type { FrameArchive } from '../frames/frame-archive.ts'
import type { ReplayStep } from './replay-step.ts'

/** A week of so many devices that report every quarter of an hour is about 11,000 frames. */
const devicesAtOnce = 16
const weekMs = 7 * 24 * 60 * 60_000

/**
 * The steps of a replay, always the same for the same devices and span: each is done as a whole, and oldest first for a
 * device. `keptFrom`: before it the readings of a device are let go (ISO 8601, empty: never). A step has parts where that differs.
 */
export function stepsOf(
  archive: Pick<FrameArchive, 'together'>,
  devices: readonly string[],
  span: Span,
  keptFrom: (device: string) => string,
): (readonly ReplayStep[])[] {
  return archive.together(devices, devicesAtOnce).flatMap((group) => weeksOf(span).map((week) => partsOf(group, week, keptFrom)))
}

function partsOf(devices: readonly string[], { from, to }: Span, keptFrom: (device: string) => string): ReplayStep[] {
  const byStart = Map.groupBy(devices, (device) => (keptFrom(device) > from ? keptFrom(device) : from))
  return [...byStart].filter(([start]) => start < to).map(([start, group]) => ({ devices: group, from: start, to }))
}

/** Weeks that begin with a day of the calendar (UTC). */
function weeksOf({ from, to }: Span): Span[] {
  const weeks: Span[] = []
  const midnight = Math.floor(Date.parse(from) / 86_400_000) * 86_400_000
  for (let start = midnight; start < Date.parse(to); start += weekMs) {
    const [first, end] = [new Date(start).toISOString(), new Date(start + weekMs).toISOString()]
    weeks.push({ from: first > from ? first : from, to: end < to ? end : to })
  }
  return weeks
}
