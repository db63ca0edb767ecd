import type { AuditEntry } from '../../access/audit.ts'
import { type Scope, seesCommune, seesService } from '../../access/scope.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Assignment, Device } from '../../inventory/entities.ts'
import type { LifeFacts } from '../../inventory/ports.ts'
import type { Step } from '../plan/plan.ts'
import type { LifeInput } from './facts.ts'
import { type Expected, type LifeRows, noRows } from './steps.ts'

/** Throws `inventory.device-not-found`, or `inventory.device-elsewhere` for one of another tenant. */
export function needDevice({ devices, tenant }: LifeFacts, devEui: string): Device {
  const device = devices.find((one) => one.devEui === devEui)
  if (device === undefined) throw new OndineError('inventory.device-not-found', { devEui })
  if (device.tenantId !== tenant.id) throw new OndineError('inventory.device-elsewhere', { devEui })
  return device
}

/** Services and communes are rights: what a device serves, and the service it is of, must lie within. Throws `inventory.device-elsewhere`. */
export function checkWithin(scope: Scope, facts: LifeFacts, device: Device): void {
  const service = facts.services.find(({ id }) => id === device.serviceId)
  const places = openOf(facts, device.devEui).map(({ assetId }) => facts.places.find((place) => place.assetId === assetId))
  const within =
    (service === undefined || seesService(scope, service.slug)) &&
    places.every((place) => place !== undefined && seesService(scope, place.service) && seesCommune(scope, place.commune))
  if (!within) throw new OndineError('inventory.device-elsewhere', { devEui: device.devEui })
}

export function openOf({ assignments }: LifeFacts, devEui: string): readonly Assignment[] {
  return assignments.filter((one) => one.devEui === devEui && one.to === null)
}

/** The instant in its one form; now where none is given. Throws `life.in-future`. */
export function since({ now }: Pick<LifeInput, 'now'>, asked: string | undefined): string {
  const from = asked === undefined ? now : new Date(asked).toISOString()
  if (from > now) throw new OndineError('life.in-future', { from })
  return from
}

/** Ends before they begin: a date that a person mistyped. Throws `inventory.assignment-overlaps`. */
export function checkEnds(open: readonly Assignment[], object: (one: Assignment) => string, at: string): void {
  const late = open.find((one) => one.from >= at)
  if (late !== undefined) {
    throw new OndineError('inventory.assignment-overlaps', { object: object(late), from: at, since: late.from, until: '' })
  }
}

/** These devices as they are now; `as`: as an earlier step leaves some of them. */
export function expected(facts: LifeFacts, devices: readonly Device[]): Expected {
  return {
    devices: devices.map(({ devEui, status, tenantId }) => ({ devEui, status, tenantId })),
    open: devices.flatMap(({ devEui }) => openOf(facts, devEui).map(({ id }) => id)),
  }
}

/** On the network as it is in the inventory by then: the step before has brought it there. */
export function switchStep(
  device: Device,
  { disabled, status, open }: { disabled: boolean; status: Device['status']; open: readonly Assignment[] },
): Step {
  const { devEui, tenantId } = device
  const expects = { devices: [{ devEui, status, tenantId }], open: open.map(({ id }) => id) }
  return { ...deviceStep(device), action: 'set-disabled', disabled, expected: expects, rows: noRows }
}

/** Into the application of the service that it is of by now, where that is another; `now`: as it is in the inventory by then, but for the service. */
export function moveSteps(
  input: Pick<LifeInput, 'scope' | 'now' | 'facts'>,
  before: Device,
  now: Device,
  open: readonly Assignment[],
): Step[] {
  const { tenant, services } = input.facts
  const [from, to] = [before, now].map(({ serviceId }) => services.find(({ id }) => id === serviceId)?.slug)
  if (from === undefined || to === undefined || from === to) return []
  const { devEui, tenantId, status, model } = now
  const [there, here] = [from, to].map((service) => ({ tenant: tenant.slug, service }))
  if (there === undefined || here === undefined) return []
  return [
    {
      ...deviceStep(now),
      ...{ action: 'move-device', from: there, to: here, model },
      expected: { devices: [{ devEui, status, tenantId }], open: open.map(({ id }) => id) },
      rows: { ...noRows, devices: [now], audit: [audit(input, 'device.move', devEui, there, here)] },
    },
  ]
}

/** For a step of a device alone, of which the rows say what it then is. */
export function deviceStep(device: Pick<Device, 'devEui'>): { kind: 'device'; key: string; source: null; devEui: string } {
  return { kind: 'device', key: device.devEui, source: null, devEui: device.devEui }
}

export function audit(
  { scope, now, facts }: Pick<LifeInput, 'scope' | 'now' | 'facts'>,
  action: string,
  object: string,
  before: LifeRows['audit'][number]['before'],
  after: LifeRows['audit'][number]['after'],
): LifeRows['audit'][number] {
  return { time: now, account: scope.account, tenant: facts.tenant.slug, action, object, before, after } satisfies AuditEntry
}

export function bindStep(facts: LifeFacts, devEui: string, channel: string, expects: Expected, rows: LifeRows): Step {
  const key = `${facts.tenant.slug}/${devEui}/${channel}`
  return { kind: 'installation', action: 'bind', key, source: null, expected: expects, rows }
}
