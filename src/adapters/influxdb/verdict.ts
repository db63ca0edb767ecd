import type { Refusal } from './connection.ts'

/**
 * What a refused write means:
 * - `outdated`: so many points are older than the database keeps. The others are stored, but 1.x does not tell then of lines
 *   that it could not read.
 * - `conflict`: of this measurement a field has another type; so many lines were dropped, the others are stored.
 * - `line`: at least one line will never be taken. Whether others are stored depends on the server.
 * - `doubtful`: a refusal of the request that need not be the lines' fault: a proxy's, a wrong parameter's.
 * - `too-large`: fewer lines at a time.
 * - `limit`: the server's settings allow no more series; only a person can mend it.
 * - `missing`: there is no such database or bucket.
 * - `later`: nothing can be said of the lines.
 */
export type Verdict =
  | { kind: 'outdated'; count: number }
  | { kind: 'conflict'; measurement: string; field: string; type: 'number' | 'boolean' | 'string'; dropped: number }
  | { kind: 'line' | 'doubtful' | 'too-large' | 'limit' | 'missing' | 'later' }

const limits = /max-values-per-tag|max-series-per-database|max series per database/
/** 1.x; 2.x. Its upper bound is about points of the future, which nobody keeps aside for us. */
const outdated = [/points beyond retention policy dropped=(\d+)/, /dropped (\d+) points? outside retention policy/]
const conflict = /input field "(.*)" on measurement "(.*)" is type (\w+), already exists as type \w+ dropped=(\d+)/
const aboutLines = /partial write|unable to parse|parsing failed/

/** As measured on 1.6.7 and 2.7.12 (docs/influxdb.md). */
export function verdictOf({ status, reason }: Refusal): Verdict {
  if (status === 404) return { kind: 'missing' }
  if (status === 413) return { kind: 'too-large' }
  if (status !== 400 && status !== 422) return { kind: 'later' }
  if (limits.test(reason)) return { kind: 'limit' }
  for (const pattern of outdated) {
    const count = Number(pattern.exec(reason)?.[1])
    if (count > 0 && !reason.includes('Upper Bound')) return { kind: 'outdated', count }
  }
  return conflictOf(reason) ?? { kind: aboutLines.test(reason) ? 'line' : 'doubtful' }
}

const kinds = { float: 'number', integer: 'number', boolean: 'boolean', string: 'string' } as const

function conflictOf(reason: string): Verdict | null {
  const [, field, measurement, type, dropped] = conflict.exec(reason) ?? []
  if (field === undefined || measurement === undefined) return null
  if (type !== 'float' && type !== 'integer' && type !== 'boolean' && type !== 'string') return null
  return { kind: 'conflict', measurement, field, type: kinds[type], dropped: Number(dropped) }
}
