import { day, hour, origin } from './calendar.ts'
import { accumulated, type Habit } from './habit.ts'
import { between, noise } from './noise.ts'

export interface WaterUse {
  /** m³ since the meter was made: never falls */
  volume: number
  /** water has run without a pause for a day */
  leak: boolean
}

// How a day's water is drawn; nobody draws any between one and five but for a flush now and then.
const habit: Habit = {
  hours: [0.6, 0, 0, 0, 0, 0.4, 3, 7, 6, 4, 3, 4, 6, 4, 2, 2, 3, 4, 7, 9, 6, 4, 3, 1.5],
  week: [1, 1, 1, 1, 1, 1.1, 0.9],
  ahead: [0.45, 0.45, 0.45, 0.45, 0.45, 0.45, 0.45],
  unevenness: 0.9,
  rest: { chance: 0.08, weight: 0.5 },
}

/** Total water used by one household at a time (ms since 1970): its habits, its weekends, and now and then a leak that runs at night too. */
export function waterUse(seed: number, time: number): WaterUse {
  const used = between(0.08, 0.45, seed, 2) * accumulated(habit, seed, time)
  const leaked = leakage(seed, time)
  return { volume: between(20, 600, seed, 1) + used + leaked.volume, leak: leaked.detected }
}

const leakPeriod = 60 * day
const leakChance = 0.12

/** A leak of some days in some of the periods: a tap, a flush, rarely a pipe. */
function leakage(seed: number, time: number): { volume: number; detected: boolean } {
  const current = Math.floor((time - origin) / leakPeriod)
  let volume = 0
  let detected = false
  for (let period = 0; period <= current; period++) {
    if (noise(seed, 6, period) >= leakChance) continue
    const start = origin + period * leakPeriod + between(0, 30, seed, 7, period) * day
    const end = start + between(3, 25, seed, 8, period) * day
    const litresPerHour = 4 * 10 ** between(0, 1, seed, 9, period)
    volume += ((Math.min(time, end) - Math.min(time, start)) / hour) * (litresPerHour / 1000)
    detected ||= time >= start + day && time < end
  }
  return { volume, detected }
}
