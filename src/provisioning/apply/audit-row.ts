import type { AuditEntry } from '../../access/audit.ts'
import type { JobTools } from './step-tools.ts'

/** Of something that a step did on the network. Neither keys nor their fingerprints go into `before` and `after`. */
export function auditRow(
  { job, now }: Pick<JobTools, 'job' | 'now'>,
  row: Pick<AuditEntry, 'tenant' | 'action' | 'object'> & Partial<Pick<AuditEntry, 'before' | 'after'>>,
): AuditEntry {
  return { before: null, after: null, ...row, time: now().toISOString(), account: job.account }
}
