import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { basisOf } from '../../../src/provisioning/plan/basis.ts'
import { planSchema } from '../../../src/provisioning/plan/plan.ts'
import { planTerritory } from '../../../src/provisioning/plan/plan-territory.ts'
import { needsDetail } from '../../../src/provisioning/plan/world.ts'
import type { Territory } from '../../../src/provisioning/territory/territory.ts'
import { ModelledWorld } from '../../support/modelled-world.ts'
import {
  aDevice,
  aGateway,
  anInstallation,
  aPlanInput,
  aTerritory,
  euiOf,
  folder,
  keysOf,
  models,
  otherFolder,
} from '../../support/territories.ts'

const small = fc.integer({ min: 0, max: 7 })
const tags = fc.dictionary(fc.constantFrom('zone', 'lot'), fc.constantFrom('a', 'b'))
const service = fc.constantFrom('water', 'waste', 'nowhere')
const model = fc.constantFrom('acme/meter', 'acme/bin', 'acme/abp', 'acme/bare', 'acme/unheard-of', null)
const times = ['2026-01-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z']

const device = fc
  .record({ n: small, service, model, name: fc.constantFrom('', 'one', 'two'), tags, serial: fc.constantFrom('', 'S1', 'S2', 'S3') })
  .chain(({ n, ...given }) =>
    fc.record({ joinEui: fc.constantFrom(null, euiOf(99)), line: fc.integer({ min: 2, max: 900 }) }).map(({ joinEui, line }) => {
      return aDevice(n, { ...given, joinEui, source: { file: 'devices.csv', line } })
    }),
  )

const installation = fc
  .record({
    ...{ n: small, service: fc.constantFrom('water', 'waste'), bySerial: fc.boolean(), serial: fc.constantFrom('S1', 'S2', 'S9') },
    ...{
      asset: fc.constantFrom('A1', 'A2', 'A3'),
      from: fc.constantFrom(...times),
      channel: fc.constantFrom('main', 'main', 'main', 'other'),
    },
    ...{ parameters: fc.constantFrom({}, { weight: 10 }, { wrong: 1 }), startIndex: fc.constantFrom(null, 0, 12.5) },
    ...{ equipment: fc.constantFrom(null, 'E1'), site: fc.constantFrom(null, 'Gare'), latitude: fc.constantFrom(null, 47.4) },
    line: fc.integer({ min: 2, max: 900 }),
  })
  .map(({ n, bySerial, serial, line, ...given }) => {
    const by = bySerial ? { devEui: null, serial } : {}
    return anInstallation(n, { ...given, ...by, longitude: given.latitude, source: { file: 'installations.csv', line } })
  })

const gateway = fc
  .record({ n: fc.integer({ min: 0, max: 2 }), name: fc.constantFrom('roof', 'mast'), tags, isHigh: fc.boolean(), isPlaced: fc.boolean() })
  .map(({ n, isHigh, isPlaced, ...given }) =>
    aGateway(n, {
      ...given,
      antenna: isHigh ? { height: 20, azimuth: null, gain: 3, cableLoss: 0.5 } : null,
      location: isPlaced ? { latitude: 47.39, longitude: 0.68, altitude: 52.3 } : null,
    }),
  )

const territory = fc
  .record({
    devices: fc.array(device, { maxLength: 9 }),
    installations: fc.array(installation, { maxLength: 6 }),
    gateways: fc.array(gateway, { maxLength: 3 }),
    isNamed: fc.boolean(),
    hasWaste: fc.boolean(),
  })
  .map(({ isNamed, hasWaste, ...given }) =>
    aTerritory({
      ...given,
      services: ['water', ...(hasWaste ? ['waste'] : [])].map((slug) => ({ tenant: 'tours', slug, name: slug })),
      profiles: isNamed ? [{ tenant: 'tours', model: 'acme/bare', name: 'by hand' }] : [],
    }),
  )

/** What people do to the network and the inventory meanwhile. */
const meddling = fc.array(
  fc.record({
    n: small,
    what: fc.constantFrom(
      'rename',
      'tag',
      'joinEui',
      'move',
      'delete',
      'disable',
      'retire',
      'swap',
      'forget',
      'profile',
      'gateway',
      'touch',
    ),
  }),
  { maxLength: 6 },
)

