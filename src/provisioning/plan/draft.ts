import type { Source } from '../territory/territory.ts'
import type { FieldChange, ObjectKind, PlannedRow, Remembered, Step } from './plan.ts'
import type { ReasonSlug } from './reasons.ts'

/** What one part of the planner says. */
export interface Draft {
  steps: Step[]
  rows: PlannedRow[]
}

export interface Verdict {
  outcome: PlannedRow['outcome']
  reason?: ReasonSlug
  facts?: PlannedRow['facts']
}

export function emptyDraft(): Draft {
  return { steps: [], rows: [] }
}

export function plannedRow(of: { kind: ObjectKind; key: string; source: Source | null }, { outcome, reason, facts }: Verdict): PlannedRow {
  return { kind: of.kind, key: of.key, source: of.source, outcome, reason: reason ?? null, facts: facts ?? {} }
}

export function refused(reason: ReasonSlug, facts: PlannedRow['facts'] = {}): Verdict {
  return { outcome: 'refused', reason, facts }
}

export function superseded(reason: ReasonSlug, facts: PlannedRow['facts'] = {}): Verdict {
  return { outcome: 'superseded', reason, facts }
}

/** Another folder made it: this one may want it as it is, and no otherwise. */
export function isOfOther(remembered: Pick<Remembered, 'owner'> | undefined, { id }: { id: string }): boolean {
  return remembered !== undefined && remembered.owner !== null && remembered.owner !== id
}

/** The change of one field, or none where it is as it should be. */
export function changed<T extends FieldChange['from']>(field: string, from: T, to: T): FieldChange[] {
  return from === to ? [] : [{ field, from, to }]
}

/** One change per tag that is wanted otherwise; tags that nobody wants are left alone. */
export function changedTags(from: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): FieldChange[] {
  const changes: FieldChange[] = []
  for (const name in wanted) {
    const [is, to] = [Object.hasOwn(from, name) ? (from[name] ?? null) : null, wanted[name] ?? '']
    if (is !== to) changes.push({ field: `tags.${name}`, from: is, to })
  }
  return changes
}

/** `water.csv:17` */
export function placeOf({ file, line }: Source): string {
  return `${file}:${line}`
}
