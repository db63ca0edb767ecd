import { describe, expect, test } from 'vitest'
import type { NetworkGateway } from '../../../src/provisioning/network.ts'
import type { PlannedRow, Step } from '../../../src/provisioning/plan/plan.ts'
import { planTerritory } from '../../../src/provisioning/plan/plan-territory.ts'
import { adviceOf, type ReasonSlug, reasons, titleOf } from '../../../src/provisioning/plan/reasons.ts'
import type { PlanInput } from '../../../src/provisioning/plan/world.ts'
import type { Territory } from '../../../src/provisioning/territory/territory.ts'
import { ModelledWorld } from '../../support/modelled-world.ts'
import { aDevice, aGateway, anInstallation, aPlanInput, aTerritory, euiOf, folder, models, otherFolder } from '../../support/territories.ts'

/** A world in which this was applied. */
function applied(territory: Territory): ModelledWorld {
  const world = new ModelledWorld()
  world.carryOut(planTerritory(aPlanInput(territory, world.observed(territory))).steps, territory.id, models)
  return world
}

function plan(world: ModelledWorld, territory: Territory, given: Partial<PlanInput> = {}) {
  return planTerritory(aPlanInput(territory, world.observed(territory), given))
}

function told(rows: readonly PlannedRow[], kind: PlannedRow['kind'], key?: string) {
  return rows.filter((row) => row.kind === kind && (key === undefined || row.key === key)).map(({ outcome, reason }) => [outcome, reason])
}

const one = aTerritory({ devices: [aDevice(1)] })
const seen = new Set<string>()

/** The reason of the one row of a kind, in words of both languages that leave nothing open. */
function reasonOf(rows: readonly PlannedRow[], kind: PlannedRow['kind'], key?: string): [string, string | null] {
  const [row] = rows.filter((each) => each.kind === kind && (key === undefined || each.key === key))
  if (row === undefined) throw new Error(`no row of ${kind}`)
  for (const language of ['en', 'fr'] as const) {
    const advice = adviceOf(row, language)
    expect(advice).toMatch(/\S.*[.)]$/)
    expect(advice).not.toMatch(/undefined|null|\[object/)
  }
  seen.add(row.reason ?? '')
  return [row.outcome, row.reason]
}

describe('tenants and services', () => {
  test('that are there by name are taken over, not made', () => {
    const world = new ModelledWorld()
    world.tenants.push({ id: 't-1', name: 'Tours Métropole' })
    world.applications.push({ id: 'a-1', tenantId: 't-1', name: 'water' })
    const { rows, steps } = plan(world, aTerritory())
    expect(reasonOf(rows, 'tenant')).toEqual(['change', 'taken-over'])
    expect(reasonOf(rows, 'application')).toEqual(['change', 'taken-over'])
    expect(steps.map((step) => ('found' in step ? step.found : null))).toEqual(['t-1', 'a-1'])
  })

  test('keep the name they have on the network', () => {
    const world = applied(aTerritory())
    const renamed = aTerritory({ tenants: [{ slug: 'tours', name: 'Tours', timeZone: 'Europe/Paris' }] })
    expect(reasonOf(plan(world, renamed).rows, 'tenant')).toEqual(['unchanged', 'name-kept'])
  })

  test('take another time zone', () => {
    const world = applied(aTerritory())
    const moved = aTerritory({ tenants: [{ slug: 'tours', name: 'Tours Métropole', timeZone: 'Indian/Reunion' }] })
    expect(reasonOf(plan(world, moved).rows, 'tenant')).toEqual(['change', 'time-zone'])
  })

  test('are refused where two have their name, and all in them with them', () => {
    const world = new ModelledWorld()
    for (const id of ['t-1', 't-2']) world.tenants.push({ id, name: 'Tours Métropole' })
    const { rows, steps } = plan(world, { ...one, gateways: [aGateway(1)], installations: [anInstallation(1)] })
    expect(reasonOf(rows, 'tenant')).toEqual(['refused', 'name-ambiguous'])
    expect(reasonOf(rows, 'application')).toEqual(['refused', 'tenant-refused'])
    expect(reasonOf(rows, 'gateway')).toEqual(['refused', 'tenant-refused'])
    expect(reasonOf(rows, 'device')).toEqual(['refused', 'service-refused'])
    expect(reasonOf(rows, 'installation')).toEqual(['refused', 'service-refused'])
    expect(steps).toEqual([])
  })

  test('are found by their id, however many have their name', () => {
    const world = applied(one)
    world.tenants.push({ id: 't-2', name: 'Tours Métropole' })
    expect(plan(world, one).steps).toEqual([])
  })

  test('that are declared twice, or that are one on the network, are told', () => {
    const twice = [...one.services, ...one.services]
    expect(told(plan(new ModelledWorld(), { ...one, services: twice }).rows, 'application')).toEqual([
      ['create', null],
      ['refused', 'declared-twice'],
    ])
    const world = applied(one)
    const same = [...one.services, { tenant: 'tours', slug: 'eau', name: 'water' }]
    expect(reasonOf(plan(world, { ...one, services: same }).rows, 'application', 'tours/eau')).toEqual(['refused', 'name-taken'])
    const tenants = [...one.tenants, ...one.tenants]
    expect(told(plan(world, { ...one, tenants }).rows, 'tenant')).toEqual([
      ['unchanged', null],
      ['refused', 'declared-twice'],
    ])
    seen.add('declared-twice')
  })
})

