import { isDeepStrictEqual } from 'node:util'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Assignment, Device } from '../../inventory/entities.ts'
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
  return { inventory: await rowsNow(step, tools) }
}

export async function setDisabled(step: StepOf<'set-disabled'>, tools: StepTools): Promise<StepEffects> {
  const { devEui, disabled } = step
  const inventory = await rowsNow(step, tools)
  const current = await tools.network.getDevice(devEui)
  if (current === undefined) {
    // Off the network is what was asked for.
    if (disabled) return { inventory }
    throw new OndineError('life.not-on-network', { devEui })
  }
  const content = { ...current, disabled }
  if (current.disabled !== disabled) await tools.network.updateDevice(content)
  return { remember: await rememberedAs(content, tools), inventory }
}

export async function flushNonces(step: StepOf<'flush-nonces'>, tools: StepTools): Promise<StepEffects> {
  const inventory = await rowsNow(step, tools)
  await tools.network.flushDevNonces(step.devEui)
  return { inventory }
}

/**
 * The rows of the plan as they are to be written now. Those of then overwrite nothing that somebody did since: what the step does not
 * change of a device is as it is now. Audit rows tell when it was done and by whom the job is. Rejects with `life.changed-meanwhile`.
 */
export async function rowsNow(
  { key, expected, rows }: LifeStep,
  tools: Pick<StepTools, 'facts' | 'known' | 'job' | 'now'>,
): Promise<LifeRows> {
  const devEuis = expected.devices.map(({ devEui }) => devEui)
  const tenant = tools.job.tenant ?? tools.known('device', key)?.tenant ?? ''
  const now = await tools.facts.transaction((transaction) => transaction.lifeFacts({ tenant, asset: null, devEuis, serial: null }))
  const changed = now === undefined ? devEuis[0] : (differing(expected, now) ?? corrected(rows, now))
  if (changed !== undefined) throw new OndineError('life.changed-meanwhile', { devEui: changed })
  return {
    ...rows,
    devices: rows.devices.map((row) => withNow(row, now?.devices)),
    audit: rows.audit.map(({ time: _planned, account: _account, ...row }) => ({
      ...auditRow(tools, row),
      before: row.before,
      after: row.after,
    })),
  }
}

function withNow(row: Device, devices: readonly Device[] = []): Device {
  const now = devices.find(({ devEui }) => devEui === row.devEui)
  if (now === undefined) return row
  const { tenantId, serviceId, status } = row
  return { ...now, tenantId, serviceId, status, model: now.model ?? row.model }
}

/** The device of an assignment that the step ends and somebody has corrected since: what goes on in its place was planned from it. */
function corrected(rows: LifeRows, { assignments }: Pick<LifeFacts, 'assignments'>): string | undefined {
  const other = rows.assignments.find((row) => {
    const now = assignments.find(({ id }) => id === row.id)
    return now !== undefined && !isDeepStrictEqual(saidOf(now), saidOf(row))
  })
  return other?.devEui
}

function saidOf({ equipmentId, from, parameters, startIndex }: Assignment) {
  return { equipmentId, from, parameters, startIndex }
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

/** What is remembered of a device is so that its next plan finds nothing to do; one that nobody remembers stays so. */
export async function rememberedAs(content: DeviceContent, { known, network, fingerprints }: StepTools): Promise<Remembered[]> {
  const before = known('device', content.devEui)
  if (before === undefined) return []
  const { tenant, owner, keys } = before
  const updatedAt = (await network.getDevice(content.devEui))?.updatedAt ?? null
  return [rememberDevice(content, { tenant, owner, keys, updatedAt }, fingerprints)]
}
