import type { Command } from 'commander'
import type { Finding } from '../../codecs/kit/lint/finding.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { withExamples } from '../options.ts'
import { progress } from '../progress.ts'
import type { Session } from '../session.ts'
import { findingText, plainFinding } from './findings.ts'
import { mark } from './shown.ts'
import { type PathOptions, withPath } from './test.ts'

/** `ondine codec lint`: what is wrong with models, and what to do. */
export function build(command: Command, session: Session): void {
  withPath(command.description(session.words.text('help.codec-lint')), session).action(
    async (path: string | undefined, options: PathOptions) => {
      const found = await lint(session, path, options)
      const counts = { errors: count(found, 'error'), warnings: count(found, 'warning') }
      session.answer(
        { models: found.map(({ model, findings }) => ({ model, findings: findings.map((one) => plainFinding(session, one)) })) },
        () => [
          ...found.flatMap(({ model, findings }) => lines(session, model, findings)),
          ...(found.length > 1 ? [session.words.text('codec.linted', { models: found.length, ...counts })] : []),
        ],
      )
      if (counts.errors > 0) throw new OndineError('kit.lint-errors', counts)
    },
  )
  withExamples(command, session, ['ondine codec lint acme/flow-2', 'ondine codec lint', 'ondine codec lint acme --json'])
}

interface Linted {
  model: string
  findings: readonly Finding[]
}

async function lint(session: Session, path: string | undefined, { codecs }: PathOptions): Promise<Linted[]> {
  const [{ findModels }, { lintModel }, { withWorkbench }] = await Promise.all([
    import('../../codecs/kit/model-folders.ts'),
    import('../../codecs/kit/lint/lint-model.ts'),
    import('../../codecs/kit/workbench.ts'),
  ])
  const folders = await findModels(path, codecs)
  const bar = await progress(session, folders.slugs.length)
  try {
    return await withWorkbench(async (bench) => {
      const found: Linted[] = []
      for (const model of folders.slugs) {
        found.push({ model, findings: await lintModel(folders, model, bench) })
        bar.step(model)
      }
      return found
    })
  } finally {
    bar.stop()
  }
}

function count(found: readonly Linted[], severity: Finding['severity']): number {
  return found.flatMap(({ findings }) => findings).filter((finding) => finding.severity === severity).length
}

function lines(session: Session, model: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [`${mark(session, 'good')} ${model}  ${session.words.text('codec.lint-clean')}`]
  return findings.map((finding) => `${mark(session, finding.severity === 'error' ? 'bad' : 'doubtful')} ${findingText(session, finding)}`)
}
