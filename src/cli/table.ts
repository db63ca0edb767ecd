import { styleText } from 'node:util'
import type { Session } from './session.ts'

export type Cell = string | number | null | undefined

/**
 * Rows for people: aligned columns on a terminal; elsewhere lines with tabs, the titles first, for `cut` and `awk`.
 * On a terminal that is too narrow, the widest columns break their lines: nothing is cut. A missing value is `-`.
 */
export async function table(session: Session, titles: readonly string[], rows: readonly (readonly Cell[])[]): Promise<string[]> {
  const texts = rows.map((row) => row.map((cell) => (cell === null || cell === undefined || cell === '' ? '-' : String(cell))))
  const none = session.words.text('table.none')
  if (!session.io.isTerminal) {
    // Not among the rows, where a program would take it for one.
    if (rows.length === 0 && session.options.json !== true) session.io.err(`${none}\n`)
    return [titles, ...texts].map((row) => row.join('\t'))
  }
  if (rows.length === 0) return [none]
  const { default: Table } = await import('cli-table3')
  const [head = [], ...shown] = fitted([titles, ...texts], session.io.columns)
  const drawn = new Table({
    // The library would ask this process's own terminal whether it has colours, and not the one that is written to.
    head: session.colour ? head.map((title) => styleText('bold', title, { validateStream: false })) : head,
    chars: noLines,
    style: { head: [], 'padding-left': 0, 'padding-right': 2, compact: true },
  })
  drawn.push(...shown)
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

const gap = 2
/** A date: what is broken into smaller pieces cannot be read any more. */
const narrowest = 10

/**
 * The rows with line ends in the cells of the widest columns, where they would not fit into so many columns of the
 * terminal. The first column, by which a row is named and copied, stays whole; words are broken last.
 */
function fitted(rows: readonly (readonly string[])[], columns = Number.POSITIVE_INFINITY): string[][] {
  const widest = (measure: (text: string) => number) =>
    (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => measure(row[index] ?? ''))))
  const widths = widest((text) => text.length)
  const words = widest((text) => Math.max(...pieces(text).map((piece) => piece.trimEnd().length)))
  const room = columns - gap * (widths.length - 1)
  for (const floors of [words, words.map((word) => Math.min(word, narrowest))]) narrow(widths, floors, room)
  return rows.map((row) => row.map((text, index) => broken(text, widths[index] ?? text.length)))
}

/** Takes from the widest column that may give, until all fit or none may. */
function narrow(widths: number[], floors: readonly number[], room: number): void {
  for (let excess = widths.reduce((sum, width) => sum + width, -room); excess > 0; excess -= 1) {
    const able = widths.map((width, index) => (index > 0 && width > (floors[index] ?? 0) ? width : 0))
    const most = Math.max(...able)
    if (most === 0) return
    widths[able.indexOf(most)] = most - 1
  }
}

/** Where a text may be broken: after spaces and slashes. */
function pieces(text: string): string[] {
  return text.match(/[^ /]*[ /]+|[^ /]+/g) ?? ['']
}

function broken(text: string, width: number): string {
  const lines: string[] = []
  let line = ''
  for (const piece of pieces(text)) {
    if (line !== '' && (line + piece).trimEnd().length > width) {
      lines.push(line)
      line = ''
    }
    line += piece
    for (; line.trimEnd().length > width; line = line.slice(width)) lines.push(line.slice(0, width))
  }
  return [...lines, line].map((each) => each.trimEnd()).join('\n')
}

const noLines = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((name) => [name, '']),
)
