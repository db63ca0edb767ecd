import { z } from 'zod'
import { deviceStatusSchema } from '../inventory/entities.ts'
import { objectKindSchema, rowOutcomes } from './plan/plan.ts'
import { jobStates, stepStates } from './ports.ts'
import { sourceSchema, wantedDeviceSchema, wantedInstallationSchema } from './territory/territory.ts'

const time = z.iso.datetime()
const objectKind = objectKindSchema.describe('Kind of object.')
const objectKey = z.string().min(1).describe('What it is known by: `tours`, `tours/water`, `tours/axioma/qalcosonic-w1`, an EUI.')

export const outcomeSchema = z.enum(rowOutcomes)
export type Outcome = z.infer<typeof outcomeSchema>

const countSchema = z.object({
  kind: objectKind,
  outcome: outcomeSchema.describe('What becomes of them.'),
  count: z.int().describe('How many.'),
})

/** One row or declared object of a plan, told so that a person can act on it. */
export const rowViewSchema = z.object({
  kind: objectKind,
  key: objectKey,
  source: sourceSchema.nullable().describe('Where it stands in the folder; null: nowhere, as with what is deleted.'),
  outcome: outcomeSchema.describe('What becomes of it.'),
  reason: z.string().nullable().describe('Stable name of the reason, for programs; null: nothing is to be said.'),
  facts: z.record(z.string(), z.string()).describe('What the reason’s sentence is made of.'),
  advice: z.string().nullable().describe('The reason in a sentence, in English; null: nothing is to be said.'),
})
export type RowView = z.infer<typeof rowViewSchema>

/** A row and how its step went. */
export const jobRowViewSchema = rowViewSchema.extend({
  state: z.enum(stepStates).nullable().describe('Of its step; null: there was nothing to do.'),
  problem: z
    .object({ code: z.string().describe('Stable name, for programs.'), text: z.string().describe('What went wrong, in English.') })
    .nullable()
    .describe('Of a failed step; null: none.'),
})
export type JobRowView = z.infer<typeof jobRowViewSchema>

/** A plan in figures. */
export const planSummarySchema = z.object({
  id: z.uuid().describe('Of the plan.'),
  createdAt: time.describe('When it was made (UTC).'),
  account: z.string().describe('By whom.'),
  owner: z.uuid().describe('Id of the folder.'),
  tenants: z.array(z.string()).describe('Slugs of the tenants it touches.'),
  steps: z.int().describe('How much there is to do; 0: all is as the folder says.'),
  refused: z.int().describe('Rows that are refused.'),
  counts: z.array(countSchema).describe('Rows and objects by kind and outcome.'),
  newDevices: z
    .array(z.object({ model: z.string().describe('`vendor/model`.'), count: z.int().describe('How many.') }))
    .describe('Devices to create.'),
  changes: z
    .array(
      z.object({
        kind: objectKind,
        field: z.string().describe('What differs, e.g. `name`; `keys`: the root keys.'),
        count: z.int().describe('On how many.'),
      }),
    )
    .describe('What is changed on how many.'),
  refusals: z
    .array(z.object({ reason: z.string().describe('Stable name.'), count: z.int().describe('On how many rows.') }))
    .describe('Most frequent first.'),
  reasons: z
    .array(countSchema.extend({ reason: z.string().describe('Stable name, e.g. `taken-over`, `later-row`.') }))
    .describe('Why rows are changed or without effect, where there is a reason; those of refused rows are `refusals`.'),
  guards: z
    .array(
      z.object({
        application: z.string().describe('`tenant/service`.'),
        has: z.int().describe('Devices it has.'),
        deletes: z.int().describe('Of them to be deleted.'),
        rekeys: z.int().describe('Of them to be given other keys.'),
      }),
    )
    .describe('Applications of which much is deleted or given other keys.'),
  otherFolders: z
    .array(z.object({ owner: z.uuid().describe('Id of the folder.'), objects: z.int().describe('Devices and gateways.') }))
    .describe('Folders that made what this one wants as it is: it stays theirs, and this one prunes none of it.'),
  confirm: z.int().nullable().describe('The number that has to be given as `confirm` to apply it; null: none.'),
  seconds: z.number().nullable().describe('How long it will take at the rate borne last time; null: not known.'),
})
export type PlanSummary = z.infer<typeof planSummarySchema>

