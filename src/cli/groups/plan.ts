import type { Build } from '../groups.ts'
import { withExamples } from '../options.ts'
import type { Session } from '../session.ts'

interface PlanOptions {
  prune?: true
  save?: string
}

/** `ondine plan`: what a folder would change, told and kept on the server; nothing is done. */
export const build: Build = (command, session) => {
  const { words } = session
  command
    .argument('[folder]', words.text('help.arg-folder'))
    .option('--prune', words.text('help.opt-prune'))
    .option('--save <file>', words.text('help.opt-save'))
    .action((folder: string | undefined, options: PlanOptions) => run(session, folder ?? '.', options))
  withExamples(command, session, ['ondine plan', 'ondine plan territory --save plan.json', 'ondine plan territory --prune --json'])
}

async function run(session: Session, folder: string, { prune, save }: PlanOptions): Promise<void> {
  const [{ makePlan }, { planLines, refusedLines }, { planRows, writeReport }] = await Promise.all([
    import('../provisioning/make-plan.ts'),
    import('../provisioning/shown-plan.ts'),
    import('../provisioning/report.ts'),
  ])
  const { words } = session
  const { client, plan } = await makePlan(session, folder, { prune: prune === true })
  const report = await writeReport(session, folder, 'plan', planRows(client, plan.id))
  if (save !== undefined) await savePlan(save, plan)
  const refused = await refusedLines(session, client, plan, report)
  const confirm = plan.confirm === null ? '' : ` --confirm ${plan.confirm}`
  const target = save ?? (prune === true ? plan.id : folder === '.' ? '' : folder)
  session.answer({ ...plan, report }, () => [
    ...planLines(session, plan),
    ...refused,
    words.text('plan.report', { file: report }),
    ...(save === undefined ? [] : [words.text('plan.saved', { file: save })]),
    ...(plan.steps === 0 ? [] : [words.text('plan.next', { command: `ondine apply ${target}`.trimEnd() + confirm })]),
  ])
  if (plan.refused === 0) return
  const { OndineError } = await import('../../errors/ondine-error.ts')
  const rows = plan.counts.reduce((sum, { count }) => sum + count, 0)
  throw new OndineError('provisioning.rows-refused', { refused: plan.refused, rows })
}

async function savePlan(file: string, plan: object): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(file, `${JSON.stringify(plan, null, 2)}\n`)
}
