import type { Client } from '../../api/contract/client.ts'
import type { JobView, PlanSummary } from '../../api/contract/provisioning.ts'
import type { Build } from '../groups.ts'
import { given, toCount, withExamples } from '../options.ts'
import { interruptedCode, type Session } from '../session.ts'

interface ApplyOptions {
  yes?: true
  prune?: true
  allOrNothing?: true
  confirm?: number
  detach?: true
}

/** `ondine apply`: plans where it must, shows, asks, and follows the job. */
export const build: Build = (command, session) => {
  const { words } = session
  command
    .argument('[folder|plan]', words.text('help.arg-to-apply'))
    .option('--yes', words.text('help.opt-yes'))
    .option('--prune', words.text('help.opt-prune'))
    .option('--all-or-nothing', words.text('help.opt-all-or-nothing'))
    .option('--confirm <count>', words.text('help.opt-confirm'), toCount)
    .option('--detach', words.text('help.opt-detach'))
    .action((target: string | undefined, options: ApplyOptions) => run(session, target ?? '.', options))
  withExamples(command, session, [
    'ondine apply',
    'ondine apply territory --yes',
    'ondine apply plan.json --all-or-nothing',
    'ondine apply territory --prune --confirm 12',
  ])
}

interface Target {
  client: Client
  plan: PlanSummary
  /** where the report is written */
  folder: string
}

async function run(session: Session, target: string, options: ApplyOptions): Promise<void> {
  const { words } = session
  const isJson = session.options.json === true
  const { client, plan, folder } = await planOf(session, target, options)
  const { planLines, refusedLines } = await import('../provisioning/shown-plan.ts')
  const { planRows, jobRows, writeReport } = await import('../provisioning/report.ts')
  if (!isJson) session.print([...planLines(session, plan), ...(await refusedLines(session, client, plan, `${folder}/apply.report.csv`))])
  if (plan.steps === 0) {
    const report = await writeReport(session, folder, 'apply', planRows(client, plan.id))
    session.answer({ plan, job: null, report }, () => [words.text('plan.report', { file: report })])
    return refuse(plan)
  }
  const confirm = await confirmed(session, plan, options)
  if (confirm === 'no' || confirm === 'interrupted') {
    session.exitCode = confirm === 'no' ? 1 : interruptedCode
    return session.print([words.text('plan.left')])
  }
  const { allOrNothing } = options
  const begun = await client.provisioning.apply({ id: plan.id, ...given({ confirm }), allOrNothing: allOrNothing === true })
  if (options.detach === true) return session.answer({ plan, job: begun, report: null }, () => [words.text('job.begun', begun)])

  const { followJob, isEnded, jobLine } = await import('../provisioning/follow-job.ts')
  const job = await followJob(session, client, begun)
  if (!isEnded(job)) {
    session.exitCode = interruptedCode
    return session.answer({ plan, job, report: null }, () => [words.text('job.left', job)])
  }
  const report = await writeReport(session, folder, 'apply', jobRows(client, job.id))
  session.answer({ plan, job, report }, () => [jobLine(session, job), words.text('plan.report', { file: report })])
  await fail(job)
  return refuse(plan)
}

/** A saved plan by its id or file, else one that is made of the folder now. */
async function planOf(session: Session, target: string, { prune }: ApplyOptions): Promise<Target> {
  const { savedPlanId } = await import('../provisioning/saved-plan.ts')
  const id = await savedPlanId(target)
  if (id !== undefined) {
    const client = await session.client()
    return { client, plan: await client.provisioning.getPlan({ id }), folder: '.' }
  }
  const { makePlan } = await import('../provisioning/make-plan.ts')
  return { ...(await makePlan(session, target, { prune: prune === true })), folder: target }
}

/** The number that goes with the plan, undefined where it needs none; `no` and `interrupted` (Ctrl-C) are a person's answers. */
async function confirmed(
  session: Session,
  plan: PlanSummary,
  { yes, confirm }: ApplyOptions,
): Promise<number | undefined | 'no' | 'interrupted'> {
  if (yes === true || confirm !== undefined) return confirm
  const { OndineError } = await import('../../errors/ondine-error.ts')
  if (!session.io.isTerminal || process.stdin.isTTY !== true || session.options.json === true) {
    throw new OndineError('provisioning.not-asked', {})
  }
  const clack = await import('@clack/prompts')
  const { words } = session
  if (plan.confirm === null) {
    const [active, inactive] = [words.text('plan.yes'), words.text('plan.no')]
    const said = await clack.confirm({ message: words.text('plan.ask'), initialValue: false, active, inactive })
    return clack.isCancel(said) ? 'interrupted' : said ? undefined : 'no'
  }
  const typed = await clack.text({ message: words.text('plan.ask-count', { count: plan.confirm }) })
  if (clack.isCancel(typed)) return 'interrupted'
  return (typed ?? '').replace(/[\s,.'’]/g, '') === String(plan.confirm) ? plan.confirm : 'no'
}

async function fail(job: JobView): Promise<void> {
  if (job.failed === 0) return
  const { OndineError } = await import('../../errors/ondine-error.ts')
  throw new OndineError('provisioning.job-failed', { number: job.number, failed: job.failed, total: job.total })
}

async function refuse(plan: PlanSummary): Promise<void> {
  if (plan.refused === 0) return
  const { OndineError } = await import('../../errors/ondine-error.ts')
  throw new OndineError('provisioning.rows-refused', {
    refused: plan.refused,
    rows: plan.counts.reduce((sum, { count }) => sum + count, 0),
  })
}
