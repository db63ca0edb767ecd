import type { Transaction } from 'kysely'
import type { Assignment } from '../../inventory/entities.ts'
import type { LifeFacts, LifeKeys } from '../../inventory/ports.ts'
import { toAsset, toAssignment, toDevice, toEquipment, toService, toTenant } from './rows.ts'
import type { Schema } from './schema.ts'

/** Of few devices: what a person names at once. The tenant is locked by then. */
export async function lifeFacts(trx: Transaction<Schema>, keys: LifeKeys): Promise<LifeFacts | undefined> {
  const tenant = await trx.selectFrom('tenant').selectAll().where('slug', '=', keys.tenant).executeTakeFirst()
  if (tenant === undefined) return undefined
  const services = await trx.selectFrom('service').selectAll().where('tenant_id', '=', tenant.id).orderBy('slug').execute()
  const asset =
    keys.asset === null
      ? undefined
      : await trx.selectFrom('asset').selectAll().where('tenant_id', '=', tenant.id).where('slug', '=', keys.asset).executeTakeFirst()
  const ofAsset =
    asset === undefined ? [] : (await trx.selectFrom('assignment').selectAll().where('asset_id', '=', asset.id).execute()).map(toAssignment)
  const serving = ofAsset.filter(({ to }) => to === null).map(({ devEui }) => devEui)
  const devEuis = ['', ...new Set([...keys.devEuis, ...serving])]
  const devices = await trx.selectFrom('device').selectAll().where('dev_eui', 'in', devEuis).execute()
  const ofDevices = (await trx.selectFrom('assignment').selectAll().where('dev_eui', 'in', devEuis).execute()).map(toAssignment)
  const assignments = [...new Map([...ofAsset, ...ofDevices].map((one) => [one.id, one])).values()]
  const equipment =
    keys.serial === null
      ? undefined
      : await trx
          .selectFrom('equipment')
          .selectAll()
          .where('tenant_id', '=', tenant.id)
          .where('serial', '=', keys.serial)
          .executeTakeFirst()
  const bodies = ['', ...new Set([equipment?.id, ...assignments.map(({ equipmentId }) => equipmentId)].filter((id) => id != null))]
  const equipmentOpen = await trx
    .selectFrom('assignment')
    .selectAll()
    .where('equipment_id', 'in', bodies)
    .where('valid_to', 'is', null)
    .execute()
  return {
    tenant: toTenant(tenant),
    services: services.map(toService),
    asset: asset && toAsset(asset),
    devices: devices.map(toDevice),
    assignments,
    places: await placesOf(trx, assignments),
    equipment: equipment && toEquipment(equipment),
    equipmentOpen: equipmentOpen.map(toAssignment),
  }
}

async function placesOf(trx: Transaction<Schema>, assignments: readonly Assignment[]): Promise<LifeFacts['places']> {
  const assets = ['', ...new Set(assignments.filter(({ to }) => to === null).map(({ assetId }) => assetId))]
  return trx
    .selectFrom('asset')
    .innerJoin('service', 'service.id', 'asset.service_id')
    .leftJoin('site', 'site.id', 'asset.site_id')
    .select(['asset.id as assetId', 'asset.slug as asset', 'service.slug as service', 'site.commune'])
    .where('asset.id', 'in', assets)
    .execute()
}
