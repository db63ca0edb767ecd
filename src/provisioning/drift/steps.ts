import { z } from 'zod'
import { deviceProfileSchema } from '../../codecs/device-profile.ts'

const texts = z.record(z.string(), z.string())

/** What is adopted may be of a region and a version that no model of ours has. */
const lorawan = deviceProfileSchema
  .omit({ title: true })
  .extend({ region: z.string(), macVersion: z.string(), regionalParameters: z.string() })

/** `Remembered.written`, read back: what `writtenOf` of `plan/content.ts` makes. */
export const writtenSchemas = {
  profile: z.strictObject({ tenantId: z.string(), name: z.string(), lorawan, tags: texts }),
  gateway: z.strictObject({
    tenantId: z.string(),
    name: z.string(),
    description: z.string(),
    location: z.strictObject({ latitude: z.number(), longitude: z.number(), altitude: z.number() }).nullable(),
    statsInterval: z.number(),
    tags: texts,
  }),
  device: z.strictObject({
    applicationId: z.string(),
    profileId: z.string(),
    name: z.string(),
    description: z.string(),
    joinEui: z.string(),
    disabled: z.boolean(),
    skipFcntCheck: z.boolean(),
    tags: texts,
    variables: texts,
  }),
}

const written = z.record(z.string(), z.json())

/** The steps that undo what was changed behind our back, for the union of all steps; `shared`: the fields that every step has. */
export function driftSteps<S extends z.ZodRawShape>(shared: S) {
  return [
    z.strictObject({
      ...shared,
      kind: z.enum(['profile', 'gateway', 'device']),
      action: z.literal('restore'),
      /** all of it, as it was written the last time */
      written,
    }),
  ] as const
}
