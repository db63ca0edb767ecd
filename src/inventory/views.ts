import { z } from 'zod'
import {
  assetSchema,
  deviceSchema,
  deviceStatusSchema,
  gatewaySchema,
  parametersSchema,
  serviceSchema,
  siteSchema,
  tenantSchema,
} from './entities.ts'

const time = z.iso.datetime({ precision: 3 })

/** A device's channel on an asset, now. */
const installationSchema = z.object({
  channel: z.string(),
  /** asset slug */
  asset: z.string(),
  /** service slug of the asset */
  service: z.string(),
  commune: z.string().nullable(),
  from: time,
  parameters: parametersSchema,
})

/** A device as lists and API answers show it: slugs in place of ids. */
export const deviceViewSchema = deviceSchema.omit({ tenantId: true, serviceId: true }).extend({
  tenant: z.string(),
  service: z.string().nullable(),
  installations: z.array(installationSchema),
  /** null: never heard */
  lastSeen: time.nullable(),
  joinedAt: time.nullable(),
  /** the network server's last complaint about it, e.g. `UPLINK_MIC` */
  lastLog: z.object({ code: z.string(), time }).nullable(),
})
export type DeviceView = z.infer<typeof deviceViewSchema>

/** An asset with the devices that serve it now. `code`, `name` and `site` of a personal service are given by role only. */
export const assetViewSchema = assetSchema.pick({ slug: true, code: true, name: true }).extend({
  tenant: z.string(),
  service: z.string(),
  site: siteSchema.pick({ name: true, commune: true, latitude: true, longitude: true }).nullable(),
  devices: z.array(
    z.object({ devEui: z.string(), channel: z.string(), model: z.string().nullable(), from: time, parameters: parametersSchema }),
  ),
})
export type AssetView = z.infer<typeof assetViewSchema>

export const gatewayViewSchema = gatewaySchema.omit({ tenantId: true }).extend({ tenant: z.string().nullable() })
export type GatewayView = z.infer<typeof gatewayViewSchema>

export const serviceViewSchema = serviceSchema
  .pick({ slug: true, name: true, chirpstackApplicationId: true })
  .extend({ tenant: z.string() })
export type ServiceView = z.infer<typeof serviceViewSchema>

export const tenantViewSchema = tenantSchema.omit({ id: true })
export type TenantView = z.infer<typeof tenantViewSchema>

export const deviceFilterSchema = z.object({
  tenant: z.string().optional(),
  service: z.string().optional(),
  /** INSEE code */
  commune: z.string().optional(),
  status: deviceStatusSchema.optional(),
  /** `vendor/model` */
  model: z.string().optional(),
  /** asset slug */
  asset: z.string().optional(),
  /** true: neither a join nor an uplink was ever heard; false: the others */
  neverJoined: z.boolean().optional(),
})
export type DeviceFilter = z.infer<typeof deviceFilterSchema>

export const assetFilterSchema = deviceFilterSchema.pick({ tenant: true, service: true, commune: true })
export type AssetFilter = z.infer<typeof assetFilterSchema>
