import { day, hour, localDay, origin, yearFraction } from './calendar.ts'
import { between, noise } from './noise.ts'

/** Air temperature in °C at a time: the season, the hour and the spell of weather. One seed is one region. */
export function airTemperature(seed: number, time: number): number {
  const { index, fraction } = localDay(time)
  const season = -8.5 * Math.cos(2 * Math.PI * (yearFraction(time) - 0.055))
  const hours = -4 * Math.cos(2 * Math.PI * (fraction - 0.17))
  const spell = smooth(between(-4, 4, seed, 1, index), between(-4, 4, seed, 1, index + 1), fraction)
  return 12.2 + season + hours + spell
}

export interface Shower {
  /** ms since 1970 */
  time: number
  millimetres: number
}

/** The showers of the days before a time, oldest first. */
export function showers(seed: number, time: number, days: number): Shower[] {
  const today = Math.floor((time - origin) / day)
  const list: Shower[] = []
  for (let index = today - days; index <= today; index++) {
    if (noise(seed, 2, index) >= 0.35) continue
    const start = origin + index * day + between(0, 24, seed, 3, index) * hour
    if (start <= time) list.push({ time: start, millimetres: 1 + 14 * noise(seed, 4, index) ** 2 })
  }
  return list
}

function smooth(from: number, to: number, fraction: number): number {
  const eased = fraction * fraction * (3 - 2 * fraction)
  return from + (to - from) * eased
}
