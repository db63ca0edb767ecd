import { OndineError } from '../../errors/ondine-error.ts'
import type { Device } from '../../inventory/entities.ts'
import { audit, checkEnds, checkWithin, deviceStep, expected, needDevice, openOf, since } from './checks.ts'
import type { LifeInput, LifePlan } from './facts.ts'
import { type LifeRows, noRows } from './steps.ts'

/** Off the network, and where it is: `restore` lets it go on. Throws `life.no-change`, `life.retired`, `inventory.*`. */
export function planDisable(input: LifeInput, devEui: string): LifePlan {
  const device = own(input, devEui)
  if (device.status === 'disabled') throw new OndineError('life.no-change', { devEui, status: device.status })
  if (device.status === 'retired') throw new OndineError('life.retired', { devEui })
  return changed(input, device, { disabled: true, status: 'disabled', action: 'device.disable' })
}

/** On the network again: where it still serves something, installed, else in stock. Throws `life.no-change`, `inventory.*`. */
export function planRestore(input: LifeInput, devEui: string): LifePlan {
  const device = own(input, devEui)
  if (device.status !== 'disabled' && device.status !== 'retired')
    throw new OndineError('life.no-change', { devEui, status: device.status })
  const status = openOf(input.facts, devEui).length > 0 ? 'installed' : 'in stock'
  return changed(input, device, { disabled: false, status, action: 'device.restore' })
}

/** Ends for ever what it serves; what it measured stays with its assets. Throws `life.no-change`, `life.in-future`, `life.end-index-of-several`, `inventory.*`. */
export function planRetire(
  input: LifeInput,
  devEui: string,
  { at, endIndex }: { at?: string | undefined; endIndex?: number | undefined },
): LifePlan {
  const device = own(input, devEui)
  if (device.status === 'retired') throw new OndineError('life.no-change', { devEui, status: device.status })
  const open = openOf(input.facts, devEui)
  if (endIndex !== undefined && open.length > 1) throw new OndineError('life.end-index-of-several', { devEui, count: open.length })
  const to = since(input, at)
  checkEnds(open, () => devEui, to)
  const assignments = open.map((one) => ({ ...one, to, endIndex: endIndex ?? one.endIndex }))
  return changed(input, device, { disabled: true, status: 'retired', action: 'device.retire' }, assignments)
}

/** `reused`: the last that was heard of it is a refused DevNonce. Throws `life.nonces-not-proven`, `inventory.*`. */
export function planFlush(input: LifeInput, devEui: string, { reused, force }: { reused: boolean; force: boolean }): LifePlan {
  const device = own(input, devEui)
  if (!reused && !force) throw new OndineError('life.nonces-not-proven', { devEui })
  const rows = { ...noRows, audit: [audit(input, 'device.flush-nonces', devEui, null, { proven: reused })] }
  return { steps: [{ ...deviceStep(device), action: 'flush-nonces', expected: expected(input.facts, [device]), rows }] }
}

function own(input: LifeInput, devEui: string): Device {
  const device = needDevice(input.facts, devEui)
  checkWithin(input.scope, input.facts, device)
  return device
}

function changed(
  input: LifeInput,
  device: Device,
  { disabled, status, action }: { disabled: boolean; status: Device['status']; action: string },
  assignments: LifeRows['assignments'] = [],
): LifePlan {
  const note = audit(input, action, device.devEui, { status: device.status }, { status })
  const rows = { ...noRows, devices: [{ ...device, status }], assignments, audit: [note] }
  return { steps: [{ ...deviceStep(device), action: 'set-disabled', disabled, expected: expected(input.facts, [device]), rows }] }
}
