import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Role, type Scope, serverScope } from '../../../src/access/scope.ts'
import type { Database } from '../../../src/adapters/sql/database.ts'
import { SqlAuditTrail } from '../../../src/adapters/sql/sql-audit.ts'
import { SqlDeviceActivity } from '../../../src/adapters/sql/sql-device-activity.ts'
import { SqlInventory } from '../../../src/adapters/sql/sql-inventory.ts'
import { Directory } from '../../../src/inventory/directory.ts'
import { type InstalledModel, type InstallRequest, installRequestSchema } from '../../../src/inventory/install.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { noChanges } from '../../../src/inventory/ports.ts'
import { bin, inventoryOf, meter, type OpenDatabase, stocked, territory } from './territory.ts'

const page = { limit: 100 }
const tours: Scope = { account: 'dsi', role: 'technician', tenant: 'tours', services: null, communes: null }
const blois: Scope = { ...tours, tenant: 'blois' }
const request = (fields: Partial<InstallRequest> & { asset: string }): InstallRequest => installRequestSchema.parse(fields)

const mud = (accept: InstalledModel['accept'] = () => {}): InstalledModel => ({ slug: 'milesight/em400-mud', service: 'waste', accept })
const w1: InstalledModel = { slug: 'axioma/qalcosonic-w1', service: 'water', accept: () => {} }

