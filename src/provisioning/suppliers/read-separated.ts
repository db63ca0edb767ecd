import { parseCsv } from '../../formats/csv.ts'
import { hexDigits } from '../../lorawan/hex-text.ts'
import { type Delivery, limits } from './delivery.ts'
import { fieldOfTitle } from './titles.ts'

const candidates = [';', ',', '\t', '|']
const sampled = 60

/** A CSV of whatever separator, found by what it makes of the first rows; `sep=;` in the first line says it (a custom of Excel's). */
export function readSeparated(text: string, file: string): Pick<Delivery, 'separator' | 'sheets'> {
  const said = /^sep=(.)\r?\n/i.exec(text)?.[1]
  const separator = said ?? separatorOf(text, file)
  const records = parseCsv(text, { file, separator, maxRecords: limits.rows, maxColumns: limits.columns })
  const rows = records.slice(said === undefined ? 0 : 1).map(({ line, cells }) => ({ line, cells, notText: null }))
  return { separator, sheets: [{ name: null, titles: null, rows }] }
}

/**
 * The separator that leaves the most cells that are an EUI, a key or a known title; of equal ones that with the most rows of the
 * same number of cells. null: none makes more than one column.
 */
function separatorOf(text: string, file: string): string | null {
  // A part of a text may end between quotes: cut where a line ends, and left aside where it cannot be read.
  const cut = text.length > 200_000 ? text.slice(0, text.lastIndexOf('\n', 200_000) + 1) || text.slice(0, 200_000) : text
  const tried = candidates.map((separator) => {
    const rows = sample(cut, file, separator)
    const known = rows.flat().filter(isTelling).length
    const widths = rows.map(({ length }) => length)
    const regular = widths.filter((width) => width > 1 && width === usual(widths)).length
    return { separator, known, regular }
  })
  const [best] = tried.sort((a, b) => b.known - a.known || b.regular - a.regular)
  return best !== undefined && best.regular > 0 ? best.separator : null
}

function sample(text: string, file: string, separator: string): string[][] {
  try {
    return parseCsv(text, { file, separator, upTo: sampled, maxRecords: sampled, maxColumns: Number.POSITIVE_INFINITY }).map(
      ({ cells }) => cells,
    )
  } catch {
    // A quote that is never closed: told later, with its line.
    const lines = text.split(/\r\n|\n|\r/, sampled)
    return lines.map((line) => line.split(separator))
  }
}

function isTelling(cell: string): boolean {
  const digits = hexDigits(cell)?.length
  return digits === 16 || digits === 32 || fieldOfTitle(cell) !== null
}

/** The most frequent one. */
function usual(values: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 0
}
