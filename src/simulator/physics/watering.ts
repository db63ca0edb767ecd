import { day, hour, minute, origin, yearFraction } from './calendar.ts'
import { between, noise } from './noise.ts'
import { type Program, type SwitchOrder, switchAt } from './switched.ts'
import { showers } from './weather.ts'

export interface Watering {
  open: boolean
  /** m³ through the valve: never falls, orders included */
  volume: number
}

/** From mid-April to mid-October. */
export function isSeason(time: number): boolean {
  const fraction = yearFraction(time)
  return fraction > 0.29 && fraction < 0.79
}

const muchRain = 5

/** One valve waters every other night of the season unless it has rained; under glass every third night, all the year. */
export function wateringProgram(seed: number, region: number): Program {
  const underGlass = noise(seed, 1) < 0.4
  return {
    key: `watering ${seed} ${region}`,
    plan: (index) => {
      const from = origin + index * day + between(1, 4, seed, 2) * hour
      const due = underGlass ? index % 3 === 0 : index % 2 === 0 && isSeason(from) && rainOfTheDayBefore(region, from) < muchRain
      return due ? [{ from, to: from + between(15, 45, seed, 3) * minute }] : []
    },
  }
}

function rainOfTheDayBefore(region: number, time: number): number {
  const recent = showers(region, time, 1).filter((shower) => shower.time > time - day)
  return recent.reduce((sum, { millimetres }) => sum + millimetres, 0)
}

/** A valve at a time (ms since 1970). */
export function watering(seed: number, region: number, time: number, order: SwitchOrder | undefined): Watering {
  const { on, onTime } = switchAt(wateringProgram(seed, region), order, time)
  return { open: on, volume: (onTime / hour) * between(1.8, 4.5, seed, 4) }
}
