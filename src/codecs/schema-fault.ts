import type { z } from 'zod'
import { valueFaults } from '../errors/value-fault.ts'

/** The first fault a schema found, as the path of the key (`measures[2].scale`) and what is wrong with it. */
export function firstFault(error: z.ZodError): { path: string; reason: string } {
  const [issue] = error.issues
  if (issue === undefined) return { path: 'the file', reason: error.message }
  const { path, reason } = faultOf(issue, issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined)
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : ''
  return { path, reason: `${reason}${more}` }
}

/** One fault as a path and a reason; `key`: which of the keys that it does not know. */
export function faultOf(issue: z.core.$ZodIssue, key: string | undefined): { path: string; reason: string } {
  return { path: pathText(key === undefined ? issue.path : [...issue.path, key]), reason: reasonOf(issue) }
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'there is no such key'
  if (issue.code === 'too_big' || issue.code === 'too_small') return valueFaults(issue)[0]?.reason ?? issue.message
  return issue.message.replace(/^Invalid input: /, '').replace(/\.$/, '')
}

function pathText(path: readonly PropertyKey[]): string {
  let text = ''
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : `${text === '' ? '' : '.'}${String(step)}`
  return text || 'the file'
}
