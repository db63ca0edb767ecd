import type { Build } from '../groups.ts'
import { given, more, type PageOptions, withExamples, withPages } from '../options.ts'
import { table } from '../table.ts'

export const build: Build = (group, session) => {
  const { words } = session
  const list = withPages(group.command('list').description(words.text('help.codec-list')), session).action(async (options: PageOptions) => {
    const client = await session.client()
    const page = await client.codecs.list(given(options))
    const rows = page.items.map(({ model, version, title, commands, parameters }) => [
      ...[model, version, title, commands.join(' ')],
      parameters.map(({ name, required }) => `${name}${required ? '*' : ''}`).join(' '),
    ])
    const titles = ['model', 'version', 'name', 'commands', 'parameters'] as const
    const lines = await table(
      session,
      titles.map((title) => words.text(`column.${title}`)),
      rows,
    )
    session.answer(page, () => [...lines, ...more(session, page.cursor)])
  })
  withExamples(list, session, ['ondine codec list', 'ondine codec list --json'])
}
