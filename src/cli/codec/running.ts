import type { Command } from 'commander'
import type { Client } from '../../api/contract/client.ts'
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
    const { reasonOf } = await import('../report-error.ts')
    session.answer(report, () => [
      ...added.map((model) => words.text('codec.added', { model })),
      ...changed.map((model) => words.text('codec.changed', { model })),
      ...removed.map((model) => words.text('codec.removed', { model })),
      ...broken.map((one) => words.text('codec.broken', { model: one.model, reason: reasonOf(one, session.language) })),
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
      const client = await session.client()
      const [vendor = '', model = '', ...rest] = slug.split('/')
      if (vendor === '' || model === '' || rest.length > 0) {
        throw new OndineError('kit.no-such-model-form', { slug, near: (await near(client, slug)).join(', ') })
      }
      const view = await client.codecs.enable({ vendor, model })
      session.answer(view, () => [words.text('codec.enabled', { model: view.model })])
    })
  withExamples(command, session, ['ondine codec enable acme/flow-2'])
}

/** of a vendor with a whole catalogue */
const most = 8

/** The models of that vendor or of that name, else the one that is spelt nearly so. */
async function near(client: Client, slug: string): Promise<readonly string[]> {
  const known: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Awaited<ReturnType<Client['codecs']['list']>> = await client.codecs.list({
      limit: 200,
      ...(cursor === '' ? {} : { cursor }),
    })
    known.push(...page.items.map(({ model }) => model))
    cursor = page.cursor
  }
  const word = slug.replaceAll('/', '').toLowerCase()
  const found = known.filter((model) => model.split('/').includes(word))
  if (found.length > 0) return found.slice(0, most)
  const { nearest } = await import('../../codecs/kit/hint.ts')
  const part = nearest(
    word,
    known.flatMap((model) => model.split('/')),
  )
  return part === null ? [] : known.filter((model) => model.split('/').includes(part)).slice(0, most)
}
