import { describe, expect, test } from 'vitest'
import type { KnownModel } from '../../../src/provisioning/adopt/find-model.ts'
import { recognise } from '../../../src/provisioning/adopt/recognise.ts'
import { planTerritory } from '../../../src/provisioning/plan/plan-territory.ts'
import { ModelledWorld } from '../../support/modelled-world.ts'
import { aDevice, aPlanInput, aTerritory, euiOf, models as facts, folder } from '../../support/territories.ts'

const models: KnownModel[] = [
  { slug: 'acme/meter', title: 'Acme Meter 3000', vendor: 'Acme', service: 'water', euiPrefixes: ['aa00'] },
  { slug: 'acme/binsonic', title: 'Acme BinSonic', vendor: 'Acme', service: 'waste', euiPrefixes: [] },
]
const { title: _title, ...lorawan } = facts('acme/meter')!.profile!

function aNetwork(): ModelledWorld {
  const world = new ModelledWorld()
  world.tenants = [
    { id: 't-1', name: 'Tours Métropole' },
    { id: 't-2', name: 'Tours Métropole' },
  ]
  world.applications = [
    { id: 'a-1', tenantId: 't-1', name: 'Télérelève' },
    { id: 'a-2', tenantId: 't-1', name: 'Éclairage public' },
    { id: 'a-3', tenantId: 't-2', name: 'Essais' },
  ]
  const profile = (id: string, name: string, tags = {}) => world.profiles.push({ id, tenantId: 't-1', name, lorawan, tags, updatedAt: 'u' })
  profile('p-tag', 'Profil 1', { model: 'acme/meter' })
  profile('p-name', 'ACME BinSonic')
  profile('p-none', 'Capteurs BinSonic v2')
  profile('p-far', 'Divers')
  return world
}

function put(world: ModelledWorld, n: number, applicationId: string, profileId: string, given: object = {}): void {
  const content = { devEui: euiOf(n), applicationId, profileId, name: `d${n}`, description: '', tags: {}, updatedAt: 'u', ...given }
  world.devices.set(content.devEui, { joinEui: euiOf(9), disabled: false, skipFcntCheck: false, variables: {}, ...content })
}

const given = (world: ModelledWorld, mapping: [string, string][] = []) => ({
  world: world.observed(aTerritory()),
  ...{ models, mapping: new Map(mapping), timeZone: 'Europe/Paris', newId: world.newId },
})

/** Writes what was recognised, as the service does. */
function adopt(world: ModelledWorld, { changes, remember }: ReturnType<typeof recognise>): void {
  const { inventory } = world
  const merged = <T>(all: readonly T[], rows: readonly T[], id: (row: T) => string) => [
    ...new Map([...all, ...rows].map((row) => [id(row), row])).values(),
  ]
  inventory.tenants = merged(inventory.tenants, changes.tenants, ({ id }) => id)
  inventory.services = merged(inventory.services, changes.services, ({ id }) => id)
  inventory.devices = merged(inventory.devices, changes.declared, ({ devEui }) => devEui)
  inventory.gateways = merged(inventory.gateways, changes.gateways, ({ gatewayId }) => gatewayId)
  for (const entry of remember) world.memory.set(`${entry.kind} ${entry.key}`, { ...entry, fingerprint: 'f' })
}

