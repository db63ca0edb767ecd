import type { Command } from 'commander'
import type { JobView } from '../../api/contract/provisioning.ts'
import type { Build } from '../groups.ts'
import { given, type PageOptions, withExamples, withPages } from '../options.ts'
import { answerPage } from '../page.ts'
import { interruptedCode, type Session } from '../session.ts'
import { localTime } from '../time.ts'

export const build: Build = (group, session) => {
  list(group.command('list', { isDefault: true }), session)
  show(group.command('show'), session)
  attach(group.command('attach'), session)
  change(group.command('stop'), session, 'stop')
  change(group.command('resume'), session, 'resume')
}

function list(command: Command, session: Session): void {
  const { words } = session
  withPages(command.description(words.text('help.jobs-list')), session).action(async (options: PageOptions) => {
    const client = await session.client()
    const page = await client.provisioning.jobs(given(options))
    const rows = page.items.map((job) => [
      job.number,
      localTime(job.createdAt),
      job.action,
      job.tenant,
      words.text(`job.${job.state}`),
      `${job.done} / ${job.total}`,
      job.failed,
      job.account,
    ])
    await answerPage(session, page, ['number', 'begun', 'action', 'tenant', 'state', 'done', 'failed', 'account'], rows)
  })
  withExamples(command, session, ['ondine jobs list', 'ondine jobs list --json --limit 1'])
}

function show(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.jobs-show'))
    .argument('<job>', words.text('help.arg-job'))
    .action(async (id: string) => {
      const client = await session.client()
      const job = await client.provisioning.job({ id })
      const failed = job.failed === 0 ? { items: [] } : await client.provisioning.jobRows({ id, state: 'failed', limit: 20 })
      const { jobLine } = await import('../provisioning/follow-job.ts')
      const { adviceOf } = await import('../provisioning/report.ts')
      const { place } = await import('../provisioning/numbers.ts')
      session.answer({ ...job, failures: failed.items }, () => [
        jobLine(session, job),
        ...failed.items.map((row) => {
          const at = row.source === null ? '' : `${place(row.source)}  `
          return `  ${at}${row.key}  ${adviceOf(session, row) ?? ''}`
        }),
      ])
    })
  withExamples(command, session, ['ondine jobs show 118'])
}

function attach(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.jobs-attach'))
    .argument('<job>', words.text('help.arg-job'))
    .action(async (id: string) => {
      const client = await session.client()
      const { followJob, isEnded, jobLine } = await import('../provisioning/follow-job.ts')
      const job = await followJob(session, client, await client.provisioning.job({ id }))
      if (!isEnded(job)) session.exitCode = interruptedCode
      session.answer(job, () => [isEnded(job) ? jobLine(session, job) : words.text('job.left', job)])
      await fail(job)
    })
  withExamples(command, session, ['ondine jobs attach 118'])
}

function change(command: Command, session: Session, what: 'stop' | 'resume'): void {
  const { words } = session
  command
    .description(words.text(`help.jobs-${what}`))
    .argument('<job>', words.text('help.arg-job'))
    .action(async (id: string) => {
      const client = await session.client()
      const job = await client.provisioning[what]({ id })
      const { jobLine } = await import('../provisioning/follow-job.ts')
      session.answer(job, () => [jobLine(session, job)])
    })
  withExamples(command, session, [`ondine jobs ${what} 118`])
}

async function fail(job: JobView): Promise<void> {
  if (job.failed === 0 || job.state !== 'failed') return
  const { OndineError } = await import('../../errors/ondine-error.ts')
  throw new OndineError('provisioning.job-failed', { number: job.number, failed: job.failed, total: job.total })
}