export function inventorySuite(open: OpenDatabase): void {
  let database: Database
  let inventory: Inventory
  let changed: string[][]
  beforeEach(async () => {
    database = await open()
    changed = []
    inventory = inventoryOf(database, changed)
    await inventory.seed(serverScope, territory)
  })
  afterEach(() => database.stop())

  const waterAsset = async () => {
    const [asset] = (await inventory.assets(tours, { ...page, service: 'water' })).items
    return asset!
  }

  test('one that has yet to begin begins earlier when it is said to, and what it was to end ends then', async () => {
    const slip = '2027-11-20T10:00:00.000Z'
    await inventory.install(tours, stocked, request({ asset: 'PAV-Gare-2', replace: true, from: slip, parameters: { empty: 210 } }))
    const right = '2026-11-20T10:00:00.000Z'
    const device = await inventory.install(tours, stocked, request({ asset: 'PAV-Gare-2', replace: true, from: right }))
    expect(device).toMatchObject({ status: 'installed', installations: [{ asset: 'PAV-Gare-2', from: right, parameters: { empty: 210 } }] })
    const rows = await database.db.selectFrom('assignment').selectAll().where('valid_to', '=', right).execute()
    expect(rows).toMatchObject([{ dev_eui: bin }])
    expect(await database.db.selectFrom('assignment').selectAll().where('valid_from', '=', slip).execute()).toEqual([])
    const earlier = inventory.install(tours, stocked, request({ asset: 'PAV-Gare-2', replace: true, from: '2025-01-01T00:00:00.000Z' }))
    await expect(earlier).rejects.toMatchObject({ code: 'inventory.assignment-overlaps' })
  })

  test('what is accepted are the parameters the channel will have: a repeat without any keeps them, one with some replaces all', async () => {
    const seen: unknown[] = []
    const install = (fields: Partial<InstallRequest>) =>
      inventory.install(
        tours,
        bin,
        request({ asset: 'PAV-Gare-2', ...fields }),
        mud((parameters) => void seen.push(parameters)),
      )
    await install({})
    await install({ parameters: { empty: 200 } })
    await install({ assetName: 'Station' })
    expect(seen).toEqual([{ empty: 180, full: 30 }, { empty: 200 }, { empty: 200 }])
    await install({ asset: 'PAV-Gare-9', service: 'waste' })
    expect(seen.at(-1)).toEqual({})
    const refuse = mud(() => {
      throw new Error('refused')
    })
    const refused = inventory.install(tours, bin, request({ asset: 'PAV-Gare-2', service: 'waste' }), refuse)
    await expect(refused).rejects.toThrow('refused')
    expect(await inventory.device(tours, bin)).toMatchObject({ installations: [{ asset: 'PAV-Gare-9' }] })
  })

  describe('what provisioning declares', () => {
    const declare = async (devEui: string) => {
      const store = new SqlInventory(database)
      await store.transaction(async (transaction) => {
        const { tenants, services } = await transaction.holders(['tours'])
        const water = services.find(({ slug }) => slug === 'water')
        const device = {
          devEui,
          tenantId: tenants[0]?.id ?? '',
          serviceId: water?.id ?? '',
          name: 'declared',
          model: 'axioma/qalcosonic-w1',
        }
        await transaction.apply({ ...noChanges, declared: [{ ...device, serial: null, firmware: null, status: 'in stock' }] })
      })
      return inventory.device(tours, devEui)
    }

    test('a new device comes in stock', async () => {
      expect(await declare('70b3d500000000fe')).toMatchObject({ status: 'in stock', service: 'water', name: 'declared' })
    })

    test('one in stock gets its service', async () => {
      expect(await declare(stocked)).toMatchObject({ status: 'in stock', service: 'water', model: 'axioma/qalcosonic-w1' })
    })

    test('one that is installed meanwhile stays where it is, with its serial and firmware', async () => {
      const there = await declare(bin)
      expect(there).toMatchObject({ status: 'installed', service: 'waste', name: 'declared', serial: 'EM-0001', firmware: '1.2' })
      expect(there.installations).toHaveLength(1)
    })

    test('one that leaves for ever serves nothing from then on', async () => {
      const at = '2026-11-22T06:00:00.000Z'
      await new SqlInventory(database).transaction((transaction) => transaction.apply({ ...noChanges, retired: [{ devEui: bin, at }] }))
      expect(await inventory.device(tours, bin)).toMatchObject({ status: 'retired', installations: [] })
    })
  })

  describe('seeding', () => {
    test('a second time changes nothing, and keeps what people changed', async () => {
      const before = await inventory.assets(serverScope, page)
      await inventory.install(tours, bin, request({ asset: 'PAV-Gare-2', deviceName: 'renamed', parameters: { empty: 200 } }))
      expect(await inventory.seed(serverScope, territory)).toEqual({ devices: 0, assignments: 0 })
      expect((await inventory.assets(serverScope, page)).items.map((asset) => asset.slug)).toEqual(before.items.map((asset) => asset.slug))
      expect(await inventory.device(tours, bin)).toMatchObject({ name: 'renamed', installations: [{ parameters: { empty: 200 } }] })
    })

    test('adds what a longer seed declares', async () => {
      const more = { ...territory.devices[2]!, devEui: '70b3d500000000fe', name: 'second spare' }
      expect(await inventory.seed(serverScope, { ...territory, devices: [...territory.devices, more] })).toMatchObject({ devices: 1 })
      expect((await inventory.devices(tours, page)).items).toHaveLength(4)
      expect(changed.at(-1)).toEqual(['70b3d500000000fe'])
    })

    test('writes all or nothing', async () => {
      const broken = {
        ...territory,
        tenants: [...territory.tenants, { slug: 'orléans', name: '', timeZone: '', chirpstackTenantId: null }],
      }
      const seed = { ...broken, assignments: [{ ...territory.assignments[0]!, devEui: '70b3d500000000fd', asset: 'nowhere' }] }
      await expect(
        inventory.seed(serverScope, { ...seed, devices: [{ ...territory.devices[2]!, devEui: '70b3d500000000fd' }] }),
      ).rejects.toThrow('nowhere')
      expect((await inventory.tenants(serverScope, page)).items.map((tenant) => tenant.slug)).toEqual(['blois', 'tours'])
    })

    test('is for the server itself only', async () => {
      await expect(inventory.seed({ ...tours, role: 'admin' }, territory)).rejects.toMatchObject({ code: 'access.forbidden' })
    })
  })

  describe('lists', () => {
    test('a device is shown with slugs, its place and what was heard of it', async () => {
      await new SqlDeviceActivity(database).record([
        {
          devEui: bin,
          lastSeen: '2026-11-22T05:00:00.000Z',
          joinedAt: null,
          lastLog: { code: 'UPLINK_MIC', time: '2026-11-22T04:00:00.000Z' },
        },
      ])
      expect(await inventory.device(tours, bin)).toEqual({
        devEui: bin,
        name: 'bin 2',
        model: 'milesight/em400-mud',
        firmware: '1.2',
        serial: 'EM-0001',
        status: 'installed',
        tenant: 'tours',
        service: 'waste',
        installations: [
          {
            channel: 'main',
            asset: 'PAV-Gare-2',
            service: 'waste',
            commune: '37050',
            from: '2026-01-01T00:00:00.000Z',
            parameters: { empty: 180, full: 30 },
          },
        ],
        lastSeen: '2026-11-22T05:00:00.000Z',
        joinedAt: null,
        lastLog: { code: 'UPLINK_MIC', time: '2026-11-22T04:00:00.000Z' },
      })
    })

    test.for([
      [{ service: 'water' }, [meter]],
      [{ commune: '37050' }, [bin]],
      [{ status: 'in stock' }, [stocked]],
      [{ model: 'axioma/qalcosonic-w1' }, [meter]],
      [{ serial: 'EM-0001' }, [bin]],
      [{ serial: 'EM-0002' }, []],
      [{ asset: 'PAV-Gare-2' }, [bin]],
      [{ neverJoined: true }, [meter, stocked]],
      [{ neverJoined: false }, [bin]],
      [{ tenant: 'tours', service: 'waste' }, [bin]],
      [{ tenant: 'blois' }, []],
      [{ service: 'nothing' }, []],
    ] as const)('devices by %j', async ([filter, expected]) => {
      await new SqlDeviceActivity(database).record([{ devEui: bin, lastSeen: '2026-11-22T05:00:00.000Z', joinedAt: null, lastLog: null }])
      expect((await inventory.devices(tours, { ...page, ...filter })).items.map((device) => device.devEui).sort()).toEqual(
        [...expected].sort(),
      )
    })

    test.for(['devices', 'assets', 'gateways', 'services', 'tenants'] as const)('%s page by cursor, each once', async (list) => {
      const all = (await inventory[list](serverScope, page)).items
      const paged: unknown[] = []
      let cursor: string | null = null
      do {
        const next: { items: readonly unknown[]; cursor: string | null } = await inventory[list](serverScope, {
          limit: 1,
          ...(cursor && { cursor }),
        })
        expect(next.items).toHaveLength(1)
        paged.push(...next.items)
        cursor = next.cursor
      } while (cursor !== null)
      expect(paged).toEqual(all)
      expect(paged.length).toBeGreaterThan(1)
    })

    test.for(['', 'nonsense', Buffer.from('["a","b","c"]').toString('base64url')])('the cursor %j is refused', async (cursor) => {
      await expect(inventory.assets(tours, { ...page, cursor })).rejects.toMatchObject({ code: 'inventory.bad-cursor' })
      await expect(inventory.devices(tours, { ...page, cursor })).rejects.toMatchObject({ code: 'inventory.bad-cursor' })
    })

    test('the dwelling behind a pseudonym is shown to those who go there only', async () => {
      const asset = await waterAsset()
      expect(asset).toMatchObject({ code: 'PDL-0001', name: 'Dupont', site: { name: '3 rue Foch', latitude: 47.39 } })
      expect(asset.slug).toMatch(/^w-[0-9a-hjkmnp-tv-z]{8}$/)
      for (const role of ['reader', 'integrator'] satisfies Role[]) {
        const shown = await inventory.asset({ ...tours, role }, { slug: asset.slug })
        expect(JSON.stringify(shown)).not.toMatch(/PDL|Dupont|Foch|47\.39/)
        expect(shown).toMatchObject({ slug: asset.slug, site: { commune: '37261' } })
      }
    })
  })

  describe('scope', () => {
    test('a slug of two tenants means each its own', async () => {
      expect((await inventory.asset(tours, { slug: 'PAV-Gare-2' })).name).toBe('Gare, verre')
      expect((await inventory.asset(blois, { slug: 'PAV-Gare-2' })).name).toBe('Gare de Blois')
      await expect(inventory.asset(serverScope, { slug: 'PAV-Gare-2' })).rejects.toMatchObject({ code: 'inventory.asset-ambiguous' })
      expect((await inventory.asset(serverScope, { slug: 'PAV-Gare-2', tenant: 'blois' })).name).toBe('Gare de Blois')
      await expect(inventory.asset(blois, { slug: 'PAV-Gare-2', tenant: 'tours' })).rejects.toMatchObject({
        code: 'inventory.asset-not-found',
      })
    })

    test('what is outside is not found', async () => {
      await expect(inventory.device(blois, bin)).rejects.toMatchObject({ code: 'inventory.device-not-found', status: 404 })
      await expect(inventory.gateway(blois, '7076ff0056080001')).rejects.toMatchObject({ code: 'inventory.gateway-not-found' })
      await expect(inventory.gateway(blois, '7076ff0056080003')).rejects.toMatchObject({ code: 'inventory.gateway-not-found' })
      expect(await inventory.target(blois, (await waterAsset()).slug)).toBeUndefined()
    })

    test('an asset is found by its code too, by those who may see it; a slug comes first', async () => {
      const { slug } = await waterAsset()
      expect(await inventory.asset(tours, { slug: 'PDL-0001' })).toMatchObject({ slug })
      expect(await inventory.target(tours, 'PDL-0001')).toMatchObject({ asset: slug, devEui: meter })
      expect(await inventory.named(serverScope, { asset: 'PDL-0001' })).toEqual({ asset: slug, tenant: 'tours' })
      expect((await inventory.devices(tours, { ...page, asset: 'PDL-0001' })).items.map((device) => device.devEui)).toEqual([meter])
      expect(await inventory.named(tours, { asset: 'none' })).toEqual({ asset: 'none', tenant: undefined })
      const reader: Scope = { ...tours, role: 'reader' }
      await expect(inventory.asset(reader, { slug: 'PDL-0001' })).rejects.toMatchObject({ code: 'inventory.asset-not-found' })
      expect(await inventory.target(reader, 'PDL-0001')).toBeUndefined()
      expect(await inventory.named(reader, { asset: 'PDL-0001' })).toEqual({ asset: 'PDL-0001', tenant: undefined })
      expect((await inventory.devices(reader, { ...page, asset: 'PDL-0001' })).items).toEqual([])
      expect(await inventory.asset(reader, { slug })).toMatchObject({ code: slug })
      for (const outside of [blois, { ...tours, services: ['waste'] }]) {
        await expect(inventory.asset(outside, { slug: 'PDL-0001' })).rejects.toMatchObject({ code: 'inventory.asset-not-found' })
      }

      await inventory.install(tours, stocked, request({ asset: 'PAV Gare 2', service: 'waste' }))
      expect(await inventory.asset(reader, { slug: 'PAV Gare 2' })).toMatchObject({ slug: 'PAV-Gare-2-2' })
      expect(await inventory.asset(reader, { slug: 'PAV-Gare-2' })).toMatchObject({ code: 'PAV-Gare-2' })
      await inventory.install(blois, '24e124000000000d', request({ asset: 'PAV Gare 2', service: 'waste' }))
      await expect(inventory.named(serverScope, { asset: 'PAV Gare 2' })).rejects.toMatchObject({ code: 'inventory.asset-ambiguous' })
    })

    test('communes and services hold for devices, assets and readings', async () => {
      const station: Scope = { ...tours, communes: ['37050'] }
      expect((await inventory.devices(station, page)).items.map((device) => device.devEui)).toEqual([bin])
      expect(await inventory.readingScope(station)).toEqual({ tenant: 'tours', services: null, assets: ['PAV-Gare-2'] })
      const water: Scope = { ...tours, services: ['water'] }
      expect((await inventory.devices(water, page)).items.map((device) => device.devEui)).toEqual([meter])
      expect((await inventory.services(water, page)).items.map((service) => service.slug)).toEqual(['water'])
      expect(await inventory.readingScope(water)).toEqual({ tenant: 'tours', services: ['water'], assets: null })
      expect(await inventory.readingScope({ ...tours, communes: [] })).toEqual({ tenant: 'tours', services: null, assets: [] })
    })

    test('across tenants, a slug that also means an asset elsewhere does not let its readings out', async () => {
      const gares: Scope = { ...serverScope, communes: ['37050', '37261'] }
      expect((await inventory.readingScope(gares)).assets).toEqual([(await waterAsset()).slug])
      const both: Scope = { ...serverScope, communes: ['37050', '41018'] }
      expect((await inventory.readingScope(both)).assets).toEqual(['PAV-Gare-2'])
    })

    test('an order finds its device, its zone and its model', async () => {
      expect(await inventory.target(tours, 'PAV-Gare-2')).toEqual({
        tenant: 'tours',
        timeZone: 'Europe/Paris',
        service: 'waste',
        asset: 'PAV-Gare-2',
        devEui: bin,
        channel: 'main',
        model: 'milesight/em400-mud',
        firmware: '1.2',
      })
      await expect(inventory.target(blois, 'PAV-Gare-2')).rejects.toMatchObject({ code: 'asset.no-device' })
    })
  })

  describe('install', () => {
    test('makes what is missing: device, asset, site and service', async () => {
      const device = await inventory.install(
        tours,
        '24e124000000000c',
        request({
          asset: 'L Foch 014',
          service: 'lighting',
          newService: true,
          model: 'nasys/ul20xx',
          site: { name: 'Rue Foch', commune: '37261' },
        }),
      )
      expect(device).toMatchObject({ tenant: 'tours', service: 'lighting', status: 'installed', name: '24e124000000000c' })
      expect(device.installations).toMatchObject([{ asset: 'L-Foch-014', commune: '37261', from: '2026-11-22T06:00:00.000Z' }])
      expect(await inventory.asset(tours, { slug: 'L-Foch-014' })).toMatchObject({ code: 'L Foch 014', service: 'lighting' })
      expect(changed.at(-1)).toEqual(['24e124000000000c'])
    })

    test.for([
      { asset: 'A', equipment: { serial: 'x'.repeat(201), kind: 'meter' } },
      { asset: 'A', equipment: { serial: ' ', kind: 'meter' } },
      { asset: 'A', site: { name: '' } },
      { asset: 'A', site: { name: 'x'.repeat(201) } },
      { asset: ' ' },
    ])('names that are none or too long for an index are refused: %#', (fields) => {
      expect(installRequestSchema.safeParse(fields).success).toBe(false)
    })

    test('repeated, it changes nothing, and the directory is told once more in case it missed the first', async () => {
      const wanted = request({ asset: 'PDL-0002', service: 'water', from: '2026-11-01T00:00:00+01:00', parameters: { pulse: 10 } })
      const first = await inventory.install(tours, stocked, wanted)
      expect(first.installations[0]?.asset).toMatch(/^w-/)
      const rows = (await new SqlAuditTrail(database).list(tours, { limit: 100 })).length
      const calls = changed.length
      expect(await inventory.install(tours, stocked, wanted)).toEqual(first)
      expect(await new SqlAuditTrail(database).list(tours, { limit: 100 })).toHaveLength(rows)
      expect(changed.slice(calls)).toEqual([[stocked]])
    })

    test('a swap ends the former device’s time where the new one’s begins, and history stays with the asset', async () => {
      const device = await inventory.install(
        tours,
        stocked,
        request({ asset: 'PAV-Gare-2', replace: true, from: '2026-11-20T10:00:00Z', endIndex: 7, startIndex: 0 }),
      )
      expect(device).toMatchObject({ service: 'waste', status: 'installed' })
      expect(await inventory.device(tours, bin)).toMatchObject({ status: 'in stock', serial: 'EM-0001', installations: [] })
      expect(changed.at(-1)).toEqual([stocked, bin])
      const directory = new Directory(new SqlInventory(database))
      await directory.start()
      expect(directory.assignmentAt(bin, 'main', '2026-11-20T09:59:59.999Z')).toMatchObject({
        asset: 'PAV-Gare-2',
        parameters: { empty: 180, full: 30 },
      })
      expect(directory.assignmentAt(bin, 'main', '2026-11-20T10:00:00.000Z')).toBeUndefined()
      expect(directory.assignmentAt(stocked, 'main', '2026-11-20T10:00:00.000Z')).toMatchObject({ asset: 'PAV-Gare-2', service: 'waste' })
      expect(directory.assignmentAt(stocked, 'main', '2026-11-20T09:59:59.999Z')).toBeUndefined()
    })

    test('a device that moves leaves its former asset', async () => {
      await inventory.install(tours, bin, request({ asset: 'PAV-Gare-3', service: 'waste', site: { name: 'Gare' } }))
      expect((await inventory.asset(tours, { slug: 'PAV-Gare-2' })).devices).toEqual([])
      expect(await inventory.asset(tours, { slug: 'PAV-Gare-3' })).toMatchObject({
        devices: [{ devEui: bin }],
        site: { name: 'Gare', commune: '37050' },
      })
    })

    test('two channels of a device serve two assets', async () => {
      await inventory.install(tours, bin, request({ asset: 'PAV-Gare-3', channel: 'second', service: 'waste' }))
      expect((await inventory.device(tours, bin)).installations.map((one) => [one.channel, one.asset])).toEqual([
        ['main', 'PAV-Gare-2'],
        ['second', 'PAV-Gare-3'],
      ])
    })

    test('says who did what, before and after', async () => {
      await inventory.install(tours, stocked, request({ asset: 'PAV-Gare-2', replace: true }))
      const rows = await new SqlAuditTrail(database).list(tours, { limit: 10 })
      expect(rows.map((row) => [row.account, row.action, row.object]).sort()).toEqual([
        ['dsi', 'device.install', stocked],
        ['dsi', 'device.uninstall', bin],
      ])
      expect(rows.find((row) => row.object === bin)).toMatchObject({ before: { to: null }, after: { to: '2026-11-22T06:00:00.000Z' } })
      expect(await new SqlAuditTrail(database).list(blois, { limit: 10 })).toEqual([])
    })

    test.for<[string, Scope, string, Partial<InstallRequest> & { asset: string }, string]>([
      ['a reader', { ...tours, role: 'reader' }, stocked, { asset: 'PAV-Gare-2' }, 'access.forbidden'],
      ['a device of another tenant', blois, bin, { asset: 'PAV-Gare-2' }, 'inventory.device-elsewhere'],
      ['another tenant', blois, stocked, { asset: 'PAV-Gare-2', tenant: 'tours' }, 'inventory.tenant-not-found'],
      ['a tenant that nobody named', serverScope, '24e124000000000d', { asset: 'X', service: 'waste' }, 'inventory.tenant-needed'],
      [
        'a tenant that a tenant makes up',
        { ...tours, tenant: 'nantes' },
        '24e124000000000d',
        { asset: 'X', service: 'waste' },
        'inventory.tenant-not-found',
      ],
      ['a new asset without a service', tours, stocked, { asset: 'X' }, 'inventory.service-needed'],
      ['an asset of another service', tours, stocked, { asset: 'PAV-Gare-2', service: 'water' }, 'inventory.asset-other-service'],
      ['an asset that another device serves', tours, stocked, { asset: 'PAV-Gare-2' }, 'inventory.asset-served'],
      ['a service that is none', tours, stocked, { asset: 'X', service: 'watr' }, 'inventory.service-unknown'],
      ['a tenant that is none', serverScope, '24e124000000000d', { asset: 'X', tenant: 'tour' }, 'inventory.tenant-unknown'],
      ['a service outside of the scope', { ...tours, services: ['water'] }, stocked, { asset: 'PAV-Gare-2' }, 'inventory.outside-scope'],
      ['a commune outside of the scope', { ...tours, communes: ['37261'] }, stocked, { asset: 'PAV-Gare-2' }, 'inventory.outside-scope'],
      [
        'a new asset of no commune, for whom communes restrict',
        { ...tours, communes: ['37261'] },
        stocked,
        { asset: 'X', service: 'waste' },
        'inventory.outside-scope',
      ],
      [
        'a device taken from outside of the scope',
        { ...tours, communes: ['37261'] },
        bin,
        { asset: 'X', service: 'waste', site: { name: '3 rue Foch' } },
        'inventory.device-elsewhere',
      ],
      [
        'a date before what is there',
        tours,
        stocked,
        { asset: 'PAV-Gare-2', replace: true, from: '2025-12-31T23:59:59Z' },
        'inventory.assignment-overlaps',
      ],
      [
        'the same date as what is there',
        tours,
        stocked,
        { asset: 'PAV-Gare-2', replace: true, from: '2026-01-01T00:00:00Z' },
        'inventory.assignment-overlaps',
      ],
    ])('refuses %s', async ([, scope, devEui, fields, code]) => {
      const before = [
        await inventory.devices(serverScope, page),
        await inventory.assets(serverScope, page),
        await inventory.services(serverScope, page),
        await inventory.tenants(serverScope, page),
      ]
      await expect(inventory.install(scope, devEui, request(fields))).rejects.toMatchObject({ code })
      expect([
        await inventory.devices(serverScope, page),
        await inventory.assets(serverScope, page),
        await inventory.services(serverScope, page),
        await inventory.tenants(serverScope, page),
      ]).toEqual(before)
    })

    test('a device that serves the asset is named with its last reading, and makes room only where that is said', async () => {
      const install = (fields: Partial<InstallRequest>) => inventory.install(tours, stocked, request({ asset: 'PAV-Gare-2', ...fields }))
      await expect(install({})).rejects.toThrow(`served by device ${bin} (main), never heard so far`)
      await new SqlDeviceActivity(database).record([{ devEui: bin, lastSeen: '2026-11-22T05:00:00.000Z', joinedAt: null, lastLog: null }])
      await expect(install({})).rejects.toThrow(`served by device ${bin} (main), whose last reading came at 2026-11-22T05:00:00.000Z`)
      expect(await inventory.device(tours, bin)).toMatchObject({ status: 'installed' })
      const installed = await install({ replace: true })
      expect(await install({})).toEqual(installed)
      expect(await inventory.device(tours, bin)).toMatchObject({ status: 'in stock', installations: [] })
    })

    test('a model of another service is refused with both, unless the service of the asset is named', async () => {
      const install = (fields: Partial<InstallRequest>) =>
        inventory.install(tours, stocked, request({ asset: 'PAV-Gare-2', replace: true, ...fields }), w1)
      const refused = await install({}).catch((error: unknown) => error)
      expect(refused).toMatchObject({ code: 'inventory.model-other-service', context: { of: 'waste', service: 'water', model: w1.slug } })
      await install({ service: 'waste' })
      const installations = [{ asset: 'PAV-Gare-2', from: '2026-11-23T00:00:00.000Z' }]
      expect(await install({ from: '2026-11-23T00:00:00Z' })).toMatchObject({ service: 'waste', installations })
    })

    test('the service is the asset’s, else the device’s, else the model’s', async () => {
      expect(await inventory.install(tours, stocked, request({ asset: 'PDL-0002' }), w1)).toMatchObject({
        service: 'water',
        installations: [{ asset: expect.stringMatching(/^w-/), service: 'water' }],
      })
      expect(await inventory.install(tours, bin, request({ asset: 'PAV-Gare-3' }), w1)).toMatchObject({ service: 'waste' })
      expect(await inventory.install(blois, '24e124000000000d', request({ asset: 'PDL-0002' }), w1)).toMatchObject({
        service: 'water',
        installations: [{ asset: expect.stringMatching(/^w-/) }],
      })
    })

    test('a service or a tenant that does not exist is made where that is said, else refused with what there is', async () => {
      const install = (scope: Scope, fields: Partial<InstallRequest>) =>
        inventory.install(scope, '24e124000000000d', request({ asset: 'X', ...fields }), w1)
      await expect(install(tours, { service: 'watr' })).rejects.toThrow('has no service "watr"; it has: waste, water.')
      await expect(install({ ...tours, services: ['watr', 'water'] }, { service: 'watr' })).rejects.toThrow('it has: water.')
      await expect(install(serverScope, { tenant: 'tour' })).rejects.toThrow('no tenant "tour"; there are: blois, tours.')
      expect(await install(serverScope, { tenant: 'nantes', newTenant: true })).toMatchObject({ tenant: 'nantes', service: 'water' })
      expect(await install(serverScope, { asset: 'Y', service: 'eau', newService: true, from: '2026-11-23T00:00:00Z' })).toMatchObject({
        tenant: 'nantes',
        service: 'eau',
      })
    })

    test('the first tenant is made by itself, with the service of the model', async () => {
      const empty = await open()
      try {
        const first = request({ asset: 'W-1042', tenant: 'tours', service: 'water' })
        await expect(inventoryOf(empty).install(serverScope, meter, first)).rejects.toThrow('it has: none')
        expect(await inventoryOf(empty).install(serverScope, meter, first, w1)).toMatchObject({ tenant: 'tours', service: 'water' })
      } finally {
        await empty.stop()
      }
    })

    test('a commune without a place is that of the asset’s place, else of one that bears its code', async () => {
      await inventory.install(tours, stocked, request({ asset: 'PDL-0002', service: 'water', site: { commune: '37261' } }))
      expect(await inventory.asset(tours, { slug: 'PDL-0002' })).toMatchObject({ site: { name: 'PDL-0002', commune: '37261' } })
      await inventory.install(tours, bin, request({ asset: 'PAV-Gare-2', site: { commune: '37261' } }))
      expect(await inventory.asset(tours, { slug: 'PAV-Gare-2' })).toMatchObject({ site: { name: 'Gare', commune: '37261' } })
    })

    test('a device comes back where its former time has ended; what is in the way is told from when to when', async () => {
      const ended = '2026-11-10T00:00:00.000Z'
      await inventory.install(tours, stocked, request({ asset: 'PAV-Gare-2', replace: true, from: ended }))
      const again = (from: string) => inventory.install(tours, bin, request({ asset: 'PAV-Gare-3', service: 'waste', from }))
      await expect(again('2026-11-09T23:59:59Z')).rejects.toThrow(
        `${bin} was assigned from 2026-01-01T00:00:00.000Z to ${ended}, and 2026-11-09T23:59:59.000Z is before that end: give ${ended} or a later date.`,
      )
      expect(await again('2026-11-10T01:00:00+01:00')).toMatchObject({ installations: [{ asset: 'PAV-Gare-3', from: ended }] })
      const over = inventory.install(tours, bin, request({ asset: 'PAV-Gare-2', replace: true, from: ended }))
      await expect(over).rejects.toThrow(`${bin} is assigned from ${ended} on, which is not before ${ended}: give a date after ${ended}.`)
      const next = await again('2026-11-12T00:00:00Z')
      await expect(again('2025-01-01T00:00:00Z')).rejects.toThrow(`give a date after ${next.installations[0]?.from}.`)
    })

    test('the database itself refuses an assignment across tenants, and two open ones of a channel', async () => {
      const asset = await database.db
        .selectFrom('asset')
        .innerJoin('tenant', 'tenant.id', 'asset.tenant_id')
        .select('asset.id')
        .where('tenant.slug', '=', 'blois')
        .executeTakeFirstOrThrow()
      const [row] = await database.db.selectFrom('assignment').selectAll().where('dev_eui', '=', bin).execute()
      const other = { ...row!, id: 'x', channel: 'other', valid_from: '2026-02-01T00:00:00.000Z' }
      await expect(
        database.db
          .insertInto('assignment')
          .values({ ...other, asset_id: asset.id })
          .execute(),
      ).rejects.toThrow()
      await expect(
        database.db
          .insertInto('assignment')
          .values({ ...other, channel: 'main' })
          .execute(),
      ).rejects.toThrow()
      await database.db.insertInto('assignment').values(other).execute()
    })

    test('of two that install on one asset at once, both are served in turn', async () => {
      const devices = ['24e124000000000d', '24e124000000000e', '24e124000000000f']
      const outcomes = await Promise.allSettled(
        devices.map((devEui, index) =>
          inventory.install(tours, devEui, request({ asset: 'PAV-Gare-2', replace: true, from: `2026-11-2${index}T00:00:00Z` })),
        ),
      )
      const open = (await inventory.asset(tours, { slug: 'PAV-Gare-2' })).devices
      expect(open).toHaveLength(1)
      expect(outcomes.some((outcome) => outcome.status === 'fulfilled')).toBe(true)
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'inventory.assignment-overlaps' })
    })
  })
}
