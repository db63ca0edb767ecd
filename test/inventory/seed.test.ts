import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { planSeed, type Seed } from '../../src/inventory/seed.ts'

const nothing = { tenants: [], services: [], sites: [], assets: [], equipment: [], devices: [], gateways: [], assignments: [] }
const taken = { devices: new Set<string>(), gateways: new Set<string>() }
const context = { newId: () => randomUUID(), random: (n: number) => new Uint8Array(n) }

function territory(code: string): Seed {
  const tenant = 'tours'
  return {
    ...nothing,
    tenants: [{ slug: tenant, name: 'Tours', timeZone: 'Europe/Paris', chirpstackTenantId: null }],
    services: [{ tenant, slug: 'water', name: 'Water', chirpstackApplicationId: null }],
    assets: [{ tenant, service: 'water', site: null, code, slug: 'w-7f3k2m9q', name: code }],
  }
}

test('an asset is known by its slug: another code for it is no other asset', () => {
  const first = planSeed(territory('PDL 1'), nothing, taken, context)
  expect(first.assets).toHaveLength(1)
  const second = planSeed(territory('PDL 7'), first, taken, context)
  expect(second.assets).toEqual([])
})
