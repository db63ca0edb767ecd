import { styleText } from 'node:util'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Build } from '../groups.ts'
import { withExamples } from '../options.ts'
import type { Session } from '../session.ts'

type Outcome = 'ok' | 'wrong' | 'unknown'

const marks = { ok: '✓', wrong: '✗', unknown: '?' } as const
const colours = { ok: 'green', wrong: 'red', unknown: 'yellow' } as const

export const build: Build = (command, session) => {
  withExamples(command, session, ['ondine doctor', 'ondine doctor --json | jq ".findings[] | select(.outcome != \\"ok\\")"']).action(
    async () => {
      const { words } = session
      const diagnosis = await askServer(session).catch((error: unknown) => examineHere(session, error))
      session.answer(diagnosis, () =>
        diagnosis.findings.flatMap(({ code, outcome, context, text }) => {
          const said = words.finding(code, context)
          return line(session, outcome, said === code ? text : said, outcome === 'ok' ? undefined : words.remedy(code, context))
        }),
      )
      if (diagnosis.findings.some(({ outcome }) => outcome === 'wrong')) throw new OndineError('cli.unwell', {})
    },
  )
}

async function askServer(session: Session) {
  const client = await session.client()
  return client.status.doctor()
}

/** Without its server, what can still be told: whether the configuration is right. */
async function examineHere(session: Session, error: unknown): Promise<never> {
  if (!(error instanceof OndineError) || (error.code !== 'cli.unreachable' && error.code !== 'cli.no-server')) throw error
  const { words } = session
  const [{ checkConfig }, { detailOf }] = await Promise.all([import('../../config/load.ts'), import('../report-error.ts')])
  const checked = checkConfig(session.configSources())
  if (session.options.json !== true) {
    const { url = '', reason = '' } = error.context
    const silent = words.text('doctor.unreachable', { url: String(url), reason: String(reason) })
    session.print(
      error.code === 'cli.no-server'
        ? line(session, 'wrong', detailOf(error, session.language))
        : line(session, 'wrong', silent, words.text('doctor.start')),
    )
    if ('config' in checked) session.print(line(session, 'ok', words.text('doctor.config-right')))
    else
      for (const problem of checked.problems)
        session.print(line(session, 'wrong', detailOf(new OndineError('config.invalid', problem), session.language)))
    session.print(line(session, 'unknown', words.text('doctor.local-only')))
  }
  throw error
}

function line(session: Session, outcome: Outcome, text: string, remedy?: string): string[] {
  const mark = session.colour ? styleText(colours[outcome], marks[outcome], { validateStream: false }) : marks[outcome]
  return [`${mark} ${text}`, ...(remedy === undefined ? [] : [`    ${remedy}`])]
}
