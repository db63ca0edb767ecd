import { build as bench } from '../codec/bench.ts'
import { build as decode } from '../codec/decode.ts'
import { build as docs } from '../codec/docs.ts'
import { build as encode } from '../codec/encode.ts'
import { build as exportModels } from '../codec/export.ts'
import { build as importCatalogue } from '../codec/import.ts'
import { build as lint } from '../codec/lint.ts'
import { build as create } from '../codec/new.ts'
import { enable, reload } from '../codec/running.ts'
import { build as schema } from '../codec/schema.ts'
import { build as test } from '../codec/test.ts'
import type { Build } from '../groups.ts'
import { given, type PageOptions, withExamples, withPages } from '../options.ts'
import { answerPage } from '../page.ts'

export const build: Build = (group, session) => {
  const { words } = session
  create(group.command('new'), session)
  test(group.command('test'), session)
  lint(group.command('lint'), session)
  bench(group.command('bench'), session)
  decode(group.command('decode'), session)
  encode(group.command('encode'), session)
  docs(group.command('docs'), session)
  schema(group.command('schema'), session)
  importCatalogue(group.command('import'), session)
  exportModels(group.command('export'), session)
  const list = withPages(group.command('list').description(words.text('help.codec-list')), session).action(async (options: PageOptions) => {
    const client = await session.client()
    const page = await client.codecs.list(given(options))
    const rows = page.items.map(({ model, version, title, commands, parameters, replacesShipped, trouble }) => [
      ...[model, version, title, commands.join(' ')],
      parameters.map(({ name, required }) => `${name}${required ? '*' : ''}`).join(' '),
      [
        trouble === null ? 'ok' : words.text(trouble.disabled ? 'codec.disabled' : 'codec.struck', trouble),
        ...(replacesShipped ? [words.text('codec.replaces-shipped')] : []),
      ].join('; '),
    ])
    await answerPage(session, page, ['model', 'version', 'name', 'commands', 'parameters', 'state'], rows)
  })
  reload(group.command('reload'), session)
  enable(group.command('enable'), session)
  withExamples(list, session, ['ondine codec list', 'ondine codec list --json'])
}
