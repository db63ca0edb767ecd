import { z } from 'zod'
import type { EventKind } from '../wire/integration-event.ts'

// Only what is used is asked for; what else ChirpStack sends, now or in a later version, is ignored.

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const count = z.int().nonnegative()
const tags = z.record(z.string(), z.string()).default({})

const deviceInfo = z.object({
  tenantId: z.string(),
  tenantName: z.string(),
  applicationId: z.string(),
  applicationName: z.string(),
  deviceProfileId: z.string(),
  deviceProfileName: z.string(),
  deviceName: z.string(),
  devEui: z.string(),
  tags,
})

const head = { time, deviceInfo }

const bytes = z.base64().transform((text): Uint8Array => new Uint8Array(Buffer.from(text, 'base64')))

// Inside rxInfo and txInfo ChirpStack leaves zeros out: an absent SNR is 0 dB.
const reception = z.object({ gatewayId: z.string(), rssi: z.number().default(0), snr: z.number().default(0) })
const modulation = z.object({ lora: z.object({ spreadingFactor: z.number().default(0) }).optional() })

const schemas = {
  up: z
    .object({
      ...head,
      deduplicationId: z.string(),
      devAddr: z.string(),
      fCnt: count,
      fPort: count,
      confirmed: z.boolean(),
      data: bytes,
      rxInfo: z.array(reception).default([]),
      txInfo: z.object({ frequency: count.default(0), modulation: modulation.default({}) }),
    })
    .transform((event) => ({ kind: 'up' as const, ...event })),
  join: z.object({ ...head, devAddr: z.string() }).transform((event) => ({ kind: 'join' as const, ...event })),
  ack: z
    .object({ ...head, queueItemId: z.string(), acknowledged: z.boolean(), fCntDown: count })
    .transform((event) => ({ kind: 'ack' as const, ...event })),
  txack: z
    .object({ ...head, queueItemId: z.string(), fCntDown: count, gatewayId: z.string() })
    .transform((event) => ({ kind: 'txack' as const, ...event })),
  log: z
    .object({
      ...head,
      level: z.enum(['INFO', 'WARNING', 'ERROR']),
      code: z.string(),
      description: z.string(),
      context: z.record(z.string(), z.string()).default({}),
    })
    .transform((event) => ({ kind: 'log' as const, ...event })),
  status: z
    .object({
      ...head,
      margin: z.int(),
      externalPowerSource: z.boolean(),
      batteryLevelUnavailable: z.boolean(),
      batteryLevel: z.number(),
    })
    .transform((event) => ({ kind: 'status' as const, ...event })),
}

/** The fields of an integration event that this project uses; the protobuf form has them all. */
export type HeardEvent = z.infer<(typeof schemas)[EventKind]>

/** Reads an integration event from its JSON form. Throws ZodError. */
export function readJsonEvent(kind: EventKind, json: unknown): HeardEvent {
  return schemas[kind].parse(json)
}
