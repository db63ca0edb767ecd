import fc from 'fast-check'
import { expect, test } from 'vitest'
import { roleSchema, type Scope, serverScope } from '../../../src/access/scope.ts'
import { issueToken } from '../../../src/access/tokens.ts'
import { newId } from '../../../src/adapters/sql/new-id.ts'
import { SqlAuditTrail } from '../../../src/adapters/sql/sql-audit.ts'
import { SqlDeadLetters } from '../../../src/adapters/sql/sql-dead-letters.ts'
import { SqlInventory } from '../../../src/adapters/sql/sql-inventory.ts'
import { SqlOrderLedger } from '../../../src/adapters/sql/sql-order-ledger.ts'
import { SqlTokens } from '../../../src/adapters/sql/sql-tokens.ts'
import type { Seed } from '../../../src/inventory/seed.ts'
import { anOrder } from '../../commands/order-builder.ts'
import { inventoryOf, type OpenDatabase } from './territory.ts'

/** Tenants, services, communes and codes from tiny sets, so that tenants have all they can in common. */
const tenants = ['alpha', 'beta'] as const
const services = ['water', 'waste'] as const
const communes = ['37261', '37050', null] as const

const placeArbitrary = fc.record({
  tenant: fc.constantFrom(...tenants),
  service: fc.constantFrom(...services),
  commune: fc.constantFrom(...communes),
  code: fc.constantFrom('A', 'B', 'C', 'D'),
  assigned: fc.boolean(),
})
type Place = typeof placeArbitrary extends fc.Arbitrary<infer T> ? T : never

const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values]), { nil: null })
const scopeArbitrary: fc.Arbitrary<Scope> = fc.record({
  account: fc.constant('someone'),
  role: fc.constantFrom(...roleSchema.options),
  tenant: fc.constantFrom(...tenants),
  services: some(services),
  communes: some(communes.filter((commune) => commune !== null)),
})
const filterArbitrary = fc.record(
  {
    tenant: fc.constantFrom(...tenants),
    service: fc.constantFrom(...services),
    commune: fc.constantFrom('37261', '37050'),
    asset: fc.constantFrom('alpha-A', 'beta-A', 'A'),
    neverJoined: fc.boolean(),
  },
  { requiredKeys: [] },
)

/** Everything that a tenant owns carries the tenant's name in all its texts, so that any leak shows in the answer's JSON. */
function seedOf(places: readonly Place[]): Seed {
  const unique = [...new Map(places.map((place) => [`${place.tenant} ${place.code}`, place])).values()]
  return {
    tenants: tenants.map((slug) => ({ slug, name: `${slug} name`, timeZone: 'UTC', chirpstackTenantId: `${slug} id` })),
    services: tenants.flatMap((tenant) =>
      services.map((slug) => ({ tenant, slug, name: `${tenant} ${slug}`, chirpstackApplicationId: `${tenant} app` })),
    ),
    sites: tenants.flatMap((tenant) =>
      communes.map((commune) => ({ tenant, name: `${tenant} site ${commune}`, commune, latitude: null, longitude: null })),
    ),
    assets: unique.map(({ tenant, service, commune, code }) => ({
      tenant,
      service,
      site: commune === null ? null : `${tenant} site ${commune}`,
      code,
      slug: `${tenant}-${code}`,
      name: `${tenant} asset`,
    })),
    equipment: [],
    devices: unique.map(({ tenant, service, code }) => ({
      devEui: devEuiOf(tenant, code),
      tenant,
      service,
      name: `${tenant} device`,
      model: null,
      firmware: null,
      serial: null,
      status: 'installed',
    })),
    gateways: tenants.map((tenant) => ({
      gatewayId: `00000000000000${tenant === 'alpha' ? 'a' : 'b'}0`,
      tenant,
      name: `${tenant} gateway`,
      latitude: null,
      longitude: null,
    })),
    assignments: unique
      .filter((place) => place.assigned)
      .map(({ tenant, code }) => ({
        devEui: devEuiOf(tenant, code),
        channel: 'main',
        asset: code,
        equipment: null,
        from: '2026-01-01T00:00:00Z',
        parameters: { note: tenant },
        startIndex: null,
      })),
  }
}

