import { z } from 'zod'
import { parametersSchema } from '../../inventory/entities.ts'
import { slugSchema } from '../../inventory/slug.ts'
import { euiSchema } from '../../lorawan/eui.ts'
import { jobViewSchema } from '../views.ts'

/** Long enough for groups, short enough to be no file; what it is, is said without repeating it. */
const secret = z.string().min(1).max(200)
const index = z.number().describe('In the counter’s unit (water: m³).')
const day = z.iso.datetime({ offset: true })

const keysSchema = z
  .strictObject({
    appKey: secret.optional().describe('32 hexadecimal digits.'),
    nwkKey: secret.optional().describe('32 hexadecimal digits; of LoRaWAN 1.1.'),
    genAppKey: secret.optional().describe('32 hexadecimal digits; for multicast on LoRaWAN 1.0.x (TS005).'),
  })
  .describe('Root keys. They are sealed on arrival and are in no answer, log or report.')

const deviceReference = {
  devEui: euiSchema.optional().describe('DevEUI, 16 hexadecimal digits.'),
  serial: z.string().trim().min(1).max(100).optional().describe('Serial number, as it was delivered.'),
  label: z.string().min(1).max(4_296).optional().describe('Text of the QR code on its label; a key in it is sealed on arrival.'),
}

const model = z
  .string()
  .regex(/^[^/]+\/[^/]+$/, 'must be vendor/model')
  .optional()
  .describe('`vendor/model`, where neither inventory nor label tell.')
const parameters = parametersSchema.default({}).describe('Of the installation, by name, in the units of `/v1/codecs`.')
const from = day.optional().describe('From when on, not in the future; left out: now.')
const acceptWeakKeys = z.boolean().default(false).describe('true: keys that protect nothing are taken all the same.')
const body = z
  .strictObject({
    serial: z.string().trim().min(1).max(200).describe('Serial number, unique per tenant.'),
    kind: z.string().min(1).max(200).default('meter').describe('What it is, for people.'),
  })
  .optional()

export const addRequestSchema = z.strictObject({
  ...deviceReference,
  keys: keysSchema.optional(),
  tenant: slugSchema.optional().describe('Slug; needed when the token is not bound to a tenant and there are several.'),
  service: slugSchema.optional().describe('Slug; left out: the model’s.'),
  model,
  name: z.string().max(100).default('').describe('Name for people; left out: its DevEUI.'),
  joinEui: euiSchema.optional().describe('JoinEUI; left out: the label’s.'),
  acceptWeakKeys,
  install: z
    .strictObject({
      asset: z.string().trim().min(1).max(200).describe('Slug or code of the asset.'),
      channel: z.string().min(1).optional().describe('Channel of the device; left out: `main`, or the one that its model has.'),
      from,
      startIndex: index.optional(),
      parameters,
      body: body.describe('What it is fixed to: the meter beside its radio.'),
      site: z.string().trim().min(1).max(200).optional().describe('Name of the place.'),
      commune: z
        .string()
        .regex(/^[0-9AB]{5}$/)
        .optional()
        .describe('INSEE code.'),
    })
    .optional()
    .describe('Installed at once; left out: in stock.'),
})
export type AddRequest = z.infer<typeof addRequestSchema>

export const swapRequestSchema = z.strictObject({
  tenant: slugSchema.optional().describe('Needed only where several tenants have an asset of this name.'),
  channel: z.string().min(1).optional().describe('Channel of the device to replace, where several devices serve the asset.'),
  ...deviceReference,
  keys: keysSchema.optional().describe('Of a device that is not in stock.'),
  model,
  body: body.describe('The body that comes in the place of the one before; left out: it stays. Alone: the radio stays.'),
  from,
  startIndex: index.optional().describe('Index of what comes, at `from`, in the counter’s unit (water: m³).'),
  endIndex: index.optional().describe('Last index of what goes.'),
  parameters: parameters.describe(
    'Those given count; the others go on, but for what ties a counter to the meter’s index: that has to be given anew. `b.startIndex` is of what channel `b` serves beside.',
  ),
  acceptWeakKeys,
  force: z.boolean().default(false).describe('true: also a device of another family, or from another service’s stock.'),
})
export type SwapRequest = z.infer<typeof swapRequestSchema>

export const moveRequestSchema = z.strictObject({
  tenant: slugSchema.optional().describe('Slug of the tenant it goes to; left out: its own.'),
  service: slugSchema.describe('Slug of the service it goes to.'),
})
export type MoveRequest = z.infer<typeof moveRequestSchema>

export const retireRequestSchema = z.strictObject({
  at: day.optional().describe('When what it served ended, not in the future; left out: now.'),
  endIndex: index.optional().describe('Last index, in the counter’s unit (water: m³).'),
})
export type RetireRequest = z.infer<typeof retireRequestSchema>

export const flushRequestSchema = z.strictObject({
  force: z.boolean().default(false).describe('true: also where no OTAA log proves that a DevNonce was used twice.'),
})

const lifeShape = {
  job: jobViewSchema.describe('The job that does it, in the journal.'),
  tenant: slugSchema.describe('Slug.'),
  problem: z
    .object({ code: z.string().describe('Stable name, for programs.'), text: z.string().describe('What went wrong, in English.') })
    .nullable()
    .describe('Of the first step that failed; null: none.'),
}

export const lifeViewSchema = z.object({ ...lifeShape, devEui: euiSchema.describe('DevEUI.') })
export type LifeView = z.infer<typeof lifeViewSchema>

export const moveViewSchema = lifeViewSchema.extend({
  service: slugSchema.describe('Slug of the service it is in now.'),
  session: z
    .enum(['kept', 'none', 'unknown'])
    .describe(
      '`kept`: it goes on; `none`: it joins (again) before it is heard; `unknown`: the job is not done yet, or the network server does not answer.',
    ),
})
export type MoveView = z.infer<typeof moveViewSchema>

const half = {
  devEui: euiSchema.describe('DevEUI.'),
  model: z.string().nullable().describe('`vendor/model`.'),
  title: z.string().nullable().describe('Name of the model, for people.'),
}

export const swapViewSchema = z.object({
  ...lifeShape,
  asset: slugSchema.describe('Slug.'),
  from: z.iso.datetime().describe('From when on (UTC).'),
  old: z
    .object({
      ...half,
      since: z.iso.datetime().describe('Since when it served the asset (UTC).'),
      lastSeen: z.iso.datetime().nullable().describe('Last uplink (UTC); null: never heard.'),
      readings: z.int().nullable().describe('Readings of the asset since then; null: not counted.'),
    })
    .describe('What served it until then.'),
  new: z
    .object({
      ...half,
      origin: z.enum(['stock', 'provisioned', 'stays', 'back']).describe('Where it comes from; `stays`: only its body changed.'),
    })
    .describe('What serves it now.'),
  body: z.string().nullable().describe('Serial number of the body that came; null: the same.'),
  alsoAssets: z.array(z.string()).describe('Slugs of other assets that the old device served, and the new one serves now.'),
  undoUntil: z.iso.datetime().nullable().describe('Until when it can be undone (UTC); null: it is an undo.'),
})
export type SwapView = z.infer<typeof swapViewSchema>
