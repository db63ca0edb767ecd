import { localDay, localHour, weekdayOf } from './calendar.ts'
import { between, noise } from './noise.ts'

/** How people make something add up: water drawn, doors passed, energy used. */
export interface Habit {
  /** shares of the 24 hours of a day */
  hours: readonly number[]
  /** what Monday to Sunday are worth, 7 together */
  week: readonly number[]
  /**
   * By how much a Monday to a Sunday may begin ahead of the mean, at most its own worth: days differ, and yet the total
   * needs no sum over all of them, since what one day has more, the next has less.
   */
  ahead: readonly number[]
  /** how much hours differ from their share, 0 to 1 */
  unevenness: number
  /** how much more than the mean the deepest winter is, 0 to 1; left out: seasons are alike */
  winter?: number
  /** in hours without a share: this much, now and then */
  rest?: { chance: number; weight: number }
}

/** Total since the origin at a time (ms since 1970), in mean days: never falls. */
export function accumulated(habit: Habit, seed: number, time: number): number {
  const { index, fraction } = localDay(time)
  const today = daysBefore(habit, seed, index)
  const weights = weightsOf(habit, seed, index)
  const now = fraction * 24
  const passed = weights.reduce((sum, weight, h) => sum + weight * Math.min(1, Math.max(0, now - h)), 0)
  return today + (daysBefore(habit, seed, index + 1) - today) * (passed / sumOf(weights))
}

/** How fast it grows at a time: mean days in one hour. */
export function hourlyRate(habit: Habit, seed: number, time: number): number {
  const { index } = localDay(time)
  const weights = weightsOf(habit, seed, index)
  const worth = daysBefore(habit, seed, index + 1) - daysBefore(habit, seed, index)
  return (worth * (weights[Math.floor(localHour(time))] ?? 0)) / sumOf(weights)
}

const year = 365.25 / (2 * Math.PI)

function daysBefore({ week, ahead, winter = 0 }: Habit, seed: number, index: number): number {
  const weekday = weekdayOf(index)
  const even = index - weekday + sumOf(week.slice(0, weekday)) + (ahead[weekday] ?? 0) * noise(seed, 3, index)
  // the integral of 1 + winter × cos: the origin is the first of January
  return even + winter * year * Math.sin(even / year)
}

function weightsOf({ hours, unevenness, rest }: Habit, seed: number, index: number): number[] {
  return hours.map((weight, h) => {
    if (weight > 0) return weight * between(1 - unevenness, 1 + unevenness, seed, 4, index, h)
    return rest !== undefined && noise(seed, 5, index, h) < rest.chance ? rest.weight : 0
  })
}

function sumOf(list: readonly number[]): number {
  return list.reduce((sum, value) => sum + value, 0)
}
