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
const parameters = parametersSchema.describe('Of the installation, by name, in the units of `/v1/codecs`.')

/** A device's channel on an asset, now. */
const installationSchema = z.object({
  channel: z.string().describe('Channel of the device, `main` where there is one only.'),
  asset: z.string().describe('Slug of the asset.'),
  service: z.string().describe('Slug of the asset’s service.'),
  commune: z.string().nullable().describe('INSEE code of the asset’s commune.'),
  from: time.describe('Since when, included (UTC).'),
  parameters,
})

/** A device as lists and API answers show it: slugs in place of ids. */
export const deviceViewSchema = deviceSchema.omit({ tenantId: true, serviceId: true }).extend({
  tenant: z.string().describe('Slug.'),
  service: z.string().nullable().describe('Slug; null: of no service yet.'),
  installations: z.array(installationSchema).describe('Which channel serves which asset, now.'),
  lastSeen: time.nullable().describe('Last uplink (UTC); null: never heard.'),
  joinedAt: time.nullable().describe('Last join (UTC); null: never joined.'),
  lastLog: z
    .object({ code: z.string().describe('ChirpStack’s code, e.g. `UPLINK_MIC`.'), time: time.describe('When (UTC).') })
    .nullable()
    .describe('The network server’s last complaint about it.'),
})
export type DeviceView = z.infer<typeof deviceViewSchema>

/** An asset with the devices that serve it now. `code`, `name` and `site` of a personal service are given by role only. */
export const assetViewSchema = assetSchema.pick({ slug: true, code: true, name: true }).extend({
  tenant: z.string().describe('Slug.'),
  service: z.string().describe('Slug.'),
  site: siteSchema
    .pick({ name: true, commune: true, latitude: true, longitude: true })
    .nullable()
    .describe('Where it is; without a position for a role that may not see a dwelling.'),
  devices: z
    .array(
      z.object({
        devEui: z.string().describe('DevEUI, 16 hexadecimal digits.'),
        channel: z.string().describe('Channel of the device.'),
        model: z.string().nullable().describe('`vendor/model`; null while unknown.'),
        firmware: z.string().nullable().describe('Version of the device’s own program; null: unknown.'),
        from: time.describe('Since when, included (UTC).'),
        parameters,
      }),
    )
    .describe('Devices that serve it now.'),
})
export type AssetView = z.infer<typeof assetViewSchema>

export const gatewayViewSchema = gatewaySchema.omit({ tenantId: true }).extend({
  tenant: z.string().nullable().describe('Slug; null: of the network.'),
})
export type GatewayView = z.infer<typeof gatewayViewSchema>

export const serviceViewSchema = serviceSchema
  .pick({ slug: true, name: true, chirpstackApplicationId: true })
  .extend({ tenant: z.string() })
export type ServiceView = z.infer<typeof serviceViewSchema>

export const tenantViewSchema = tenantSchema.omit({ id: true })
export type TenantView = z.infer<typeof tenantViewSchema>

export const deviceFilterSchema = z.object({
  tenant: z.string().optional().describe('Slug.'),
  service: z.string().optional().describe('Slug.'),
  commune: z.string().optional().describe('INSEE code.'),
  status: deviceStatusSchema.optional().describe('What has become of it.'),
  model: z.string().optional().describe('`vendor/model`.'),
  serial: z.string().optional().describe('Serial number, as it was delivered.'),
  asset: z.string().optional().describe('Slug or code of the asset it is installed on.'),
  /** true: neither a join nor an uplink was ever heard; false: the others */
  neverJoined: z.boolean().optional(),
})
export type DeviceFilter = z.infer<typeof deviceFilterSchema>

export const assetFilterSchema = deviceFilterSchema.pick({ tenant: true, service: true, commune: true })
export type AssetFilter = z.infer<typeof assetFilterSchema>
