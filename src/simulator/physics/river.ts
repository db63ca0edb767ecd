import { hour, yearFraction } from './calendar.ts'
import { between, wander } from './noise.ts'
import { showers } from './weather.ts'

const daysRemembered = 20
// m above its base that a river does not pass: it spreads over its meadows
const banks = 2.6

/**
 * Level (m) of a watercourse above the zero of its staff at a time (ms since 1970): low in late summer, and each shower of the
 * region is a wave that comes some hours later and runs off for days. A seed is one watercourse: a brook or a river.
 */
export function riverLevel(seed: number, region: number, time: number): number {
  const rise = between(4, 26, seed, 1) * hour
  const perMillimetre = between(0.02, 0.06, seed, 2)
  const wave = showers(region, time, daysRemembered).reduce((sum, shower) => {
    const after = (time - shower.time) / rise
    return sum + shower.millimetres * perMillimetre * after * Math.exp(1 - after)
  }, 0)
  const base = between(0.4, 0.9, seed, 3) + 0.25 * Math.cos(2 * Math.PI * (yearFraction(time) - 0.12))
  return base + banks * (1 - Math.exp(-wave / banks)) + wander(-0.006, 0.006, seed, 4, time / hour)
}
