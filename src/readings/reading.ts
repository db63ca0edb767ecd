import { z } from 'zod'
import { euiSchema } from '../lorawan/eui.ts'

export const valueSchema = z.union([z.number(), z.boolean(), z.string()])
export type Value = z.infer<typeof valueSchema>

export const qualitySchema = z.enum(['good', 'suspect', 'estimated', 'missing'])

/**
 * One set of measurements of one asset at one instant: what is stored, published and exported.
 * The key is (device, channel, time): writing a reading again changes nothing.
 */
export const readingSchema = z.object({
  v: z.literal(1).describe('Version of this form.'),
  tenant: z.string().describe('Slug.'),
  service: z.string().describe('Slug.'),
  asset: z.string().describe('Slug.'),
  device: euiSchema.describe('DevEUI, 16 hexadecimal digits.'),
  channel: z.string().describe('Channel of the device, `main` where there is one only.'),
  family: z.string().describe('What kind of thing measured, e.g. `water-meter`.'),
  model: z.string().describe('`vendor/model@version` of what decoded it.'),
  time: z.iso
    .datetime({ precision: 3 })
    .describe('When it was measured (UTC): the device’s own clock where its model is trusted and sane, else `receivedAt`.'),
  /** so that backlog and replay give identical rows */
  receivedAt: z.iso.datetime({ precision: 3 }).describe('When the network server received it (UTC).'),
  quality: qualitySchema.describe('`good`; `suspect`: something in it is flagged; `missing`: no value could be made of the frame.'),
  flags: z
    .record(z.string(), z.string())
    .describe('Value name (or `time`) → what is doubtful about it, e.g. `out-of-range`, `missing-parameter`, `shifted`.'),
  values: z
    .record(z.string(), valueSchema)
    .describe('Vocabulary name → value, in the vocabulary’s unit (SenML, RFC 8428), e.g. `volume` in m³.'),
  radio: z
    .object({
      gateways: z.int().describe('How many gateways heard it.'),
      gateway: z.string().nullable().describe('Id of the gateway that heard it best.'),
      rssi: z.number().nullable().describe('Signal strength there (dBm).'),
      snr: z.number().nullable().describe('Signal to noise there (dB).'),
      spreadingFactor: z.int().nullable().describe('5 to 12; null: not LoRa.'),
      margin: z.number().nullable().describe('Above the demodulation floor of the spreading factor (dB).'),
    })
    .describe('How it was heard.'),
  frame: z
    .object({ fCnt: z.int().describe('Frame counter, 32 bits.'), fPort: z.int().describe('LoRaWAN port, 1 to 223.') })
    .describe('The LoRaWAN frame it came in.'),
})
export type Reading = z.infer<typeof readingSchema>
