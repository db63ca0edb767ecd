import type { CodecFailure } from '../codec-runner.ts'

/** One call's result once it is known to be plain data within bounds. */
export type Verdict = { ok: true; data: Readonly<Record<string, unknown>>; warnings: readonly string[] } | CodecFailure

export function failure(reason: CodecFailure['reason'], ...errors: string[]): CodecFailure {
  return { ok: false, reason, errors }
}
