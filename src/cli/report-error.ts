import { NotOndineError, ProblemError } from '../api/contract/client.ts'
import { fieldsText } from '../api/contract/problem.ts'
import { OndineError, sentenceOf } from '../errors/ondine-error.ts'
import { type ErrorContext, kinds, type Language } from '../errors/sentence.ts'
import type { Session } from './session.ts'

/** What went wrong, for programs (`--json`) and, by its code, in the reader's language. */
interface Told {
  code: string
  detail: string
  context: Readonly<Record<string, string | number>>
  exitCode: number
}

/** Says an error on standard error, in one line unless `--debug`; returns the exit code. */
export function reportError(session: Session, thrown: unknown): number {
  const told = tell(session, thrown)
  const { json, debug } = session.options
  if (json === true) {
    const { exitCode: _exitCode, ...error } = told
    session.io.err(`${JSON.stringify({ error })}\n`)
  } else {
    session.io.err(`${told.detail}\n`)
    if (told.code === 'unexpected' && debug !== true) session.io.err(`${session.words.text('error.debug')}\n`)
  }
  if (debug === true) session.io.err(`${traceOf(thrown)}\n`)
  return told.exitCode
}

function tell(session: Session, thrown: unknown): Told {
  if (thrown instanceof ProblemError) {
    const { code, context, detail, status, errors } = thrown.problem
    const told = errors === undefined ? context : { ...context, fields: fieldsText(errors.map((error) => translated(session, error))) }
    return { code, context, detail: sentenceOf(code, told, session.language) ?? detail, exitCode: exitCodeOf(status) }
  }
  const error = known(thrown)
  return { code: error.code, context: error.context, detail: detailOf(error, session.language), exitCode: error.exitCode }
}

type FieldError = NonNullable<ProblemError['problem']['errors']>[number]

function translated({ language }: Session, { path, detail, code, context }: FieldError): { path: string; detail: string } {
  return { path, detail: sentenceOf(code, context, language) ?? detail }
}

/** What a server told of an error, by its code in this language; as it came where this version does not know it. */
export function reasonOf({ code, context, reason }: { code: string; context: ErrorContext; reason: string }, language: Language): string {
  return sentenceOf(code, inWords(context, language), language) ?? reason
}

/** The error's sentence; where it is about a value, that value's fault too is said in this language. */
export function detailOf({ code, context, message }: OndineError, language: Language): string {
  return sentenceOf(code, inWords(context, language), language) ?? message
}

/** With the fault of a value in this language too. */
function inWords(context: ErrorContext, language: Language): ErrorContext {
  const { fault } = context
  const reason = typeof fault === 'string' ? sentenceOf(fault, context, language) : undefined
  return reason === undefined ? context : { ...context, reason }
}

function known(thrown: unknown): OndineError {
  if (thrown instanceof NotOndineError) return new OndineError('cli.not-ours', { status: thrown.status }, { cause: thrown })
  return OndineError.from(thrown)
}

function exitCodeOf(status: number): number {
  const kind = Object.values(kinds).find((candidate) => candidate.status === status)
  return kind?.exitCode ?? (status >= 500 ? 1 : 4)
}

function traceOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const cause = thrown.cause === undefined ? '' : `\n${traceOf(thrown.cause)}`
  return `${thrown.stack ?? thrown.message}${cause}`
}
