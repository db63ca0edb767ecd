import type { Command } from 'commander'
import type { ChirpstackFault } from '../../codecs/kit/examine.ts'
import type { ModelReport } from '../../codecs/kit/test-model.ts'
import type { Workbench } from '../../codecs/kit/workbench.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { withExamples } from '../options.ts'
import { steps } from '../progress.ts'
import type { Session } from '../session.ts'
import { findingText, plainFinding } from './findings.ts'
import { differenceLines, mark } from './shown.ts'

export interface PathOptions {
  codecs?: string
}

export function withPath(command: Command, { words }: Session): Command {
  return command.argument('[path]', words.text('help.arg-model-path')).option('--codecs <folder>', words.text('help.opt-codecs'))
}

/** `ondine codec test`: the examples of models in the real engine, and what differs. */
export function build(command: Command, session: Session): void {
  const { words } = session
  withPath(command.description(words.text('help.codec-test')), session)
    .option('--watch', words.text('help.opt-watch'))
    .action(async (path: string | undefined, { codecs, watch }: PathOptions & { watch?: true }) => {
      const { withWorkbench } = await import('../../codecs/kit/workbench.ts')
      await withWorkbench(async (bench) => {
        if (watch === true) await runAndWatch(session, path, codecs, bench)
        else refuseFailures(await runOnce(session, path, codecs, bench))
      })
    })
  withExamples(command, session, [
    'ondine codec test acme/flow-2',
    'ondine codec test acme/flow-2 --watch',
    'ondine codec test --codecs ./codecs --json',
  ])
}

async function runAndWatch(session: Session, path: string | undefined, codecs: string | undefined, bench: Workbench): Promise<void> {
  const { watchFolders } = await import('./watch.ts')
  const { codecsFolder } = await import('../../codecs/kit/model-folders.ts')
  const { detailOf } = await import('../report-error.ts')
  await watchFolders(codecsFolder(codecs), session.io.interrupted(), async () => {
    try {
      await runOnce(session, path, codecs, bench)
    } catch (thrown) {
      if (session.io.interrupted().aborted) return
      // A file that is half saved is whole the next time.
      session.print([`${mark(session, 'bad')} ${detailOf(OndineError.from(thrown), session.language)}`])
    }
    if (session.io.interrupted().aborted) return
    const time = session.io.now().toTimeString().slice(0, 8)
    if (session.options.json !== true) session.print(['', session.words.text('codec.watching', { folder: codecsFolder(codecs), time })])
  })
}

async function runOnce(
  session: Session,
  path: string | undefined,
  codecs: string | undefined,
  bench: Workbench,
): Promise<readonly ModelReport[]> {
  const [{ findModels }, { testModel }, { detailOf }] = await Promise.all([
    import('../../codecs/kit/model-folders.ts'),
    import('../../codecs/kit/test-model.ts'),
    import('../report-error.ts'),
  ])
  const { registry, slugs } = await findModels(path, codecs)
  const json = session.options.json === true
  const bar = await steps(session, slugs.length)
  const reports: ModelReport[] = []
  try {
    for (const slug of slugs) {
      const report = await testModel({ registry, ...bench }, slug)
      reports.push(report)
      bar.step(slug)
      if (!json && slugs.length < 4) session.print(reportLines(session, report, detailOf))
    }
  } finally {
    bar.stop()
  }
  if (json) session.answer({ models: reports.map((report) => plain(report, session, detailOf)) }, () => [])
  else if (slugs.length >= 4)
    session.print([...reports.flatMap((report) => reportLines(session, report, detailOf)), totalLine(session, reports)])
  return reports
}

/** What ChirpStack refuses is no codec that its vendor could give away. */
function isGood({ problem, failures, chirpstack }: ModelReport): boolean {
  return problem === null && failures.length === 0 && (chirpstack ?? []).length === 0
}

function refuseFailures(reports: readonly ModelReport[]): void {
  const failed = reports.filter((report) => !isGood(report)).length
  if (failed > 0) throw new OndineError('kit.examples-fail', { failed, total: reports.length })
}

type DetailOf = typeof import('../report-error.ts').detailOf

function plain({ problem, findings, ...report }: ModelReport, session: Session, detailOf: DetailOf) {
  return {
    ...report,
    findings: findings.map((finding) => plainFinding(session, finding)),
    problem: problem === null ? null : { code: problem.code, detail: detailOf(problem, session.language) },
  }
}

function reportLines(session: Session, report: ModelReport, detailOf: DetailOf): string[] {
  const { words } = session
  const { model, problem, findings, failures, passed, examples, linesCovered, chirpstack, slowestDecode } = report
  const failed = failures.flatMap(({ number, description, differences }) => [
    `${mark(session, 'bad')} ${model}  ${words.text('codec.example', { number, description })}`,
    ...differenceLines(session, differences),
  ])
  const bad = `${mark(session, 'bad')} ${model}`
  if (problem !== null) {
    const told = findings.length === 0 ? [detailOf(problem, session.language)] : findings.map((finding) => findingText(session, finding))
    return [...failed, ...told.map((text) => `${bad}  ${text}`)]
  }
  const faults = chirpstack ?? []
  const facts = [
    words.text('codec.passed', { passed, total: examples }),
    ...(linesCovered === null ? [] : [words.text('codec.covered', { percent: linesCovered })]),
    ...(chirpstack === null || faults.length > 0 ? [] : [words.text('codec.chirpstack-ok')]),
    ...(slowestDecode === null ? [] : [words.text('codec.slowest', { micros: slowestDecode.toFixed(slowestDecode < 10 ? 1 : 0) })]),
  ]
  return [
    ...failed,
    ...faults.map((fault) => `${bad}  ${faultText(session, fault)}`),
    `${mark(session, isGood(report) ? 'good' : 'bad')} ${model}  ${facts.join('  ')}`,
  ]
}

function faultText({ words }: Session, { error, file, line, examples }: ChirpstackFault): string {
  if (error === null) return words.text('codec.chirpstack-differs', { examples: examples.join(', ') })
  return words.text('codec.chirpstack-refuses', { error, place: line === 0 ? file : `${file}:${line}` })
}

function totalLine(session: Session, reports: readonly ModelReport[]): string {
  const sum = (key: 'passed' | 'examples') => reports.reduce((total, report) => total + report[key], 0)
  const text = session.words.text('codec.all', { models: reports.length, passed: sum('passed'), total: sum('examples') })
  return `${mark(session, reports.every(isGood) ? 'good' : 'bad')} ${text}`
}
