import { day, hour, minute, origin } from './calendar.ts'
import { between, noise } from './noise.ts'
import { type Place, sunriseAndSunset } from './sun.ts'

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

interface Phase {
  from: number
  to: number
  level: number
}

/** The night's program: full light in the evening, half in the middle of the night (22 h to 4 h UTC), full again until dawn. */
function programOf(place: Place, time: number): Phase[] {
  const midnight = Math.floor(time / day) * day
  const { sunrise, sunset } = sunriseAndSunset(place, time)
  const late = midnight + 22 * hour
  const early = midnight + 4 * hour
  return [
    { from: midnight, to: Math.min(early, sunrise), level: 50 },
    { from: Math.min(early, sunrise), to: sunrise, level: 100 },
    { from: Math.min(sunset, late), to: late, level: 100 },
    { from: Math.max(sunset, late), to: midnight + day, level: 50 },
  ]
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
  const town = { latitude: Math.round(place.latitude * 5) / 5, longitude: Math.round(place.longitude * 5) / 5 }
  const rated = [28, 36, 41, 53, 72][Math.floor(5 * noise(seed, 1))] ?? 41
  const planned = programOf(town, time).find(({ from, to }) => time >= from && time < to)?.level ?? 0
  const level = commanded ?? planned
  const failed = lampFailed(seed, time)
  const lit = level > 0 && !failed
  const spent = spentUntil(town, rated, time)
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

interface Lit {
  /** ms at full light and at half light */
  full: number
  half: number
}

function spentUntil(place: Place, rated: number, time: number): { wattHours: number; seconds: number } {
  const { full, half } = litUntil(place, time)
  const extra = (full / hour) * (powerAt(rated, 100) - standby) + (half / hour) * (powerAt(rated, 50) - standby)
  return { wattHours: ((time - origin) / hour) * standby + extra, seconds: (full + half) / 1000 }
}

function litUntil(place: Place, time: number): Lit {
  const index = Math.max(0, Math.floor((time - origin) / day))
  const before = litBeforeDay(place, index)
  const today = litBetween(place, origin + index * day, time)
  return { full: before.full + today.full, half: before.half + today.half }
}

function litBetween(place: Place, midnight: number, end: number): Lit {
  const lit = { full: 0, half: 0 }
  for (const { from, to, level } of programOf(place, midnight)) {
    lit[level === 100 ? 'full' : 'half'] += Math.max(0, Math.min(end, to) - from)
  }
  return lit
}

// Sums over all nights since the origin, kept by place: they are the same for every light of a town.
const nights = new Map<string, Lit[]>()

function litBeforeDay(place: Place, index: number): Lit {
  const key = `${place.latitude} ${place.longitude}`
  const sums = nights.get(key) ?? [{ full: 0, half: 0 }]
  nights.set(key, sums)
  let last = sums.at(-1) ?? { full: 0, half: 0 }
  while (sums.length <= index) {
    const midnight = origin + (sums.length - 1) * day
    const night = litBetween(place, midnight, midnight + day)
    last = { full: last.full + night.full, half: last.half + night.half }
    sums.push(last)
  }
  return sums[index] ?? last
}

const failurePeriod = 50 * day

/** Some lamps fail in some of the periods and are mended some days later. */
function lampFailed(seed: number, time: number): boolean {
  const period = Math.floor((time - origin) / failurePeriod)
  if (noise(seed, 5, period) >= 0.06) return false
  const start = origin + period * failurePeriod + between(0, 40, seed, 6, period) * day
  return time >= start && time < start + between(2, 9, seed, 7, period) * day
}
