import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '../../api/contract/client.ts'
import type { JobRowView, RowView } from '../../api/contract/provisioning.ts'
import { sentenceOf } from '../../errors/ondine-error.ts'
import { toCsv } from '../../formats/csv.ts'
import { rowAdvice } from '../../provisioning/plan/row-advice.ts'
import type { Session } from '../session.ts'

type Row = RowView & Partial<Pick<JobRowView, 'state' | 'problem'>>
type Pages = (query: { limit: number; cursor?: string }) => Promise<{ items: Row[]; cursor: string | null }>

const pageSize = 10_000

export async function* allRows(pages: Pages): AsyncGenerator<Row> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: { items: Row[]; cursor: string | null } = await pages({ limit: pageSize, ...(cursor === undefined ? {} : { cursor }) })
    yield* page.items
    cursor = page.cursor
  }
}

/** A reason without a row. */
export function adviceOfReason({ language }: Pick<Session, 'language'>, reason: string): string | null {
  return rowAdvice({ reason, facts: {} }, language)
}

/** Why a row is as it is and what to do, in the reader's language. */
export function adviceOf({ language }: Pick<Session, 'language'>, { problem, advice, ...row }: Row): string | null {
  if (problem !== undefined && problem !== null) return sentenceOf(problem.code, row.facts, language) ?? problem.text
  return rowAdvice(row, language) ?? advice
}

export const planRows =
  (client: Client, id: string): Pages =>
  (query) =>
    client.provisioning.planRows({ id, ...query })
export const jobRows =
  (client: Client, id: string): Pages =>
  (query) =>
    client.provisioning.jobRows({ id, ...query })

/** Writes `<name>.report.csv` and `.json` into a folder, a line per row with its place in the source; gives the path of the CSV. */
export async function writeReport(session: Session, folder: string, name: string, pages: Pages): Promise<string> {
  const titles = ['file', 'line', 'kind', 'object', 'outcome', 'step', 'reason', 'advice']
  const csv = [titles]
  const json: string[] = []
  for await (const row of allRows(pages)) {
    const { source, kind, key, outcome, state = null, reason, problem } = row
    const told = { outcome, step: state, reason: problem?.code ?? reason, advice: adviceOf(session, row) }
    json.push(JSON.stringify({ file: source?.file ?? null, line: source?.line ?? null, kind, object: key, ...told }))
    const cells = [
      source?.file ?? '',
      source === null ? '' : String(source.line),
      kind,
      asText(key),
      outcome,
      state ?? '',
      told.reason ?? '',
    ]
    csv.push([...cells.map(harmless), harmless(told.advice ?? '')])
  }
  const file = join(folder, `${name}.report.csv`)
  // With a mark, without which spreadsheets take it for Windows-1252.
  await writeFile(file, `\ufeff${toCsv(csv)}`)
  await writeFile(join(folder, `${name}.report.json`), `[\n${json.join(',\n')}\n]\n`)
  return file
}

/** What a spreadsheet would run is kept from it; what keeps an EUI a text is meant so. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^="[0-9a-f]*"$/.test(text) ? `'${text}` : text
}

/** An EUI of digits and at most one e would come out of a spreadsheet as a number. */
function asText(key: string): string {
  return /^\d*e?\d+$/.test(key) ? `="${key}"` : key
}
