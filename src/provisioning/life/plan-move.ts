import { seesService, seesTenant } from '../../access/scope.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Device, Service, Tenant } from '../../inventory/entities.ts'
import { audit, checkWithin, deviceStep, expected, needDevice, openOf } from './checks.ts'
import type { LifeInput, LifePlan } from './facts.ts'
import { noRows } from './steps.ts'

export interface MoveRequest {
  devEui: string
  to: { tenant: Tenant; services: readonly Service[]; service: string }
}

export interface MovePlan extends LifePlan {
  device: Device
  from: { tenant: string; service: string | null }
  to: { tenant: string; service: string }
}

/**
 * Into another application, of the tenant or of another. What serves an asset stays with it: the asset's service does not change by
 * moving its radio. Throws `life.there-already`, `life.move-installed`, `life.other-tenant-history`, `life.service-unknown`, `inventory.*`.
 */
export function planMove(input: LifeInput, { devEui, to }: MoveRequest): MovePlan {
  const { facts, scope } = input
  const device = needDevice(facts, devEui)
  checkWithin(scope, facts, device)
  const service = to.services.find(({ slug }) => slug === to.service)
  if (!seesTenant(scope, to.tenant.slug)) throw new OndineError('inventory.tenant-not-found', { tenant: to.tenant.slug })
  if (service === undefined || !seesService(scope, service.slug)) {
    const services = to.services.map(({ slug }) => slug).filter((slug) => seesService(scope, slug))
    throw new OndineError('life.service-unknown', { service: to.service, tenant: to.tenant.slug, services: services.join(', ') })
  }
  if (device.serviceId === service.id) throw new OndineError('life.there-already', { devEui, place: `${to.tenant.slug}/${service.slug}` })
  const [serves] = openOf(facts, devEui)
  if (serves !== undefined) {
    const asset = facts.places.find(({ assetId }) => assetId === serves.assetId)?.asset ?? ''
    throw new OndineError('life.move-installed', { devEui, asset })
  }
  if (to.tenant.id !== facts.tenant.id && device.model === null) throw new OndineError('life.model-needed', { devEui, models: '' })
  const hasServed = facts.assignments.some((one) => one.devEui === devEui)
  if (to.tenant.id !== facts.tenant.id && hasServed)
    throw new OndineError('life.other-tenant-history', { devEui, tenant: facts.tenant.slug })

  const from = { tenant: facts.tenant.slug, service: facts.services.find(({ id }) => id === device.serviceId)?.slug ?? null }
  const there = { tenant: to.tenant.slug, service: service.slug }
  const notes = [audit(input, 'device.move', devEui, from, there)]
  // Who has the other tenant only must find it too.
  if (there.tenant !== from.tenant) notes.push({ ...audit(input, 'device.move', devEui, from, there), tenant: there.tenant })
  return {
    device,
    from,
    to: there,
    steps: [
      {
        ...deviceStep(device),
        action: 'move-device',
        from: { tenant: from.tenant, service: from.service ?? '' },
        to: there,
        model: device.model,
        expected: expected(facts, [device]),
        rows: { ...noRows, devices: [{ ...device, tenantId: to.tenant.id, serviceId: service.id }], audit: notes },
      },
    ],
  }
}
