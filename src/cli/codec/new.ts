import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { OndineError } from '../../errors/ondine-error.ts'
import { given, withExamples } from '../options.ts'
import type { Session } from '../session.ts'

interface NewOptions {
  family?: string
  title?: string
  codecs?: string
}

/** `ondine codec new`: the folder of a model to begin with. What is not said is asked for on a terminal. */
export function build(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.codec-new'))
    .argument('[model]', words.text('help.arg-model'))
    .option('--family <family>', words.text('help.opt-family'))
    .option('--title <title>', words.text('help.opt-title'))
    .option('--codecs <folder>', words.text('help.opt-codecs'))
    .action(async (model: string | undefined, { codecs: asked, ...options }: NewOptions) => {
      const wish = await answered(session, model, options)
      const { makeModel, modelsAbove } = await import('../../codecs/kit/new/make-model.ts')
      // Who stands in a folder of models wants the new one beside the others.
      const above = asked === undefined && !existsSync(resolve('codecs')) ? modelsAbove('.') : null
      const codecs = asked ?? above ?? 'codecs'
      const files = await makeModel({ ...wish, codecs, ...given({ title: options.title }) })
      session.answer({ model: wish.slug, files }, () => [
        ...(above === null ? [] : [words.text('new.beside', { folder: above })]),
        ...files.map((file) => words.text('new.made', { path: relative(process.cwd(), file) })),
        words.text('new.next', { model: above === null ? wish.slug : relative(process.cwd(), join(above, wish.slug)) }),
      ])
    })
  withExamples(command, session, [
    'ondine codec new acme/flow-2 --family water-meter',
    'ondine codec new acme/flow-2 --family water-meter --title "Acme Flow 2 water meter"',
  ])
}

async function answered(session: Session, model: string | undefined, { family }: NewOptions): Promise<{ slug: string; family: string }> {
  if (model !== undefined && family !== undefined) return { slug: model, family }
  if (!session.io.isTerminal || process.stdin.isTTY !== true || session.options.json === true) throw missing(model, family)
  const { isCancel, select, text } = await import('@clack/prompts')
  const { words } = session
  const ask = async (message: string, placeholder: string) => {
    const said = await text({
      message,
      placeholder,
      validate: (value) => (/^[a-z0-9][a-z0-9._-]*$/.test(value ?? '') ? undefined : placeholder),
    })
    if (isCancel(said)) throw missing(model, family)
    return said
  }
  const slug = model ?? `${await ask(words.text('new.vendor'), 'acme')}/${await ask(words.text('new.model'), 'flow-2')}`
  if (family !== undefined) return { slug, family }
  const { familyNames } = await import('../../codecs/kit/describe.ts')
  const options = familyNames(session.language).map(({ name, label }) => ({ value: name, label, hint: name }))
  const chosen = await select({ message: words.text('new.family'), options })
  if (isCancel(chosen)) throw missing(slug, undefined)
  return { slug, family: chosen }
}

function missing(model: string | undefined, family: string | undefined): OndineError {
  const what = [...(model === undefined ? ['vendor/model'] : []), ...(family === undefined ? ['--family'] : [])].join(', ')
  return new OndineError('kit.needs', { what, example: `ondine codec new ${model ?? 'acme/flow-2'} --family ${family ?? 'water-meter'}` })
}
