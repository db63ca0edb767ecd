import { isRowReason, rowReasons } from '../territory/row-reasons.ts'
import type { PlannedRow } from './plan.ts'
import { adviceOf } from './reasons.ts'

/** A row's reason in a sentence, whether the planner or the folder's reader gave it; null: nothing is to be said. */
export function rowAdvice(row: Pick<PlannedRow, 'reason' | 'facts'>, language: 'en' | 'fr'): string | null {
  const { reason, facts } = row
  return adviceOf(row, language) ?? (reason !== null && isRowReason(reason) ? rowReasons[reason][language](facts) : null)
}
