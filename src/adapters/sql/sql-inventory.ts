import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Scope } from '../../access/scope.ts'
import type { DirectoryAssignment, DirectoryDevice } from '../../inventory/directory.ts'
import { deviceStatusSchema } from '../../inventory/entities.ts'
import { fromCursor, type Page, type PageQuery, pageOf } from '../../inventory/page.ts'
import type { InventoryStore, InventoryTransaction } from '../../inventory/ports.ts'
import type { AssetView, DeviceView, GatewayView, ServiceView, TenantView } from '../../inventory/views.ts'
import { among, assetInCommunes, assetInScope, deviceInScope, every, ofServices, ofTenant, servesAsset } from './conditions.ts'
import type { Database } from './database.ts'
import { chunks, toParameters } from './rows.ts'
import type { Schema } from './schema.ts'
import { SqlInventoryTransaction } from './sql-inventory-transaction.ts'

/** Devices of one directory batch: enough to be quick, few enough not to hold the process up. */
const directoryBatch = 5000

/** The inventory in tables. The scope is part of every statement, never a filter afterwards. */
export class SqlInventory implements InventoryStore {
  readonly #db: Kysely<Schema>

  constructor(database: Pick<Database, 'db'>) {
    this.#db = database.db
  }

  async devices(scope: Scope, filter: Parameters<InventoryStore['devices']>[1], page: PageQuery): Promise<Page<DeviceView>> {
    const { tenant, service, commune, asset, neverJoined, status, model, serial, devEui } = filter
    const silent = sql<SqlBool>`device_activity.last_seen is null and device_activity.joined_at is null`
    const rows = await this.#db
      .selectFrom('device')
      .innerJoin('tenant', 'tenant.id', 'device.tenant_id')
      .leftJoin('service', 'service.id', 'device.service_id')
      .leftJoin('device_activity', 'device_activity.dev_eui', 'device.dev_eui')
      .select(['device.dev_eui', 'device.name', 'device.model', 'device.firmware', 'device.serial', 'device.status'])
      .select(['tenant.slug as tenant', 'service.slug as service'])
      .select(['device_activity.last_seen', 'device_activity.joined_at', 'device_activity.last_log_code', 'device_activity.last_log_time'])
      .where(deviceInScope(scope))
      .$if(devEui !== undefined, (query) => query.where('device.dev_eui', '=', devEui ?? ''))
      .$if(status !== undefined, (query) => query.where('device.status', '=', status ?? ''))
      .$if(model !== undefined, (query) => query.where('device.model', '=', model ?? ''))
      .$if(serial !== undefined, (query) => query.where('device.serial', '=', serial ?? ''))
      .$if(tenant !== undefined, (query) => query.where(ofTenant('device', tenant ?? '')))
      .$if(service !== undefined, (query) => query.where(ofServices('device', [service ?? ''])))
      .$if(commune !== undefined, (query) => query.where(servesAsset(every([assetInScope(scope), assetInCommunes([commune ?? ''])]))))
      .$if(asset !== undefined, (query) => query.where(servesAsset(every([assetInScope(scope), among('asset.slug', [asset ?? ''])]))))
      .$if(neverJoined !== undefined, (query) => query.where(neverJoined === true ? silent : sql<SqlBool>`not (${silent})`))
      .$if(page.cursor !== undefined, (query) => query.where('device.dev_eui', '>', fromCursor(page.cursor ?? '', 1)[0] ?? ''))
      .orderBy('device.dev_eui')
      .limit(page.limit + 1)
      .execute()
    const installations = await this.#installations(
      scope,
      rows.map((row) => row.dev_eui),
    )
    const views = rows.map(
      (row): DeviceView => ({
        devEui: row.dev_eui,
        name: row.name,
        model: row.model,
        firmware: row.firmware,
        serial: row.serial,
        status: deviceStatusSchema.parse(row.status),
        tenant: row.tenant,
        service: row.service,
        installations: installations.get(row.dev_eui) ?? [],
        lastSeen: row.last_seen,
        joinedAt: row.joined_at,
        lastLog: row.last_log_code === null || row.last_log_time === null ? null : { code: row.last_log_code, time: row.last_log_time },
      }),
    )
    return pageOf(views, page.limit, (view) => [view.devEui])
  }

  /** Where these devices are now, as far as the scope sees it: another channel may serve an asset outside of it. */
  async #installations(scope: Scope, devEuis: readonly string[]): Promise<Map<string, DeviceView['installations']>> {
    const found = new Map<string, DeviceView['installations']>()
    for (const part of chunks(devEuis)) {
      const rows = await this.#db
        .selectFrom('assignment')
        .innerJoin('asset', 'asset.id', 'assignment.asset_id')
        .innerJoin('service', 'service.id', 'asset.service_id')
        .leftJoin('site', 'site.id', 'asset.site_id')
        .select(['assignment.dev_eui', 'assignment.channel', 'assignment.valid_from', 'assignment.parameters'])
        .select(['asset.slug as asset', 'service.slug as service', 'site.commune'])
        .where('assignment.dev_eui', 'in', part)
        .where('assignment.valid_to', 'is', null)
        // The foreign keys see to the tenant; said again, it would tempt the planner to begin with all of its assets.
        .where(assetInScope({ ...scope, tenant: null }))
        .orderBy('assignment.channel')
        .execute()
      for (const { dev_eui, valid_from, parameters, ...row } of rows) {
        const list = found.get(dev_eui) ?? []
        found.set(dev_eui, list)
        list.push({ ...row, from: valid_from, parameters: toParameters(parameters) })
      }
    }
    return found
  }

  async assets(scope: Scope, filter: Parameters<InventoryStore['assets']>[1], page: PageQuery): Promise<Page<AssetView>> {
    const { tenant, service, commune, asset, code } = filter
    const rows = await this.#db
      .selectFrom('asset')
      .innerJoin('tenant', 'tenant.id', 'asset.tenant_id')
      .innerJoin('service', 'service.id', 'asset.service_id')
      .leftJoin('site', 'site.id', 'asset.site_id')
      .select(['asset.id', 'asset.slug', 'asset.code', 'asset.name', 'tenant.slug as tenant', 'service.slug as service'])
      .select(['site.name as site', 'site.commune', 'site.latitude', 'site.longitude'])
      .where(assetInScope(scope))
      .$if(tenant !== undefined, (query) => query.where(ofTenant('asset', tenant ?? '')))
      .$if(service !== undefined, (query) => query.where(ofServices('asset', [service ?? ''])))
      .$if(commune !== undefined, (query) => query.where(assetInCommunes([commune ?? ''])))
      .$if(asset !== undefined, (query) => query.where('asset.slug', '=', asset ?? ''))
      .$if(code !== undefined, (query) => query.where('asset.code', '=', code ?? ''))
      .$if(page.cursor !== undefined, (query) => query.where(after(['asset.slug', 'tenant.slug'], page.cursor)))
      .orderBy('asset.slug')
      .orderBy('tenant.slug')
      .limit(page.limit + 1)
      .execute()
    const devices = await this.#servingNow(rows.map((row) => row.id))
    const views = rows.map(({ id, site, commune: inCommune, latitude, longitude, ...row }): AssetView => {
      return {
        ...row,
        site: site === null ? null : { name: site, commune: inCommune, latitude, longitude },
        devices: devices.get(id) ?? [],
      }
    })
    return pageOf(views, page.limit, (view) => [view.slug, view.tenant])
  }

  async #servingNow(assetIds: readonly string[]): Promise<Map<string, AssetView['devices']>> {
    const found = new Map<string, AssetView['devices']>()
    for (const part of chunks(assetIds)) {
      const rows = await this.#db
        .selectFrom('assignment')
        .innerJoin('device', 'device.dev_eui', 'assignment.dev_eui')
        .select([
          'assignment.asset_id',
          'device.dev_eui',
          'device.model',
          'device.firmware',
          'assignment.channel',
          'assignment.valid_from',
          'assignment.parameters',
        ])
        .where('assignment.asset_id', 'in', part)
        .where('assignment.valid_to', 'is', null)
        .orderBy('assignment.channel')
        .orderBy('device.dev_eui')
        .execute()
      for (const row of rows) {
        const list = found.get(row.asset_id) ?? []
        found.set(row.asset_id, list)
        const { dev_eui: devEui, channel, model, firmware, valid_from: from } = row
        list.push({ devEui, channel, model, firmware, from, parameters: toParameters(row.parameters) })
      }
    }
    return found
  }

  /** Gateways have no service and no commune; one without a tenant serves all and is shown to the server's administrators. */
  async gateways(scope: Scope, filter: Parameters<InventoryStore['gateways']>[1], page: PageQuery): Promise<Page<GatewayView>> {
    const rows = await this.#db
      .selectFrom('gateway')
      .leftJoin('tenant', 'tenant.id', 'gateway.tenant_id')
      .select(['gateway.gateway_id as gatewayId', 'gateway.name', 'gateway.latitude', 'gateway.longitude', 'tenant.slug as tenant'])
      .$if(scope.tenant !== null, (query) => query.where('tenant.slug', '=', scope.tenant))
      .$if(filter.tenant !== undefined, (query) => query.where('tenant.slug', '=', filter.tenant ?? ''))
      .$if(filter.gatewayId !== undefined, (query) => query.where('gateway.gateway_id', '=', filter.gatewayId ?? ''))
      .$if(page.cursor !== undefined, (query) => query.where(after(['gateway.gateway_id'], page.cursor)))
      .orderBy('gateway.gateway_id')
      .limit(page.limit + 1)
      .execute()
    return pageOf(rows, page.limit, (row) => [row.gatewayId])
  }

  async counts(scope: Scope): Promise<{ devices: number; gateways: number }> {
    const count = this.#db.fn.countAll<number | string>().as('count')
    const devices = await this.#db.selectFrom('device').select(count).where(deviceInScope(scope)).executeTakeFirstOrThrow()
    const gateways = await this.#db
      .selectFrom('gateway')
      .leftJoin('tenant', 'tenant.id', 'gateway.tenant_id')
      .select(count)
      .$if(scope.tenant !== null, (query) => query.where('tenant.slug', '=', scope.tenant))
      .executeTakeFirstOrThrow()
    return { devices: Number(devices.count), gateways: Number(gateways.count) }
  }

  async services(scope: Scope, filter: Parameters<InventoryStore['services']>[1], page: PageQuery): Promise<Page<ServiceView>> {
    const rows = await this.#db
      .selectFrom('service')
      .innerJoin('tenant', 'tenant.id', 'service.tenant_id')
      .select(['service.slug', 'service.name', 'service.chirpstack_application_id as chirpstackApplicationId', 'tenant.slug as tenant'])
      .$if(scope.tenant !== null, (query) => query.where('tenant.slug', '=', scope.tenant))
      .$if(scope.services !== null, (query) => query.where(among('service.slug', scope.services ?? [])))
      .$if(filter.tenant !== undefined, (query) => query.where('tenant.slug', '=', filter.tenant ?? ''))
      .$if(page.cursor !== undefined, (query) => query.where(after(['tenant.slug', 'service.slug'], page.cursor)))
      .orderBy('tenant.slug')
      .orderBy('service.slug')
      .limit(page.limit + 1)
      .execute()
    return pageOf(rows, page.limit, (row) => [row.tenant, row.slug])
  }

  async tenants(scope: Scope, filter: Parameters<InventoryStore['tenants']>[1], page: PageQuery): Promise<Page<TenantView>> {
    const rows = await this.#db
      .selectFrom('tenant')
      .select(['slug', 'name', 'time_zone as timeZone', 'chirpstack_tenant_id as chirpstackTenantId'])
      .$if(scope.tenant !== null, (query) => query.where('slug', '=', scope.tenant))
      .$if(filter.tenant !== undefined, (query) => query.where('slug', '=', filter.tenant ?? ''))
      .$if(page.cursor !== undefined, (query) => query.where(after(['slug'], page.cursor)))
      .orderBy('slug')
      .limit(page.limit + 1)
      .execute()
    return pageOf(rows, page.limit, (row) => [row.slug])
  }

  async assetSlugs(scope: Scope): Promise<readonly string[]> {
    const rows = await this.#db.selectFrom('asset').select('slug').where(assetInScope(scope)).orderBy('slug').execute()
    const seen = new Map<string, number>()
    for (const { slug } of rows) seen.set(slug, (seen.get(slug) ?? 0) + 1)
    if (scope.tenant !== null) return [...seen.keys()]
    // Across tenants a slug alone does not say which asset is meant: it counts only if the scope sees all that bear it.
    const all = await this.#db
      .selectFrom('asset')
      .select(['slug', this.#db.fn.countAll<number>().as('count')])
      .groupBy('slug')
      .execute()
    return all.filter((row) => seen.get(row.slug) === Number(row.count)).map((row) => row.slug)
  }

  async *directory(devEuis: readonly string[] | null): AsyncIterable<readonly DirectoryDevice[]> {
    if (devEuis !== null) {
      for (const part of chunks(devEuis)) yield await this.#directoryPart(among('device.dev_eui', part), part.length)
      return
    }
    for (let after = ''; ; ) {
      const batch = await this.#directoryPart(sql<SqlBool>`device.dev_eui > ${after}`, directoryBatch)
      yield batch
      const last = batch.at(-1)
      if (batch.length < directoryBatch || last === undefined) return
      after = last.devEui
    }
  }

  async #directoryPart(condition: ReturnType<typeof every>, limit: number): Promise<DirectoryDevice[]> {
    const rows = await this.#db
      .selectFrom('device')
      .innerJoin('tenant', 'tenant.id', 'device.tenant_id')
      .leftJoin('service', 'service.id', 'device.service_id')
      .select(['device.dev_eui', 'device.model', 'device.firmware', 'device.status'])
      .select(['tenant.slug as tenant', 'tenant.time_zone', 'service.slug as service'])
      .where(condition)
      .orderBy('device.dev_eui')
      .limit(limit)
      .execute()
    const [first, last] = [rows.at(0)?.dev_eui, rows.at(-1)?.dev_eui]
    if (first === undefined || last === undefined) return []
    const assignments = await this.#db
      .selectFrom('assignment')
      .innerJoin('device', 'device.dev_eui', 'assignment.dev_eui')
      .innerJoin('asset', 'asset.id', 'assignment.asset_id')
      .innerJoin('service', 'service.id', 'asset.service_id')
      .select(['assignment.dev_eui', 'assignment.channel', 'assignment.valid_from', 'assignment.valid_to', 'assignment.parameters'])
      .select(['asset.slug as asset', 'service.slug as service'])
      .where(condition)
      .where('assignment.dev_eui', '>=', first)
      .where('assignment.dev_eui', '<=', last)
      .orderBy('assignment.dev_eui')
      .orderBy('assignment.channel')
      .orderBy('assignment.valid_from')
      .execute()
    const of = new Map<string, DirectoryAssignment[]>()
    for (const { dev_eui, valid_from: from, valid_to: to, parameters, channel, asset, service } of assignments) {
      const list = of.get(dev_eui) ?? []
      of.set(dev_eui, list)
      list.push({ channel, asset, service, parameters: toParameters(parameters), from, to })
    }
    return rows.map((row) => ({
      devEui: row.dev_eui,
      tenant: row.tenant,
      timeZone: row.time_zone,
      service: row.service,
      model: row.model,
      firmware: row.firmware,
      status: deviceStatusSchema.parse(row.status),
      assignments: of.get(row.dev_eui) ?? [],
    }))
  }

  async transaction<T>(work: (transaction: InventoryTransaction) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute((trx) => work(new SqlInventoryTransaction(trx)))
  }
}

/** Rows after a cursor, in the order of these columns; rows of no cursor are all. */
function after(columns: readonly string[], cursor: string | undefined) {
  const key = fromCursor(cursor ?? '', columns.length)
  return sql<SqlBool>`(${sql.join(columns.map((column) => sql.ref(column)))}) > (${sql.join(key)})`
}
