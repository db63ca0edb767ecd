import { day, hour, minute, origin } from './calendar.ts'
import { nightProgram } from './night.ts'
import { between, noise } from './noise.ts'
import type { Place } from './sun.ts'
import { isPlanned, plannedUntil } from './switched.ts'

export interface StreetLight {
  /** percent of full light */
  level: number
  source: 'calendar' | 'manual'
  on: boolean
  failed: boolean
  /** W */
  power: number
  powerFactor: number
  /** V */
  voltage: number
  /** kWh by its own program since it was put up: never falls; what orders saved or added is left out */
  energy: number
  /** s */
  burningTime: number
}

const standby = 1.2

function powerAt(rated: number, level: number): number {
  return level === 0 ? standby : standby + rated * (0.06 + 0.0094 * level)
}

/**
 * A luminaire at a time (ms since 1970). `commanded` is the level in percent that an order holds now, null for none:
 * it wins over the program, by day too.
 */
export function streetLight(seed: number, place: Place, time: number, commanded: number | null): StreetLight {
  const rated = [28, 36, 41, 53, 72][Math.floor(5 * noise(seed, 1))] ?? 41
  const planned = plannedLevel(place, time)
  const level = commanded ?? planned
  const failed = lampFailed(seed, time)
  const lit = level > 0 && !failed
  const spent = spentUntil(place, rated, time)
  return {
    level,
    source: commanded === null ? 'calendar' : 'manual',
    on: lit,
    failed: failed && level > 0,
    power: (lit ? powerAt(rated, level) : standby) * between(0.985, 1.015, seed, 2, time / minute),
    powerFactor: lit ? between(0.9, 0.97, seed, 3, time / hour) - (100 - level) * 0.0012 : 0.42,
    voltage: 231 + between(-4, 4, seed, 4, time / (10 * minute)),
    energy: spent.wattHours / 1000,
    burningTime: spent.seconds,
  }
}

/** Full light in the evening and until dawn, half in the middle of the night. */
function plannedLevel(place: Place, time: number): number {
  if (isPlanned(nightProgram(place, 'busy'), time)) return 100
  return isPlanned(nightProgram(place, 'quiet'), time) ? 50 : 0
}

function spentUntil(place: Place, rated: number, time: number): { wattHours: number; seconds: number } {
  const full = plannedUntil(nightProgram(place, 'busy'), time)
  const half = plannedUntil(nightProgram(place, 'quiet'), time)
  const extra = (full / hour) * (powerAt(rated, 100) - standby) + (half / hour) * (powerAt(rated, 50) - standby)
  return { wattHours: ((time - origin) / hour) * standby + extra, seconds: (full + half) / 1000 }
}

const failurePeriod = 50 * day

/** Some lamps fail in some of the periods and are mended some days later. */
function lampFailed(seed: number, time: number): boolean {
  const period = Math.floor((time - origin) / failurePeriod)
  if (noise(seed, 5, period) >= 0.06) return false
  const start = origin + period * failurePeriod + between(0, 40, seed, 6, period) * day
  return time >= start && time < start + between(2, 9, seed, 7, period) * day
}