function devEuiOf(tenant: string, code: string): string {
  return `00000000000${tenant === 'alpha' ? 'a' : 'b'}000${code.toLowerCase()}`
}

export function isolationSuite(open: OpenDatabase, numRuns: number): void {
  test('no question with one tenant’s scope is ever answered with anything of another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(placeArbitrary, { minLength: 4, maxLength: 12 }),
        scopeArbitrary,
        filterArbitrary,
        async (places, scope, filter) => {
          const database = await open()
          try {
            const inventory = inventoryOf(database)
            const seed = seedOf(places)
            await inventory.seed(serverScope, seed)
            const letters = new SqlDeadLetters(database)
            const ledger = new SqlOrderLedger(database)
            const tokens = new SqlTokens(database)
            for (const [index, { devEui, tenant }] of seed.devices.entries()) {
              const common = { topic: `${tenant} topic`, detail: tenant, advice: tenant, time: '2026-11-22T06:00:00.000Z', model: null }
              await letters.keep([{ ...common, offset: index, reason: 'codec-error', devEui, tenant, payload: Buffer.from(tenant) }])
              const { number: _, ...order } = anOrder({
                id: newId(),
                tenant,
                devEui,
                asset: `${tenant}-A`,
                service: 'water',
                reason: tenant,
              })
              await ledger.add([order])
            }
            for (const tenant of tenants) {
              const request = { name: `${tenant}-token`, role: 'reader' as const, tenant, services: null, communes: null, expiresAt: null }
              await issueToken(tokens, serverScope, request, new Date())
            }

            const page = { limit: 100 }
            const other = scope.tenant === 'alpha' ? 'beta' : 'alpha'
            const otherEuis = seed.devices.filter((device) => device.tenant === other).map((device) => device.devEui)
            const store = new SqlInventory(database)
            const answers: unknown[] = [
              await inventory.devices(scope, page),
              await inventory.devices(scope, { ...page, ...filter }),
              await inventory.assets(scope, page),
              await inventory.assets(scope, { ...page, ...filter }),
              await inventory.gateways(scope, page),
              await inventory.gateways(scope, { ...page, tenant: other }),
              await inventory.services(scope, page),
              await inventory.services(scope, { ...page, tenant: other }),
              await inventory.tenants(scope, page),
              await inventory.readingScope(scope),
              await store.assetSlugs(scope),
              await letters.list(scope, page),
              await letters.counts(scope),
              await ledger.list(scope, page),
              await tokens.list(scope, page),
              await new SqlAuditTrail(database).list(scope, page),
            ]
            for (const devEui of otherEuis) answers.push((await store.devices(scope, { devEui }, page)).items)
            for (const code of ['A', 'B']) answers.push(await inventory.target(scope, `${other}-${code}`))
            for (const item of (await letters.list(serverScope, page)).items)
              if (item.tenant === other) answers.push(await letters.get(scope, item.id))
            for (const order of (await ledger.list(serverScope, page)).orders)
              if (order.tenant === other) answers.push(await ledger.get(scope, order.id))
            const text = JSON.stringify(answers)
            expect(text).not.toContain(other)
            for (const devEui of otherEuis) expect(text).not.toContain(devEui)

            // The same questions within the tenant: services and communes hold too, and nothing that is due is missing.
            const due = seed.devices.filter((device) => device.tenant === scope.tenant)
            const mine = (await inventory.devices(scope, page)).items
            for (const device of mine) expect(scope.services ?? services).toContain(device.service)
            if (scope.communes !== null)
              for (const { installations } of mine) for (const { commune } of installations) expect(scope.communes).toContain(commune)
            if (scope.services === null && scope.communes === null) expect(mine).toHaveLength(due.length)
          } finally {
            await database.stop()
          }
        },
      ),
      { numRuns },
    )
  })
}
