import { day, hour, localDay, origin, yearFraction } from './calendar.ts'
import { between } from './noise.ts'
import { isSeason } from './watering.ts'
import { airTemperature, showers } from './weather.ts'

export interface Soil {
  /** percent of volume */
  moisture: number
  /** °C */
  temperature: number
  /** S/m */
  conductivity: number
}

// A lawn on loam: what stays when plants can take no more, and what the soil can hold.
const wilting = 11
const holding = 30
const daysRemembered = 40

/** Soil at a probe at a time (ms since 1970): wetted by the region's rain and by its own watering in the season, drying between. */
export function soil(seed: number, region: number, time: number): Soil {
  const summer = 0.5 - 0.5 * Math.cos(2 * Math.PI * yearFraction(time))
  const drying = (12 - 8 * summer) * between(0.8, 1.2, seed, 1) * day
  const water = [...showers(region, time, daysRemembered).map(rainOnSoil), ...waterings(seed, time)]
  const stored = water.reduce((sum, { time: when, percent }) => sum + percent * Math.exp(-(time - when) / drying), 0)
  const moisture = wilting + between(0, 4, seed, 2) + holding * (1 - Math.exp(-stored / holding))
  return {
    moisture,
    // Ten centimetres down the day is damped and some hours late.
    temperature: 0.45 * airTemperature(region, time - 4 * hour) + 0.55 * airTemperature(region, time - 16 * hour),
    conductivity: 0.0011 * moisture * between(0.8, 1.3, seed, 3),
  }
}

const rainOnSoil = (shower: { time: number; millimetres: number }) => ({ time: shower.time, percent: 0.7 * shower.millimetres })

/** Every third morning of the season, at a quarter of an hour of the probe's own. */
function waterings(seed: number, time: number): { time: number; percent: number }[] {
  const list: { time: number; percent: number }[] = []
  const today = localDay(time).index
  for (let index = today - daysRemembered; index <= today; index++) {
    const when = origin + index * day + between(3, 5, seed, 4) * hour
    if (index % 3 === 0 && when <= time && isSeason(when)) list.push({ time: when, percent: between(5, 8, seed, 5, index) })
  }
  return list
}
