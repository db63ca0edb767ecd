import { resolve } from 'node:path'
import type { CheckedRow } from '../../provisioning/suppliers/check-rows.ts'
import { columnName, letters } from '../../provisioning/suppliers/columns.ts'
import type { DeliveryPaths } from '../../provisioning/suppliers/delivery-files.ts'
import type { Table } from '../../provisioning/suppliers/device-rows.ts'
import { adviceOf, type Finding, type FindingSlug, titleOf } from '../../provisioning/suppliers/findings.ts'
import { reportLine } from '../../provisioning/suppliers/report.ts'
import { aligned } from '../aligned.ts'
import type { Session } from '../session.ts'
import type { Checked } from './look.ts'

/** One JSON object per row and line. */
export function plainLines({ language }: Session, rows: readonly CheckedRow[]): string {
  return rows.map((row) => `${JSON.stringify(reportLine(row, language))}\n`).join('')
}

export function counts(rows: readonly CheckedRow[]) {
  const of = (outcome: CheckedRow['outcome']) => rows.filter((row) => row.outcome === outcome).length
  const taken = rows.filter(({ device }) => device !== null).length
  return { rows: rows.length, accepted: of('accept'), flagged: of('flag'), refused: of('refuse'), taken }
}

/** What was read, what its columns are taken for, and what is wrong with how many rows. */
export function lookedAt(session: Session, { understood, rows, compared, dropped }: Checked): string[] {
  const { words } = session
  const { devices, keys, profile } = understood
  const held = rows.filter(
    ({ device, outcome, findings }) => device === null && outcome === 'flag' && findings[0]?.slug === 'eui-reversed',
  ).length
  const comparison = { devices: number(session, compared.devices) }
  return aligned([
    [words.text('delivery.read'), readLine(session, understood, rows.length, profile?.supplier ?? null)],
    ...[...devices, ...keys].map((table): [string, string] => [words.text('delivery.columns'), columnsLine(session, table, devices[0])]),
    [words.text('delivery.compared'), words.text(compared.withServer ? 'delivery.with-inventory' : 'delivery.with-tables', comparison)],
    ...reasons(session, rows, 'refuse'),
    ...reasons(session, rows, 'flag'),
    ...(held === 0
      ? []
      : [[words.text('delivery.held'), words.text('delivery.held-rows', { count: number(session, held) })] as [string, string]]),
    ...(dropped === null ? [] : [[words.text('delivery.dropped'), droppedLine(session, dropped)] as [string, string]]),
  ]).map((line) => line.slice(2))
}

/** How many devices an import would take. */
export function goodLines(session: Session, rows: readonly CheckedRow[]): string[] {
  const { words } = session
  const { taken } = counts(rows)
  const text = taken === 0 ? words.text('delivery.nothing-taken') : words.text('delivery.all-good', { count: number(session, taken) })
  return aligned([[words.text('delivery.good'), text]]).map((line) => line.slice(2))
}

/** `taken`: devices in the table that was written; null: none was. */
export function aboutFiles(
  session: Session,
  taken: number | null,
  { table, keys, report }: DeliveryPaths,
  profile: string | null,
  territory: string,
): string[] {
  const { words } = session
  const shownReport = words.text('delivery.report', { file: report })
  const tables = taken === null ? [] : [words.text('delivery.table', { file: table, devices: number(session, taken) }), keys]
  const wrote = [...tables, shownReport]
  return aligned([
    [words.text('delivery.wrote'), wrote.join('   ')],
    ...(profile === null ? [] : [[words.text('delivery.kept'), profile] as [string, string]]),
    ...(taken === null ? [] : [[words.text('delivery.next'), planCommand(territory)] as [string, string]]),
  ]).map((line) => line.slice(2))
}

/** With the folder as it was given, in quotes where a shell would split it. */
function planCommand(territory: string): string {
  if (resolve(territory) === resolve('.')) return 'ondine plan'
  return `ondine plan ${/^[\p{L}\p{N}._/~@:+,\\-]+$/u.test(territory) ? territory : `'${territory}'`}`
}

