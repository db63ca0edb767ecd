import type { ProvisioningTables } from './provisioning/tables.ts'

/**
 * The tables as kysely sees them, the same on SQLite and PostgreSQL. Times are text, ISO 8601 UTC with milliseconds,
 * so that text order is time order; JSON is text, written and read here; ids are UUIDv7 as text.
 */
export interface Schema extends ProvisioningTables {
  tenant: TenantTable
  service: ServiceTable
  site: SiteTable
  asset: AssetTable
  equipment: EquipmentTable
  device: DeviceTable
  assignment: AssignmentTable
  gateway: GatewayTable
  device_activity: DeviceActivityTable
  token: TokenTable
  dead_letter: DeadLetterTable
  order: OrderTable
  order_step: OrderStepTable
  order_counter: OrderCounterTable
  audit: AuditTable
  schema_migration: { name: string; applied_at: string }
}

export interface TenantTable {
  id: string
  slug: string
  name: string
  time_zone: string
  chirpstack_tenant_id: string | null
}

export interface ServiceTable {
  id: string
  tenant_id: string
  slug: string
  name: string
  chirpstack_application_id: string | null
}

export interface SiteTable {
  id: string
  tenant_id: string
  name: string
  commune: string | null
  latitude: number | null
  longitude: number | null
}

export interface AssetTable {
  id: string
  tenant_id: string
  service_id: string
  site_id: string | null
  slug: string
  code: string
  name: string
}

export interface EquipmentTable {
  id: string
  tenant_id: string
  serial: string
  kind: string
}

export interface DeviceTable {
  dev_eui: string
  tenant_id: string
  service_id: string | null
  name: string
  model: string | null
  firmware: string | null
  serial: string | null
  status: string
}

export interface AssignmentTable {
  id: string
  /** same as the device's and the asset's: the foreign keys hold it, so that no assignment joins two tenants */
  tenant_id: string
  dev_eui: string
  channel: string
  asset_id: string
  equipment_id: string | null
  valid_from: string
  valid_to: string | null
  parameters: string
  start_index: number | null
  end_index: number | null
}

export interface GatewayTable {
  gateway_id: string
  tenant_id: string | null
  name: string
  latitude: number | null
  longitude: number | null
}

export interface DeviceActivityTable {
  dev_eui: string
  last_seen: string | null
  joined_at: string | null
  last_log_code: string | null
  last_log_time: string | null
}

export interface TokenTable {
  id: string
  hash: string
  name: string
  role: string
  /** slug */
  tenant: string | null
  services: string | null
  communes: string | null
  created_at: string
  expires_at: string | null
  revoked_at: string | null
}

export interface DeadLetterTable {
  id: string
  spool_offset: number
  reason: string
  detail: string
  advice: string
  dev_eui: string | null
  tenant: string | null
  event: string | null
  topic: string
  payload: Uint8Array
  time: string
  /** `vendor/model` */
  model: string | null
}

export interface OrderTable {
  id: string
  number: string
  tenant: string
  service: string
  asset: string
  dev_eui: string
  channel: string
  model: string
  command: string
  reason: string
  requested_by: string
  requested_at: string
  not_before: string
  expires_at: string
  until: string | null
  return_of: string | null
  idempotency_key: string | null
  request_digest: string | null
  confirmed: number
  f_port: number
  hex: string
  queue_item_id: string | null
  f_cnt_down: number | null
  gateway_id: string | null
  state: string
}

export interface OrderStepTable {
  order_id: string
  position: number
  time: string
  state: string
  code: string
  /** JSON */
  context: string
}

export interface OrderCounterTable {
  tenant: string
  day: string
  last: number
}

export interface AuditTable {
  id: string
  time: string
  account: string
  tenant: string | null
  action: string
  object: string
  before: string
  after: string
}
