import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Scope } from '../../access/scope.ts'

type Condition = RawBuilder<SqlBool>

/** `column in (…)`, and never true for an empty list. `column` is a name of ours, never of a request. */
export function among(column: string, values: readonly string[]): Condition {
  return values.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${sql.ref(column)} in (${sql.join(values)})`
}

export function every(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql<SqlBool>`1 = 1` : sql<SqlBool>`(${sql.join(conditions, sql` and `)})`
}

/** Rows of a table with `tenant_id` that the scope's tenant owns. */
export function ofTenant(table: string, tenant: string): Condition {
  return sql<SqlBool>`${sql.ref(`${table}.tenant_id`)} = (select id from tenant where slug = ${tenant})`
}

/** Rows of a table with `service_id`. */
export function ofServices(table: string, services: readonly string[]): Condition {
  return sql<SqlBool>`${sql.ref(`${table}.service_id`)} in (select id from service where ${among('service.slug', services)})`
}

/** Assets whose site lies in one of these communes. */
export function assetInCommunes(communes: readonly string[]): Condition {
  return sql<SqlBool>`asset.site_id in (select id from site where ${among('site.commune', communes)})`
}

/** Devices that now serve an asset of which this is true. */
export function servesAsset(condition: Condition): Condition {
  return sql<SqlBool>`device.dev_eui in (select assignment.dev_eui from assignment join asset on asset.id = assignment.asset_id
    where assignment.valid_to is null and ${condition})`
}

/** What of the table `asset` a scope sees. */
export function assetInScope({ tenant, services, communes }: Scope): Condition {
  return every([
    ...(tenant === null ? [] : [ofTenant('asset', tenant)]),
    ...(services === null ? [] : [ofServices('asset', services)]),
    ...(communes === null ? [] : [assetInCommunes(communes)]),
  ])
}

/** What of the table `device` a scope sees: one in stock has no commune, and is seen by those whom communes do not restrict. */
export function deviceInScope({ tenant, services, communes }: Scope): Condition {
  return every([
    ...(tenant === null ? [] : [ofTenant('device', tenant)]),
    ...(services === null ? [] : [ofServices('device', services)]),
    ...(communes === null ? [] : [servesAsset(assetInCommunes(communes))]),
  ])
}

/** Rows that name their tenant by slug, such as orders and dead letters. */
export function tenantInScope(column: string, { tenant }: Scope): Condition[] {
  return tenant === null ? [] : [sql<SqlBool>`${sql.ref(column)} = ${tenant}`]
}
