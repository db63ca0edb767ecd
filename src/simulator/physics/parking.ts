import { localDay, localHour, weekdayOf } from './calendar.ts'
import { between, noise } from './noise.ts'

// Share of the places that are taken, from 7 h to 20 h: shops, and those who work near by.
const taken = [0.4, 0.6, 0.8, 0.88, 0.92, 0.9, 0.72, 0.74, 0.86, 0.9, 0.92, 0.9, 0.78]
const opens = 7
const closes = opens + taken.length
const atNight = 0.35
/** of the day's share: few shops open on Sundays */
const onSundays = 0.45

/** Whether a car stands on a parking place at a time (ms since 1970): it changes within the day, and seldom at night. */
export function isParked(seed: number, time: number): boolean {
  const { index } = localDay(time)
  const h = localHour(time)
  if (h < opens) return stays(seed, atNight, index - 1, closes)
  if (h >= closes) return stays(seed, atNight, index, closes)
  // Each place has its own stays, of 20 to 100 minutes, that begin at its own minute.
  const stay = between(20, 100, seed, 1, index) / 60
  const share = (taken[Math.floor(h) - opens] ?? atNight) * (weekdayOf(index) === 6 ? onSundays : 1)
  return stays(seed, share, index, (h - opens + noise(seed, 2, index) * stay) / stay)
}

function stays(seed: number, share: number, index: number, which: number): boolean {
  return noise(seed, 3, index, which) < share
}
