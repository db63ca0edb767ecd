import { toCsv } from '../../formats/csv.ts'
import type { CheckedRow } from './check-rows.ts'
import { adviceOf, type FindingSlug, type Outcome } from './findings.ts'

export type Language = 'en' | 'fr'

/** One line of a report, for programs: `reason` is a slug, null where there is nothing to say. No key is in it, nor a part of one. */
export interface ReportLine {
  file: string
  line: number
  outcome: Outcome
  devEui: string | null
  joinEui: string | null
  reason: FindingSlug | null
  advice: string | null
}

/** The advice is that of the reason; further findings follow it. */
export function reportLine({ file, line, outcome, devEui, joinEui, findings }: CheckedRow, language: Language): ReportLine {
  const advice = findings.map((finding) => adviceOf(finding, language)).join(' ')
  return { file, line, outcome, devEui, joinEui, reason: findings[0]?.slug ?? null, advice: advice === '' ? null : advice }
}

export function reportJson(rows: readonly CheckedRow[], language: Language): string {
  const lines = rows.map((row) => ({
    ...reportLine(row, language),
    reasons: row.findings.map(({ slug }) => slug),
    taken: row.device !== null,
  }))
  return `${JSON.stringify(lines, null, 1)}\n`
}

/** For a spreadsheet: what it would run or turn into a number is kept from it. */
export function reportCsv(rows: readonly CheckedRow[], language: Language): string {
  const titles = ['file', 'line', 'outcome', 'devEui', 'joinEui', 'reason', 'advice']
  const lines = rows.map((row) => {
    const { file, line, outcome, devEui, joinEui, reason, advice } = reportLine(row, language)
    return [harmless(file), String(line), outcome, asText(devEui), asText(joinEui), reason ?? '', harmless(advice ?? '')]
  })
  // With a mark, without which spreadsheets take it for Windows-1252.
  return `\ufeff${toCsv([titles, ...lines])}`
}

function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
}

/** An EUI of digits and at most one e would come out of a spreadsheet as 1.84E+15: the very damage that this report tells of. */
function asText(eui: string | null): string {
  if (eui === null) return ''
  return /^\d*e?\d*$/.test(eui) ? `="${eui}"` : eui
}
