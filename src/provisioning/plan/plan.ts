import { z } from 'zod'
import { euiSchema } from '../../lorawan/eui.ts'
import { driftSteps } from '../drift/steps.ts'
import { lifeSteps } from '../life/steps.ts'
import {
  sourceSchema,
  wantedDeviceSchema,
  wantedGatewaySchema,
  wantedInstallationSchema,
  wantedServiceSchema,
  wantedTenantSchema,
} from '../territory/territory.ts'

/** Kinds of objects, in the order in which they are made; deleted in the other. */
export const objectKinds = ['tenant', 'application', 'profile', 'gateway', 'device', 'installation'] as const
export const objectKindSchema = z.enum(objectKinds)
export type ObjectKind = z.infer<typeof objectKindSchema>

/**
 * What an object is known by: tenant `tours` · application `tours/water` · profile `tours/axioma/qalcosonic-w1` · gateway and device:
 * their EUI · installation `tours/<devEui>/<channel>`.
 */
export const objectKeySchema = z.string().min(1)

export const fieldChangeSchema = z.strictObject({ field: z.string(), from: z.json(), to: z.json() })
export type FieldChange = z.infer<typeof fieldChangeSchema>

const step = { key: objectKeySchema, source: sourceSchema.nullable() }
const changes = z.array(fieldChangeSchema).min(1)

/**
 * Network id of what is there already (by its name or its tag) and is taken over instead of made: it is remembered with no owner and
 * gets its row in the inventory; nothing is written to the network. Left out: it is to be made.
 */
const found = z.string().optional()

/**
 * One thing to do. It says all that is needed to do it but for keys, and ids that the network server has yet to give (the executor
 * finds those by the key of the tenant, application or profile). Done twice it does no more than done once.
 */
export const stepSchema = z.discriminatedUnion('action', [
  z.strictObject({ ...step, kind: z.literal('tenant'), action: z.literal('create-tenant'), wanted: wantedTenantSchema, found }),
  z.strictObject({ ...step, kind: z.literal('application'), action: z.literal('create-application'), wanted: wantedServiceSchema, found }),
  z.strictObject({
    ...step,
    kind: z.literal('profile'),
    action: z.literal('create-profile'),
    tenant: z.string(),
    model: z.string(),
    name: z.string(),
    found,
  }),
  z.strictObject({
    ...step,
    kind: z.literal('profile'),
    action: z.literal('update-profile'),
    tenant: z.string(),
    model: z.string(),
    name: z.string(),
    changes,
  }),
  z.strictObject({ ...step, kind: z.literal('gateway'), action: z.literal('create-gateway'), wanted: wantedGatewaySchema }),
  z.strictObject({ ...step, kind: z.literal('gateway'), action: z.literal('update-gateway'), wanted: wantedGatewaySchema, changes }),
  z.strictObject({ ...step, kind: z.literal('gateway'), action: z.literal('delete-gateway'), gatewayId: euiSchema }),
  z.strictObject({
    ...step,
    kind: z.literal('device'),
    action: z.literal('create-device'),
    wanted: wantedDeviceSchema,
    /** fingerprint of the keys that wait sealed; null: a device that is activated by hand (ABP) */
    keys: z.string().nullable(),
  }),
  z.strictObject({
    ...step,
    kind: z.literal('device'),
    action: z.literal('update-device'),
    wanted: wantedDeviceSchema,
    changes,
    /** fingerprint of keys that differ from those written before, to be written again; null: the keys stay */
    keys: z.string().nullable(),
  }),
  z.strictObject({ ...step, kind: z.literal('device'), action: z.literal('delete-device'), devEui: euiSchema }),
  z.strictObject({
    ...step,
    kind: z.literal('installation'),
    action: z.literal('install'),
    /** its devEui is known by now */
    wanted: wantedInstallationSchema.extend({ devEui: euiSchema }),
    changes: z.array(fieldChangeSchema),
  }),
  ...lifeSteps(step),
  ...driftSteps(step),
])
export type Step = z.infer<typeof stepSchema>

/** What a plan says of one row or declared object, or of one that no row declares any more (`delete`). `reason`: a stable slug of `plan/reasons.ts` with a sentence in both languages. */
export const rowOutcomes = ['create', 'change', 'unchanged', 'superseded', 'refused', 'delete'] as const
export const plannedRowSchema = z.strictObject({
  kind: objectKindSchema,
  key: objectKeySchema,
  source: sourceSchema.nullable(),
  outcome: z.enum(rowOutcomes),
  reason: z.string().nullable(),
  /** facts of the sentence: names, numbers; never a key */
  facts: z.record(z.string(), z.string()),
})
export type PlannedRow = z.infer<typeof plannedRowSchema>

/** A plan that deletes or re-keys this much of an application asks for the number to be typed. */
export const guardSchema = z.strictObject({ application: z.string(), has: z.int(), deletes: z.int(), rekeys: z.int() })
export type Guard = z.infer<typeof guardSchema>

/** A folder that made some of what this one wants, as it is. */
export const otherFolderSchema = z.strictObject({ owner: z.uuid(), objects: z.int() })

export const planSchema = z.strictObject({
  /** the owning folder's id */
  owner: z.uuid(),
  /** digest of all that was compared: another one means the world has moved */
  basis: z.string(),
  steps: z.array(stepSchema),
  /** every row and declared object, with what becomes of it */
  rows: z.array(plannedRowSchema),
  guards: z.array(guardSchema),
  /** whose devices and gateways the folder wants as they are: it may, and prunes none of them; left out: nobody's */
  others: z.array(otherFolderSchema).optional(),
})
export type Plan = z.infer<typeof planSchema>

/** What was written of an object, and by whom: enough to know it again from a list. */
export const rememberedSchema = z.strictObject({
  kind: z.enum(['tenant', 'application', 'profile', 'gateway', 'device']),
  key: objectKeySchema,
  /** slug of its tenant */
  tenant: z.string(),
  /** the network server's id; a device's and a gateway's is its key */
  networkId: z.string(),
  /** id of the owning folder; null: made by hand or adopted, and never pruned */
  owner: z.uuid().nullable(),
  /** HMAC of `written` */
  fingerprint: z.string(),
  /** HMAC of the root keys that were written; null: never written by us */
  keys: z.string().nullable(),
  /** `updatedAt` of the network server after our last write; null: not read back */
  updatedAt: z.string().nullable(),
  /** the content as written, without keys, to say field by field what drifted */
  written: z.record(z.string(), z.json()),
})
export type Remembered = z.infer<typeof rememberedSchema>
