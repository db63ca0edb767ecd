import { oc } from '@orpc/contract'
import { z } from 'zod'
import { installRequestSchema } from '../../inventory/install.ts'
import { deviceFilterSchema, deviceViewSchema } from '../../inventory/views.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import { flagSchema, pageInputSchema, pageOf } from './page.ts'

export const devicesContract = {
  list: oc
    .route({ method: 'GET', path: '/v1/devices', tags: ['Devices'], summary: 'Devices, by devEui' })
    .input(
      pageInputSchema.extend({
        ...deviceFilterSchema.shape,
        neverJoined: flagSchema.optional().describe('true: neither a join nor an uplink was ever heard; false: the others.'),
      }),
    )
    .output(pageOf(deviceViewSchema)),
  get: oc
    .route({ method: 'GET', path: '/v1/devices/{devEui}', tags: ['Devices'], summary: 'One device and where it is installed' })
    .input(z.object({ devEui: euiSchema.describe('DevEUI, 16 hexadecimal digits.') }))
    .output(deviceViewSchema),
  install: oc
    .route({
      method: 'PUT',
      path: '/v1/devices/{devEui}/installation',
      tags: ['Devices'],
      summary: 'Bind a channel of a device to an asset from a date on',
      description:
        'Repeating it changes nothing. What was installed on this channel before ends at `from`; its history stays with its asset. Asset, site and equipment are made where they do not exist. So are the service of the model and the first tenant of all; another service or tenant that does not exist is refused unless `newService` or `newTenant` says so, and an asset that another device serves unless `replace` does. A channel or a parameter that the model does not declare, or a value out of its range, is refused, and so is an installation without a required one: `/v1/codecs` lists them. A repeat that gives `parameters` replaces all of them; left out or empty, those that are there stay.',
    })
    .input(installRequestSchema.extend({ devEui: euiSchema.describe('DevEUI, 16 hexadecimal digits.') }))
    .output(deviceViewSchema),
}
