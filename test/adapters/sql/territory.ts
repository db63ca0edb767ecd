import type { Database } from '../../../src/adapters/sql/database.ts'
import { newId } from '../../../src/adapters/sql/new-id.ts'
import { SqlInventory } from '../../../src/adapters/sql/sql-inventory.ts'
import { Inventory } from '../../../src/inventory/inventory.ts'
import type { Seed } from '../../../src/inventory/seed.ts'

/** Opens an empty, migrated database; the suite stops it. */
export type OpenDatabase = () => Promise<Database>

export const bin = '24e124000000000a'
export const meter = '70b3d50000000001'
export const stocked = '70b3d500000000ff'

/** Tours has a water meter and a bin; Blois has a bin with the same slug and code, and a gateway. */
export const territory: Seed = {
  tenants: [
    { slug: 'tours', name: 'Tours Métropole', timeZone: 'Europe/Paris', chirpstackTenantId: null },
    { slug: 'blois', name: 'Agglopolys', timeZone: 'America/Cayenne', chirpstackTenantId: null },
  ],
  services: [
    { tenant: 'tours', slug: 'water', name: 'Eau', chirpstackApplicationId: null },
    { tenant: 'tours', slug: 'waste', name: 'Déchets', chirpstackApplicationId: 'app-1' },
    { tenant: 'blois', slug: 'waste', name: 'Déchets', chirpstackApplicationId: null },
  ],
  sites: [
    { tenant: 'tours', name: '3 rue Foch', commune: '37261', latitude: 47.39, longitude: 0.68 },
    { tenant: 'tours', name: 'Gare', commune: '37050', latitude: null, longitude: null },
    { tenant: 'blois', name: 'Gare', commune: '41018', latitude: null, longitude: null },
  ],
  assets: [
    { tenant: 'tours', service: 'water', site: '3 rue Foch', code: 'PDL-0001', name: 'Dupont' },
    { tenant: 'tours', service: 'waste', site: 'Gare', code: 'PAV-Gare-2', name: 'Gare, verre' },
    { tenant: 'blois', service: 'waste', site: 'Gare', code: 'PAV-Gare-2', name: 'Gare de Blois' },
  ],
  equipment: [{ tenant: 'tours', serial: 'D19FF1234', kind: 'meter' }],
  devices: [
    {
      devEui: meter,
      tenant: 'tours',
      service: 'water',
      name: 'meter 1',
      model: 'axioma/qalcosonic-w1',
      firmware: null,
      serial: null,
      status: 'installed',
    },
    {
      devEui: bin,
      tenant: 'tours',
      service: 'waste',
      name: 'bin 2',
      model: 'milesight/em400-mud',
      serial: 'EM-0001',
      firmware: '1.2',
      status: 'installed',
    },
    { devEui: stocked, tenant: 'tours', service: null, name: 'spare', model: null, firmware: null, serial: null, status: 'in stock' },
    {
      devEui: '24e1240000000b01',
      tenant: 'blois',
      service: 'waste',
      name: 'bin',
      model: null,
      firmware: null,
      serial: null,
      status: 'installed',
    },
  ],
  gateways: [
    { gatewayId: '7076ff0056080001', tenant: 'tours', name: 'château d’eau', latitude: 47.4, longitude: 0.7 },
    { gatewayId: '7076ff0056080002', tenant: 'blois', name: 'mairie', latitude: null, longitude: null },
    { gatewayId: '7076ff0056080003', tenant: null, name: 'operator', latitude: null, longitude: null },
  ],
  assignments: [
    {
      devEui: meter,
      channel: 'main',
      asset: 'PDL-0001',
      equipment: 'D19FF1234',
      from: '2026-01-01T00:00:00Z',
      parameters: {},
      startIndex: 12.5,
    },
    {
      devEui: bin,
      channel: 'main',
      asset: 'PAV-Gare-2',
      equipment: null,
      from: '2026-01-01T00:00:00Z',
      parameters: { empty: 180, full: 30 },
      startIndex: null,
    },
    {
      devEui: '24e1240000000b01',
      channel: 'main',
      asset: 'PAV-Gare-2',
      equipment: null,
      from: '2026-01-01T00:00:00Z',
      parameters: {},
      startIndex: null,
    },
  ],
}

export function inventoryOf(database: Database, changed: string[][] = []): Inventory {
  return new Inventory({
    store: new SqlInventory(database),
    newId,
    changed: async (devEuis) => void changed.push([...devEuis]),
    now: () => new Date('2026-11-22T06:00:00.000Z'),
  })
}
