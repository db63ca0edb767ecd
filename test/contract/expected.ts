import { expect } from 'vitest'

export const anUuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
export const aDevAddr = expect.stringMatching(/^0[01][0-9a-f]{6}$/)
/** a gateway's clock */
export const milliseconds = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?\+00:00$/)
/** the server's own clock */
export const nanoseconds = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}\+00:00$/)

/** An ERROR log event with exactly this context. */
export function anError(code: string, description: string, context: Record<string, unknown> = {}): unknown {
  return expect.objectContaining({ kind: 'log', qos: 1, retain: false, level: 'ERROR', code, description, context })
}

/** Waits in vain on purpose: long enough for the slowest server to have said something. */
export function quiet(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
