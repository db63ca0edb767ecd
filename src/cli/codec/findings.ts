import { relative } from 'node:path'
import type { Finding } from '../../codecs/kit/lint/finding.ts'
import type { Session } from '../session.ts'
import { coloured, unitSign } from './shown.ts'

/** Where it is, what to do, and by which rule. */
export function findingText(session: Session, finding: Finding): string {
  const { rule, file, line } = finding
  const place = `${relative(process.cwd(), file) || '.'}${line === null ? '' : `:${line}`}`
  return `${place}  ${sentence(session, finding)}  ${coloured(session, 'dim', `[${rule}]`)}`
}

/** A finding for programs. */
export function plainFinding(session: Session, finding: Finding) {
  const { severity, rule, file, line, context } = finding
  return { severity, rule, file, line, text: sentence(session, finding), context }
}

function sentence({ words }: Session, { rule, context }: Finding): string {
  const units =
    'to' in context ? { ...context, to: unitSign(context.to), ...('from' in context ? { from: unitSign(context.from) } : {}) } : context
  return words.kit(`lint.${rule}`, units)
}