describe('device profiles', () => {
  const profile = (world: ModelledWorld, name: string, model?: string) => {
    const { title: _title, ...lorawan } = models('acme/meter')!.profile!
    const tags = model === undefined ? {} : { model }
    world.profiles.push({ id: world.newId(), tenantId: world.tenants[0]!.id, name, lorawan, tags, updatedAt: world.newTime() })
    return world.profiles.at(-1)!
  }

  test('are made from the model’s file, with its name', () => {
    const { steps } = plan(new ModelledWorld(), one)
    expect(steps.find(({ kind }) => kind === 'profile')).toMatchObject({ action: 'create-profile', name: 'acme/meter', tenant: 'tours' })
  })

  test('of a tag are taken over as they are', () => {
    const world = applied(aTerritory())
    const by = profile(world, 'Compteurs', 'acme/meter')
    const { rows, steps } = plan(world, one)
    expect(reasonOf(rows, 'profile')).toEqual(['change', 'taken-over'])
    expect(steps.find(({ kind }) => kind === 'profile')).toMatchObject({ action: 'create-profile', found: by.id })
  })

  test('several for a model are refused until one is named', () => {
    const world = applied(aTerritory())
    profile(world, 'Compteurs', 'acme/meter')
    const meant = profile(world, 'Compteurs 2', 'acme/meter')
    const { rows } = plan(world, one)
    expect(reasonOf(rows, 'profile')).toEqual(['refused', 'profile-ambiguous'])
    expect(reasonOf(rows, 'device')).toEqual(['refused', 'profile-refused'])
    const named = { ...one, profiles: [{ tenant: 'tours', model: 'acme/meter', name: 'Compteurs 2' }] }
    expect(plan(world, named).steps.find(({ kind }) => kind === 'profile')).toMatchObject({ found: meant.id })
  })

  test('of another model, and of a model that comes without one, are refused', () => {
    const world = applied(aTerritory())
    profile(world, 'Bacs', 'acme/bin')
    const named = { ...one, profiles: [{ tenant: 'tours', model: 'acme/meter', name: 'Bacs' }] }
    expect(reasonOf(plan(world, named).rows, 'profile')).toEqual(['refused', 'profile-other-model'])
    const bare = aTerritory({ devices: [aDevice(1, { model: 'acme/bare' })] })
    expect(reasonOf(plan(world, bare).rows, 'profile')).toEqual(['refused', 'profile-missing'])
    expect(reasonOf(plan(world, { ...one, profiles: [{ tenant: 'tours', model: 'acme/none', name: 'x' }] }).rows, 'profile')).toEqual([
      'refused',
      'model-unknown',
    ])
  })

  test('that we made follow their file field by field; those made by hand stay', () => {
    const world = applied(one)
    const [ours] = world.profiles
    world.profiles = [{ ...ours!, lorawan: { ...ours!.lorawan, class: 'C' }, updatedAt: world.newTime() }]
    const { steps } = plan(world, one)
    expect(steps).toEqual([expect.objectContaining({ action: 'update-profile', changes: [{ field: 'class', from: 'C', to: 'A' }] })])
    const [key, known] = [...world.memory].find(([, { kind }]) => kind === 'profile')!
    world.memory.set(key, { ...known, owner: null })
    expect(plan(world, one).steps).toEqual([])
  })
})

