import { createHash } from 'node:crypto'
import { durationOf } from './clock-time.ts'
import type { OrderRequest } from './request.ts'

/**
 * Tells two requests with one idempotency key apart (SHA-256, hexadecimal): by all that decides what is sent and when, not
 * by the reason. Durations count by their length. Throws `command.bad-duration`.
 */
export function digestOf({ command, until, for: lasts, expires, confirmed }: OrderRequest, asset: string): string {
  const times = { until, for: lasts && durationOf(lasts), expires: expires && durationOf(expires) }
  return createHash('sha256')
    .update(JSON.stringify({ asset, command, ...times, confirmed }, inOrder))
    .digest('hex')
}

/** Objects with their fields in one order, whatever order they came in. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
