import { z } from 'zod'
import { parametersSchema } from '../../inventory/entities.ts'
import { slugSchema } from '../../inventory/slug.ts'
import { euiSchema } from '../../lorawan/eui.ts'

const model = z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'must be vendor/model')
const name = z.string().trim().min(1).max(100)
const tags = z.record(z.string().min(1).max(100), z.string().max(1_000))

/** Where a person finds a row again: a file of the territory, and a line from 1. */
export const sourceSchema = z.strictObject({ file: z.string().min(1), line: z.int().min(1) })
export type Source = z.infer<typeof sourceSchema>

export const wantedTenantSchema = z.strictObject({
  slug: slugSchema,
  name,
  /** IANA zone of its clock times */
  timeZone: z.string(),
})
export type WantedTenant = z.infer<typeof wantedTenantSchema>

/** A service of a tenant: one ChirpStack application, of this name. */
export const wantedServiceSchema = z.strictObject({ tenant: slugSchema, slug: slugSchema, name })
export type WantedService = z.infer<typeof wantedServiceSchema>

/** A device profile of ChirpStack that has another name than its model; all others are made from `device-profiles/`. */
export const wantedProfileSchema = z.strictObject({ tenant: slugSchema, model, name })
export type WantedProfile = z.infer<typeof wantedProfileSchema>

export const antennaSchema = z.strictObject({
  /** metres above the ground */
  height: z.number().min(0).max(500),
  /** degrees from north, clockwise; null: the same all around */
  azimuth: z.number().min(0).lt(360).nullable(),
  /** dBi */
  gain: z.number().min(-10).max(40),
  /** dB */
  cableLoss: z.number().min(0).max(30),
})

export const wantedGatewaySchema = z.strictObject({
  tenant: slugSchema,
  gatewayId: euiSchema,
  name,
  description: z.string().max(1_000),
  /** degrees (WGS 84), metres above the sea; null: unknown */
  location: z
    .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180), altitude: z.number() })
    .nullable(),
  antenna: antennaSchema.nullable(),
  /** seconds between its statistics */
  statsInterval: z.int().min(1).max(86_400),
  tags,
})
export type WantedGateway = z.infer<typeof wantedGatewaySchema>

/** A row of a device table. It holds no key. */
export const wantedDeviceSchema = z.strictObject({
  source: sourceSchema,
  tenant: slugSchema,
  service: slugSchema,
  devEui: euiSchema,
  /** null: none is known, ChirpStack's zeros */
  joinEui: euiSchema.nullable(),
  /** null: not known yet; such a device has no device profile and is refused */
  model: model.nullable(),
  /** empty: unknown */
  serial: z.string().max(100),
  /** empty: its DevEUI */
  name: z.string().max(100),
  tags,
})
export type WantedDevice = z.infer<typeof wantedDeviceSchema>

/** A row of an installation table: by `devEui`, else by `serial`, which then is one device's of the tenant. */
export const wantedInstallationSchema = z.strictObject({
  source: sourceSchema,
  tenant: slugSchema,
  service: slugSchema,
  devEui: euiSchema.nullable(),
  serial: z.string().nullable(),
  /** code of the asset */
  asset: z.string().trim().min(1).max(200),
  assetName: z.string().max(200).nullable(),
  channel: z.string().min(1),
  /** from when on; ISO 8601 UTC with milliseconds */
  from: z.iso.datetime(),
  startIndex: z.number().nullable(),
  parameters: parametersSchema,
  /** serial of the body that the radio is fixed to */
  equipment: z.string().nullable(),
  site: z.string().nullable(),
  commune: z.string().nullable(),
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
})
export type WantedInstallation = z.infer<typeof wantedInstallationSchema>

/** What a folder says shall be: `territory.yaml` and its tables, read and found well formed. As it is sent to the server. */
export const territorySchema = z.strictObject({
  /** of the folder, for ever: what was made by it is its own */
  id: z.uuid(),
  tenants: z.array(wantedTenantSchema),
  services: z.array(wantedServiceSchema),
  profiles: z.array(wantedProfileSchema),
  gateways: z.array(wantedGatewaySchema),
  devices: z.array(wantedDeviceSchema).max(500_000),
  installations: z.array(wantedInstallationSchema).max(500_000),
})
export type Territory = z.infer<typeof territorySchema>
