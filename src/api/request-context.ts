import type { Scope } from '../access/scope.ts'

/** What a handler knows of its request beside its input. */
export interface RequestContext {
  scope: Scope
  idempotencyKey: string | undefined
  /** rejects when the request's token is no longer in force */
  authenticateAgain: () => Promise<unknown>
  /** throws away the body as it came, of which the handler's input is a checked copy: of a large territory both together cost too much */
  forgetBody: () => void
  /** aborts when the server stops */
  closing: AbortSignal
}
