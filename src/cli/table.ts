import type { Session } from './session.ts'

export type Cell = string | number | null | undefined

/**
 * Rows for people: aligned columns on a terminal; elsewhere lines with tabs, the titles first, for `cut` and `awk`.
 * A missing value is `-`.
 */
export async function table(session: Session, titles: readonly string[], rows: readonly (readonly Cell[])[]): Promise<string[]> {
  const texts = rows.map((row) => row.map((cell) => (cell === null || cell === undefined || cell === '' ? '-' : String(cell))))
  if (!session.io.isTerminal) return [titles, ...texts].map((row) => row.join('\t'))
  if (rows.length === 0) return [session.words.text('table.none')]
  const { default: Table } = await import('cli-table3')
  const drawn = new Table({
    head: [...titles],
    chars: noLines,
    style: { head: session.colour ? ['bold'] : [], 'padding-left': 0, 'padding-right': 2, compact: true },
  })
  drawn.push(...texts)
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
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