function meddle(world: ModelledWorld, done: { n: number; what: string }[]): void {
  for (const { n, what } of done) {
    const devEui = euiOf(n)
    const is = world.devices.get(devEui)
    const status = (to: 'disabled' | 'retired') => {
      world.inventory.devices = world.inventory.devices.map((row) => (row.devEui === devEui ? { ...row, status: to } : row))
    }
    if (what === 'profile' && world.tenants[0] !== undefined) {
      const { region, macVersion, regionalParameters, class: deviceClass, expectedInterval } = models('acme/meter')!.profile!
      const lorawan = { region, macVersion, regionalParameters, class: deviceClass, expectedInterval, supportsOtaa: true }
      const tenantId = world.tenants[0].id
      world.profiles.push({ id: world.newId(), tenantId, name: 'by hand', lorawan, tags: {}, updatedAt: world.newTime() })
    }
    if (what === 'gateway') {
      for (const [id, one] of world.gateways) world.gateways.set(id, { ...one, description: 'by hand', updatedAt: world.newTime() })
    }
    if (what === 'disable') status('disabled')
    if (what === 'retire') status('retired')
    if (what === 'swap') swapAt(world, n)
    if (is === undefined) continue
    const change = (given: object) => world.devices.set(devEui, { ...is, ...given, updatedAt: world.newTime() })
    if (what === 'rename') change({ name: 'by hand' })
    if (what === 'tag') change({ tags: { ...is.tags, zone: 'by hand', note: 'mine' } })
    if (what === 'joinEui') change({ joinEui: euiOf(98) })
    if (what === 'touch') change({})
    if (what === 'move') change({ applicationId: world.applications.at(-1)!.id })
    if (what === 'delete') world.devices.delete(devEui)
    if (what === 'forget') world.memory.delete(`device ${devEui}`)
  }
}

/** A phone binds this device to an asset, later than any row says. */
function swapAt(world: ModelledWorld, n: number): void {
  const [asset] = world.inventory.assets
  const device = world.inventory.devices.find((row) => row.devEui === euiOf(n))
  if (asset === undefined || device === undefined || device.status === 'retired' || device.status === 'disabled') return
  const from = '2026-09-01T00:00:00.000Z'
  const open = world.inventory.assignments.filter((one) => one.to === null && one.channel === 'main')
  if (open.some((one) => one.from >= from)) return
  const ended = open.filter((one) => one.assetId === asset.id || one.devEui === device.devEui)
  world.inventory.assignments = world.inventory.assignments.map((one) => (ended.includes(one) ? { ...one, to: from } : one))
  const bound = { devEui: device.devEui, channel: 'main', assetId: asset.id, equipmentId: null, from, to: null }
  world.inventory.assignments.push({ id: world.newId(), ...bound, parameters: {}, startIndex: null, endIndex: null })
  world.inventory.devices = world.inventory.devices.map((row) => (row === device ? { ...row, status: 'installed' } : row))
}

const life = fc.record({
  before: territory,
  after: territory,
  done: meddling,
  prune: fc.boolean(),
  delivered: fc.constantFrom('k', 'other'),
})

/** A world in which a first folder state was applied, and people meddled since. */
function lived({ before, done }: { before: Territory; done: { n: number; what: string }[] }): ModelledWorld {
  const world = new ModelledWorld()
  world.carryOut(planTerritory(aPlanInput(before, world.observed(before))).steps, folder, models)
  meddle(world, done)
  return world
}