describe('gateways', () => {
  const wanted = aTerritory({ gateways: [aGateway(1, { antenna: { height: 22, azimuth: null, gain: 3, cableLoss: 0.5 } })] })

  test('change field by field; tags of others stay', () => {
    const world = applied(wanted)
    for (const [id, is] of world.gateways)
      world.gateways.set(id, { ...is, statsInterval: 60, tags: { ...is.tags, 'antenna-height': '10', note: 'x' } })
    expect(plan(world, wanted).steps).toEqual([
      expect.objectContaining({
        action: 'update-gateway',
        changes: [
          { field: 'statsInterval', from: 60, to: 30 },
          { field: 'tags.antenna-height', from: '10', to: '22' },
        ],
      }),
    ])
  })

  test('at the same place but for the network server’s precision do not move', () => {
    const placed = aTerritory({ gateways: [aGateway(1, { location: { latitude: 47.39, longitude: 0.68, altitude: 52.3 } })] })
    const world = applied(placed)
    const altitude = Math.fround(52.3)
    for (const [id, is] of world.gateways) world.gateways.set(id, { ...is, location: { ...is.location!, altitude } })
    expect(plan(world, placed).steps).toEqual([])
  })

  test('that find their own place by GPS a few metres off do not move either, far away they do', () => {
    const placed = aTerritory({ gateways: [aGateway(1, { location: { latitude: 47.39, longitude: 0.68, altitude: 52 } })] })
    const world = applied(placed)
    const [[id, is]] = [...world.gateways] as [[string, NetworkGateway]]
    world.gateways.set(id, { ...is, location: { latitude: 47.3901, longitude: 0.6799, altitude: 71 } })
    expect(plan(world, placed).steps).toEqual([])
    world.gateways.set(id, { ...is, location: { latitude: 47.392, longitude: 0.68, altitude: 52 } })
    expect(plan(world, placed).steps).toHaveLength(1)
  })

  test('of another tenant, of another folder, and declared twice are refused', () => {
    const world = applied(wanted)
    world.tenants.push({ id: 't-2', name: 'Blois' })
    for (const [id, is] of world.gateways) world.gateways.set(id, { ...is, tenantId: 't-2' })
    expect(reasonOf(plan(world, wanted).rows, 'gateway')).toEqual(['refused', 'gateway-elsewhere'])
    const ofOthers = { devices: new Set<string>(), gateways: new Set([aGateway(1).gatewayId]) }
    expect(reasonOf(plan(new ModelledWorld(), wanted, { ofOthers }).rows, 'gateway')).toEqual(['refused', 'gateway-of-other-tenant'])
    const lost = applied(wanted)
    lost.gateways.clear()
    lost.inventory.gateways = lost.inventory.gateways.map((row) => ({ ...row, tenantId: 'another' }))
    expect(reasonOf(plan(lost, wanted).rows, 'gateway')).toEqual(['refused', 'gateway-of-other-tenant'])
    const twice = aTerritory({ gateways: [aGateway(2), aGateway(2)] })
    expect(reasonOf(plan(world, twice).rows, 'gateway')).toEqual(['refused', 'declared-twice'])
    const other = { ...wanted, id: otherFolder, gateways: [aGateway(1, { name: 'other' })] }
    expect(reasonOf(plan(applied(wanted), other).rows, 'gateway')).toEqual(['refused', 'other-folder'])
  })
})

