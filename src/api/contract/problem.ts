import { z } from 'zod'

const context = z.record(z.string(), z.union([z.string(), z.number()]))

/** The body of every answer that is not a success: problem details (RFC 9457), `application/problem+json`. */
export const problemSchema = z.object({
  type: z.string().describe('URI reference of the kind of problem, described at this address.'),
  title: z.string().describe('Of the HTTP status.'),
  status: z.int().describe('HTTP status.'),
  detail: z.string().describe('What is wrong and what to do, in English.'),
  code: z.string().describe('Stable name of the problem, for programs.'),
  context: context.describe('The facts that `detail` is made of.'),
  errors: z
    .array(
      z.object({
        path: z.string().describe('Of the field, e.g. `command.level`.'),
        detail: z.string().describe('What is wrong with it, in English.'),
        code: z.string().describe('Stable name of the fault, for programs.'),
        context: context.describe('The facts that `detail` is made of.'),
      }),
    )
    .optional()
    .describe('One per field that is not as it should be.'),
})
export type Problem = z.infer<typeof problemSchema>

export const problemMediaType = 'application/problem+json'

/** What `api.invalid` names: `limit: must be at least 1; from: …` */
export function fieldsText(errors: readonly { path: string; detail: string }[]): string {
  return errors.map(({ path, detail }) => (path === '' ? detail : `${path}: ${detail}`)).join('; ')
}
