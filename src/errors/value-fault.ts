import { z } from 'zod'
import { type ErrorCode, OndineError } from './ondine-error.ts'
import type { ErrorContext } from './sentence.ts'

/** What is wrong with one value: where (`listen.port`), a code with sentences in both languages, its facts, and what it says in English. */
export interface ValueFault {
  path: string
  code: ErrorCode
  context: ErrorContext
  reason: string
}

/** The part of zod's issues that is told; another library's issue has a message only. */
const issueSchema = z.looseObject({
  code: z.string().optional(),
  message: z.string(),
  expected: z.string().optional(),
  origin: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  inclusive: z.boolean().optional(),
  format: z.string().optional(),
  values: z.array(z.unknown()).optional(),
  options: z.array(z.unknown()).optional(),
  keys: z.array(z.string()).optional(),
})
type Issue = z.infer<typeof issueSchema>

/** Standard Schema's path: keys, or objects that hold one. */
type Path = readonly (PropertyKey | { readonly key: PropertyKey })[]

/** A schema's issue as faults: one, or one for each key that is not known. */
export function valueFaults(issue: { readonly message: string; readonly path?: Path | undefined }): ValueFault[] {
  const parsed = issueSchema.safeParse(issue)
  const known = parsed.success ? parsed.data : { message: issue.message }
  const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step))
  const paths = known.code === 'unrecognized_keys' ? (known.keys ?? []).map((key) => [...path, key]) : [path]
  const { code, context, message } = errorOf(known)
  return paths.map((each) => ({ path: each.join('.'), code, context, reason: message }))
}

function errorOf(issue: Issue): OndineError {
  const { code, message, expected = '', origin, minimum, maximum, inclusive, format } = issue
  // A length is no amount.
  const isNumber = origin === 'number' || origin === 'int'
  if (code === 'unrecognized_keys') return new OndineError('value.unknown-key', {})
  if (code === 'invalid_type') {
    return message.endsWith('received undefined') ? new OndineError('value.missing', {}) : new OndineError('value.type', { expected })
  }
  if (code === 'too_small' && minimum !== undefined && isNumber) {
    return inclusive === false ? new OndineError('value.not-above', { minimum }) : new OndineError('value.too-small', { minimum })
  }
  if (code === 'too_big' && maximum !== undefined && isNumber) return new OndineError('value.too-big', { maximum })
  if (code === 'too_small' && minimum !== undefined) return new OndineError('value.too-short', { minimum })
  if (code === 'too_big' && maximum !== undefined) return new OndineError('value.too-long', { maximum })
  if (code === 'invalid_format' && format === 'datetime') return new OndineError('value.no-time', {})
  const choices = code === 'invalid_value' ? issue.values : code === 'invalid_union' ? issue.options : undefined
  if (choices !== undefined && choices.length > 0) return new OndineError('value.choice', { choices: choices.join(', ') })
  return new OndineError('value.other', { reason: message })
}
