import type { Plan, PlannedRow, Step } from './plan/plan.ts'
import { memoryKey } from './plan/world.ts'
import type { PlanHead } from './ports.ts'
import type { PlanSummary } from './views.ts'

/** Of these there is something to tell beside how many they are. */
export const toldOutcomes = ['create', 'change', 'superseded', 'refused'] as const

/**
 * The plan with rows that say what their steps would: the model of a new device, the fields that change, and what is deleted, of
 * which no row of the folder speaks. So a saved plan is told from its rows alone.
 */
export function withTellingRows(plan: Plan): Plan {
  const steps = new Map(plan.steps.map((step) => [memoryKey(step.kind, step.key), step]))
  const rows = plan.rows.map((row) => {
    const step = steps.get(memoryKey(row.kind, row.key))
    const facts = step === undefined ? {} : factsOf(step)
    return Object.keys(facts).length === 0 ? row : { ...row, facts: { ...facts, ...row.facts } }
  })
  const known = new Set(plan.rows.map(({ kind, key }) => memoryKey(kind, key)))
  for (const { kind, key, action } of plan.steps) {
    if (!action.startsWith('delete-') || known.has(memoryKey(kind, key))) continue
    rows.push({ kind, key, source: null, outcome: 'delete', reason: null, facts: {} })
  }
  return { ...plan, rows }
}

function factsOf(step: Step): Record<string, string> {
  if (step.action === 'create-device') return step.wanted.model === null ? {} : { model: step.wanted.model }
  const fields = 'changes' in step ? step.changes.map(({ field }) => field) : []
  if (step.action === 'update-device' && step.keys !== null && !fields.includes('keys')) fields.push('keys')
  return fields.length === 0 ? {} : { fields: fields.join(', ') }
}

/** Counts what rows tell; given pages of those of `toldOutcomes`. */
export class Telling {
  readonly #models = new Map<string, number>()
  readonly #fields = new Map<string, { kind: PlannedRow['kind']; field: string; count: number }>()
  readonly #refusals = new Map<string, number>()
  readonly #reasons = new Map<string, PlanSummary['reasons'][number]>()

  add({ kind, outcome, reason, facts }: PlannedRow): void {
    if (outcome === 'create' && kind === 'device' && facts.model !== undefined) count(this.#models, facts.model)
    if (outcome === 'refused') count(this.#refusals, reason ?? '')
    if (reason !== null && (outcome === 'change' || outcome === 'superseded')) this.#because({ kind, outcome, reason })
    if (outcome !== 'change' || facts.fields === undefined) return
    for (const field of facts.fields.split(', ')) {
      const known = this.#fields.get(`${kind} ${field}`)
      if (known === undefined) this.#fields.set(`${kind} ${field}`, { kind, field, count: 1 })
      else known.count += 1
    }
  }

  #because({ kind, outcome, reason }: Omit<PlanSummary['reasons'][number], 'count'>): void {
    const name = `${kind} ${outcome} ${reason}`
    const known = this.#reasons.get(name)
    if (known === undefined) this.#reasons.set(name, { kind, outcome, reason, count: 1 })
    else known.count += 1
  }

  get told(): Pick<PlanSummary, 'newDevices' | 'changes' | 'refusals' | 'reasons'> {
    return {
      newDevices: sorted([...this.#models].map(([model, count]) => ({ model, count }))),
      changes: sorted([...this.#fields.values()]),
      refusals: sorted([...this.#refusals].map(([reason, count]) => ({ reason, count }))),
      reasons: sorted([...this.#reasons.values()]),
    }
  }
}

/** The number that has to be typed: all that is deleted, and what is given other keys where that is much of an application. */
export function confirmationOf({ counts, guards }: Pick<PlanHead, 'counts' | 'guards'>): number | null {
  const deletes = counts.reduce((sum, { outcome, count }) => (outcome === 'delete' ? sum + count : sum), 0)
  const number = deletes + guards.reduce((sum, { rekeys }) => sum + rekeys, 0)
  return number === 0 ? null : number
}

export function summaryOf(
  head: Omit<PlanHead, 'basis' | 'rows'>,
  told: ReturnType<() => Telling['told']>,
  perSecond: number | null,
): PlanSummary {
  const { id, createdAt, account, owner, tenants, steps, counts, guards, others } = head
  return {
    ...{ id, createdAt, account, owner, tenants: [...tenants], steps },
    refused: counts.reduce((sum, { outcome, count }) => (outcome === 'refused' ? sum + count : sum), 0),
    counts: [...counts],
    ...told,
    guards: [...guards],
    otherFolders: [...others],
    confirm: confirmationOf(head),
    seconds: perSecond === null ? null : Math.round(steps / perSecond),
  }
}

/** Rows by kind and outcome. */
export function countsOf(rows: readonly PlannedRow[]): PlanHead['counts'] {
  const counts = new Map<string, { kind: PlannedRow['kind']; outcome: PlannedRow['outcome']; count: number }>()
  for (const { kind, outcome } of rows) {
    const known = counts.get(`${kind} ${outcome}`)
    if (known === undefined) counts.set(`${kind} ${outcome}`, { kind, outcome, count: 1 })
    else known.count += 1
  }
  return [...counts.values()]
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function sorted<T extends { count: number }>(items: T[]): T[] {
  return items.sort((a, b) => b.count - a.count)
}