describe('devices', () => {
  test('are created with the fingerprint of their keys, and by hand where their model does not join', () => {
    const { steps } = plan(new ModelledWorld(), aTerritory({ devices: [aDevice(1), aDevice(2, { model: 'acme/abp' })] }))
    const keys = steps.flatMap((step) => (step.action === 'create-device' ? [step.keys] : []))
    expect(keys).toEqual([`k ${euiOf(1)}`, null])
  })

  test('without keys are refused unless they are on the network', () => {
    expect(reasonOf(plan(new ModelledWorld(), one, { keys: new Map() }).rows, 'device')).toEqual(['refused', 'keys-missing'])
    expect(plan(applied(one), one, { keys: new Map() }).steps).toEqual([])
  })

  test('change field by field; what the row does not speak of stays', () => {
    const row = aDevice(1, { joinEui: euiOf(90), tags: { zone: 'a' } })
    const world = applied(aTerritory({ devices: [row] }))
    const is = world.devices.get(row.devEui)!
    const tags = { ...is.tags, zone: 'b', note: 'mine' }
    world.devices.set(row.devEui, { ...is, name: 'x', description: 'mine', joinEui: euiOf(91), tags, updatedAt: world.newTime() })
    const { steps } = plan(world, aTerritory({ devices: [{ ...row, serial: 'S77' }] }))
    expect(steps).toEqual([
      expect.objectContaining({
        action: 'update-device',
        keys: null,
        changes: [
          { field: 'name', from: 'x', to: 'meter 1' },
          { field: 'joinEui', from: euiOf(91), to: euiOf(90) },
          { field: 'tags.zone', from: 'b', to: 'a' },
          { field: 'inventory.serial', from: 'S1', to: 'S77' },
        ],
      }),
    ])
    world.carryOut(steps, folder, models)
    expect(world.devices.get(row.devEui)).toMatchObject({ description: 'mine', tags: { zone: 'a', note: 'mine', model: 'acme/meter' } })
  })

  test('of an empty joinEui keep the one they joined with', () => {
    const world = applied(one)
    const is = world.devices.get(euiOf(1))!
    world.devices.set(euiOf(1), { ...is, joinEui: euiOf(91), updatedAt: world.newTime() })
    expect(plan(world, one).steps).toEqual([])
  })

  test('of another model get its profile and tag', () => {
    const other = aTerritory({ devices: [aDevice(1, { model: 'acme/bin' })] })
    expect(plan(applied(one), other).steps).toEqual([
      expect.objectContaining({ action: 'create-profile', model: 'acme/bin' }),
      expect.objectContaining({
        changes: [
          { field: 'profile', from: 'acme/meter', to: 'acme/bin' },
          { field: 'tags.model', from: 'acme/meter', to: 'acme/bin' },
          { field: 'inventory.model', from: 'acme/meter', to: 'acme/bin' },
        ],
      }),
    ])
  })

  test('with other keys delivered are given those, and much of an application asks', () => {
    const many = aTerritory({ devices: Array.from({ length: 40 }, (_, n) => aDevice(n)) })
    const world = applied(many)
    const delivered = (count: number) => new Map(many.devices.slice(0, count).map(({ devEui }) => [devEui, `new ${devEui}`]))
    const two = plan(world, many, { keys: delivered(2) })
    const keys = { field: 'keys', from: `k ${euiOf(0)}`, to: `new ${euiOf(0)}` }
    expect(two.steps[0]).toMatchObject({ action: 'update-device', keys: `new ${euiOf(0)}`, changes: [keys] })
    expect([two.steps.length, two.guards]).toEqual([2, []])
    expect(plan(world, many, { keys: delivered(3) }).guards).toEqual([{ application: 'tours/water', has: 40, deletes: 0, rekeys: 3 }])
  })

  test('without a model, or of one that is not here, are refused', () => {
    const rows = (model: string | null) => plan(new ModelledWorld(), aTerritory({ devices: [aDevice(1, { model })] })).rows
    expect(reasonOf(rows(null), 'device')).toEqual(['refused', 'model-missing'])
    expect(reasonOf(rows('acme/none'), 'device')).toEqual(['refused', 'model-unknown'])
  })

  test('on two rows are refused on both', () => {
    const { rows, steps } = plan(new ModelledWorld(), aTerritory({ devices: [aDevice(1), aDevice(1, { name: 'again' })] }))
    expect(reasonOf(rows, 'device')).toEqual(['refused', 'device-twice'])
    expect(told(rows, 'device')).toHaveLength(2)
    expect(steps.filter(({ kind }) => kind === 'device')).toEqual([])
  })

  test('in another application or tenant, or of another folder, are refused', () => {
    const world = applied(one)
    const is = world.devices.get(euiOf(1))!
    world.applications.push({ id: 'a-2', tenantId: world.tenants[0]!.id, name: 'Déchets' })
    world.devices.set(euiOf(1), { ...is, applicationId: 'a-2' })
    expect(reasonOf(plan(world, one).rows, 'device')).toEqual(['refused', 'device-elsewhere'])
    world.devices.set(euiOf(1), { ...is, applicationId: 'a-of-another-tenant' })
    expect(reasonOf(plan(world, one).rows, 'device')).toEqual(['refused', 'device-of-other-tenant'])
    const renamed = { ...one, id: otherFolder, devices: [aDevice(1, { name: 'other' })] }
    expect(reasonOf(plan(applied(one), renamed).rows, 'device')).toEqual(['refused', 'other-folder'])
    const [row] = plan(applied(one), renamed).rows.filter(({ kind }) => kind === 'device')
    expect(adviceOf(row!, 'en')).toContain(folder)
    const same = plan(applied(one), { ...one, id: otherFolder })
    expect([same.steps, same.others]).toEqual([[], [{ owner: folder, objects: 1 }]])
    expect(plan(applied(one), one).others).toEqual([])
    expect(plan(applied(one), renamed).others).toEqual([])
  })

  test('moved by us since their row was written stay where they are; moved by hand, they are not ours to move back', () => {
    const services = [...one.services, { tenant: 'tours', slug: 'test-bench', name: 'bench' }]
    const both = { ...one, services }
    const world = applied(both)
    const [is, bench] = [world.devices.get(euiOf(1))!, world.applications.find(({ name }) => name === 'bench')!]
    world.devices.set(euiOf(1), { ...is, applicationId: bench.id })
    expect(reasonOf(plan(world, both).rows, 'device')).toEqual(['refused', 'device-elsewhere'])
    const serviceId = world.inventory.services.find(({ slug }) => slug === 'test-bench')!.id
    world.inventory.devices = world.inventory.devices.map((device) => ({ ...device, serviceId }))
    const { rows, steps } = plan(world, both)
    expect(reasonOf(rows, 'device')).toEqual(['superseded', 'device-moved'])
    expect(steps).toEqual([])
  })

  test('disabled or retired on the spot are not brought back', () => {
    for (const [status, reason] of [
      ['disabled', 'device-disabled'],
      ['retired', 'device-retired'],
    ] as const) {
      const world = applied(one)
      world.inventory.devices = world.inventory.devices.map((row) => ({ ...row, status }))
      world.devices.clear()
      const { rows, steps } = plan(world, { ...one, installations: [anInstallation(1)] })
      expect([reasonOf(rows, 'device'), told(rows, 'installation')[0], steps]).toEqual([['superseded', reason], ['superseded', reason], []])
    }
  })
})