export const jobViewSchema = z.object({
  id: z.uuid().describe('Of the job.'),
  number: z.int().describe('For people.'),
  action: z.string().describe('What is done: `apply`, `swap`, `move` …'),
  tenant: z.string().nullable().describe('Slug; null: several tenants.'),
  subject: z.string().describe('Of what: the id of a plan, the slug of an asset, a DevEUI.'),
  account: z.string().describe('By whom.'),
  state: z.enum(jobStates).describe('`failed`: some of its steps were.'),
  allOrNothing: z.boolean().describe('true: nothing is done where anything was refused.'),
  createdAt: time.describe('UTC.'),
  startedAt: time.nullable().describe('UTC; null: not yet.'),
  endedAt: time.nullable().describe('UTC; null: not yet.'),
  total: z.int().describe('Steps.'),
  done: z.int().describe('Steps that are done.'),
  failed: z.int().describe('Steps that failed.'),
  perSecond: z.number().nullable().describe('Steps a second at present; null: not under way, or too early to tell.'),
  waitsFor: z
    .object({ seconds: z.int().describe('For how long.'), text: z.string().describe('What it last said, in English.') })
    .nullable()
    .describe('The network server does not answer; null: it does.'),
  behind: z.int().nullable().describe('Number of the job that still has to do with one of its devices, and goes first; null: none.'),
})
export type JobView = z.infer<typeof jobViewSchema>

/** What the network server has and the inventory did not know. */
export const adoptionSchema = z.object({
  dryRun: z.boolean().describe('true: nothing was written, here neither.'),
  underWay: z
    .object({ read: z.int().describe('Devices read in full.'), of: z.int().describe('Of these.') })
    .nullable()
    .describe(
      'It lasts longer than an answer may: the same request, sent again, tells how it goes on, and in the end what follows. null: done.',
    ),
  counts: z
    .array(z.object({ kind: objectKind, found: z.int().describe('There.'), adopted: z.int().describe('New here.') }))
    .describe('By kind.'),
  recognised: z
    .array(
      z.object({
        model: z.string().describe('`vendor/model`.'),
        by: z.enum(['tag', 'mapping', 'name']).describe('By its tag, by the mapping given, or as its device profile is called like it.'),
        count: z.int().describe('Devices.'),
      }),
    )
    .describe('Models that were recognised, and by what.'),
  unrecognised: z
    .array(
      z.object({
        tenant: z.string().describe('Slug.'),
        profile: z.string().describe('Name of the device profile.'),
        count: z.int().describe('Devices.'),
        example: z.string().describe('DevEUI of one of them.'),
        suggestion: z.string().nullable().describe('A model that it may be; null: none.'),
      }),
    )
    .describe('Device profiles that need a mapping.'),
})
export type Adoption = z.infer<typeof adoptionSchema>

/** An object that is not as it was written. */
export const driftViewSchema = z.object({
  kind: objectKind,
  key: objectKey,
  tenant: z.string().describe('Slug.'),
  what: z.enum(['changed', 'missing', 'keys']).describe('`missing`: gone from the network; `keys`: other root keys than were written.'),
  changes: z
    .array(
      z.object({
        field: z.string().describe('What differs.'),
        from: z.json().describe('As it was written.'),
        to: z.json().describe('As it is now.'),
      }),
    )
    .describe('Field by field; empty where it is missing or its keys differ.'),
})
export type DriftView = z.infer<typeof driftViewSchema>

/** How long a comparison of root keys takes, as measured on some of the devices. */
export const keysTimeSchema = z.object({
  devices: z.int().describe('Devices of which the keys are asked for, one call each.'),
  measured: z.int().describe('Of them, those of which they were asked for now.'),
  seconds: z.number().describe('That all of them take, as fast as those that were asked for.'),
})
export type KeysTime = z.infer<typeof keysTimeSchema>

/** What became of drift that was to be kept or undone. */
export const resolutionSchema = z.object({
  adopted: z.int().describe('How many are remembered as they are on the network.'),
  job: jobViewSchema.nullable().describe('That writes them as they were; null: nothing is to be written.'),
  refused: z
    .array(
      z.object({
        kind: objectKind,
        key: objectKey,
        reason: z.string().describe('Stable name.'),
        advice: z.string().nullable().describe('What to do, in English; null: nothing is to be said.'),
      }),
    )
    .describe('What no job can bring back.'),
})
export type Resolution = z.infer<typeof resolutionSchema>

export const objectRefSchema = z.object({ kind: objectKind, key: objectKey })
export type ObjectRef = z.infer<typeof objectRefSchema>

/** The folder's things as they are now: what its rows would say had they been written today. */
export const changesSchema = z.object({
  at: time.describe('When it was looked at (UTC).'),
  devices: z
    .array(
      wantedDeviceSchema.omit({ source: true }).extend({
        status: deviceStatusSchema.describe('What has become of it.'),
        made: z.boolean().describe('true: the folder made it; false: nobody’s folder did, it was adopted or added by hand.'),
      }),
    )
    .describe('Devices of its tenants.'),
  installations: z
    .array(wantedInstallationSchema.omit({ source: true }).extend({ devEui: wantedDeviceSchema.shape.devEui }))
    .describe('Where they are installed now.'),
})
export type Changes = z.infer<typeof changesSchema>