describe('adopting a network', () => {
  test('gives each tenant and service a slug of its own; a service is that of its models, or what people call it', () => {
    const world = aNetwork()
    put(world, 1, 'a-1', 'p-tag')
    const { changes } = recognise(given(world))
    expect(changes.tenants.map(({ slug, chirpstackTenantId }) => [slug, chirpstackTenantId])).toEqual([
      ['tours-metropole', 't-1'],
      ['tours-metropole-2', 't-2'],
    ])
    expect(changes.services.map(({ slug, name, chirpstackApplicationId }) => [slug, name, chirpstackApplicationId])).toEqual([
      ['water', 'Télérelève', 'a-1'],
      ['lighting', 'Éclairage public', 'a-2'],
      ['essais', 'Essais', 'a-3'],
    ])
    expect(changes.services.every((service) => !('tenant' in service))).toBe(true)
  })

  test('recognises models by tag, by mapping, by name; the rest is grouped by profile with an example and a suggestion', () => {
    const world = aNetwork()
    put(world, 1, 'a-1', 'p-tag')
    put(world, 2, 'a-1', 'p-far', { tags: { model: 'acme/meter' } })
    put(world, 3, 'a-1', 'p-name')
    for (const n of [4, 5]) put(world, n, 'a-1', 'p-none')
    put(world, 6, 'a-1', 'p-far', { tags: { model: 'who/knows' } })
    const { recognised, unrecognised, changes } = recognise(given(world))
    expect(recognised).toEqual([
      { model: 'acme/meter', by: 'tag', count: 2 },
      { model: 'acme/binsonic', by: 'name', count: 1 },
    ])
    expect(unrecognised).toEqual([
      { tenant: 'tours-metropole', profile: 'Capteurs BinSonic v2', count: 2, example: euiOf(4), suggestion: 'acme/binsonic' },
      { tenant: 'tours-metropole', profile: 'Divers', count: 1, example: euiOf(6), suggestion: null },
    ])
    expect(changes.declared.map(({ devEui, model, status }) => [devEui, model, status])).toEqual(
      [...[1, 2].map((n) => [euiOf(n), 'acme/meter', 'in stock']), [euiOf(3), 'acme/binsonic', 'in stock']].concat(
        [4, 5, 6].map((n) => [euiOf(n), null as unknown as string, 'in stock']),
      ),
    )
    const mapped = recognise(
      given(world, [
        ['Capteurs BinSonic v2', 'acme/binsonic'],
        ['Divers', 'not/here'],
      ]),
    )
    expect(mapped.recognised).toContainEqual({ model: 'acme/binsonic', by: 'mapping', count: 2 })
    expect(mapped.unrecognised.map(({ profile }) => profile)).toEqual(['Divers'])
  })

  test('twice finds nothing new, and a mapping given later mends the models alone', () => {
    const world = aNetwork()
    put(world, 1, 'a-1', 'p-tag')
    put(world, 2, 'a-1', 'p-none')
    world.gateways.set('g', {
      ...{ gatewayId: euiOf(77), tenantId: 't-1', name: '', description: '', location: null, statsInterval: 30, tags: {}, updatedAt: 'u' },
    })
    const first = recognise(given(world))
    expect(first.counts).toEqual([
      { kind: 'tenant', found: 2, adopted: 2 },
      { kind: 'application', found: 3, adopted: 3 },
      { kind: 'profile', found: 4, adopted: 2 },
      { kind: 'gateway', found: 1, adopted: 1 },
      { kind: 'device', found: 2, adopted: 2 },
    ])
    expect(first.remember.every(({ owner, keys }) => owner === null && keys === null)).toBe(true)
    adopt(world, first)
    const again = recognise(given(world))
    expect([again.changes, again.remember]).toEqual([{ tenants: [], services: [], declared: [], gateways: [] }, []])
    const mapped = recognise(given(world, [['Capteurs BinSonic v2', 'acme/binsonic']]))
    expect(mapped.changes.declared).toEqual([expect.objectContaining({ devEui: euiOf(2), model: 'acme/binsonic' })])
    expect(mapped.changes.services).toEqual([])
  })

  test('binds what the inventory has by that name, and leaves its slug, its names and its installed devices', () => {
    const world = aNetwork()
    world.inventory.tenants = [{ id: 'i-1', slug: 'tours', name: 'tours métropole', timeZone: 'Europe/Paris', chirpstackTenantId: null }]
    world.inventory.services = [{ id: 's-1', tenantId: 'i-1', slug: 'water', name: 'Eau', chirpstackApplicationId: null }]
    put(world, 1, 'a-1', 'p-tag')
    const row = { devEui: euiOf(1), tenantId: 'i-1', serviceId: 's-1', name: 'mine', model: 'acme/meter', serial: 'S1', firmware: null }
    world.inventory.devices = [{ ...row, status: 'installed' }]
    const { changes } = recognise(given(world))
    expect(changes.tenants[0]).toEqual({
      id: 'i-1',
      slug: 'tours',
      name: 'tours métropole',
      timeZone: 'Europe/Paris',
      chirpstackTenantId: 't-1',
    })
    expect(changes.services[0]).toEqual({ id: 's-1', tenantId: 'i-1', slug: 'water', name: 'Eau', chirpstackApplicationId: 'a-1' })
    expect(changes.declared).toEqual([])
  })

  test('then a folder that declares it finds it there, owns none of it, and prunes none of it', () => {
    const world = aNetwork()
    put(world, 1, 'a-1', 'p-tag', { name: 'meter 1', tags: { model: 'acme/meter' } })
    put(world, 2, 'a-1', 'p-tag', { name: 'meter 2', tags: { model: 'acme/meter' } })
    adopt(world, recognise(given(world)))
    const tenant = 'tours-metropole'
    const wanted = aTerritory({
      tenants: [{ slug: tenant, name: 'Tours Métropole', timeZone: 'Europe/Paris' }],
      services: [{ tenant, slug: 'water', name: 'water' }],
      devices: [aDevice(1, { tenant, serial: '' })],
    })
    const plan = () => planTerritory(aPlanInput(wanted, world.observed(wanted), { keys: new Map(), options: { prune: true } }))
    expect(plan().steps).toEqual([])
    world.carryOut(plan().steps, folder, facts)
    expect(world.memory.get('profile tours-metropole/acme/meter')?.owner).toBeNull()
  })
})
