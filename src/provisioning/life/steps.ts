import { z } from 'zod'
import { assignmentSchema, deviceSchema, deviceStatusSchema, equipmentSchema } from '../../inventory/entities.ts'
import { euiSchema } from '../../lorawan/eui.ts'

const auditSchema = z.strictObject({
  time: z.iso.datetime(),
  account: z.string(),
  tenant: z.string().nullable(),
  action: z.string(),
  object: z.string(),
  before: z.json(),
  after: z.json(),
})

/** What a step of a device's life changes in the inventory, written in the transaction that ends it. */
export const lifeRowsSchema = z.strictObject({
  equipment: z.array(equipmentSchema),
  devices: z.array(deviceSchema),
  assignments: z.array(assignmentSchema),
  audit: z.array(auditSchema),
})
export type LifeRows = z.infer<typeof lifeRowsSchema>

export const noRows: LifeRows = { equipment: [], devices: [], assignments: [], audit: [] }

/** The world as the planner saw it. What was changed meanwhile must not be overwritten by rows of then. */
export const expectedSchema = z.strictObject({
  devices: z.array(z.strictObject({ devEui: euiSchema, status: deviceStatusSchema, tenantId: z.string() })),
  /** every open assignment of those devices: these and no others */
  open: z.array(z.string()),
})
export type Expected = z.infer<typeof expectedSchema>

/** A place on the network: one application. */
const placeSchema = z.strictObject({ tenant: z.string(), service: z.string() })

/** The steps of a device's life, for the union of all steps; `shared`: the fields that every step has. */
export function lifeSteps<S extends z.ZodRawShape>(shared: S) {
  const life = { ...shared, expected: expectedSchema, rows: lifeRowsSchema }
  return [
    /** closes and opens assignments; nothing on the network */
    z.strictObject({ ...life, kind: z.literal('installation'), action: z.literal('bind') }),
    z.strictObject({ ...life, kind: z.literal('device'), action: z.literal('set-disabled'), devEui: euiSchema, disabled: z.boolean() }),
    z.strictObject({
      ...life,
      kind: z.literal('device'),
      action: z.literal('move-device'),
      devEui: euiSchema,
      from: placeSchema,
      to: placeSchema,
      /** of its device profile there; null: not known, and so only within the tenant */
      model: z.string().nullable(),
    }),
    z.strictObject({ ...life, kind: z.literal('device'), action: z.literal('flush-nonces'), devEui: euiSchema }),
  ] as const
}
