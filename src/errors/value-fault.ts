import { z } from 'zod'
import { type ErrorCode, OndineError } from './ondine-error.ts'
import type { ErrorContext } from './sentence.ts'

/** What is wrong with one value: a code with sentences in both languages, its facts, and what it says in English. */
export interface ValueFault {
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
})
type Issue = z.infer<typeof issueSchema>

/** A schema's issue as a fault. Keys that are not known are for the caller, who knows their paths. */
export function valueFault(issue: { readonly message: string }): ValueFault {
  const parsed = issueSchema.safeParse(issue)
  const { code, context, message } = errorOf(parsed.success ? parsed.data : { message: issue.message })
  return { code, context, reason: message.replace(/\.$/, '') }
}

function errorOf(issue: Issue): OndineError {
  const { code, message, expected = '', origin, minimum, maximum, inclusive, format } = issue
  // A length is no amount.
  const isNumber = origin === 'number' || origin === 'int'
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
