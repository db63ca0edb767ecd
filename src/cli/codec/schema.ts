import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { withExamples } from '../options.ts'
import type { Session } from '../session.ts'

/** `ondine codec schema`: JSON Schemas of model.yaml, examples.json and device profiles. */
export function build(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.codec-schema'))
    .option('--out <folder>', words.text('help.opt-out-folder'))
    .action(async ({ out }: { out?: string }) => {
      const { kitSchemas } = await import('../../codecs/kit/schemas.ts')
      const schemas = kitSchemas()
      if (out === undefined) {
        const all = Object.fromEntries(Object.entries(schemas).map(([name, text]) => [name, JSON.parse(text)]))
        session.print([JSON.stringify(all, null, 2)])
        return
      }
      await mkdir(out, { recursive: true })
      const files = Object.keys(schemas).map((name) => join(out, name))
      for (const [name, text] of Object.entries(schemas)) await writeFile(join(out, name), text)
      session.answer({ files }, () => [...files.map((path) => words.text('new.made', { path })), words.text('schema.use')])
    })
  withExamples(command, session, ['ondine codec schema --out schemas', 'ondine codec schema > schemas.json'])
}
