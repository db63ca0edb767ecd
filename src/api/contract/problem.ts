import { z } from 'zod'

const context = z.record(z.string(), z.union([z.string(), z.number()]))

/** The body of every answer that is not a success: problem details (RFC 9457), `application/problem+json`. */
export const problemSchema = z.object({
  /** URI reference of the kind of problem, described at this address */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** what is wrong and what to do, in English */
  detail: z.string(),
  /** stable name of the problem, for programs */
  code: z.string(),
  /** the facts that `detail` is made of */
  context,
  /** one per field that is not as it should be; `path` is like `command.level`, `code` and `context` are those of the field */
  errors: z.array(z.object({ path: z.string(), detail: z.string(), code: z.string(), context })).optional(),
})
export type Problem = z.infer<typeof problemSchema>

export const problemMediaType = 'application/problem+json'

/** What `api.invalid` names: `limit: must be at least 1; from: …` */
export function fieldsText(errors: readonly { path: string; detail: string }[]): string {
  return errors.map(({ path, detail }) => (path === '' ? detail : `${path}: ${detail}`)).join('; ')
}
