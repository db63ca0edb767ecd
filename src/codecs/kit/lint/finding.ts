/** Each rule with the facts of its sentence. */
type Facts =
  | { rule: 'missing-file'; context: { missing: string } }
  | { rule: 'unreadable'; context: { reason: string } }
  | { rule: 'schema'; context: { path: string; reason: string } }
  | { rule: 'schema-near'; context: { path: string; reason: string; near: string } }
  | { rule: 'vendor-title'; context: { vendor: string } }
  | { rule: 'service'; context: { family: string; service: string } }
  | { rule: 'interval'; context: { model: number; profile: number } }
  | { rule: 'no-entry' | 'encoder-missing'; context: { name: string } }
  | { rule: 'legacy-entry'; context: { name: string; wanted: string } }
  | { rule: 'does-not-load'; context: { error: string } }
  | { rule: 'data-and-errors' | 'no-data-no-errors' | 'clock' | 'chance' | 'state' | 'chirpstack-differs'; context: { examples: string } }
  | { rule: 'returned-key'; context: { key: string; known: string } }
  | { rule: 'returned-type'; context: { key: string; wanted: string; examples: string } }
  | { rule: 'unit-scale'; context: { field: string; from: string; to: string; scale: number; wanted: string } }
  | { rule: 'unit-mismatch'; context: { field: string; name: string; from: string; to: string } }
  | { rule: 'unit-unsaid'; context: { field: string; to: string } }
  | { rule: 'unmapped'; context: { field: string } }
  | { rule: 'unproven'; context: { field: string; name: string } }
  | { rule: 'mapped-twice'; context: { name: string; channel: string; first: string; second: string; example: number } }
  | { rule: 'chirpstack-refuses' | 'chirpstack-slow'; context: { error: string; examples: string } }
  | { rule: 'undeclared'; context: { name: string } }
  | { rule: 'not-in-chirpstack'; context: { name: string } }
  | { rule: 'size'; context: { size: number; limit: number } }
  | { rule: 'example-fails'; context: { number: number; description: string } }
  | { rule: 'example-empty'; context: { number: number; description: string } }
  | {
      rule: 'no-uplink' | 'no-empty-frame' | 'no-short-frame' | 'no-wrong-port' | 'no-refused-command' | 'octal'
      context: Record<string, never>
    }
  | {
      rule: 'command-refused'
      /** `codec`: file of the variant; empty where there is one codec only */
      context: { command: string; input: string; error: string; codec: string }
    }
  | { rule: 'proof-never'; context: { command: string; name: string } }
  | { rule: 'unread'; context: { field: string; name: string; example: number } }
  | { rule: 'no-command-example'; context: { command: string } }
  | { rule: 'no-limit-example'; context: { command: string; name: string; limit: number } }
  | { rule: 'coverage'; context: { percent: number; lines: string } }

export type Finding = Facts & {
  /** error: it would not work, or not be trusted; warning: someone should look at it */
  severity: 'error' | 'warning'
  /** within the model's folder or its profile's: a path on disk */
  file: string
  /** from 1; null: of the whole file */
  line: number | null
}

/** The least share of a script's lines that its examples must run, in percent. */
export const leastCoverage = 80

/** Makes findings about one file. */
export function about(file: string, findLine: (path: readonly PropertyKey[]) => number | null = () => null) {
  const found =
    (severity: Finding['severity']) =>
    (facts: Facts, place: readonly PropertyKey[] | number | null = null) => ({
      ...facts,
      severity,
      file,
      line: typeof place === 'number' ? place || null : place === null ? null : findLine(place),
    })
  return { error: found('error'), warning: found('warning') }
}
