import { sql, type Transaction } from 'kysely'
import type { Assignment } from '../../inventory/entities.ts'
import type {
  Holdings,
  InstallFacts,
  InstallKeys,
  InventoryChanges,
  InventoryTransaction,
  LifeFacts,
  LifeKeys,
} from '../../inventory/ports.ts'
import { lifeFacts } from './life-facts.ts'
import {
  chunks,
  fromAsset,
  fromAssignment,
  fromDevice,
  fromEquipment,
  fromGateway,
  fromService,
  fromSite,
  fromTenant,
  toAsset,
  toAssignment,
  toDevice,
  toEquipment,
  toGateway,
  toService,
  toSite,
  toTenant,
} from './rows.ts'
import type { Schema } from './schema.ts'
import { addAudit } from './sql-audit.ts'

/** Reads and writes of one transaction. */
export class SqlInventoryTransaction implements InventoryTransaction {
  readonly #trx: Transaction<Schema>

  constructor(trx: Transaction<Schema>) {
    this.#trx = trx
  }

  async installFacts(keys: InstallKeys): Promise<InstallFacts> {
    const trx = this.#trx
    await this.#lock([keys.tenant])
    const tenant = await trx.selectFrom('tenant').selectAll().where('slug', '=', keys.tenant).executeTakeFirst()
    const of = tenant?.id ?? ''
    const asset = await this.#asset(of, keys.asset)
    const device = await trx.selectFrom('device').selectAll().where('dev_eui', '=', keys.devEui).executeTakeFirst()
    const ownDevice = device?.tenant_id === of ? device : undefined
    const services = (await trx.selectFrom('service').selectAll().where('tenant_id', '=', of).orderBy('slug').execute()).map(toService)
    const assetService = services.find(({ id }) => id === asset?.service_id)
    const deviceService = services.find(({ id }) => id === ownDevice?.service_id)
    const named = (name: string | null) => services.find(({ slug }) => slug === name)
    const service = keys.service === null ? (assetService ?? deviceService ?? named(keys.modelService)) : named(keys.service)
    const assetSite =
      asset?.site_id == null ? undefined : await trx.selectFrom('site').selectAll().where('id', '=', asset.site_id).executeTakeFirst()
    const siteName = keys.site === null ? undefined : (keys.site.name ?? assetSite?.name ?? asset?.code ?? keys.asset)
    const namedSite =
      siteName === undefined
        ? undefined
        : await trx.selectFrom('site').selectAll().where('tenant_id', '=', of).where('name', '=', siteName).executeTakeFirst()
    const equipment =
      keys.serial === null
        ? undefined
        : await trx.selectFrom('equipment').selectAll().where('tenant_id', '=', of).where('serial', '=', keys.serial).executeTakeFirst()
    const assetAssignments =
      asset === undefined
        ? []
        : (await trx.selectFrom('assignment').selectAll().where('asset_id', '=', asset.id).execute()).map(toAssignment)
    const assetDevEuis = [...new Set(assetAssignments.map((one) => one.devEui))]
    const assetDevices =
      assetDevEuis.length === 0 ? [] : await trx.selectFrom('device').selectAll().where('dev_eui', 'in', assetDevEuis).execute()
    const heard =
      assetDevEuis.length === 0
        ? []
        : await trx.selectFrom('device_activity').select(['dev_eui', 'last_seen']).where('dev_eui', 'in', assetDevEuis).execute()
    return {
      tenant: tenant && toTenant(tenant),
      otherTenants: tenant === undefined ? await this.#tenants() : [],
      services,
      service,
      asset: asset && toAsset(asset),
      assetService,
      assetSite: assetSite && toSite(assetSite),
      namedSite: namedSite && toSite(namedSite),
      equipment: equipment && toEquipment(equipment),
      device: device && toDevice(device),
      deviceService,
      deviceAssignments: await this.#assignmentsOf([keys.devEui], { open: false }),
      deviceAt: await this.#placesOf(keys.devEui),
      assetAssignments,
      assetDevices: assetDevices.map(toDevice),
      assetHeard: heard.flatMap(({ dev_eui: devEui, last_seen: lastSeen }) => (lastSeen === null ? [] : [{ devEui, lastSeen }])),
      assetDevicesOpen: await this.#assignmentsOf(assetDevEuis, { open: true }),
    }
  }

  async lifeFacts(keys: LifeKeys): Promise<LifeFacts | undefined> {
    await this.#lock([keys.tenant])
    return lifeFacts(this.#trx, keys)
  }

  /** One writer per tenant: PostgreSQL makes the second wait here, SQLite takes its write lock before the first read. */
  async #lock(tenants: readonly string[]): Promise<void> {
    for (const slug of [...tenants].sort()) {
      await this.#trx.updateTable('tenant').set({ slug }).where('slug', '=', slug).execute()
    }
  }

