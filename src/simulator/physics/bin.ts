import { day, hour, localDay, minute, origin } from './calendar.ts'
import { between, noise } from './noise.ts'

export interface BinFill {
  /** percent */
  fill: number
  /** being emptied */
  tilted: boolean
}

/** A container at a time (ms since 1970): filled by day, emptied every few mornings, sometimes too late. */
export function binFill(seed: number, time: number): BinFill {
  const days = 2 + Math.floor(6 * noise(seed, 1))
  const round = origin + Math.floor(days * noise(seed, 2)) * day + between(4.5, 9.5, seed, 3) * hour
  const cycle = Math.floor((time - round) / (days * day))
  const emptied = round + cycle * days * day
  const left = between(0, 6, seed, 4, cycle)
  const reached = between(45, 112, seed, 5, cycle)
  const share = (dayShare(time) - dayShare(emptied)) / days
  return { fill: Math.min(100, left + (reached - left) * share), tilted: time - emptied < 15 * minute }
}

/** Days of use up to a time: nothing is thrown in from 22 h to 6 h. */
function dayShare(time: number): number {
  const { index, fraction } = localDay(time)
  return index + Math.min(1, Math.max(0, (fraction * 24 - 6) / 16))
}
