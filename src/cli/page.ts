import type { WordsKey } from '../language/translator.ts'
import type { Session } from './session.ts'
import { type Cell, table } from './table.ts'

type Title = WordsKey extends infer K ? (K extends `column.${infer T}` ? T : never) : never

/** One page of a list: as it came for programs; for people a table, and below it how to ask for the next one. */
export async function answerPage(
  session: Session,
  page: { cursor: string | null },
  titles: readonly Title[],
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  const { words } = session
  const { cursor } = page
  const named = titles.map((title) => words.text(`column.${title}`))
  const lines = await table(session, named, rows)
  session.answer(page, () => [...lines, ...(cursor === null ? [] : [words.text('table.more', { cursor })])])
}
