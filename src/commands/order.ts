import { z } from 'zod'
import { euiSchema } from '../lorawan/eui.ts'
import { commandSchema } from '../vocabulary/command.ts'
import { stepCodes } from './step-code.ts'

/**
 * accepted: in the ledger, not yet handed to the network server (or waiting for `notBefore`)
 * sending: being handed over; after a crash its fate is looked up in the queue
 * queued: in ChirpStack's queue · transmitted: a gateway emitted it · acknowledged: the device confirmed it
 * expired, refused (by the network server), failed (not acknowledged), cancelled: ends without success
 */
export const orderStateSchema = z.enum([
  'accepted',
  'sending',
  'queued',
  'transmitted',
  'acknowledged',
  'expired',
  'refused',
  'failed',
  'cancelled',
])
export type OrderState = z.infer<typeof orderStateSchema>

const time = z.iso.datetime({ precision: 3 })

/** What became of an order, one per change, in order of time: facts, of which the reader's program makes a sentence. */
const orderStepSchema = z.object({
  time: time.describe('When it happened, ISO 8601 UTC.'),
  state: orderStateSchema.describe('The state of the order from then on.'),
  code: z.enum(stepCodes).describe('What happened; the command line has a sentence for each.'),
  context: z.record(z.string(), z.union([z.string(), z.number()])).describe('The facts of that sentence, by name.'),
})

/** A ledger row: one order to one device. Times ISO 8601 UTC. */
export const orderSchema = z.object({
  id: z.uuid(),
  /** for people: `2026-11-22-0031`, unique per tenant */
  number: z.string(),
  tenant: z.string(),
  service: z.string(),
  asset: z.string(),
  devEui: euiSchema,
  channel: z.string(),
  /** `vendor/model` */
  model: z.string(),
  command: commandSchema,
  /** why, in the requester's words */
  reason: z.string(),
  /** name of the token that asked */
  requestedBy: z.string(),
  requestedAt: time,
  /** given by the requester so that asking twice orders once; unique per tenant */
  idempotencyKey: z.string().nullable(),
  /** never sent before; ChirpStack has no such thing, so the ledger waits */
  notBefore: time,
  /** never sent after */
  expiresAt: time,
  /** the effect ends then, by the device itself or by the return order */
  until: time.nullable(),
  /** the order whose effect this one ends */
  returnOf: z.uuid().nullable(),
  confirmed: z.boolean(),
  downlink: z.object({ fPort: z.int(), hex: z.string() }),
  /** id given by ChirpStack's queue */
  queueItemId: z.string().nullable(),
  fCntDown: z.int().nullable(),
  gatewayId: z.string().nullable(),
  state: orderStateSchema,
  steps: z.array(orderStepSchema),
})
export type Order = z.infer<typeof orderSchema>
