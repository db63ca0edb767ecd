import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { ExportedModel } from '../../codecs/kit/export/chirpstack-catalogue.ts'
import { withExamples } from '../options.ts'
import { progress } from '../progress.ts'
import type { Session } from '../session.ts'
import { withPath } from './test.ts'

interface Options {
  codecs?: string
  out: string
  api?: string
}

/** `ondine codec export chirpstack`: models as device profiles of ChirpStack, in its catalogue's layout and for its API. */
export function build(command: Command, session: Session): void {
  const { words } = session
  command.description(words.text('help.codec-export')).helpCommand(false)
  const chirpstack = withPath(command.command('chirpstack').description(words.text('help.codec-export-chirpstack')), session)
    .requiredOption('--out <folder>', words.text('help.opt-out'))
    .option('--api <tenant>', words.text('help.opt-export-api'))
    .action((path: string | undefined, options: Options) => run(session, path, options))
  withExamples(command, session, ['ondine codec export chirpstack --out chirpstack-device-profiles'])
  withExamples(chirpstack, session, [
    'ondine codec export chirpstack --out chirpstack-device-profiles',
    'ondine codec export chirpstack acme/flow-2 --out . --api 52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
  ])
}

async function run(session: Session, path: string | undefined, { codecs, out, api }: Options): Promise<void> {
  const [{ findModels, modelOf }, { withWorkbench }, { exportModel }, { chirpstackCatalogue, stemOf }, { createDeviceProfile }] =
    await Promise.all([
      import('../../codecs/kit/model-folders.ts'),
      import('../../codecs/kit/workbench.ts'),
      import('../../codecs/kit/export/export-model.ts'),
      import('../../codecs/kit/export/chirpstack-catalogue.ts'),
      import('../../codecs/kit/export/chirpstack-api.ts'),
    ])
  const { registry, slugs, profiles } = await findModels(path, codecs)
  const bar = await progress(session, slugs.length)
  const models: ExportedModel[] = []
  const leftOut: { model: string; description: string; error: string | null }[] = []
  try {
    await withWorkbench(async ({ probe }) => {
      for (const slug of slugs) {
        const made = await exportModel(probe, modelOf(registry, slug), registry.examples(slug), profiles)
        models.push(made.exported)
        leftOut.push(...made.leftOut.map((one) => ({ model: slug, ...one })))
        bar.step(slug)
      }
    })
  } finally {
    bar.stop()
  }
  const folder = resolve(out)
  const files = new Map(chirpstackCatalogue(models))
  if (api !== undefined) {
    for (const { model, profile, scripts } of models) {
      for (const script of scripts) {
        const name = `api/${dirname(model.slug)}/${stemOf(model, script)}.json`
        files.set(name, `${JSON.stringify(createDeviceProfile(api, model, profile, script), null, 2)}\n`)
      }
    }
  }
  for (const [name, text] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  const { words } = session
  session.answer({ folder, models: models.map(({ model }) => model.slug), files: [...files.keys()], leftOut }, () => [
    ...leftOut.flatMap(({ model, description, error }) =>
      error === null ? [] : [words.text('export.refused', { model, description, error })],
    ),
    ...(leftOut.some(({ error }) => error === null)
      ? [words.text('export.timed', { count: leftOut.filter(({ error }) => error === null).length })]
      : []),
    words.text('export.done', { models: models.length, folder }),
  ])
}
