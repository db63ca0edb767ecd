import type { Build } from '../groups.ts'
import type { Checked, ImportOptions } from '../import/look.ts'
import { oneOf, withExamples } from '../options.ts'
import type { Session } from '../session.ts'

/** `ondine import`: a supplier's file becomes a table of devices and their keys, encrypted. All of it is done here, without a server. */
export const build: Build = (command, session) => {
  const { words } = session
  command
    .argument('<file>', words.text('help.arg-delivery'))
    .option('--supplier <name>', words.text('help.opt-supplier'), 'auto')
    .option('--model <model>', words.text('help.opt-delivery-model'))
    .option('--tenant <tenant>', words.text('help.opt-delivery-tenant'))
    .option('--service <service>', words.text('help.opt-delivery-service'))
    .option('--sheet <name>', words.text('help.opt-sheet'))
    .option('--keys <file>', words.text('help.opt-keys'))
    .option('--identity <file>', words.text('help.opt-identity'))
    .option('--check', words.text('help.opt-check'))
    .option('--accept-weak-keys', words.text('help.opt-accept-weak-keys'))
    .option('--reversed <hold|keep|turn>', words.text('help.opt-reversed'), oneOf('hold', 'keep', 'turn'), 'hold')
    .option('--replace', words.text('help.opt-replace-delivery'))
    .option('--drop-missing', words.text('help.opt-drop-missing'))
    .option('--name <name>', words.text('help.opt-delivery-name'))
    .option('--territory <folder>', words.text('help.opt-territory'), '.')
    .action((file: string, options: ImportOptions) => run(session, file, options))
  withExamples(command, session, [
    'ondine import delivery-2026-11.csv --check --json',
    'ondine import delivery-2026-11.xlsx --tenant tours --service water --model axioma/qalcosonic-w1 --supplier axioma',
    'ondine import devices.csv --keys keys.csv.age --identity ~/.config/ondine/identity.txt --tenant tours',
  ])
}

async function run(session: Session, file: string, options: ImportOptions): Promise<void> {
  const [{ look }, { write }, { plainLines, lookedAt, goodLines }] = await Promise.all([
    import('../import/look.ts'),
    import('../import/write.ts'),
    import('../import/shown.ts'),
  ])
  const checked = await look(session, file, options)
  if (options.check === true) {
    // One line per row, for programs that read as it comes; not one document.
    if (session.options.json === true) session.io.out(plainLines(session, checked.rows))
    else session.print([...lookedAt(session, checked), ...goodLines(session, checked.rows)])
  } else await write(session, checked, options)
  await refuse(checked)
}

async function refuse({ rows }: Checked): Promise<void> {
  const refused = rows.filter(({ outcome }) => outcome === 'refuse').length
  if (refused === 0) return
  const { OndineError } = await import('../../errors/ondine-error.ts')
  throw new OndineError('delivery.rows-refused', { refused, rows: rows.length })
}
