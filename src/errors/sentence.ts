/** What an error is to its reader: decides the HTTP status and the exit code, see `kinds`. */
export type ErrorKind = 'wrong-use' | 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'refused' | 'unreachable' | 'failed'

/** HTTP status (RFC 9110) and exit code of the command line for each kind. */
export const kinds: Readonly<Record<ErrorKind, { status: number; exitCode: number }>> = {
  'wrong-use': { status: 400, exitCode: 2 },
  unauthenticated: { status: 401, exitCode: 4 },
  forbidden: { status: 403, exitCode: 4 },
  'not-found': { status: 404, exitCode: 3 },
  conflict: { status: 409, exitCode: 4 },
  refused: { status: 422, exitCode: 4 },
  unreachable: { status: 503, exitCode: 5 },
  failed: { status: 500, exitCode: 1 },
}

export type Language = 'en' | 'fr'
export type ErrorContext = Readonly<Record<string, string | number>>

/** One error in words: what is wrong and what a person can do about it, in both languages. */
export interface Sentence<C extends ErrorContext> {
  kind: ErrorKind
  en: (context: C) => string
  fr: (context: C) => string
}

/** Declares a sentence and lets its context be inferred: `sentence<{ path: string }>({ … })`. */
export function sentence<C extends ErrorContext = Record<never, never>>(value: Sentence<C>): Sentence<C> {
  return value
}
