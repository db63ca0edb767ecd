import { z } from 'zod'
import { parametersSchema } from '../../inventory/entities.ts'
import { slugSchema } from '../../inventory/slug.ts'
import { euiSchema } from '../../lorawan/eui.ts'

const modelSchema = z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'must be vendor/model')
const model = modelSchema.describe('`vendor/model`.')
const name = z.string().trim().min(1).max(100).describe('Name for people.')
const tags = z.record(z.string().min(1).max(100), z.string().max(1_000)).describe('Tags on the network server.')
const tenant = slugSchema.describe('Slug of the tenant.')
const service = slugSchema.describe('Slug of the service.')

/** Where a person finds a row again: a file of the territory, and a line from 1. */
export const sourceSchema = z
  .strictObject({ file: z.string().min(1).describe('Path from the folder.'), line: z.int().min(1).describe('From 1.') })
  .describe('Where the row stands.')
export type Source = z.infer<typeof sourceSchema>

export const wantedTenantSchema = z.strictObject({
  slug: slugSchema.describe('Given once.'),
  name,
  timeZone: z.string().describe('IANA zone of its clock times.'),
})
export type WantedTenant = z.infer<typeof wantedTenantSchema>

/** A service of a tenant: one ChirpStack application, of this name. */
export const wantedServiceSchema = z.strictObject({
  tenant,
  slug: slugSchema.describe('Given once.'),
  name: name.describe('Of its application.'),
})
export type WantedService = z.infer<typeof wantedServiceSchema>

/** A device profile of ChirpStack that has another name than its model; all others are made from `device-profiles/`. */
export const wantedProfileSchema = z.strictObject({ tenant, model, name: name.describe('Of the device profile.') })

export const antennaSchema = z.strictObject({
  height: z.number().min(0).max(500).describe('Metres above the ground.'),
  azimuth: z.number().min(0).lt(360).nullable().describe('Degrees from north, clockwise; null: the same all around.'),
  gain: z.number().min(-10).max(40).describe('dBi.'),
  cableLoss: z.number().min(0).max(30).describe('dB.'),
})

export const wantedGatewaySchema = z.strictObject({
  tenant,
  gatewayId: euiSchema.describe('16 hexadecimal digits.'),
  name,
  description: z.string().max(1_000).describe('Text for people.'),
  location: z
    .strictObject({
      latitude: z.number().min(-90).max(90).describe('Degrees north (WGS 84).'),
      longitude: z.number().min(-180).max(180).describe('Degrees east (WGS 84).'),
      altitude: z.number().describe('Metres above the sea.'),
    })
    .nullable()
    .describe('null: unknown.'),
  antenna: antennaSchema.nullable().describe('null: unknown.'),
  statsInterval: z.int().min(1).max(86_400).describe('Seconds between its statistics.'),
  tags,
})
export type WantedGateway = z.infer<typeof wantedGatewaySchema>

/** A row of a device table. It holds no key. */
export const wantedDeviceSchema = z.strictObject({
  source: sourceSchema,
  tenant,
  service,
  devEui: euiSchema.describe('DevEUI, 16 hexadecimal digits.'),
  joinEui: euiSchema.nullable().describe('JoinEUI; null: none is known, zeros on the network server.'),
  model: modelSchema.nullable().describe('`vendor/model`; null: not known yet. Such a device has no device profile and is refused.'),
  serial: z.string().max(100).describe('Empty: unknown.'),
  name: z.string().max(100).describe('Empty: its DevEUI.'),
  tags,
})
export type WantedDevice = z.infer<typeof wantedDeviceSchema>

/** A row of an installation table: by `devEui`, else by `serial`, which then is one device's of the tenant. */
export const wantedInstallationSchema = z.strictObject({
  source: sourceSchema,
  tenant,
  service,
  devEui: euiSchema.nullable().describe('DevEUI; null: by its serial.'),
  serial: z.string().nullable().describe('Serial of the device; null: by its DevEUI.'),
  asset: z.string().trim().min(1).max(200).describe('Code of the asset.'),
  assetName: z.string().max(200).nullable().describe('Name for people; null: its code.'),
  channel: z.string().min(1).describe('Channel of the device.'),
  from: z.iso.datetime().describe('From when on (UTC, with milliseconds).'),
  startIndex: z.number().nullable().describe('Of the meter at that time, in the vocabulary’s unit; null: unknown.'),
  parameters: parametersSchema.describe('Of the installation, by name, in the units of `/v1/codecs`.'),
  equipment: z.string().nullable().describe('Serial of the body that the radio is fixed to; null: none is known.'),
  site: z.string().nullable().describe('Name of the place; null: the asset’s code.'),
  commune: z.string().nullable().describe('INSEE code; null: unknown.'),
  latitude: z.number().min(-90).max(90).nullable().describe('Degrees north (WGS 84); null: unknown.'),
  longitude: z.number().min(-180).max(180).nullable().describe('Degrees east (WGS 84); null: unknown.'),
})
export type WantedInstallation = z.infer<typeof wantedInstallationSchema>

/** What a folder says shall be: `territory.yaml` and its tables, read and found well formed. As it is sent to the server. */
export const territorySchema = z.strictObject({
  id: z.uuid().describe('Of the folder, for ever: what was made by it is its own.'),
  tenants: z.array(wantedTenantSchema).describe('Contract holders.'),
  services: z.array(wantedServiceSchema).describe('Each is one application of the network server.'),
  profiles: z.array(wantedProfileSchema).describe('Device profiles that have another name than their model.'),
  gateways: z.array(wantedGatewaySchema).describe('Gateways with their antennas.'),
  devices: z.array(wantedDeviceSchema).max(500_000).describe('Rows of the device tables, without keys.'),
  installations: z.array(wantedInstallationSchema).max(500_000).describe('Rows of the installation tables.'),
})
export type Territory = z.infer<typeof territorySchema>
