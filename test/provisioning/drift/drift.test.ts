import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { driftNeedsDetail, findDrift } from '../../../src/provisioning/drift/find-drift.ts'
import { adoptDrift, restoreDrift } from '../../../src/provisioning/drift/resolve-drift.ts'
import { writtenSchemas } from '../../../src/provisioning/drift/steps.ts'
import { stepSchema } from '../../../src/provisioning/plan/plan.ts'
import { planTerritory } from '../../../src/provisioning/plan/plan-territory.ts'
import { adviceOf } from '../../../src/provisioning/plan/reasons.ts'
import type { World } from '../../../src/provisioning/plan/world.ts'
import { ModelledWorld } from '../../support/modelled-world.ts'
import { aDevice, aGateway, aPlanInput, aTerritory, euiOf, folder, models } from '../../support/territories.ts'

const wanted = aTerritory({
  devices: [aDevice(1, { tags: { zone: 'a' } }), aDevice(2)],
  gateways: [aGateway(1), aGateway(2, { location: { latitude: 47, longitude: 0, altitude: 50 } })],
})

function applied(): ModelledWorld {
  const world = new ModelledWorld()
  world.carryOut(planTerritory(aPlanInput(wanted, world.observed(wanted))).steps, folder, models)
  return world
}

/** Lists, and full reads of what drift asks for. */
function look(world: ModelledWorld): World {
  const lists = world.observed(wanted)
  const details = driftNeedsDetail(lists).flatMap((devEui) => {
    const device = world.devices.get(devEui)
    return device === undefined ? [] : [[devEui, device] as const]
  })
  return { ...lists, details: new Map(details) }
}

function change(world: ModelledWorld, n: number, given: object): void {
  world.devices.set(euiOf(n), { ...world.devices.get(euiOf(n))!, ...given, updatedAt: world.newTime() })
}

const told = (world: ModelledWorld, keys?: Map<string, string | null>) =>
  findDrift(look(world), keys).map(({ remembered, what, changes }) => [remembered.kind, remembered.key, what, changes])

const fingerprintOf = (_kind: string, written: object) => JSON.stringify(written)

describe('drift', () => {
  test('is none where nobody changed a thing, and asks for no full read', () => {
    const world = applied()
    expect(driftNeedsDetail(world.observed(wanted))).toEqual([])
    expect(told(world)).toEqual([])
  })

  test('of a device is told field by field, with what no list has', () => {
    const world = applied()
    change(world, 1, { name: 'by hand', disabled: true, tags: { zone: 'b', model: 'acme/meter', note: 'x' }, variables: { a: '1' } })
    change(world, 2, {})
    expect(told(world)).toEqual([
      [
        ...['device', euiOf(1), 'changed'],
        [
          { field: 'disabled', from: false, to: true },
          { field: 'name', from: 'meter 1', to: 'by hand' },
          { field: 'tags.note', from: null, to: 'x' },
          { field: 'tags.zone', from: 'a', to: 'b' },
          { field: 'variables.a', from: null, to: '1' },
        ],
      ],
    ])
  })

  test('of gateways, profiles and names; a gateway whose place nobody gave may find its own', () => {
    const world = applied()
    for (const [id, is] of world.gateways) {
      world.gateways.set(id, { ...is, location: { latitude: 48, longitude: 0, altitude: 50 }, updatedAt: world.newTime() })
    }
    world.profiles = world.profiles.map((is) => ({ ...is, lorawan: { ...is.lorawan, class: 'C' } }))
    world.applications = world.applications.map((is) => ({ ...is, name: 'eau' }))
    expect(told(world)).toEqual([
      ['application', 'tours/water', 'changed', [{ field: 'name', from: 'water', to: 'eau' }]],
      ['gateway', aGateway(2).gatewayId, 'changed', [expect.objectContaining({ field: 'location' })]],
      ['profile', 'tours/acme/meter', 'changed', [{ field: 'class', from: 'A', to: 'C' }]],
    ])
  })

  test('finds what is gone, and what went into another application', () => {
    const world = applied()
    world.devices.delete(euiOf(1))
    const lists = look(world)
    const elsewhere = { ...world.devices.get(euiOf(2))!, applicationId: 'a-9' }
    const seen = { ...lists, devices: new Map(), details: new Map([[euiOf(2), elsewhere]]) }
    expect(findDrift(seen).map(({ remembered, what, changes }) => [remembered.key, what, changes.map(({ field }) => field)])).toEqual([
      [euiOf(1), 'missing', []],
      [euiOf(2), 'changed', ['applicationId']],
    ])
  })

  test('of keys is told where they were read: other ones, none, and not those that we never wrote', () => {
    const world = applied()
    const same = `k ${euiOf(1)}`
    expect(told(world, new Map([[euiOf(1), same]]))).toEqual([])
    const keys = new Map([
      [euiOf(1), 'other'],
      [euiOf(2), null],
    ])
    expect(told(world, keys)).toEqual([
      ['device', euiOf(1), 'keys', []],
      ['device', euiOf(2), 'keys', []],
    ])
    world.memory.set(`device ${euiOf(2)}`, { ...world.memory.get(`device ${euiOf(2)}`)!, keys: null })
    expect(told(world, keys)).toEqual([['device', euiOf(1), 'keys', []]])
  })
})

