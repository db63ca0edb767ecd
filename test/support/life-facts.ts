import { serverScope } from '../../src/access/scope.ts'
import type { Model } from '../../src/codecs/model.ts'
import type { Asset, Assignment, Device } from '../../src/inventory/entities.ts'
import type { LifeFacts } from '../../src/inventory/ports.ts'
import type { LifeInput, LifePlan } from '../../src/provisioning/life/facts.ts'
import { differing } from '../../src/provisioning/life/runners.ts'
import { testModel } from './test-model.ts'

const label = { en: 'x', fr: 'y' }
export const tenantId = '0191d8a0-0000-7000-8000-0000000000f1'
export const serviceId = '0191d8a0-0000-7000-8000-0000000000f2'
export const [oldEui, newEui] = ['24e124713d100001', '24e124713d100002']

const shared = { vendor: 'Acme', version: '1.0.0', service: 'water', deviceProfile: 'acme/x', expectedInterval: 3600, measures: [] }

/** Two inputs; its counts begin at the meter's index `startIndex`. */
export const pulses = testModel('acme/pulses', {
  ...shared,
  title: 'Pulse reader',
  family: 'water-meter',
  channels: { a: { label }, b: { label } },
  parameters: { pulseWeight: { unit: 'm3', required: true, label }, startIndex: { unit: 'm3', required: true, label } },
  measures: [{ field: 'count', name: 'volume', channel: 'a', convert: { kind: 'linear', scale: 'pulseWeight', offset: 'startIndex' } }],
})
export const bin = testModel('acme/bin', {
  ...shared,
  title: 'Fill sensor',
  family: 'fill-level',
  parameters: { emptyDistance: { unit: 'm', required: true, range: [0.1, 10], label }, lid: { unit: null, label } },
})

const models = new Map<string, Model>([pulses, bin, { ...bin, slug: 'acme/bin-2' }].map((model) => [model.slug, model]))

let ids = 0
export const anId = () => `0191d8a0-0000-7000-8000-${(++ids).toString(16).padStart(12, '0')}`

export function aDevice(devEui: string, change: Partial<Device> = {}): Device {
  return { devEui, tenantId, serviceId, name: devEui, model: 'acme/bin', serial: null, firmware: null, status: 'in stock', ...change }
}

export function anAsset(slug: string): Asset {
  return { id: anId(), tenantId, serviceId, siteId: null, slug, code: slug, name: slug }
}

export function anAssignment(devEui: string, asset: Asset, change: Partial<Assignment> = {}): Assignment {
  return {
    ...{ id: anId(), devEui, channel: 'main', assetId: asset.id, equipmentId: null, from: '2026-01-01T00:00:00.000Z', to: null },
    ...{ parameters: { emptyDistance: 2.1 }, startIndex: null, endIndex: null },
    ...change,
  }
}

/** One old device on these assets, and one in stock. */
export function theFacts(assets: readonly Asset[], change: Partial<LifeFacts> = {}): LifeFacts {
  return {
    tenant: { id: tenantId, slug: 'tours', name: 'Tours', timeZone: 'Europe/Paris', chirpstackTenantId: null },
    services: [{ id: serviceId, tenantId, slug: 'waste', name: 'waste', chirpstackApplicationId: null }],
    asset: assets[0],
    devices: [aDevice(oldEui, { status: 'installed' }), aDevice(newEui)],
    assignments: assets.slice(0, 1).map((asset) => anAssignment(oldEui, asset)),
    places: assets.map(({ id, slug }) => ({ assetId: id, asset: slug, service: 'waste', commune: null })),
    equipment: undefined,
    equipmentOpen: [],
    ...change,
  }
}

export function theInput(facts: LifeFacts, change: Partial<LifeInput> = {}): LifeInput {
  return { scope: serverScope, facts, model: (slug) => models.get(slug), now: '2026-11-22T12:00:00.000Z', newId: anId, ...change }
}

/** The inventory after a plan, step by step; throws where a step does not find what it expects. */
export function carriedOut(facts: LifeFacts, { steps }: Pick<LifePlan, 'steps'>): LifeFacts {
  let now = facts
  for (const step of steps) {
    if (step.action === 'create-device') {
      const made = aDevice(step.wanted.devEui, { model: step.wanted.model })
      now = { ...now, devices: [...now.devices, made] }
    }
    if (!('expected' in step)) continue
    const other = differing(step.expected, now)
    if (other !== undefined) throw new Error(`${step.action} does not find ${other} as it expects`)
    const byId = <R>(rows: readonly R[], written: readonly R[], key: (row: R) => string) => [
      ...new Map([...rows, ...written].map((row) => [key(row), row])).values(),
    ]
    now = {
      ...now,
      devices: byId(now.devices, step.rows.devices, ({ devEui }) => devEui),
      assignments: byId(now.assignments, step.rows.assignments, ({ id }) => id),
    }
  }
  return now
}
