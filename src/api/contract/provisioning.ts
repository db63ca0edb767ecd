import { oc } from '@orpc/contract'
import { z } from 'zod'
import { slugSchema } from '../../inventory/slug.ts'
import { objectKindSchema } from '../../provisioning/plan/plan.ts'
import { stepStates } from '../../provisioning/ports.ts'
import { sourceSchema, territorySchema } from '../../provisioning/territory/territory.ts'
import {
  adoptionSchema,
  changesSchema,
  driftViewSchema,
  jobRowViewSchema,
  jobViewSchema,
  keysTimeSchema,
  objectRefSchema,
  outcomeSchema,
  planSummarySchema,
  resolutionSchema,
  rowViewSchema,
} from '../../provisioning/views.ts'
import { flagSchema, pageInputSchema, pageOf } from './page.ts'

export type {
  Adoption,
  DriftView,
  JobRowView,
  JobView,
  KeysTime,
  ObjectRef,
  PlanSummary,
  RowView,
} from '../../provisioning/views.ts'

const tags = ['Provisioning']
const planId = z.object({ id: z.uuid().describe('Of the plan.') })
const jobId = z.object({ id: z.string().min(1).max(64).describe('Its id or its number, e.g. 118.') })

/** Reports are read whole. */
const rowPage = {
  ...pageInputSchema.shape,
  limit: z.coerce.number<number>().int().min(1).max(10_000).default(100).describe('Rows per page, 1 to 10,000.'),
}

/** A row that the folder's reader refused by itself: part of the report, and nothing more. */
const refusedRowSchema = z.object({
  kind: objectKindSchema.describe('Kind of object.'),
  key: z.string().min(1).max(200).describe('What it is known by, as far as it can be told.'),
  source: sourceSchema.nullable().describe('Where it stands in the folder; null: nowhere.'),
  reason: z.string().min(1).max(100).describe('Stable name of the reason.'),
  facts: z.record(z.string().max(100), z.string().max(1_000)).describe('What the reason’s sentence is made of; never a key.'),
})

export const planRequestSchema = z.object({
  territory: territorySchema.describe('What the folder says shall be.'),
  keys: z
    .array(
      z.object({
        file: z.string().min(1).max(500).describe('Path from the folder, to be named in messages.'),
        content: z.base64().describe('The file, encrypted to `/v1/provisioning/recipient`.'),
      }),
    )
    .max(10_000)
    .default([])
    .describe('Key files of deliveries. What the server has already may be sent again.'),
  prune: z.boolean().default(false).describe('true: what the folder made and does not declare any more is deleted.'),
  refused: z.array(refusedRowSchema).max(500_000).default([]).describe('Rows that could not be read.'),
})

