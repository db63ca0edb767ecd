import { minute } from './calendar.ts'
import { accumulated, type Habit } from './habit.ts'
import { between, noise } from './noise.ts'

export interface Passages {
  /** people since the origin: never fall */
  entered: number
  left: number
}

// A public building, closed on Sundays, and a market hall, closed on Mondays and full on Saturdays.
const habits: readonly Habit[] = [
  {
    hours: [0, 0, 0, 0, 0, 0, 0, 0.3, 2, 4, 6, 6, 4, 4, 6, 7, 7, 6, 3, 0, 0, 0, 0, 0],
    week: [1.1, 1.1, 1.3, 1, 1.2, 1.3, 0],
    ahead: [0, 0.3, 0.3, 0.3, 0.3, 0.3, 0],
    unevenness: 0.5,
  },
  {
    hours: [0, 0, 0, 0, 0, 0, 0, 1, 4, 7, 9, 9, 6, 3, 3, 4, 6, 7, 6, 2, 0, 0, 0, 0],
    week: [0, 0.9, 1.1, 0.9, 1.2, 1.8, 1.1],
    ahead: [0, 0, 0.3, 0.3, 0.3, 0.3, 0.3],
    unevenness: 0.5,
  },
]

/** People through a door at a time (ms since 1970): they come by hour and weekday, and leave some time later. */
export function passages(seed: number, time: number): Passages {
  const habit = habits[noise(seed, 1) < 0.5 ? 0 : 1]
  if (habit === undefined) return { entered: 0, left: 0 }
  const perDay = between(250, 1400, seed, 2)
  const until = (when: number) => Math.floor(perDay * accumulated(habit, seed, when))
  return { entered: until(time), left: until(time - between(15, 55, seed, 6) * minute) }
}
