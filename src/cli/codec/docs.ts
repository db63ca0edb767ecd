import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import type { PageWords } from '../../codecs/kit/model-page.ts'
import { withExamples } from '../options.ts'
import type { Session } from '../session.ts'
import { unitSign } from './shown.ts'
import { type PathOptions, withPath } from './test.ts'

/** `ondine codec docs`: a page per model. */
export function build(command: Command, session: Session): void {
  withPath(command.description(session.words.text('help.codec-docs')), session)
    .option('--out <folder>', session.words.text('help.opt-out-folder'))
    .action(async (path: string | undefined, { codecs, out }: PathOptions & { out?: string }) => {
      const pages = await pagesOf(session, path, codecs)
      if (out === undefined) {
        session.answer({ pages }, () => pages.map(({ text }) => text))
        return
      }
      const files = pages.map(({ model, text }) => ({ file: join(out, `${model}.md`), text }))
      for (const { file, text } of files) {
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, text)
      }
      session.answer({ files: files.map(({ file }) => file) }, () =>
        files.map(({ file }) => session.words.text('new.made', { path: file })),
      )
    })
  withExamples(command, session, ['ondine codec docs acme/flow-2', 'ondine codec docs --out site/models --lang fr'])
}

async function pagesOf(session: Session, path: string | undefined, codecs: string | undefined): Promise<{ model: string; text: string }[]> {
  const [{ findModels, modelOf }, { modelPage }, { readDeviceProfile }] = await Promise.all([
    import('../../codecs/kit/model-folders.ts'),
    import('../../codecs/kit/model-page.ts'),
    import('../../codecs/read-device-profile.ts'),
  ])
  const { registry, slugs, profiles } = await findModels(path, codecs)
  return Promise.all(
    slugs.map(async (slug) => {
      const model = modelOf(registry, slug)
      const profile = await readDeviceProfile(profiles, model.deviceProfile).catch(() => null)
      const { language } = session
      const text = modelPage({ model, examples: registry.examples(slug), profile, words: wordsOf(session), language, unit: unitSign })
      return { model: slug, text }
    }),
  )
}

function wordsOf({ words }: Session): PageWords {
  return {
    measures: words.text('page.measures'),
    value: words.text('page.value'),
    unit: words.text('page.unit'),
    meaning: words.text('page.meaning'),
    channel: words.text('page.channel'),
    channels: words.text('page.channels'),
    parameters: words.text('page.parameters'),
    name: words.text('page.name'),
    range: words.text('page.range'),
    required: words.text('page.required'),
    yes: words.text('page.yes'),
    no: words.text('page.no'),
    orders: words.text('page.orders'),
    order: words.text('page.order'),
    limits: words.text('page.limits'),
    proof: words.text('page.proof'),
    frames: words.text('page.frames'),
    downlinks: words.text('page.downlinks'),
    refused: words.text('page.refused'),
    profile: words.text('page.profile'),
    sources: words.text('page.sources'),
    interval: words.text('page.interval'),
  }
}
