import { OndineError } from '../../errors/ondine-error.ts'
import type { Assignment, Device } from '../../inventory/entities.ts'
import type { Step } from '../plan/plan.ts'
import { audit, bindStep, expected, moveSteps, needDevice, openOf, switchStep } from './checks.ts'
import type { LifeInput, LifePlan } from './facts.ts'

export const undoDays = 30
const day = 24 * 60 * 60 * 1000

/** A swap as the journal has it. */
export interface DoneSwap {
  number: number
  /** ISO 8601 UTC */
  createdAt: string
  steps: readonly Step[]
}

export interface UndoPlan extends LifePlan {
  /** serves again; the same as `off` where a body was replaced alone */
  on: Device
  off: Device
  from: string
}

/** Until when a swap can be undone, ISO 8601 UTC. */
export function undoUntil(createdAt: string): string {
  return new Date(Date.parse(createdAt) + undoDays * day).toISOString()
}

/**
 * Binds the old device again from now on, as it was bound before; what the new one measured meanwhile stays history. The old one is
 * enabled; the new one goes back to stock, or is disabled where the swap itself put it on the network. Throws `life.undo-too-late`,
 * `life.undo-changed`, `inventory.*`.
 */
export function planUndo(input: LifeInput, swap: DoneSwap): UndoPlan {
  const { facts, now, newId } = input
  const number = `${swap.number}`
  const until = undoUntil(swap.createdAt)
  if (now > until) throw new OndineError('life.undo-too-late', { number, until })
  const bind = swap.steps.find((step) => step.action === 'bind')
  if (bind === undefined) throw new OndineError('life.swap-unknown', { number })
  const closed = bind.rows.assignments.filter(({ to }) => to !== null)
  const opened = bind.rows.assignments.filter(({ to }) => to === null)
  const [oldEui, newEui] = [closed[0]?.devEui ?? '', opened[0]?.devEui ?? '']
  const [on, off] = [needDevice(facts, oldEui), needDevice(facts, newEui)]
  checkAsLeft(input, number, { on, off, opened, closed })

  const at = later(now, opened)
  const stock = swap.steps.every((step) => step.action !== 'create-device')
  const freed = { ...off, status: stock ? ('in stock' as const) : ('disabled' as const) }
  const bound = closed.map((one): Assignment => ({ ...one, id: newId(), from: at, to: null, startIndex: null, endIndex: null }))
  const ended = opened.map(({ id }) => facts.assignments.find((one) => one.id === id)).filter((one) => one !== undefined)
  const step = bindStep(facts, on.devEui, bound[0]?.channel ?? 'main', expected(facts, on.devEui === off.devEui ? [on] : [on, off]), {
    equipment: [],
    devices: on.devEui === off.devEui ? [] : [freed, { ...on, status: 'installed' }],
    assignments: [...ended.map((one) => ({ ...one, to: at })), ...bound],
    audit: [audit(input, 'device.swap-undo', on.devEui, { swap: swap.number, device: off.devEui }, { device: on.devEui, from: at })],
  })
  const plan = { on, off, from: at }
  if (on.devEui === off.devEui) return { ...plan, steps: [step] }
  const moved = swap.steps.find((one) => one.action === 'move-device')
  const home = facts.services.find(({ slug }) => slug === moved?.from.service)
  const back = home === undefined ? [] : moveSteps(input, freed, { ...freed, serviceId: home.id }, [])
  const enable = switchStep(on, { disabled: false, status: 'installed', open: bound })
  const disable = switchStep(off, { disabled: true, status: 'disabled', open: [] })
  return { ...plan, steps: [step, ...back, enable, ...(stock ? [] : [disable])] }
}

/** What was done since is not undone with it. Throws `life.undo-changed`. */
function checkAsLeft(
  { facts }: LifeInput,
  number: string,
  { on, off, opened, closed }: { on: Device; off: Device; opened: readonly Assignment[]; closed: readonly Assignment[] },
): void {
  const changed = (devEui: string) => new OndineError('life.undo-changed', { number, devEui })
  const open = openOf(facts, off.devEui)
  if (opened.some(({ id }) => open.every((one) => one.id !== id))) throw changed(off.devEui)
  // A body that was taken away and serves elsewhere now.
  const isElsewhere = (one: Assignment) =>
    facts.equipmentOpen.some(({ equipmentId, assetId }) => equipmentId === one.equipmentId && assetId !== one.assetId)
  if (closed.some((one) => one.equipmentId !== null && isElsewhere(one))) throw changed(on.devEui)
  if (on.devEui === off.devEui) return
  if (off.status !== 'installed' || open.length !== opened.length) throw changed(off.devEui)
  if (on.status !== 'disabled' || openOf(facts, on.devEui).length > 0) throw changed(on.devEui)
}

/** An assignment lasts for a moment at least. */
function later(now: string, opened: readonly Assignment[]): string {
  const soonest = Math.max(...opened.map(({ from }) => Date.parse(from) + 1))
  return new Date(Math.max(Date.parse(now), soonest)).toISOString()
}
