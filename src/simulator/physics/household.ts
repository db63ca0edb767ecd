import { day, hour, localDay, origin } from './calendar.ts'
import { between, noise } from './noise.ts'

export interface WaterUse {
  /** m³ since the meter was made: never falls */
  volume: number
  /** water has run without a pause for a day */
  leak: boolean
}

// How a day's water is drawn, hour by hour; nobody draws any between one and five but for a flush now and then.
const habits = [0.6, 0, 0, 0, 0, 0.4, 3, 7, 6, 4, 3, 4, 6, 4, 2, 2, 3, 4, 7, 9, 6, 4, 3, 1.5]
const flushChance = 0.08
const flushWeight = 0.5

/** Total water used by one household at a time (ms since 1970): its habits, its weekends, and now and then a leak that runs at night too. */
export function waterUse(seed: number, time: number): WaterUse {
  const { index, fraction } = localDay(time)
  const today = totalAtDay(seed, index)
  const used = today + (totalAtDay(seed, index + 1) - today) * drawnByNow(seed, index, fraction)
  const leaked = leakage(seed, time)
  return { volume: between(20, 600, seed, 1) + used + leaked.volume, leak: leaked.detected }
}

/** m³ used until a day begins. Days differ, and yet the total needs no sum over all of them: what one day has more, the next has less. */
function totalAtDay(seed: number, index: number): number {
  const mean = between(0.08, 0.45, seed, 2)
  const weekend = [0, 0, 0, 0, 0, 0, 0.1][((index % 7) + 7) % 7] ?? 0
  return mean * (index + 0.45 * noise(seed, 3, index) + weekend)
}

/** Share of a day's water drawn at a fraction of the day. */
function drawnByNow(seed: number, index: number, fraction: number): number {
  const weights = habits.map((weight, h) => (weight === 0 ? flush(seed, index, h) : weight * between(0.1, 1.9, seed, 4, index, h)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const now = fraction * 24
  const drawn = weights.reduce((sum, weight, h) => sum + weight * Math.min(1, Math.max(0, now - h)), 0)
  return drawn / total
}

function flush(seed: number, index: number, h: number): number {
  return noise(seed, 5, index, h) < flushChance ? flushWeight : 0
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