describe('prune', () => {
  const two = aTerritory({ devices: [aDevice(1), aDevice(2)], gateways: [aGateway(1)] })
  const prune = { options: { prune: true } }

  test('deletes devices, then gateways, and asks where it is much', () => {
    const { steps, rows, guards } = plan(applied(two), one, prune)
    expect(steps.map(({ action, key }) => [action, key])).toEqual([
      ['delete-device', euiOf(2)],
      ['delete-gateway', aGateway(1).gatewayId],
    ])
    expect(told(rows, 'device', euiOf(2))).toEqual([['delete', null]])
    expect(guards).toEqual([{ application: 'tours/water', has: 2, deletes: 1, rekeys: 0 }])
    expect(plan(applied(two), one).steps).toEqual([])
  })

  test('takes the row of a gateway that the network has lost too', () => {
    const world = applied(two)
    world.gateways.clear()
    const bare = { ...two, gateways: [] }
    const { steps } = plan(world, bare, prune)
    expect(steps.map(({ action }) => action)).toEqual(['delete-gateway'])
    world.carryOut(steps, folder, models)
    expect([world.inventory.gateways, plan(world, bare, prune).steps]).toEqual([[], []])
  })

  test('leaves what is installed, what was disabled, and what another folder made', () => {
    const installed = applied({ ...two, installations: [anInstallation(2)] })
    expect(reasonOf(plan(installed, one, prune).rows, 'device', euiOf(2))).toEqual(['refused', 'installed'])
    const disabled = applied(two)
    disabled.inventory.devices = disabled.inventory.devices.map((row) => (row.devEui === euiOf(2) ? { ...row, status: 'disabled' } : row))
    expect(reasonOf(plan(disabled, one, prune).rows, 'device', euiOf(2))).toEqual(['superseded', 'device-disabled'])
    expect(plan(applied(two), { ...one, id: otherFolder }, prune).steps).toEqual([])
  })

  test('leaves what rows that could not be read may mean', () => {
    const refusedRow = (key: string, kind: PlannedRow['kind'] = 'device'): PlannedRow => {
      return { kind, key, source: { file: 'devices.csv', line: 3 }, outcome: 'refused', reason: 'eui-malformed', facts: {} }
    }
    const of = (row: PlannedRow) => plan(applied(two), { ...one, gateways: two.gateways }, { ...prune, refusedRows: [row] })
    expect(reasonOf(of(refusedRow('devices.csv:3')).rows, 'device', euiOf(2))).toEqual(['refused', 'rows-unread'])
    expect(of(refusedRow(euiOf(2))).steps).toEqual([])
    expect(of(refusedRow(`tours/${euiOf(2)}/main`, 'installation')).steps).toEqual([])
    expect(of(refusedRow(euiOf(3))).steps).toHaveLength(1)
  })
})

