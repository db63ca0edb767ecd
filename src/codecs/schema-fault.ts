import type { z } from 'zod'
import { valueFaults } from '../errors/value-fault.ts'

/** The first fault a schema found, as the path of the key (`measures[2].scale`) and what is wrong with it. */
export function firstFault(error: z.ZodError): { path: string; reason: string } {
  const [issue] = error.issues
  if (issue === undefined) return { path: 'the file', reason: error.message }
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : ''
  return { path: pathText(path), reason: `${reasonOf(issue)}${more}` }
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
