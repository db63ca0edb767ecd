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
  v: z.literal(1),
  tenant: z.string(),
  service: z.string(),
  asset: z.string(),
  device: euiSchema,
  channel: z.string(),
  family: z.string(),
  /** `vendor/model@version` */
  model: z.string(),
  /** the device's own clock where its model is trusted and sane, else `receivedAt` */
  time: z.iso.datetime({ precision: 3 }),
  /** ChirpStack's event time, so that backlog and replay give identical rows */
  receivedAt: z.iso.datetime({ precision: 3 }),
  quality: qualitySchema,
  /** value name (or `time`) → what is doubtful about it, e.g. `out-of-range`, `missing-parameter`, `shifted` */
  flags: z.record(z.string(), z.string()),
  /** vocabulary name → value in the vocabulary's unit */
  values: z.record(z.string(), valueSchema),
  radio: z.object({
    gateways: z.int(),
    /** the gateway that heard it best */
    gateway: z.string().nullable(),
    /** dBm */
    rssi: z.number().nullable(),
    /** dB */
    snr: z.number().nullable(),
    spreadingFactor: z.int().nullable(),
    /** dB above the demodulation floor */
    margin: z.number().nullable(),
  }),
  frame: z.object({ fCnt: z.int(), fPort: z.int() }),
})
export type Reading = z.infer<typeof readingSchema>