describe('a plan', () => {
  test('carried out leaves nothing to do', () => {
    fc.assert(
      fc.property(life, ({ after, prune, delivered, ...given }) => {
        const world = lived(given)
        const input = () => aPlanInput(after, world.observed(after), { keys: keysOf(after, delivered), options: { prune } })
        world.carryOut(planTerritory(input()).steps, folder, models)
        expect(planTerritory(input()).steps).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  test('is the same the second time, has the agreed shape, and one row for each thing wanted', () => {
    fc.assert(
      fc.property(life, ({ after, prune, ...given }) => {
        const world = lived(given)
        const input = aPlanInput(after, world.observed(after), { options: { prune } })
        const plan = planTerritory(input)
        expect(planTerritory(input)).toEqual(plan)
        expect(planSchema.parse(plan)).toEqual(plan)
        const of = (kind: string) => plan.rows.filter((row) => row.kind === kind && row.source !== null)
        expect(of('device').map(({ source }) => source)).toEqual(after.devices.map(({ source }) => source))
        expect(of('installation').map(({ source }) => source)).toEqual(after.installations.map(({ source }) => source))
      }),
    )
  })

  test('its steps and its rows say the same: no step without a row, and no deletion without prune', () => {
    fc.assert(
      fc.property(life, ({ after, prune, ...given }) => {
        const world = lived(given)
        const { steps, rows } = planTerritory(aPlanInput(after, world.observed(after), { options: { prune } }))
        const acting = rows.filter(({ outcome }) => outcome === 'create' || outcome === 'change' || outcome === 'delete')
        const nameOf = ({ kind, key, source }: (typeof rows)[number] | (typeof steps)[number]) => `${kind} ${key} ${source?.line}`
        expect(steps.map(nameOf).sort()).toEqual(acting.map(nameOf).sort())
        if (!prune) expect(steps.filter(({ action }) => action.startsWith('delete-'))).toEqual([])
        expect(rows.filter(({ outcome, reason }) => (outcome === 'refused' || outcome === 'superseded') && reason === null)).toEqual([])
      }),
    )
  })

  test('prunes what its folder made and wants no more, and nothing else', () => {
    fc.assert(
      fc.property(life, fc.boolean(), ({ after, ...given }, isOther) => {
        const world = lived(given)
        const owner = isOther ? otherFolder : folder
        const { steps } = planTerritory(aPlanInput({ ...after, id: owner }, world.observed(after), { options: { prune: true } }))
        const deleted = steps.filter(({ action }) => action.startsWith('delete-'))
        for (const { kind, key } of deleted) {
          expect(world.memory.get(`${kind} ${key}`)?.owner).toBe(owner)
          expect(after.devices.some(({ devEui }) => devEui === key) || after.gateways.some(({ gatewayId }) => gatewayId === key)).toBe(
            false,
          )
          expect(world.inventory.assignments.some((one) => one.devEui === key && one.to === null)).toBe(false)
        }
        if (isOther) expect(deleted).toEqual([])
      }),
    )
  })

  test('never touches what was disabled, retired or installed since', () => {
    fc.assert(
      fc.property(life, ({ after, ...given }) => {
        const world = lived(given)
        const left = world.inventory.devices.filter(({ status }) => status === 'disabled' || status === 'retired')
        const bound = world.inventory.assignments.filter(({ from }) => from === '2026-09-01T00:00:00.000Z')
        const { steps } = planTerritory(aPlanInput(after, world.observed(after), { options: { prune: true } }))
        expect(steps.filter(({ kind, key }) => kind === 'device' && left.some(({ devEui }) => devEui === key))).toEqual([])
        world.carryOut(steps, folder, models)
        expect(world.inventory.assignments).toEqual(expect.arrayContaining(bound))
      }),
    )
  })

  test('of an unchanged fleet asks for no full read', () => {
    fc.assert(
      fc.property(territory, (wanted) => {
        const world = lived({ before: wanted, done: [] })
        expect(needsDetail({ territory: wanted, world: world.observed(wanted) })).toEqual([])
      }),
    )
  })
})

describe('the basis', () => {
  test('depends neither on the order of lists nor on times of writing, and is known again from the rows alone', () => {
    fc.assert(
      fc.property(life, ({ after, ...given }) => {
        const world = lived(given)
        const { basis, rows } = planTerritory(aPlanInput(after, world.observed(after)))
        const turned = world.observed(after, (all) => all.toReversed())
        expect(planTerritory(aPlanInput(after, turned)).basis).toBe(basis)
        expect(basisOf(rows.toReversed(), turned)).toBe(basis)
        const later = new Map(
          [...turned.devices].map(([devEui, listed]) => [devEui, { ...listed, updatedAt: 'later', description: 'other' }]),
        )
        expect(basisOf(rows, { ...turned, devices: later })).toBe(basis)
      }),
    )
  })

  test('is the same whichever of two rows of one key comes first', () => {
    const rows = [
      anInstallation(1),
      anInstallation(1, { asset: 'A2', from: '2026-04-01T00:00:00.000Z', source: { file: 'b.csv', line: 2 } }),
    ]
    const wanted = aTerritory({ devices: [aDevice(1)], installations: rows })
    const world = lived({ before: wanted, done: [] }).observed(wanted)
    const plan = planTerritory(aPlanInput(wanted, world))
    expect(basisOf(plan.rows.toReversed(), world)).toBe(plan.basis)
  })

  test('is another one when something that a row speaks of has changed', () => {
    const wanted = aTerritory({
      devices: [aDevice(1, { tags: { zone: 'a' } }), aDevice(2)],
      gateways: [aGateway(1)],
      installations: [anInstallation(1)],
    })
    const base = () => lived({ before: wanted, done: [] })
    const { basis, rows } = planTerritory(aPlanInput(wanted, base().observed(wanted)))
    for (const what of ['rename', 'tag', 'joinEui', 'delete', 'disable', 'retire', 'swap', 'forget', 'gateway']) {
      const world = base()
      meddle(world, [{ n: what === 'swap' ? 2 : 1, what }])
      expect([what, basisOf(rows, world.observed(wanted)) === basis]).toEqual([what, false])
    }
    for (const what of ['touch', 'profile']) {
      const world = base()
      meddle(world, [{ n: 1, what }])
      expect([what, basisOf(rows, world.observed(wanted)) === basis]).toEqual([what, true])
    }
  })

  test('is another one when a serial number that a row speaks of is another device’s by now', () => {
    const wanted = aTerritory({ installations: [anInstallation(1, { devEui: null, serial: 'S1' })] })
    const base = () => lived({ before: aTerritory({ devices: [aDevice(1), aDevice(2)] }), done: [] })
    const { basis, rows } = planTerritory(aPlanInput(wanted, base().observed(wanted)))
    const basisWith = (serials: Record<string, string | null>) => {
      const world = base()
      const { devices } = world.inventory
      world.inventory.devices = devices.map((row) => ({
        ...row,
        serial: serials[row.devEui] === undefined ? row.serial : serials[row.devEui]!,
      }))
      return basisOf(rows, world.observed(wanted))
    }
    expect(basisWith({})).toBe(basis)
    expect(basisWith({ [euiOf(1)]: 'S7', [euiOf(2)]: 'S1' })).not.toBe(basis)
    expect(basisWith({ [euiOf(2)]: 'S1' })).not.toBe(basis)
    expect(basisWith({ [euiOf(2)]: 'S9' })).toBe(basis)
  })
})
