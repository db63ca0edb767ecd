import type { Progress } from './apply/job-runner.ts'
import type { PlannedRow } from './plan/plan.ts'
import { rowAdvice } from './plan/row-advice.ts'
import type { Job, ReportRow } from './ports.ts'
import type { JobRowView, JobView, RowView } from './views.ts'

/** Advice in English: whoever reads another language has its reason and facts. */
export function rowView(row: PlannedRow): RowView {
  const { kind, key, source, outcome, reason, facts } = row
  return { kind, key, source, outcome, reason, facts, advice: rowAdvice(row, 'en') }
}

export function jobRowView({ row, step }: Pick<ReportRow, 'row' | 'step'>): JobRowView {
  return { ...rowView(row), state: step?.state ?? null, problem: step?.problem ?? null }
}

/** Without the rights it runs with. `progress`: of one that is under way here, or held up. */
export function jobView(
  { scope: _scope, again: _again, ...job }: Job,
  progress: Pick<Progress, 'perSecond' | 'waitsFor' | 'behind'> | null,
): JobView {
  return { ...job, perSecond: progress?.perSecond ?? null, waitsFor: progress?.waitsFor ?? null, behind: progress?.behind ?? null }
}
