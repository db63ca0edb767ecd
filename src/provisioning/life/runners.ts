import { OndineError } from '../../errors/ondine-error.ts'
import type { LifeFacts } from '../../inventory/ports.ts'
import { auditRow } from '../apply/audit-row.ts'
import { rememberDevice } from '../apply/remember.ts'
import type { StepEffects, StepOf, StepTools } from '../apply/step-tools.ts'
import type { DeviceContent } from '../network.ts'
import type { Remembered } from '../plan/plan.ts'
import type { Expected, LifeRows } from './steps.ts'

type LifeStep = StepOf<'bind' | 'set-disabled' | 'move-device' | 'flush-nonces'>

/** Assignments alone: the network has no part in them. */
export async function bind(step: StepOf<'bind'>, tools: StepTools): Promise<StepEffects> {
  await checkExpected(step, tools)
  return { inventory: rowsNow(step, tools) }
}

export async function setDisabled(step: StepOf<'set-disabled'>, tools: StepTools): Promise<StepEffects> {
  const { devEui, disabled } = step
  await checkExpected(step, tools)
  const current = await tools.network.getDevice(devEui)
  if (current === undefined) {
    // Off the network is what was asked for.
    if (disabled) return { inventory: rowsNow(step, tools) }
    throw new OndineError('life.not-on-network', { devEui })
  }
  const content = { ...current, disabled }
  if (current.disabled !== disabled) await tools.network.updateDevice(content)
  return { remember: await rememberedAs(content, tools), inventory: rowsNow(step, tools) }
}

export async function flushNonces(step: StepOf<'flush-nonces'>, tools: StepTools): Promise<StepEffects> {
  await checkExpected(step, tools)
  await tools.network.flushDevNonces(step.devEui)
  return { inventory: rowsNow(step, tools) }
}

/** Rows of then do not overwrite what somebody did since. Rejects with `life.changed-meanwhile`. */
export async function checkExpected({ key, expected }: LifeStep, { facts, known, job }: StepTools): Promise<void> {
  const devEuis = expected.devices.map(({ devEui }) => devEui)
  const tenant = job.tenant ?? known('device', key)?.tenant ?? ''
  const now = await facts.transaction((transaction) => transaction.lifeFacts({ tenant, asset: null, devEuis, serial: null }))
  const changed = now === undefined ? devEuis[0] : differing(expected, now)
  if (changed !== undefined) throw new OndineError('life.changed-meanwhile', { devEui: changed })
}

/** The first device that is not as it was expected; undefined: all are. */
export function differing(expected: Expected, { devices, assignments }: Pick<LifeFacts, 'devices' | 'assignments'>): string | undefined {
  const other = expected.devices.find(({ devEui, status, tenantId }) => {
    const device = devices.find((one) => one.devEui === devEui)
    return device === undefined || device.status !== status || device.tenantId !== tenantId
  })
  if (other !== undefined) return other.devEui
  const open = assignments.filter(({ devEui, to }) => to === null && expected.devices.some((one) => one.devEui === devEui))
  const added = open.find(({ id }) => !expected.open.includes(id))
  if (added !== undefined) return added.devEui
  return open.length === expected.open.length ? undefined : expected.devices[0]?.devEui
}

/** Audit rows tell when it was done and by whom the job is. */
export function rowsNow({ rows }: { rows: LifeRows }, tools: StepTools): LifeRows {
  return {
    ...rows,
    audit: rows.audit.map(({ time: _planned, account: _account, ...row }) => ({
      ...auditRow(tools, row),
      before: row.before,
      after: row.after,
    })),
  }
}

/** What is remembered of a device is so that its next plan finds nothing to do; one that nobody remembers stays so. */
export async function rememberedAs(content: DeviceContent, { known, network, fingerprints }: StepTools): Promise<Remembered[]> {
  const before = known('device', content.devEui)
  if (before === undefined) return []
  const { tenant, owner, keys } = before
  const updatedAt = (await network.getDevice(content.devEui))?.updatedAt ?? null
  return [rememberDevice(content, { tenant, owner, keys, updatedAt }, fingerprints)]
}
