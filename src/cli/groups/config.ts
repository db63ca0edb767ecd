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
    const { checkConfig } = await import('../../config/load.ts')
    const checked = checkConfig(session.configSources())
    const problems = 'problems' in checked ? checked.problems : []
    session.answer({ right: problems.length === 0, problems }, () =>
      problems.length === 0 ? [words.text('config.right')] : problems.slice(1).map((problem) => words.text('doctor.config-wrong', problem)),
    )
    // The first one is the error itself: one line, and the exit code of wrong use.
    const [first] = problems
    if (first !== undefined) throw new OndineError('config.invalid', first)
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
