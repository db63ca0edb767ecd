import { hour, localDay, localHour, minute, weekdayOf } from './calendar.ts'
import { wander } from './noise.ts'
import type { Place } from './sun.ts'

export interface Survey extends Place {
  satellites: number
}

const reach = 350
const metresPerDegree = 111_320

/** Where the bearer of a coverage tester is at a time (ms since 1970): on the round by day, at the depot otherwise. */
export function surveyor(seed: number, depot: Place, time: number): Survey {
  const { index } = localDay(time)
  const h = localHour(time)
  const away = weekdayOf(index) < 5 && h > 8 && h < 17 ? Math.sin((Math.PI * (h - 8)) / 9) : 0
  const metres = (key: number) => away * wander(-reach, reach, seed, key, time / (20 * minute))
  return {
    latitude: depot.latitude + metres(1) / metresPerDegree,
    longitude: depot.longitude + metres(2) / (metresPerDegree * Math.cos((depot.latitude * Math.PI) / 180)),
    satellites: Math.round(away > 0 ? wander(6, 11, seed, 3, time / hour) : wander(4, 6, seed, 3, time / hour)),
  }
}
