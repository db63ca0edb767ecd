import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Scope, serverScope } from '../../src/access/scope.ts'
import { issueToken } from '../../src/access/tokens.ts'
import { Database } from '../../src/adapters/sql/database.ts'
import { newId } from '../../src/adapters/sql/new-id.ts'
import { SqlProvisioningStore } from '../../src/adapters/sql/provisioning/sql-provisioning-store.ts'
import { SqliteReadingStore } from '../../src/adapters/sql/readings/sqlite-reading-store.ts'
import { SqlDeadLetters } from '../../src/adapters/sql/sql-dead-letters.ts'
import { SqlInventory } from '../../src/adapters/sql/sql-inventory.ts'
import { SqlOrderLedger } from '../../src/adapters/sql/sql-order-ledger.ts'
import { SqlTokens } from '../../src/adapters/sql/sql-tokens.ts'
import type { Desks } from '../../src/api/ports.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import type { Seed } from '../../src/inventory/seed.ts'
import { ApiFixture, anOrder } from './api-fixture.ts'
import { lifeDeskOver } from './life-desk.ts'
import { fillProvisioning, provisioningDesks } from './provisioning-fixture.ts'
import { aReading } from './reading-builder.ts'

interface Opened {
  tokens: SqlTokens
  inventory: Inventory
  inventoryStore: SqlInventory
  provisioning: SqlProvisioningStore
  readings: SqliteReadingStore
  ledger: SqlOrderLedger
  letters: SqlDeadLetters
}

/** The same API over the adapters that a server has: SQLite for the inventory, tokens, orders, dead letters and readings. */
export class SqlApiFixture extends ApiFixture {
  #folder = ''
  #database: Database | undefined
  #opened: Opened | undefined

  get #desks(): Opened {
    if (this.#opened === undefined) throw new Error('not started')
    return this.#opened
  }

  override async start(): Promise<this> {
    this.#folder = await mkdtemp(join(tmpdir(), 'ondine-api-sql-'))
    const database = new Database({ kind: 'sqlite', file: join(this.#folder, 'ondine.sqlite') }, pino({ level: 'silent' }))
    await database.start()
    this.#database = database
    const readings = new SqliteReadingStore({ file: join(this.#folder, 'readings.sqlite') })
    await readings.start()
    const letters = new SqlDeadLetters(database)
    const inventoryStore = new SqlInventory(database)
    const inventory = new Inventory({ store: inventoryStore, newId })
    const provisioning = new SqlProvisioningStore(database, { changed: async () => {} })
    const tokens = new SqlTokens(database)
    this.#opened = { tokens, inventory, inventoryStore, provisioning, readings, ledger: new SqlOrderLedger(database), letters }
    return super.start()
  }

  override async stop(): Promise<void> {
    await super.stop()
    await this.#desks.readings.stop()
    await this.#database?.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  override async issue(scope: Partial<Scope>): Promise<string> {
    const { account: name = 'test', role = 'admin', tenant = null, services = null, communes = null } = scope
    const request = { name, role, tenant, services, communes, expiresAt: null }
    return (await issueToken(this.#desks.tokens, serverScope, request, new Date())).token
  }

  override async fill(): Promise<void> {
    const { inventory, provisioning, readings, ledger, letters } = this.#desks
    await fillProvisioning(provisioning)
    await inventory.seed(serverScope, territory)
    await readings.write([aReading(), aReading({ tenant: 'blois', asset: 'w-blois001', device: '0018b20000009999' })])
    await ledger.add([anOrder('tours', 'L-Foch-014'), anOrder('blois', 'L-Blois-001')])
    const kept = { reason: 'unknown-model', detail: 'no model', advice: 'ondine device install', model: null, topic: 't' } as const
    const time = '2026-11-22T06:00:00.000Z'
    await letters.keep([
      { ...kept, offset: 1, devEui: '0018b20000001a2b', tenant: 'tours', payload: new Uint8Array(), time },
      { ...kept, offset: 2, devEui: '0018b20000009999', tenant: 'blois', payload: new Uint8Array(), time },
    ])
  }

  override desks(): Desks {
    const { tokens, inventory, inventoryStore, provisioning, readings, ledger, letters } = this.#desks
    const self = {
      ...super.desks().self,
      status: async (scope: Scope) => {
        const counts = Object.values(await letters.counts(scope)).reduce((sum, count) => sum + count, 0)
        return { ...(await super.desks().self.status(scope)), ...(await inventory.counts(scope)), deadLetters: counts }
      },
    }
    const commands = this.commandsOver({ find: (scope, asset) => inventory.target(scope, asset) }, ledger)
    return {
      ...super.desks(),
      ...provisioningDesks(provisioning, inventoryStore),
      life: lifeDeskOver({ store: provisioning, inventoryStore, inventory }),
      tokens,
      inventory,
      readings,
      deadLetters: this.letterDesk(letters),
      commands,
      self,
    }
  }
}

const device = { firmware: null, serial: null, status: 'installed', service: 'water' } as const
const assigned = { channel: 'main', equipment: null, from: '2026-11-01T00:00:00.000Z', parameters: {}, startIndex: null }

const territory: Seed = {
  tenants: ['tours', 'blois'].map((slug) => ({ slug, name: slug, timeZone: 'Europe/Paris', chirpstackTenantId: null })),
  services: ['tours', 'blois'].flatMap((tenant) =>
    ['water', 'lighting'].map((slug) => ({ tenant, slug, name: slug, chirpstackApplicationId: null })),
  ),
  sites: [],
  assets: [
    { tenant: 'tours', service: 'water', site: null, code: 'PDL-1', slug: 'w-7f3k2m9q', name: 'PDL-1' },
    { tenant: 'tours', service: 'lighting', site: null, code: 'L-Foch-014', slug: 'L-Foch-014', name: 'L-Foch-014' },
    { tenant: 'blois', service: 'water', site: null, code: 'PDL-2', slug: 'w-blois001', name: 'PDL-2' },
  ],
  equipment: [],
  devices: [
    { ...device, devEui: '0018b20000001a2b', tenant: 'tours', name: 'meter', model: 'axioma/qalcosonic-w1' },
    { ...device, devEui: '70b3d54b10000001', tenant: 'tours', service: 'lighting', name: 'lamp', model: 'nasys/ul20xx' },
    { ...device, devEui: '0018b20000009999', tenant: 'blois', name: 'other', model: 'axioma/qalcosonic-w1' },
  ],
  gateways: [
    { gatewayId: '7076ff0056081234', tenant: 'tours', name: 'Mairie', latitude: null, longitude: null },
    { gatewayId: '7076ff0056089999', tenant: 'blois', name: 'Château', latitude: null, longitude: null },
  ],
  assignments: [
    { ...assigned, devEui: '0018b20000001a2b', asset: 'w-7f3k2m9q' },
    { ...assigned, devEui: '70b3d54b10000001', asset: 'L-Foch-014' },
    { ...assigned, devEui: '0018b20000009999', asset: 'w-blois001' },
  ],
}
