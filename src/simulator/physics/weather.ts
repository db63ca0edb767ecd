import { day, hour, localDay, origin, yearFraction } from './calendar.ts'
import { between, noise, wander } from './noise.ts'
import { totalBefore } from './totals.ts'

/** Air temperature in °C at a time: the season, the hour and the spell of weather. One seed is one region. */
export function airTemperature(seed: number, time: number): number {
  const { index, fraction } = localDay(time)
  const season = -8.5 * Math.cos(2 * Math.PI * (yearFraction(time) - 0.055))
  const hours = -4 * Math.cos(2 * Math.PI * (fraction - 0.17))
  const spell = wander(-4, 4, seed, 1, index + fraction)
  return 12.2 + season + hours + spell
}

export interface Shower {
  /** ms since 1970 */
  time: number
  millimetres: number
  /** ms */
  duration: number
}

/** The showers of the days before a time, oldest first. */
export function showers(seed: number, time: number, days: number): Shower[] {
  const today = Math.floor((time - origin) / day)
  const list: Shower[] = []
  for (let index = today - days; index <= today; index++) {
    const shower = showerOf(seed, index)
    if (shower !== undefined && shower.time <= time) list.push(shower)
  }
  return list
}

function showerOf(seed: number, index: number): Shower | undefined {
  if (noise(seed, 2, index) >= 0.35) return undefined
  const time = origin + index * day + between(0, 24, seed, 3, index) * hour
  return { time, millimetres: 1 + 14 * noise(seed, 4, index) ** 2, duration: between(0.3, 3, seed, 5, index) * hour }
}

/** Rain in mm from the origin until a time: never falls. */
export function rainUntil(seed: number, time: number): number {
  const today = Math.max(1, Math.floor((time - origin) / day))
  const before = totalBefore(`rain ${seed}`, today - 1, (index) => showerOf(seed, index)?.millimetres ?? 0)
  // A shower of yesterday may last until today.
  return showers(seed, time, 1).reduce(
    (sum, shower) => sum + shower.millimetres * Math.min(1, (time - shower.time) / shower.duration),
    before,
  )
}

export interface Weather {
  /** °C */
  temperature: number
  /** % */
  humidity: number
  /** hPa */
  pressure: number
  /** m/s */
  windSpeed: number
  /** degrees, where it comes from */
  windDirection: number
}

/** The air of a region (first seed) as a station (second seed) in it measures it, at a time (ms since 1970). */
export function weather(region: number, seed: number, time: number): Weather {
  const temperature = airTemperature(region, time) + between(-0.8, 0.8, seed, 20)
  const aboveMean = (airTemperature(region, time) - airTemperature(region, time - 12 * hour)) / 2
  const raining = rainUntil(region, time) > rainUntil(region, time - hour / 2)
  const damp = 74 - 4.2 * aboveMean + wander(-12, 12, region, 6, time / day) + (raining ? 14 : 0)
  const gusty = wander(0.5, 5.5, region, 7, time / (9 * hour)) * (raining ? 1.4 : 1)
  return {
    temperature,
    humidity: Math.min(99, Math.max(22, damp)),
    pressure: airPressure(region, time),
    windSpeed: gusty * wander(0.5, 1.5, seed, 21, time / (hour / 12)),
    // mostly from the south-west
    windDirection: (wander(120, 360, region, 8, time / (14 * hour)) + wander(-20, 20, seed, 22, time / (hour / 12)) + 360) % 360,
  }
}

/** hPa */
export function airPressure(region: number, time: number): number {
  return wander(996, 1032, region, 9, time / (1.7 * day))
}
