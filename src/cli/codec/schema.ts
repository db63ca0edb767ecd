import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { oneOf, withExamples } from '../options.ts'
import type { Session } from '../session.ts'

/** `ondine codec schema`: JSON Schemas of model.yaml, examples.json and device profiles; the vocabulary for programs. */
export function build(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.codec-schema'))
    .argument('[what]', words.text('help.arg-schema'), oneOf('vocabulary'))
    .option('--out <folder>', words.text('help.opt-out-folder'))
    .action(async (what: 'vocabulary' | undefined, { out }: { out?: string }) => {
      const schemas = await textsOf(what)
      if (out === undefined && what !== undefined) {
        for (const text of Object.values(schemas)) session.print([text.trimEnd()])
        return
      }
      if (out === undefined) {
        const all = Object.fromEntries(Object.entries(schemas).map(([name, text]) => [name, JSON.parse(text)]))
        session.print([JSON.stringify(all, null, 2)])
        return
      }
      await mkdir(out, { recursive: true })
      const files = Object.keys(schemas).map((name) => join(out, name))
      for (const [name, text] of Object.entries(schemas)) await writeFile(join(out, name), text)
      session.answer({ files }, () => [
        ...files.map((path) => words.text('new.made', { path })),
        ...(what === undefined ? [words.text('schema.use')] : []),
      ])
    })
  withExamples(command, session, [
    'ondine codec schema --out schemas',
    'ondine codec schema > schemas.json',
    'ondine codec schema vocabulary > vocabulary.json',
  ])
}

/** By the names of their files. */
async function textsOf(what: 'vocabulary' | undefined): Promise<Readonly<Record<string, string>>> {
  if (what === undefined) return (await import('../../codecs/kit/schemas.ts')).kitSchemas()
  const { vocabularyJson } = await import('../../codecs/kit/vocabulary-json.ts')
  return { 'vocabulary.json': vocabularyJson() }
}
