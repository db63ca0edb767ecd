import { join } from 'node:path'
import pino from 'pino'
import type { Scope } from '../../src/access/scope.ts'
import { Database } from '../../src/adapters/sql/database.ts'
import { newId } from '../../src/adapters/sql/new-id.ts'
import { SqlInventory } from '../../src/adapters/sql/sql-inventory.ts'
import { Inventory } from '../../src/inventory/inventory.ts'

/** A model whose frames carry no time of their own, and one of its frames. */
export interface Sending {
  model: string
  service: string
  fPort: number
  hex: string
}

export const sendings: readonly [Sending, ...Sending[]] = [
  { model: 'milesight/em400-mud', service: 'waste', fPort: 85, hex: '01755c0367010104824408050001' },
  { model: 'dragino/lse01', service: 'irrigation', fPort: 2, hex: 'ce2900f107a5099b6e2810' },
]

export interface FleetDevice {
  devEui: string
  asset: string
  sending: Sending
}

/** So many devices, in equal parts of the models above. */
export function fleetOf(count: number): FleetDevice[] {
  return Array.from({ length: count }, (_, index) => ({
    devEui: (0x24e124000000n * 0x10000n + BigInt(index)).toString(16).padStart(16, '0'),
    asset: `a-${index.toString(36).padStart(5, '0')}`,
    sending: sendings[index % sendings.length] ?? sendings[0],
  }))
}

const everything: Scope = { account: 'bench', role: 'admin', tenant: null, services: null, communes: null }

/** Writes the inventory of a data directory that no program has open: each device installed since a year ago. */
export async function installFleet(dataDir: string, fleet: readonly FleetDevice[]): Promise<void> {
  const database = new Database({ kind: 'sqlite', file: join(dataDir, 'ondine.sqlite') }, pino({ level: 'silent' }))
  await database.start()
  const inventory = new Inventory({ store: new SqlInventory(database), newId })
  const from = new Date(Date.now() - 365 * 86_400_000).toISOString()
  await inventory.seed(everything, {
    tenants: [{ slug: 'tours', name: 'Tours', timeZone: 'Europe/Paris', chirpstackTenantId: null }],
    services: [...new Set(sendings.map(({ service }) => service))].map((slug) => {
      return { tenant: 'tours', slug, name: slug, chirpstackApplicationId: null }
    }),
    sites: [],
    equipment: [],
    gateways: [],
    assets: fleet.map(({ asset, sending }) => {
      return { tenant: 'tours', service: sending.service, site: null, code: asset, slug: asset, name: asset }
    }),
    devices: fleet.map(({ devEui, sending: { model, service } }) => {
      return { tenant: 'tours', service, devEui, name: devEui, model, serial: null, firmware: null, status: 'installed' }
    }),
    assignments: fleet.map(({ devEui, asset }) => {
      return { devEui, channel: 'main', asset, equipment: null, from, parameters: {}, startIndex: null }
    }),
  })
  await database.stop()
}