describe('installations', () => {
  const at = (given: Partial<Parameters<typeof anInstallation>[1] & object> = {}) => ({ ...one, installations: [anInstallation(1, given)] })

  test('follow the creation of their device', () => {
    expect(plan(new ModelledWorld(), at()).steps.map(({ action }) => action)).toEqual([
      ...['create-tenant', 'create-application', 'create-profile', 'create-device', 'install'],
    ])
  })

  test('by serial are those of one device of the tenant', () => {
    const bySerial = { devEui: null, serial: 'S1' }
    const of = (rows: Territory) => plan(new ModelledWorld(), rows)
    expect(of(at(bySerial)).steps.at(-1)).toMatchObject({ key: `tours/${euiOf(1)}/main`, wanted: { devEui: euiOf(1) } })
    expect(reasonOf(of(at({ devEui: null, serial: 'S9' })).rows, 'installation')).toEqual(['refused', 'serial-unknown'])
    const same = { ...at(bySerial), devices: [aDevice(1), aDevice(2, { serial: 'S1' })] }
    expect(reasonOf(of(same).rows, 'installation')).toEqual(['refused', 'serial-ambiguous'])
    const old = applied(aTerritory({ devices: [aDevice(7, { serial: 'S1' })] }))
    expect(plan(old, at(bySerial), { options: { prune: true } }).steps).toContainEqual(
      expect.objectContaining({ action: 'install', wanted: expect.objectContaining({ devEui: euiOf(1) }) }),
    )
    const known = plan(applied(one), { ...at(bySerial), devices: [] })
    expect(known.steps.at(-1)).toMatchObject({ action: 'install', wanted: { devEui: euiOf(1) } })
  })

  test('of devices that nobody knows, or whose row is refused, are refused', () => {
    expect(reasonOf(plan(new ModelledWorld(), { ...at(), devices: [] }).rows, 'installation')).toEqual(['refused', 'device-unknown'])
    expect(reasonOf(plan(new ModelledWorld(), at(), { keys: new Map() }).rows, 'installation')).toEqual(['refused', 'device-refused'])
  })

  test('are refused where the model refuses, with its words', () => {
    const { rows } = plan(new ModelledWorld(), at({ channel: 'b' }))
    expect(reasonOf(rows, 'installation')).toEqual(['refused', 'model-refuses'])
    expect(adviceOf(rows.at(-1)!, 'en')).toContain('acme/meter')
    expect(reasonOf(plan(new ModelledWorld(), at({ parameters: { wrong: 1 } })).rows, 'installation')).toEqual(['refused', 'model-refuses'])
  })

  test('are corrected in place, field by field; what the row leaves empty stays', () => {
    const world = applied(at({ startIndex: 1, parameters: { weight: 1 }, site: 'Gare', latitude: 47, longitude: 0 }))
    expect(plan(world, at()).steps).toEqual([])
    const { steps } = plan(world, at({ startIndex: 2, parameters: { weight: 10 }, site: 'Gare', latitude: 47.5, longitude: 0 }))
    expect(steps).toEqual([
      expect.objectContaining({
        action: 'install',
        changes: [
          { field: 'parameters', from: { weight: 1 }, to: { weight: 10 } },
          { field: 'startIndex', from: 1, to: 2 },
          { field: 'latitude', from: 47, to: 47.5 },
        ],
      }),
    ])
  })

  test('that began later on the spot win', () => {
    const world = applied({ ...at(), devices: [aDevice(1), aDevice(2)] })
    const [bound] = world.inventory.assignments
    const since = '2026-05-01T00:00:00.000Z'
    world.inventory.assignments = [
      { ...bound!, to: since },
      { ...bound!, id: world.newId(), devEui: euiOf(2), from: since },
    ]
    const { rows, steps } = plan(world, at())
    expect([reasonOf(rows, 'installation'), steps]).toEqual([['superseded', 'installed-later'], []])
  })

  test('of a date that has not come are corrected by their row, with what they ended; once it has come they are history', () => {
    const world = applied({ ...at(), devices: [aDevice(1), aDevice(2)] })
    const [bound] = world.inventory.assignments
    const slip = '2027-06-01T00:00:00.000Z'
    const later = { ...bound!, id: world.newId(), devEui: euiOf(2), from: slip }
    world.inventory.assignments = [{ ...bound!, to: slip }, later]
    const row = (from: string) => ({ ...one, devices: [aDevice(1), aDevice(2)], installations: [anInstallation(2, { asset: 'A1', from })] })
    const now = new Date('2026-11-22T06:00:00.000Z')
    const right = row('2026-06-01T00:00:00.000Z')
    expect(plan(world, right, { now }).steps).toEqual([
      expect.objectContaining({ action: 'install', changes: [{ field: 'from', from: slip, to: '2026-06-01T00:00:00.000Z' }] }),
    ])
    expect(reasonOf(plan(world, right).rows, 'installation')).toEqual(['superseded', 'installed-later'])
    // Not before what it ended began, and not where another has come in between.
    expect(reasonOf(plan(world, row(bound!.from), { now }).rows, 'installation')).toEqual(['superseded', 'installed-later'])
    world.inventory.assignments = [{ ...bound!, to: '2026-11-01T00:00:00.000Z' }, later]
    expect(reasonOf(plan(world, right, { now }).rows, 'installation')).toEqual(['superseded', 'installed-later'])
  })

  test('of a newer row take the place of what is there, and say so', () => {
    const world = applied({ ...at(), devices: [aDevice(1), aDevice(2)] })
    const newer = anInstallation(2, { asset: 'A1', from: '2026-06-01T00:00:00.000Z' })
    const { steps } = plan(world, { ...one, devices: [aDevice(1), aDevice(2)], installations: [newer] })
    expect(steps).toEqual([expect.objectContaining({ changes: [{ field: 'device', from: euiOf(1), to: euiOf(2) }] })])
    const moved = plan(world, at({ asset: 'A7', from: '2026-06-01T00:00:00.000Z' }))
    expect(moved.steps).toEqual([expect.objectContaining({ changes: [{ field: 'asset', from: 'A1', to: 'A7' }] })])
    const clash = { ...one, devices: [aDevice(1), aDevice(2)], installations: [anInstallation(2, { asset: 'A1' })] }
    expect(reasonOf(plan(world, clash).rows, 'installation')).toEqual(['refused', 'asset-served'])
  })

  test('of one channel count by their dates, and clash on the same', () => {
    const both = (from: string) => ({
      ...one,
      installations: [anInstallation(1), anInstallation(1, { asset: 'A2', from, source: { file: 'later.csv', line: 9 } })],
    })
    const later = plan(new ModelledWorld(), both('2026-04-01T00:00:00.000Z'))
    expect(reasonOf(later.rows, 'installation')).toEqual(['superseded', 'later-row'])
    expect(later.steps.filter(({ kind }) => kind === 'installation')).toHaveLength(1)
    expect(reasonOf(plan(new ModelledWorld(), both(anInstallation(1).from)).rows, 'installation')).toEqual([
      'refused',
      'installation-twice',
    ])
  })

  test('of the future are refused, and take no place of what is now', () => {
    const ahead = anInstallation(1, { asset: 'A2', from: '2027-04-02T00:00:00.000Z', source: { file: 'later.csv', line: 9 } })
    const now = new Date('2026-04-01T00:00:00.000Z')
    const { rows, steps } = plan(new ModelledWorld(), { ...one, installations: [ahead, anInstallation(1)] }, { now })
    expect(reasonOf(rows, 'installation')).toEqual(['refused', 'in-the-future'])
    expect(told(rows, 'installation')[1]).toEqual(['create', null])
    expect(steps.flatMap((step) => (step.action === 'install' ? [step.wanted.asset] : []))).toEqual(['A1'])
    const tomorrow = at({ from: '2026-04-01T20:00:00.000Z' })
    expect(told(plan(new ModelledWorld(), tomorrow, { now }).rows, 'installation')).toEqual([['create', null]])
  })

  test('on an asset of another service are refused', () => {
    const world = applied(at())
    const services = [...one.services, { tenant: 'tours', slug: 'waste', name: 'waste' }]
    const other = { ...at({ service: 'waste', from: '2026-06-01T00:00:00.000Z' }), services }
    expect(reasonOf(plan(world, other).rows, 'installation')).toEqual(['refused', 'asset-of-other-service'])
  })
})

/** Those of drift are seen there. */
const ofDrift: readonly ReasonSlug[] = ['keys-by-plan', 'missing-by-plan', 'name-by-hand']

test('every reason has been met above, and has a title in both languages', () => {
  expect([...seen, ...ofDrift].sort()).toEqual(Object.keys(reasons).sort())
  for (const slug of Object.keys(reasons))
    expect([titleOf(slug, 'en'), titleOf(slug, 'fr')]).toEqual([expect.any(String), expect.any(String)])
  expect(titleOf('eui-malformed', 'en')).toBeUndefined()
})

test('no step holds a key', () => {
  const steps: Step[] = plan(new ModelledWorld(), one).steps
  expect(Object.keys(steps.find(({ action }) => action === 'create-device') ?? {}).sort()).toEqual([
    'action',
    'key',
    'keys',
    'kind',
    'source',
    'wanted',
  ])
})
