import { hour, minute, origin } from './calendar.ts'
import { nightProgram } from './night.ts'
import { between } from './noise.ts'
import type { Place } from './sun.ts'
import { type Program, type SwitchOrder, switchAt } from './switched.ts'

export interface Cabinet {
  /** of each relay, as they were named */
  closed: readonly boolean[]
  power: number
  /** kWh: never falls, orders included */
  energy: number
  voltage: number
  /** A */
  current: number
  powerFactor: number
}

/** Circuits of a lighting cabinet by turns: one burns all night, the next pauses in the middle of it. */
export function circuitProgram(place: Place, circuit: number): Program {
  return nightProgram(place, circuit % 2 === 0 ? 'all' : 'busy')
}

// W: the controller itself
const standby = 7

/** A lighting cabinet at a time (ms since 1970): its circuits by their programs and the orders they were given, and its meter. */
export function cabinet(seed: number, place: Place, time: number, orders: readonly (SwitchOrder | undefined)[]): Cabinet {
  const circuits = orders.map((order, circuit) => ({
    ...switchAt(circuitProgram(place, circuit), order, time),
    load: between(450, 1900, seed, 1, circuit),
  }))
  const rated = circuits.reduce((sum, { on, load }) => sum + (on ? load : 0), standby)
  const power = Math.round(rated * between(0.985, 1.015, seed, 2, time / minute))
  const voltage = 231 + between(-4, 4, seed, 3, time / (10 * minute))
  const powerFactor = rated > standby ? between(0.9, 0.97, seed, 4, time / hour) : 0.55
  return {
    closed: circuits.map(({ on }) => on),
    power,
    energy: (((time - origin) / hour) * standby + circuits.reduce((sum, { onTime, load }) => sum + (onTime / hour) * load, 0)) / 1000,
    voltage,
    current: power / (voltage * powerFactor),
    powerFactor,
  }
}
