import { oc } from '@orpc/contract'
import { z } from 'zod'
import { deviceStatusSchema, parametersSchema } from '../../inventory/entities.ts'
import { slugSchema } from '../../inventory/slug.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import { pageInputSchema, pageOf } from './page.ts'

/** Where one channel of a device is installed now. */
export const installationSchema = z.object({
  channel: z.string(),
  asset: slugSchema,
  from: z.iso.datetime(),
  parameters: parametersSchema,
})

export const deviceViewSchema = z.object({
  devEui: euiSchema,
  tenant: slugSchema,
  service: slugSchema.nullable(),
  name: z.string(),
  /** `vendor/model`; null: its frames are dead letters until it is given */
  model: z.string().nullable(),
  firmware: z.string().nullable(),
  status: deviceStatusSchema,
  installations: z.array(installationSchema),
})
export type DeviceView = z.infer<typeof deviceViewSchema>

const installBodySchema = z.object({
  asset: slugSchema.describe('The asset; made when it does not exist.'),
  assetName: z.string().max(200).optional().describe('Name for people of a new asset.'),
  channel: z.string().default('main'),
  service: slugSchema.optional().describe('Service of a new asset; left out: the one of the model.'),
  model: z
    .string()
    .regex(/^[^/]+\/[^/]+$/, 'must be vendor/model')
    .optional()
    .describe('Model of the device, `vendor/model`, where it is not known yet.'),
  parameters: parametersSchema.default({}).describe('As the model declares them: pulse weight, empty and full distance …'),
  site: z
    .object({
      name: z.string().max(200),
      commune: z.string().regex(/^[0-9AB]{5}$/, 'must be an INSEE code of 5 characters').nullable().default(null),
      latitude: z.number().min(-90).max(90).nullable().default(null),
      longitude: z.number().min(-180).max(180).nullable().default(null),
    })
    .optional(),
  from: z.iso.datetime({ offset: true }).optional().describe('From when on; left out: now.'),
})

export const devicesContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/devices', tags: ['Devices'], summary: 'Devices, by devEui' })
    .input(
      pageInputSchema.extend({
        tenant: slugSchema.optional(),
        service: slugSchema.optional(),
        status: deviceStatusSchema.optional(),
      }),
    )
    .output(pageOf(deviceViewSchema)),
  get: oc
    .route({ method: 'GET', path: '/v1/devices/{devEui}', tags: ['Devices'], summary: 'One device and where it is installed' })
    .input(z.object({ devEui: euiSchema }))
    .output(deviceViewSchema),
  install: oc
    .route({
      method: 'PUT',
      path: '/v1/devices/{devEui}/installation',
      tags: ['Devices'],
      summary: 'Bind a channel of a device to an asset from a date on',
      description: 'Repeating it changes nothing. What was installed on this channel before ends at `from`; its history stays with its asset.',
    })
    .input(installBodySchema.extend({ devEui: euiSchema }))
    .output(deviceViewSchema),
}
