import type { Selectable } from 'kysely'
import { z } from 'zod'
import {
  type Asset,
  type Assignment,
  type Device,
  deviceStatusSchema,
  type Equipment,
  type Gateway,
  parametersSchema,
  type Service,
  type Site,
  type Tenant,
} from '../../inventory/entities.ts'
import type {
  AssetTable,
  AssignmentTable,
  DeviceTable,
  EquipmentTable,
  GatewayTable,
  ServiceTable,
  SiteTable,
  TenantTable,
} from './schema.ts'

/** Rows as entities and back, in pairs. */

export const toTenant = (row: Selectable<TenantTable>): Tenant => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  timeZone: row.time_zone,
  chirpstackTenantId: row.chirpstack_tenant_id,
})
export const fromTenant = (tenant: Tenant): TenantTable => ({
  id: tenant.id,
  slug: tenant.slug,
  name: tenant.name,
  time_zone: tenant.timeZone,
  chirpstack_tenant_id: tenant.chirpstackTenantId,
})

export const toService = (row: Selectable<ServiceTable>): Service => ({
  id: row.id,
  tenantId: row.tenant_id,
  slug: row.slug,
  name: row.name,
  chirpstackApplicationId: row.chirpstack_application_id,
})
export const fromService = (service: Service): ServiceTable => ({
  id: service.id,
  tenant_id: service.tenantId,
  slug: service.slug,
  name: service.name,
  chirpstack_application_id: service.chirpstackApplicationId,
})

export const toSite = ({ tenant_id, ...row }: Selectable<SiteTable>): Site => ({ ...row, tenantId: tenant_id })
export const fromSite = ({ id, tenantId, name, commune, latitude, longitude }: Site): SiteTable => ({
  id,
  tenant_id: tenantId,
  name,
  commune,
  latitude,
  longitude,
})

export const toAsset = ({ tenant_id, service_id, site_id, ...row }: Selectable<AssetTable>): Asset => ({
  ...row,
  tenantId: tenant_id,
  serviceId: service_id,
  siteId: site_id,
})
export const fromAsset = ({ id, tenantId, serviceId, siteId, slug, code, name }: Asset): AssetTable => ({
  id,
  tenant_id: tenantId,
  service_id: serviceId,
  site_id: siteId,
  slug,
  code,
  name,
})

export const toEquipment = ({ tenant_id, ...row }: Selectable<EquipmentTable>): Equipment => ({ ...row, tenantId: tenant_id })
export const fromEquipment = ({ id, tenantId, serial, kind }: Equipment): EquipmentTable => ({ id, tenant_id: tenantId, serial, kind })

export const toDevice = (row: Selectable<DeviceTable>): Device => ({
  devEui: row.dev_eui,
  tenantId: row.tenant_id,
  serviceId: row.service_id,
  name: row.name,
  model: row.model,
  firmware: row.firmware,
  serial: row.serial,
  status: deviceStatusSchema.parse(row.status),
})
export const fromDevice = (device: Device): DeviceTable => ({
  dev_eui: device.devEui,
  tenant_id: device.tenantId,
  service_id: device.serviceId,
  name: device.name,
  model: device.model,
  firmware: device.firmware,
  serial: device.serial,
  status: device.status,
})

export const toGateway = ({ gateway_id, tenant_id, ...row }: Selectable<GatewayTable>): Gateway => ({
  ...row,
  gatewayId: gateway_id,
  tenantId: tenant_id,
})
export const fromGateway = ({ gatewayId, tenantId, name, latitude, longitude }: Gateway): GatewayTable => ({
  gateway_id: gatewayId,
  tenant_id: tenantId,
  name,
  latitude,
  longitude,
})

export const toAssignment = (row: Selectable<AssignmentTable>): Assignment => ({
  id: row.id,
  devEui: row.dev_eui,
  channel: row.channel,
  assetId: row.asset_id,
  equipmentId: row.equipment_id,
  from: row.valid_from,
  to: row.valid_to,
  parameters: toParameters(row.parameters),
  startIndex: row.start_index,
  endIndex: row.end_index,
})
export const fromAssignment = (assignment: Assignment, tenantId: string): AssignmentTable => ({
  id: assignment.id,
  tenant_id: tenantId,
  dev_eui: assignment.devEui,
  channel: assignment.channel,
  asset_id: assignment.assetId,
  equipment_id: assignment.equipmentId,
  valid_from: instant(assignment.from),
  valid_to: assignment.to === null ? null : instant(assignment.to),
  parameters: JSON.stringify(assignment.parameters),
  start_index: assignment.startIndex,
  end_index: assignment.endIndex,
})

/** The one form of a time in this database, so that text order is time order. */
export function instant(time: string): string {
  return new Date(time).toISOString()
}

export function toParameters(text: string): Assignment['parameters'] {
  return parametersSchema.parse(JSON.parse(text))
}

const listSchema = z.array(z.string()).nullable()
export function toList(text: string | null): string[] | null {
  return text === null ? null : listSchema.parse(JSON.parse(text))
}

/** Statements stay below what either database takes in parameters. */
export function chunks<T>(items: readonly T[], size = 1000): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
}
