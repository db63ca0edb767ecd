import { z } from 'zod'

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
  context: z.record(z.string(), z.union([z.string(), z.number()])),
  /** one per field that is not as it should be; `path` is like `command.level` */
  errors: z.array(z.object({ path: z.string(), detail: z.string() })).optional(),
})
export type Problem = z.infer<typeof problemSchema>

export const problemMediaType = 'application/problem+json'
