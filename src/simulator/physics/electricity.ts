import { minute } from './calendar.ts'
import { accumulated, type Habit, hourlyRate } from './habit.ts'
import { between, wander } from './noise.ts'

export interface Electricity {
  /** kWh at day and at night since the meter was made: never fall */
  energyT1: number
  energyT2: number
  /** W, of all phases together */
  power: number
  /** L1, L2, L3 */
  phases: readonly Phase[]
  /** Hz */
  frequency: number
}

interface Phase {
  power: number
  voltage: number
  current: number
  powerFactor: number
}

// A public building: used on working days, more in winter, some hours on Saturdays. The night tariff is from 22 h to 6 h.
const common = {
  week: [1.2, 1.2, 1.15, 1.2, 1.15, 0.65, 0.45],
  ahead: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
  unevenness: 0.12,
  winter: 0.35,
}
const byDay: Habit = { ...common, hours: [0, 0, 0, 0, 0, 0, 1.4, 2.6, 3.6, 4, 4.1, 4, 3.2, 3.4, 4, 3.9, 3.6, 3, 2.3, 1.9, 1.6, 1.3, 0, 0] }
const byNight: Habit = { ...common, hours: [1, 1, 1, 1, 1.1, 1.4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1.2, 1.1] }
const nightShare = 0.16

/** A building's supply at a time (ms since 1970): its power is the slope of its counters. */
export function electricity(seed: number, time: number): Electricity {
  const perDay = between(40, 420, seed, 1)
  const day = perDay * (1 - nightShare)
  const night = perDay * nightShare
  const watts = 1000 * (day * hourlyRate(byDay, seed, time) + night * hourlyRate(byNight, seed, time))
  const power = watts * between(0.97, 1.03, seed, 2, time / minute)
  const weights = [1, between(0.7, 1.1, seed, 6), between(0.6, 1.2, seed, 7)]
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  const phases = weights.map((weight, phase) => phaseOf(seed, phase, (power * weight) / all, time))
  return {
    energyT1: between(2e3, 9e4, seed, 8) + day * accumulated(byDay, seed, time),
    energyT2: between(1e3, 2e4, seed, 9) + night * accumulated(byNight, seed, time),
    power,
    phases,
    frequency: wander(49.96, 50.04, seed, 10, time / minute),
  }
}

function phaseOf(seed: number, phase: number, power: number, time: number): Phase {
  const voltage = wander(227, 238, seed, 11 + phase, time / (20 * minute))
  const powerFactor = wander(0.9, 0.98, seed, 14 + phase, time / (30 * minute))
  return { power, voltage, powerFactor, current: power / (voltage * powerFactor) }
}