  async #asset(tenantId: string, reference: string) {
    const rows = await this.#trx
      .selectFrom('asset')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where((eb) => eb.or([eb('slug', '=', reference), eb('code', '=', reference)]))
      .execute()
    return rows.find((row) => row.slug === reference) ?? rows[0]
  }

  async #tenants(): Promise<string[]> {
    const rows = await this.#trx.selectFrom('tenant').select('slug').orderBy('slug').execute()
    return rows.map(({ slug }) => slug)
  }

  async #assignmentsOf(devEuis: readonly string[], { open }: { open: boolean }): Promise<Assignment[]> {
    if (devEuis.length === 0) return []
    const rows = await this.#trx
      .selectFrom('assignment')
      .selectAll()
      .where('dev_eui', 'in', devEuis)
      .$if(open, (query) => query.where('valid_to', 'is', null))
      .execute()
    return rows.map(toAssignment)
  }

  async #placesOf(devEui: string): Promise<InstallFacts['deviceAt']> {
    return this.#trx
      .selectFrom('assignment')
      .innerJoin('asset', 'asset.id', 'assignment.asset_id')
      .innerJoin('service', 'service.id', 'asset.service_id')
      .leftJoin('site', 'site.id', 'asset.site_id')
      .select(['asset.id as assetId', 'service.slug as service', 'site.commune'])
      .where('assignment.dev_eui', '=', devEui)
      .where('assignment.valid_to', 'is', null)
      .execute()
  }

  async slugTaken(tenantId: string, slug: string): Promise<boolean> {
    const row = await this.#trx
      .selectFrom('asset')
      .select('id')
      .where('tenant_id', '=', tenantId)
      .where('slug', '=', slug)
      .executeTakeFirst()
    return row !== undefined
  }

  async holdings(tenants: readonly string[]): Promise<Holdings> {
    const trx = this.#trx
    await this.#lock(tenants)
    const rows = tenants.length === 0 ? [] : await trx.selectFrom('tenant').selectAll().where('slug', 'in', tenants).execute()
    const ids = ['', ...rows.map((row) => row.id)]
    return {
      tenants: rows.map(toTenant),
      services: (await trx.selectFrom('service').selectAll().where('tenant_id', 'in', ids).execute()).map(toService),
      sites: (await trx.selectFrom('site').selectAll().where('tenant_id', 'in', ids).execute()).map(toSite),
      assets: (await trx.selectFrom('asset').selectAll().where('tenant_id', 'in', ids).execute()).map(toAsset),
      equipment: (await trx.selectFrom('equipment').selectAll().where('tenant_id', 'in', ids).execute()).map(toEquipment),
      devices: (await trx.selectFrom('device').selectAll().where('tenant_id', 'in', ids).execute()).map(toDevice),
      gateways: (await trx.selectFrom('gateway').selectAll().where('tenant_id', 'in', ids).execute()).map(toGateway),
      assignments: (await trx.selectFrom('assignment').selectAll().where('tenant_id', 'in', ids).execute()).map(toAssignment),
    }
  }

  async holders(tenants: readonly string[]): Promise<Pick<Holdings, 'tenants' | 'services'>> {
    if (tenants.length === 0) return { tenants: [], services: [] }
    const rows = await this.#trx.selectFrom('tenant').selectAll().where('slug', 'in', tenants).execute()
    const ids = ['', ...rows.map((row) => row.id)]
    const services = await this.#trx.selectFrom('service').selectAll().where('tenant_id', 'in', ids).execute()
    return { tenants: rows.map(toTenant), services: services.map(toService) }
  }

  async existing(euis: { devices: readonly string[]; gateways: readonly string[] }) {
    const devices = new Set<string>()
    for (const part of chunks(euis.devices)) {
      const rows = await this.#trx.selectFrom('device').select('dev_eui').where('dev_eui', 'in', part).execute()
      for (const row of rows) devices.add(row.dev_eui)
    }
    const gateways = new Set<string>()
    for (const part of chunks(euis.gateways)) {
      const rows = await this.#trx.selectFrom('gateway').select('gateway_id').where('gateway_id', 'in', part).execute()
      for (const row of rows) gateways.add(row.gateway_id)
    }
    return { devices, gateways }
  }

  /** In the order of the foreign keys. Slugs are not in any `set`: given once. */
  async apply(changes: InventoryChanges): Promise<void> {
    const trx = this.#trx
    for (const part of chunks(changes.tenants.map(fromTenant))) {
      const set = { name: excluded('name'), time_zone: excluded('time_zone'), chirpstack_tenant_id: excluded('chirpstack_tenant_id') }
      await trx
        .insertInto('tenant')
        .values(part)
        .onConflict((on) => on.column('id').doUpdateSet(set))
        .execute()
    }
    for (const part of chunks(changes.services.map(fromService))) {
      const set = { name: excluded('name'), chirpstack_application_id: excluded('chirpstack_application_id') }
      await trx
        .insertInto('service')
        .values(part)
        .onConflict((on) => on.column('id').doUpdateSet(set))
        .execute()
    }
    for (const part of chunks(changes.sites.map(fromSite))) {
      const place = {
        commune: excluded('commune'),
        latitude: excluded<number | null>('latitude'),
        longitude: excluded<number | null>('longitude'),
      }
      const set = { name: excluded('name'), ...place }
      await trx
        .insertInto('site')
        .values(part)
        .onConflict((on) => on.column('id').doUpdateSet(set))
        .execute()
    }
    for (const part of chunks(changes.assets.map(fromAsset))) {
      const set = { site_id: excluded('site_id'), code: excluded('code'), name: excluded('name') }
      await trx
        .insertInto('asset')
        .values(part)
        .onConflict((on) => on.column('id').doUpdateSet(set))
        .execute()
    }
    for (const part of chunks(changes.equipment.map(fromEquipment))) {
      const set = { serial: excluded('serial'), kind: excluded('kind') }
      await trx
        .insertInto('equipment')
        .values(part)
        .onConflict((on) => on.column('id').doUpdateSet(set))
        .execute()
    }
    for (const part of chunks(changes.devices.map(fromDevice))) {
      const what = { name: excluded('name'), model: excluded('model'), firmware: excluded('firmware'), status: excluded('status') }
      // Another tenant only as long as no assignment names it: the foreign keys hold that.
      const of = { tenant_id: excluded('tenant_id'), service_id: excluded('service_id') }
      const set = { ...of, serial: excluded('serial'), ...what }
      await trx
        .insertInto('device')
        .values(part)
        .onConflict((on) => on.column('dev_eui').doUpdateSet(set))
        .execute()
    }
    for (const part of chunks(changes.declared.map(fromDevice))) {
      const service = sql<string | null>`case when device.status = 'in stock' then excluded.service_id else device.service_id end`
      const serial = sql<string | null>`coalesce(excluded.serial, device.serial)`
      const set = { name: excluded('name'), model: excluded('model'), serial, service_id: service }
      await trx
        .insertInto('device')
        .values(part)
        .onConflict((on) => on.column('dev_eui').doUpdateSet(set))
        .execute()
    }
    for (const { devEui, at } of changes.retired) {
      await trx.updateTable('device').set({ status: 'retired' }).where('dev_eui', '=', devEui).execute()
      await trx
        .updateTable('assignment')
        .set({ valid_to: at })
        .where('dev_eui', '=', devEui)
        .where('valid_to', 'is', null)
        .where('valid_from', '<', at)
        .execute()
    }
    for (const part of chunks(changes.removedGateways)) await trx.deleteFrom('gateway').where('gateway_id', 'in', part).execute()
    for (const part of chunks(changes.gateways.map(fromGateway))) {
      const place = { latitude: excluded<number | null>('latitude'), longitude: excluded<number | null>('longitude') }
      const set = { name: excluded('name'), ...place }
      await trx
        .insertInto('gateway')
        .values(part)
        .onConflict((on) => on.column('gateway_id').doUpdateSet(set))
        .execute()
    }
    await this.#applyAssignments(changes.assignments)
    await addAudit(trx, changes.audit)
  }

  /** Ends before beginnings: a channel has at most one open assignment at any moment, also within a transaction. */
  async #applyAssignments(assignments: readonly Assignment[]): Promise<void> {
    const tenants = await this.#tenantsOf(assignments.map((one) => one.devEui))
    const rows = assignments.map((one) => fromAssignment(one, tenants.get(one.devEui) ?? ''))
    for (const part of [...chunks(rows.filter((row) => row.valid_to !== null)), ...chunks(rows.filter((row) => row.valid_to === null))]) {
      const index = { start_index: excluded<number | null>('start_index'), end_index: excluded<number | null>('end_index') }
      const lasts = { valid_from: excluded('valid_from'), valid_to: excluded('valid_to') }
      const set = { equipment_id: excluded('equipment_id'), ...lasts, parameters: excluded('parameters'), ...index }
      await this.#trx
        .insertInto('assignment')
        .values(part)
        .onConflict((on) => on.column('id').doUpdateSet(set))
        .execute()
    }
  }

  async #tenantsOf(devEuis: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (const part of chunks(devEuis)) {
      const rows = await this.#trx.selectFrom('device').select(['dev_eui', 'tenant_id']).where('dev_eui', 'in', part).execute()
      for (const row of rows) found.set(row.dev_eui, row.tenant_id)
    }
    return found
  }
}

/** The value that the refused insert had. */
function excluded<T = string>(column: string) {
  return sql<T>`${sql.ref(`excluded.${column}`)}`
}