function droppedLine(session: Session, { table, count, first }: NonNullable<Checked['dropped']>): string {
  const facts = { count: number(session, count), isOne: count === 1 ? 1 : 0, file: table, first }
  return session.words.text('delivery.dropped-devices', facts)
}

function readLine(session: Session, { delivery, devices }: Checked['understood'], rows: number, supplier: string | null): string {
  const { words } = session
  const { file, format, encoding, separator, sheets } = delivery
  const columns = devices[0]?.columns
  const titles = columns?.titleRow === null ? null : (devices[0]?.rows[columns?.titleRow ?? 0]?.line ?? null)
  const isSeparated = format === 'csv' || format === 'xlsx'
  const facts = [
    words.text('delivery.rows', { count: number(session, rows), isOne: rows === 1 ? 1 : 0 }),
    encoding ?? format.toUpperCase(),
    ...(separator === null ? [] : [separator === '\t' ? words.text('delivery.tab') : `"${separator}"`]),
    ...(sheets.length > 1 ? [words.text('delivery.sheets', { sheets: sheets.map(({ name }) => name ?? '').join(', ') })] : []),
    ...(!isSeparated ? [] : [titles === null ? words.text('delivery.no-titles') : words.text('delivery.titles-on', { line: titles })]),
    ...(supplier === null ? [] : [words.text('delivery.from-supplier', { supplier })]),
  ]
  return `${file}   ${facts.join(', ')}`
}

function columnsLine(session: Session, { file, columns }: Table, first: Table | undefined): string {
  const { words } = session
  const known = Object.entries(columns.at)
  const width = columns.titles.length
  const leftOut = Array.from({ length: width }, (_, column) => column).filter((column) => known.every(([, at]) => at !== column))
  const shown = [
    ...known.map(([field, at]) => `${columnName(columns.titles, at)} → ${field}`),
    ...(columns.isKeyUnderNwkKey ? [words.text('delivery.key-under-nwk-key')] : []),
    ...(leftOut.length === 0
      ? []
      : [
          words.text('delivery.left-out', {
            columns: leftOut
              .slice(0, 12)
              .map((at) => titleOrLetter(columns.titles, at))
              .join(', '),
          }),
        ]),
  ]
  return `${first !== undefined && file !== first.file ? `${file}: ` : ''}${shown.join('   ')}`
}

function titleOrLetter(titles: readonly string[], column: number): string {
  return titles[column] === '' ? letters(column) : columnName(titles, column)
}

/** Each reason with how many rows have it, and the advice for the first of them. */
function reasons(session: Session, rows: readonly CheckedRow[], outcome: 'refuse' | 'flag'): [string, string][] {
  const { words, language } = session
  const byReason = new Map<FindingSlug, CheckedRow[]>()
  for (const row of rows) {
    const slug = row.findings[0]?.slug
    if (slug === undefined || row.outcome !== outcome) continue
    const before = byReason.get(slug)
    if (before === undefined) byReason.set(slug, [row])
    else before.push(row)
  }
  const label = words.text(outcome === 'refuse' ? 'delivery.refused' : 'delivery.flagged')
  return [...byReason]
    .sort(([, a], [, b]) => b.length - a.length)
    .flatMap(([slug, found]): [string, string][] => {
      const [first] = found
      const [finding] = first?.findings ?? []
      const count = words.text('delivery.rows', { count: number(session, found.length), isOne: found.length === 1 ? 1 : 0 })
      const example =
        first === undefined || finding === undefined
          ? []
          : [['', `  ${place(session, first, finding)}${adviceOf(finding, language)}`] as [string, string]]
      return [[label, `${count}   ${titleOf(slug, language)}`], ...example]
    })
}

/** The advice of a cell, A9, says its line already. */
function place({ words, language }: Session, { file, line }: CheckedRow, finding: Finding): string {
  const sheet = file.includes('#') ? `${file.slice(file.indexOf('#') + 1)} ` : ''
  const { place: cell } = finding.context
  if (/^[A-Z]{1,3}\d+$/.test(cell) && adviceOf(finding, language).startsWith(cell)) return sheet
  return `${words.text('delivery.line', { place: `${sheet}${line}` })} `
}

function number({ language }: Session, value: number): string {
  return value.toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB')
}