/** Whatever people do behind our back to devices. */
const meddling = fc.array(
  fc.record({
    n: fc.constantFrom(1, 2),
    given: fc.constantFrom(
      { name: 'x' },
      { disabled: true },
      { tags: {} },
      { joinEui: euiOf(9) },
      { description: 'y' },
      { variables: { v: '1' } },
      {},
    ),
  }),
  { maxLength: 5 },
)

describe('what drifted', () => {
  test('is no drift any more once it is adopted, and none once it is restored', () => {
    fc.assert(
      fc.property(meddling, fc.boolean(), (done, isAdopted) => {
        const world = applied()
        const before = new Map([...world.devices].map(([devEui, { updatedAt: _updatedAt, ...is }]) => [devEui, is]))
        for (const { n, given } of done) change(world, n, given)
        const drifts = findDrift(look(world))
        if (isAdopted) {
          for (const { after } of adoptDrift(drifts, fingerprintOf))
            if (after !== null) world.memory.set(`${after.kind} ${after.key}`, after)
        } else {
          const { steps, refused } = restoreDrift(drifts)
          for (const step of steps) expect(stepSchema.parse(step)).toEqual(step)
          expect(refused).toEqual([])
          world.carryOut(steps, folder, models)
          for (const [devEui, is] of before) expect(world.devices.get(devEui)).toMatchObject(is)
        }
        expect(findDrift(look(world))).toEqual([])
      }),
    )
  })

  test('adopted: owner and time are kept, what is gone is forgotten, keys are those that are there', () => {
    const world = applied()
    change(world, 1, { name: 'by hand' })
    world.devices.delete(euiOf(2))
    const amendments = adoptDrift(findDrift(look(world), new Map([[euiOf(1), 'other']])), fingerprintOf)
    const updatedAt = world.devices.get(euiOf(1))?.updatedAt
    expect(amendments).toEqual([
      {
        before: world.memory.get(`device ${euiOf(1)}`),
        after: expect.objectContaining({ key: euiOf(1), owner: folder, keys: 'other', updatedAt }),
      },
      { before: world.memory.get(`device ${euiOf(2)}`), after: null },
    ])
    expect(amendments[0]?.after?.written.name).toBe('by hand')
  })

  test('restored: a gateway is made anew, the rest of what is gone by a plan, keys by their file, names by hand', () => {
    const world = applied()
    world.gateways.delete(aGateway(1).gatewayId)
    world.devices.delete(euiOf(2))
    world.applications = world.applications.map((is) => ({ ...is, name: 'eau' }))
    const { steps, amendments, refused } = restoreDrift(findDrift(look(world), new Map([[euiOf(1), 'other']])))
    expect(steps.map(({ action, key }) => [action, key])).toEqual([['restore', aGateway(1).gatewayId]])
    expect(refused.map(({ key, reason }) => [key, reason])).toEqual([
      ['tours/water', 'name-by-hand'],
      [euiOf(1), 'keys-by-plan'],
      [euiOf(2), 'missing-by-plan'],
    ])
    for (const { reason } of refused)
      for (const language of ['en', 'fr'] as const) expect(adviceOf({ reason, facts: {} }, language)).toMatch(/\.$/)
    for (const { after } of amendments) if (after !== null) world.memory.set(`${after.kind} ${after.key}`, after)
    const again = planTerritory(aPlanInput({ ...wanted, devices: [aDevice(1)] }, world.observed(wanted)))
    expect(again.steps.find(({ key }) => key === euiOf(1))).toMatchObject({ action: 'update-device', keys: `k ${euiOf(1)}` })
  })

  test('is read back by the schemas that the restoring step trusts', () => {
    for (const { kind, written } of applied().memory.values()) {
      if (kind === 'device' || kind === 'gateway' || kind === 'profile') expect(writtenSchemas[kind].parse(written)).toEqual(written)
    }
  })
})

test('a device profile of a region that no model of ours has can be put back', () => {
  const lorawan = {
    region: 'US915',
    macVersion: '1.0.4',
    regionalParameters: 'RP002-1.0.4',
    class: 'A',
    supportsOtaa: true,
    expectedInterval: 3600,
  }
  expect(writtenSchemas.profile.parse({ tenantId: 't', name: 'p', lorawan, tags: {} }).lorawan).toEqual(lorawan)
})
