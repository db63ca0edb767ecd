import { day, origin } from './calendar.ts'
import { totalBefore } from './totals.ts'

/** ms since 1970, the end excluded */
export interface Interval {
  from: number
  to: number
}

/** What a lamp, a relay or a valve does by itself: in which intervals of a UTC day (0: the day of the origin) it is on. */
export interface Program {
  /** the same for the same plan: sums are kept by it */
  key: string
  plan(index: number): readonly Interval[]
}

/** What the last order made of a switch. */
export interface SwitchOrder {
  on: boolean
  /** ms since 1970 */
  since: number
  /** from then on its program counts again */
  until: number
  /** ms on that the orders before it added to the program's, or took from them */
  gained: number
}

export interface Switch {
  on: boolean
  /** ms on from the origin until now: never falls, whatever was ordered */
  onTime: number
}

/** A switch at a time (ms since 1970): an order wins over the program until it ends. */
export function switchAt(program: Program, order: SwitchOrder | undefined, time: number): Switch {
  const planned = { on: isPlanned(program, time), onTime: plannedUntil(program, time) }
  if (order === undefined || time < order.since) return planned
  return { on: time < order.until ? order.on : planned.on, onTime: planned.onTime + order.gained + gainOf(program, order, time) }
}

/** An order takes a switch over. `until` null: until the program would switch it the next time. */
export function takeOver(
  program: Program,
  before: SwitchOrder | undefined,
  { on, since, until }: { on: boolean; since: number; until: number | null },
): SwitchOrder {
  const gained = before === undefined ? 0 : before.gained + gainOf(program, before, since)
  return { on, since, until: until ?? nextChange(program, since), gained }
}

function gainOf(program: Program, { on, since, until }: SwitchOrder, time: number): number {
  const end = Math.max(since, Math.min(time, until))
  return (on ? end - since : 0) - (plannedUntil(program, end) - plannedUntil(program, since))
}

const dayOf = (time: number) => Math.max(0, Math.floor((time - origin) / day))

/** Whether its program has it on. */
export function isPlanned(program: Program, time: number): boolean {
  return program.plan(dayOf(time)).some(({ from, to }) => time >= from && time < to)
}

/** Milliseconds on by its program from the origin until a time. */
export function plannedUntil({ key, plan }: Program, time: number): number {
  const index = dayOf(time)
  return totalBefore(key, index, (one) => lasted(plan(one), Number.POSITIVE_INFINITY)) + lasted(plan(index), time)
}

function lasted(intervals: readonly Interval[], time: number): number {
  return intervals.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(time, to) - from), 0)
}

/** A program that is silent for longer is not looked through. */
const daysAhead = 40

function nextChange(program: Program, time: number): number {
  for (let index = dayOf(time); index <= dayOf(time) + daysAhead; index++) {
    const edges = program.plan(index).flatMap(({ from, to }) => [from, to])
    // Where one interval ends and another begins nothing is switched.
    const change = edges.toSorted((a, b) => a - b).find((edge) => edge > time && isPlanned(program, edge) !== isPlanned(program, edge - 1))
    if (change !== undefined) return change
  }
  return time + daysAhead * day
}
