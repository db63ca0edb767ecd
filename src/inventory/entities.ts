import { z } from 'zod'
import { euiSchema } from '../lorawan/eui.ts'
import { slugSchema } from './slug.ts'

const id = z.uuid()
const time = z.iso.datetime()

/** A contract holder: municipality, syndicate, operator. One ChirpStack tenant. */
export const tenantSchema = z.object({
  id,
  slug: slugSchema,
  name: z.string(),
  /** IANA zone in which this tenant's clock times are read */
  timeZone: z.string(),
  chirpstackTenantId: z.string().nullable(),
})
export type Tenant = z.infer<typeof tenantSchema>

/** One service of a tenant (water, waste, lighting …). One ChirpStack application. */
export const serviceSchema = z.object({
  id,
  tenantId: id,
  slug: slugSchema,
  name: z.string(),
  chirpstackApplicationId: z.string().nullable(),
})
export type Service = z.infer<typeof serviceSchema>

/** A place. `commune` is an INSEE code: a filter and a right, never a topic level. */
export const siteSchema = z.object({
  id,
  tenantId: id,
  name: z.string().describe('Name of the place, unique per tenant.'),
  commune: z
    .string()
    .regex(/^[0-9AB]{5}$/)
    .nullable()
    .describe('INSEE code of the commune, five characters; null: unknown.'),
  latitude: z.number().min(-90).max(90).nullable().describe('Degrees north (WGS 84), -90 to 90.'),
  longitude: z.number().min(-180).max(180).nullable().describe('Degrees east (WGS 84), -180 to 180.'),
})
export type Site = z.infer<typeof siteSchema>

/** Delivery point, bin, street light, valve: what stays when meters and radios are replaced. History belongs to it. */
export const assetSchema = z.object({
  id,
  tenantId: id,
  serviceId: id,
  siteId: id.nullable(),
  slug: slugSchema.describe('Name in topics, tags and URLs; given once. A pseudonym where the service is personal (water).'),
  /** personal services keep it out of topics, tags and logs */
  code: z
    .string()
    .describe('As people number it (delivery point, bin, lamp), unique per tenant; the slug for a role that may not see a dwelling.'),
  /** kept out of the same */
  name: z.string().describe('Name for people; the slug for a role that may not see a dwelling.'),
})
export type Asset = z.infer<typeof assetSchema>

/** A body with a serial number: the meter beside its radio, the lamp under its controller. */
export const equipmentSchema = z.object({ id, tenantId: id, serial: z.string(), kind: z.string() })
export type Equipment = z.infer<typeof equipmentSchema>

export const deviceStatusSchema = z.enum(['in stock', 'installed', 'disabled', 'retired'])

/** The radio. `model` is `vendor/model`; null while unknown (its frames are dead letters until it is given). */
export const deviceSchema = z.object({
  devEui: euiSchema.describe('DevEUI, 16 hexadecimal digits.'),
  tenantId: id,
  serviceId: id.nullable(),
  name: z.string().describe('Name for people.'),
  model: z.string().nullable().describe('`vendor/model`; null while unknown: its uplinks are kept aside until it is given.'),
  firmware: z.string().nullable().describe('Version of the device’s own program; null: unknown.'),
  serial: z.string().nullable().describe('Serial number as its supplier gives it; null: unknown.'),
  status: deviceStatusSchema.describe('What has become of it.'),
})
export type Device = z.infer<typeof deviceSchema>

export const parametersSchema = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]))
export type Parameters = z.infer<typeof parametersSchema>

/** Binds (device, channel) to (asset, equipment) from a date (included) to a date (excluded), with its parameters. */
export const assignmentSchema = z.object({
  id,
  devEui: euiSchema,
  channel: z.string(),
  assetId: id,
  equipmentId: id.nullable(),
  from: time,
  to: time.nullable(),
  parameters: parametersSchema,
  /** index of the meter at start and end, in the counter's vocabulary unit */
  startIndex: z.number().nullable(),
  endIndex: z.number().nullable(),
})
export type Assignment = z.infer<typeof assignmentSchema>

/** A gateway as the inventory knows it; antenna data come with provisioning. */
export const gatewaySchema = z.object({
  gatewayId: euiSchema.describe('16 hexadecimal digits.'),
  tenantId: id.nullable(),
  name: z.string().describe('Name for people.'),
  latitude: z.number().nullable().describe('Degrees north (WGS 84); null: unknown.'),
  longitude: z.number().nullable().describe('Degrees east (WGS 84); null: unknown.'),
})
export type Gateway = z.infer<typeof gatewaySchema>
