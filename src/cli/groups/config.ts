import { OndineError } from '../../errors/ondine-error.ts'
import { flatLines } from '../flat.ts'
import type { Build } from '../groups.ts'
import { withExamples } from '../options.ts'

export const build: Build = (group, session) => {
  const { words } = session
  withExamples(group.command('check').description(words.text('help.config-check')), session, [
    'ondine config check',
    'ondine config check --config /etc/ondine/ondine.yaml',
  ]).action(async () => {
    const [{ checkConfig }, { unusableFiles }, { unreachableServers }, { unusableFolders }, { detailOf }] = await Promise.all([
      import('../../config/load.ts'),
      import('../../config/files.ts'),
      import('../../config/reach.ts'),
      import('../../codecs/unusable-folders.ts'),
      import('../report-error.ts'),
    ])
    const checked = checkConfig(session.configSources())
    const wrong =
      'problems' in checked
        ? checked.problems.map((problem) => new OndineError('config.invalid', problem))
        : [
            ...unusableFiles(checked.config),
            ...(await unusableFolders(checked.config.codecs.folders)),
            ...(await unreachableServers(checked.config)),
          ]
    const problems = wrong.map((error) => ({ code: error.code, context: error.context, detail: detailOf(error, session.language) }))
    session.answer({ right: wrong.length === 0, problems }, () =>
      wrong.length === 0 ? [words.text('config.right')] : problems.slice(1).map(({ detail }) => detail),
    )
    // The first one is the error itself: one line, and the exit code of wrong use.
    const [first] = wrong
    if (first !== undefined) throw first
  })
  withExamples(group.command('show').description(words.text('help.config-show')), session, [
    'ondine config show',
    'ondine config show --json',
  ]).action(async () => {
    const { redact } = await import('../../config/load.ts')
    const shown = redact(await session.config())
    session.answer(shown, () => flatLines(shown))
  })
  withExamples(group.command('schema').description(words.text('help.config-schema')), session, [
    'ondine config schema > ondine.schema.json',
  ]).action(async () => {
    const { configJsonSchema } = await import('../../config/json-schema.ts')
    session.print([JSON.stringify(configJsonSchema(), null, 2)])
  })
}
