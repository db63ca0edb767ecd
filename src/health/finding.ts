import { z } from 'zod'

/** What doctor can find. Each has its sentence and, where something can be done, its remedy in the language catalogue. */
export const findingCodes = [
  'broker-reached',
  'broker-unreachable',
  'chirpstack-reached',
  'chirpstack-unreachable',
  'chirpstack-simulated',
  'key-refused',
  'rights-missing',
  'rights-unknown',
  'rights-complete',
  'qos-kept',
  'qos-zero',
  'no-event-yet',
  'events-stopped',
  'spool-takes',
  'spool-full',
  'spool-unwritable',
  'spool-damaged',
  'store-reached',
  'store-unreachable',
  'clock-agrees',
  'clock-drifts',
  'clock-unknown',
  'codecs-work',
  'codec-disabled',
  'codec-failing',
  'all-joined',
  'no-device-yet',
  'never-joined',
  'joins-unknown',
  'no-dead-letters',
  'dead-letters',
  'dead-letters-unknown',
  'retention-kept',
  'retention-failing',
  'blind-to-radio',
] as const
export const findingCodeSchema = z.enum(findingCodes)
export type FindingCode = z.infer<typeof findingCodeSchema>

/** ok: seen to work; wrong: needs someone; unknown: cannot be told from here, which is said rather than guessed. */
export const outcomeSchema = z.enum(['ok', 'wrong', 'unknown'])

/** One line of doctor's report. `context` holds the figures and names its sentence is made of. */
export const findingSchema = z.object({
  check: z.string().describe('The check that found it; one check may find several things.'),
  outcome: outcomeSchema.describe('`wrong` needs someone; `unknown`: cannot be told from here.'),
  code: findingCodeSchema.describe('Stable name of what was found.'),
  context: z.record(z.string(), z.union([z.string(), z.number()])).describe('The figures and names its sentence is made of.'),
})
export type Finding = z.infer<typeof findingSchema>
