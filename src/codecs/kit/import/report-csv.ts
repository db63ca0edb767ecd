import type { ImportRow } from './import-folder.ts'

/** The report of an import for a spreadsheet (RFC 4180): a line per device. `detail` says an error in words. */
export function reportCsv(rows: readonly ImportRow[], detail: (error: NonNullable<ImportRow['refused']>) => string): string {
  const titles = [
    'model',
    'state',
    'reason',
    'vectors',
    'passed',
    'failed',
    'not_taken',
    'measures',
    'not_mapped',
    'device_profile',
    'licence',
    'path',
  ]
  const lines = rows.map((row) => [
    row.model,
    row.refused === null ? 'imported' : 'refused',
    row.refused === null ? row.failed.map(({ description, reason }) => `${description}: ${reason}`).join('; ') : detail(row.refused),
    ...[row.vectors, row.passed, row.failed.length, row.notTaken.length, row.measures],
    row.notMapped.join(' '),
    row.profile ? 'yes' : 'no',
    row.licence,
    row.path,
  ])
  return [titles, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('')
}

/** A spreadsheet would take what begins with one of these for a formula (OWASP: CSV injection). */
function cell(value: string | number): string {
  const text = String(value).replace(/[\r\n\t]+/g, ' ')
  const safe = typeof value === 'string' && /^[=+\-@]/.test(text) ? `'${text}` : text
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
