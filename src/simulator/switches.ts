import type { SimulatedDevice } from './fleet.ts'
import { circuitProgram } from './physics/cabinet.ts'
import { seedOf } from './physics/noise.ts'
import { type Program, type SwitchOrder, takeOver } from './physics/switched.ts'
import { wateringProgram } from './physics/watering.ts'

/** Valves or relays of a device: its channels beside `main`, or `main` itself; with what each does without orders. */
export function switchesOf(device: SimulatedDevice): { name: string; program: Program }[] {
  const names = device.channels.length === 0 ? ['main'] : device.channels.map(({ channel }) => channel)
  if (device.physics === 'watering') {
    return names.map((name) => ({ name, program: wateringProgram(seedOfSwitch(device, name), device.region) }))
  }
  if (device.physics === 'cabinet') return names.map((name, circuit) => ({ name, program: circuitProgram(device.site, circuit) }))
  return []
}

/** Each valve is another one. */
export function seedOfSwitch(device: SimulatedDevice, name: string): number {
  return seedOf(`${device.seed} ${name}`)
}

/** What is ordered of some of them: by their numbers (`relay3` has 3; one that is alone has any), or all. */
export interface Switching {
  which: readonly number[] | 'all'
  on: boolean
  /** ms since 1970; null: until its program switches it the next time */
  until: number | null
}

/** The orders that hold after a switching. */
export function afterSwitching(
  device: SimulatedDevice,
  orders: Readonly<Record<string, SwitchOrder>>,
  { which, on, until }: Switching,
  now: number,
): Record<string, SwitchOrder> {
  const isMeant = (name: string) => which === 'all' || (name === 'main' ? which.length > 0 : which.includes(Number(/\d*$/.exec(name)?.[0])))
  const meant = switchesOf(device).filter(({ name }) => isMeant(name))
  const changed = meant.map(({ name, program }) => [name, takeOver(program, orders[name], { on, since: now, until })] as const)
  return { ...orders, ...Object.fromEntries(changed) }
}
