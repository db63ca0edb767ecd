import type { Command } from 'commander'
import { OndineError } from '../../errors/ondine-error.ts'
import { withExamples } from '../options.ts'
import type { Session } from '../session.ts'

/** `ondine codec reload`: the server takes up models that changed on disk. Exits with 1 where one cannot be used as it is. */
export function reload(command: Command, session: Session): void {
  const { words } = session
  command.description(words.text('help.codec-reload')).action(async () => {
    const client = await session.client()
    const report = await client.codecs.reload()
    const { added, changed, removed, broken } = report
    session.answer(report, () => [
      ...added.map((model) => words.text('codec.added', { model })),
      ...changed.map((model) => words.text('codec.changed', { model })),
      ...removed.map((model) => words.text('codec.removed', { model })),
      ...broken.map(({ model, reason }) => words.text('codec.broken', { model, reason })),
      ...(added.length + changed.length + removed.length + broken.length === 0 ? [words.text('codec.unchanged')] : []),
    ])
    if (broken.length > 0) throw new OndineError('codec.some-broken', { count: broken.length })
  })
  withExamples(command, session, ['ondine codec reload'])
}

/** `ondine codec enable`: runs a codec again that three strikes have disabled. */
export function enable(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.codec-enable'))
    .argument('<model>', words.text('help.arg-model'))
    .action(async (slug: string) => {
      const [vendor = '', model = ''] = slug.split('/')
      const client = await session.client()
      const view = await client.codecs.enable({ vendor, model })
      session.answer(view, () => [words.text('codec.enabled', { model: view.model })])
    })
  withExamples(command, session, ['ondine codec enable acme/flow-2'])
}
