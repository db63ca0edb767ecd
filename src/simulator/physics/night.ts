import { day, hour, origin } from './calendar.ts'
import { type Place, sunriseAndSunset } from './sun.ts'
import type { Program } from './switched.ts'

/** busy: evening and morning; quiet: 22 h to 4 h UTC; as far as it is dark */
export type PartOfNight = 'busy' | 'quiet' | 'all'

/** What burns from sunset to sunrise, or in a part of it. Lamps of one town switch together, and share their sums. */
export function nightProgram({ latitude, longitude }: Place, part: PartOfNight): Program {
  const town = { latitude: Math.round(latitude * 5) / 5, longitude: Math.round(longitude * 5) / 5 }
  return {
    key: `night ${part} ${town.latitude} ${town.longitude}`,
    plan: (index) => {
      const midnight = origin + index * day
      const { sunrise, sunset } = sunriseAndSunset(town, midnight)
      const late = midnight + 22 * hour
      const early = midnight + 4 * hour
      const busy = [
        { from: Math.min(early, sunrise), to: sunrise },
        { from: Math.min(sunset, late), to: late },
      ]
      const quiet = [
        { from: midnight, to: Math.min(early, sunrise) },
        { from: Math.max(sunset, late), to: midnight + day },
      ]
      if (part === 'all') return [...busy, ...quiet]
      return part === 'busy' ? busy : quiet
    },
  }
}
