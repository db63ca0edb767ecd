import { oc } from '@orpc/contract'
import { z } from 'zod'
import { assetReferenceSchema } from '../../inventory/slug.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import { checkedLabelSchema } from '../../provisioning/life/check-label.ts'
import {
  addRequestSchema,
  flushRequestSchema,
  lifeViewSchema,
  moveRequestSchema,
  moveViewSchema,
  retireRequestSchema,
  swapRequestSchema,
  swapViewSchema,
} from '../../provisioning/life/requests.ts'

const device = z.object({ devEui: euiSchema.describe('DevEUI, 16 hexadecimal digits.') })
const follow =
  'It is a job of the journal: where the network server is away, the answer comes with the job under way, and the job goes on by itself.'
/** Of what cannot be planned without looking at the network. */
const asks = 'It is a job of the journal. The network server is asked first: where it is away, nothing is begun.'

const unknownGatewaySchema = z.object({
  gatewayId: euiSchema.describe('16 hexadecimal digits.'),
  region: z.string().nullable().describe('Prefix of its topics, e.g. `eu868`; null: none.'),
  firstHeardAt: z.iso.datetime().describe('Since this server started (UTC).'),
  lastHeardAt: z.iso.datetime().describe('UTC.'),
  messages: z.int().describe('Heard since this server started.'),
})

/** What happens to a device between its delivery and its end, and to gateways beside their declaration. */
export const lifeContract = {
  add: oc
    .route({
      method: 'POST',
      path: '/v1/devices',
      tags: ['Devices'],
      summary: 'Put one device on the network, to stock or installed at once',
      description: `With its keys, from a label or given here; sealed on arrival, they are in no answer. A device without keys is refused: its delivery has to be imported. ${asks}`,
    })
    .input(addRequestSchema)
    .output(lifeViewSchema),
  label: oc
    .route({
      method: 'POST',
      path: '/v1/labels',
      tags: ['Devices'],
      summary: 'What a label says beside what is known of its device',
      description:
        'Whether its serial number is another device’s, and its keys others than were written. They are compared, and kept nowhere.',
    })
    .input(z.object({ label: z.string().min(1).max(4_296).describe('Text of the QR code.') }))
    .output(checkedLabelSchema),
  swap: oc
    .route({
      method: 'POST',
      path: '/v1/assets/{asset}/swap',
      tags: ['Assets', 'Devices'],
      summary: 'Replace the device that serves an asset, or the body it is fixed to',
      description: `The old device is disabled, not deleted, and history stays with the asset. The new one is taken from stock; one that is not in stock needs the right to manage, its keys, and the network server at once. Everything the old device served goes over to the new one. Undone within 30 days at \`/v1/swaps/{number}/undo\`. ${follow}`,
    })
    .input(swapRequestSchema.extend({ asset: assetReferenceSchema }))
    .output(swapViewSchema),
  undoSwap: oc
    .route({
      method: 'POST',
      path: '/v1/swaps/{number}/undo',
      tags: ['Assets', 'Devices'],
      summary: 'Bind again what a swap replaced',
      description: `Within 30 days, as long as nothing was changed since. What the new device measured meanwhile stays with the asset. ${follow}`,
    })
    .input(
      z.object({
        number: z
          .string()
          .regex(/^\d{1,15}$/)
          .describe('Number of the swap’s job.'),
      }),
    )
    .output(swapViewSchema),
  move: oc
    .route({
      method: 'POST',
      path: '/v1/devices/{devEui}/move',
      tags: ['Devices'],
      summary: 'Into another service or another tenant',
      description: `Keys and session go along. A device that serves an asset is refused, and so is another tenant for one that ever did: its history names it. ${asks}`,
    })
    .input(moveRequestSchema.extend(device.shape))
    .output(moveViewSchema),
  disable: oc
    .route({
      method: 'POST',
      path: '/v1/devices/{devEui}/disable',
      tags: ['Devices'],
      summary: 'Off the network, and left where it is',
      description: follow,
    })
    .input(device)
    .output(lifeViewSchema),
  restore: oc
    .route({
      method: 'POST',
      path: '/v1/devices/{devEui}/restore',
      tags: ['Devices'],
      summary: 'Back on the network, from disabled or retired',
      description: follow,
    })
    .input(device)
    .output(lifeViewSchema),
  retire: oc
    .route({
      method: 'POST',
      path: '/v1/devices/{devEui}/retire',
      tags: ['Devices'],
      summary: 'End for ever what it serves; its history stays',
      description: follow,
    })
    .input(retireRequestSchema.extend(device.shape))
    .output(lifeViewSchema),
  flushNonces: oc
    .route({
      method: 'POST',
      path: '/v1/devices/{devEui}/flush-nonces',
      tags: ['Devices'],
      summary: 'Let a device join again with DevNonces that it used before',
      description: `They protect against replayed joins: refused unless the last log of the device is an \`OTAA\`, or by force. ${follow}`,
    })
    .input(flushRequestSchema.extend(device.shape))
    .output(lifeViewSchema),
  gatewayCertificate: oc
    .route({
      method: 'POST',
      path: '/v1/gateways/{gatewayId}/certificate',
      tags: ['Gateways'],
      summary: 'A client certificate for a gateway',
      description: 'Its private key is in this one answer and kept nowhere. Each call makes another one.',
    })
    .input(z.object({ gatewayId: euiSchema.describe('16 hexadecimal digits.') }))
    .output(
      z.object({
        gatewayId: euiSchema.describe('16 hexadecimal digits.'),
        certificate: z.string().describe('PEM.'),
        privateKey: z.string().describe('PEM; shown once.'),
        ca: z.string().describe('PEM of the authority.'),
        expiresAt: z.iso.datetime().nullable().describe('UTC; null: the network server does not say.'),
      }),
    ),
  unknownGateways: oc
    .route({
      method: 'GET',
      path: '/v1/gateways/unknown',
      tags: ['Gateways'],
      summary: 'Gateways that are heard on the broker and known to nobody',
      description: 'Proposed for `territory.yaml`; none is created by itself.',
    })
    .input(z.object({ limit: z.coerce.number<number>().int().min(1).max(100).default(100).describe('At most, 1 to 100.') }))
    .output(z.object({ items: z.array(unknownGatewaySchema).describe('Heard last first.') })),
}