export const provisioningContract = {
  recipient: oc
    .route({
      method: 'GET',
      path: '/v1/provisioning/recipient',
      tags,
      summary: 'To whom root keys are encrypted (age)',
      description: 'For `territory.yaml`: keys of a delivery are encrypted to it, and only this server can read them.',
    })
    .output(z.object({ recipient: z.string().describe('`age1…`.') })),
  plan: oc
    .route({
      method: 'POST',
      path: '/v1/provisioning/plans',
      tags,
      summary: 'Compare a folder with the network and the inventory',
      description:
        'Nothing is done yet: the plan is kept, and applied by its id. The body may have 96 MiB. For technicians, operators and administrators of all the folder’s tenants and services.',
      successStatus: 201,
    })
    .input(planRequestSchema)
    .output(planSummarySchema),
  getPlan: oc
    .route({ method: 'GET', path: '/v1/provisioning/plans/{id}', tags, summary: 'A plan in figures' })
    .input(planId)
    .output(planSummarySchema),
  planRows: oc
    .route({ method: 'GET', path: '/v1/provisioning/plans/{id}/rows', tags, summary: 'Rows of a plan, in its order' })
    .input(planId.extend({ ...rowPage, outcome: outcomeSchema.optional().describe('Only rows with this outcome.') }))
    .output(pageOf(rowViewSchema)),
  apply: oc
    .route({
      method: 'POST',
      path: '/v1/provisioning/plans/{id}/apply',
      tags,
      summary: 'Carry a plan out',
      description:
        'Accepted means written in the journal: the job goes on by itself, also after a restart. Refused where what was compared has changed since. Deleting is for operators and administrators, making tenants for administrators of the whole server.',
      successStatus: 202,
    })
    .input(
      planId.extend({
        confirm: z.int().optional().describe('`confirm` of the plan, where it has one.'),
        allOrNothing: z.boolean().default(false).describe('true: refused where any row is.'),
      }),
    )
    .output(jobViewSchema),
  jobs: oc
    .route({ method: 'GET', path: '/v1/provisioning/jobs', tags, summary: 'Jobs, newest first' })
    .input(pageInputSchema)
    .output(pageOf(jobViewSchema)),
  job: oc
    .route({ method: 'GET', path: '/v1/provisioning/jobs/{id}', tags, summary: 'How far a job is' })
    .input(jobId)
    .output(jobViewSchema),
  jobRows: oc
    .route({ method: 'GET', path: '/v1/provisioning/jobs/{id}/rows', tags, summary: 'What became of each row' })
    .input(jobId.extend({ ...rowPage, state: z.enum(stepStates).optional().describe('Only rows whose step is so.') }))
    .output(pageOf(jobRowViewSchema)),
  stop: oc
    .route({
      method: 'POST',
      path: '/v1/provisioning/jobs/{id}/stop',
      tags,
      summary: 'Stop a job',
      description: 'Steps under way come to their end. It can be resumed.',
    })
    .input(jobId)
    .output(jobViewSchema),
  resume: oc
    .route({
      method: 'POST',
      path: '/v1/provisioning/jobs/{id}/resume',
      tags,
      summary: 'Go on with a job',
      description: 'One that was stopped, or some of whose steps failed: those are tried again.',
    })
    .input(jobId)
    .output(jobViewSchema),
  adopt: oc
    .route({
      method: 'POST',
      path: '/v1/provisioning/adopt',
      tags,
      summary: 'Take over what the network server has',
      description:
        'Tenants, applications, device profiles, devices and gateways come into the inventory; nothing is written to the network server. For administrators of the whole server. What takes longer than some seconds goes on by itself: the same request, sent again, tells how far it is.',
    })
    .input(
      z.object({
        mapping: z
          .record(z.string().min(1).max(200), z.string().min(1).max(200))
          .default({})
          .describe('Name of a device profile → `vendor/model`.'),
        dryRun: z.boolean().default(false).describe('true: only say what would be done.'),
      }),
    )
    .output(adoptionSchema),
  drift: oc
    .route({
      method: 'GET',
      path: '/v1/provisioning/drift',
      tags,
      summary: 'What is not as it was written',
      description: 'Compares the network with what was written there. `keys=true` asks for the root keys of each device, one call each.',
    })
    .input(
      z.object({
        tenant: slugSchema.optional().describe('Slug.'),
        keys: flagSchema.optional().describe('true: also whether root keys were changed.'),
      }),
    )
    .output(
      z.object({
        items: z.array(driftViewSchema).describe('Only what differs.'),
        looked: z.int().describe('How many objects were compared.'),
      }),
    ),
  driftKeysTime: oc
    .route({
      method: 'GET',
      path: '/v1/provisioning/drift/keys-time',
      tags,
      summary: 'How long comparing root keys will take',
      description:
        'Asks for the keys of a hundred devices and takes the time; what they are is looked at by `/v1/provisioning/drift?keys=true`.',
    })
    .input(z.object({ tenant: slugSchema.optional().describe('Slug.') }))
    .output(keysTimeSchema),
  resolveDrift: oc
    .route({
      method: 'POST',
      path: '/v1/provisioning/drift',
      tags,
      summary: 'Keep what was changed, or write it as it was',
      description: '`adopt`: the network is right, and is remembered so. `restore`: a job writes what was there before.',
    })
    .input(
      z.object({
        objects: z.array(objectRefSchema).min(1).max(100_000).describe('Which ones, of those that drifted.'),
        action: z.enum(['adopt', 'restore']).describe('Who is right: the network, or what was written.'),
      }),
    )
    .output(resolutionSchema),
  changes: oc
    .route({
      method: 'GET',
      path: '/v1/provisioning/changes',
      tags,
      summary: 'What was changed on the spot since a folder was applied',
      description: 'Devices and installations of the folder’s tenants as they are now, to be written back into its files.',
    })
    .input(
      z.object({
        owner: z.uuid().describe('Id of the folder.'),
        tenant: slugSchema.optional().describe('Slug; left out: every tenant of which the folder made something.'),
      }),
    )
    .output(changesSchema),
}
