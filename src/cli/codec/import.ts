import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { ImportRow } from '../../codecs/kit/import/import-folder.ts'
import type { LayoutName } from '../../codecs/kit/import/layout.ts'
import type { OndineError } from '../../errors/ondine-error.ts'
import { given, oneOf, withExamples } from '../options.ts'
import { steps } from '../progress.ts'
import type { Session } from '../session.ts'
import { table } from '../table.ts'

interface Options {
  layout?: LayoutName
  only?: string
  to?: string
  source?: string
  replace?: true
  dryRun?: true
}

/** `ondine codec import`: the devices of a public catalogue become models of ours, their vectors are run. */
export function build(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.codec-import'))
    .argument('<folder>', words.text('help.arg-catalogue'))
    .option('--layout <name>', words.text('help.opt-layout'), oneOf('chirpstack', 'ttn', 'actility', 'watteco', 'milesight'))
    .option('--only <device>', words.text('help.opt-only'))
    .option('--to <folder>', words.text('help.opt-models-to'))
    .option('--source <text>', words.text('help.opt-source'))
    .option('--replace', words.text('help.opt-replace-imported'))
    .option('--dry-run', words.text('help.opt-write-nothing'))
    .action((folder: string, options: Options) => run(session, folder, options))
  withExamples(command, session, [
    'ondine codec import lorawan-devices --dry-run',
    'ondine codec import chirpstack-device-profiles --only decentlab --to my-codecs',
  ])
}

async function run(
  session: Session,
  folder: string,
  { layout: asked, only, to = 'codecs', source, replace, dryRun }: Options,
): Promise<void> {
  const [{ entriesOf, importEntries, layoutOf }, { FolderFiles }, { ModelWriter }, { withWorkbench }, { shippedCodecs }] =
    await Promise.all([
      import('../../codecs/kit/import/import-folder.ts'),
      import('../../codecs/kit/import/source-files.ts'),
      import('../../codecs/kit/import/model-writer.ts'),
      import('../../codecs/kit/workbench.ts'),
      import('../../codecs/shipped.ts'),
    ])
  const files = new FolderFiles(folder)
  const layout = layoutOf(files, asked)
  const entries = entriesOf(files, layout, only)
  const writer = dryRun === true ? null : new ModelWriter({ folder: resolve(to), replace: replace === true })
  const shown = await steps(session, entries.length)
  try {
    const rows = await withWorkbench(({ runner }) =>
      importEntries({
        ...{ files, entries, runner, writer, signal: session.io.interrupted() },
        ...given({ source }),
        isShipped: (slug) => slug !== only && existsSync(join(shippedCodecs, slug)),
        onRow: ({ model }) => shown.step(model),
      }),
    )
    shown.stop()
    await report(session, rows, { layout: layout.name, folder: writer?.folder ?? null, total: entries.length })
  } finally {
    shown.stop()
  }
}

async function report(
  session: Session,
  rows: readonly ImportRow[],
  { layout, folder, total }: { layout: string; folder: string | null; total: number },
): Promise<void> {
  const { words, language } = session
  const { detailOf } = await import('../report-error.ts')
  const detail = (error: OndineError) => detailOf(error, language)
  const file = folder === null ? null : join(folder, 'import-report.csv')
  if (folder !== null && file !== null) {
    const { reportCsv } = await import('../../codecs/kit/import/report-csv.ts')
    await mkdir(folder, { recursive: true })
    await writeFile(file, reportCsv(rows, detail))
  }
  const sum = (count: (row: ImportRow) => number) => rows.reduce((counted, row) => counted + count(row), 0)
  const totals = {
    imported: sum(({ refused }) => (refused === null ? 1 : 0)),
    refused: sum(({ refused }) => (refused === null ? 0 : 1)),
    vectors: sum(({ vectors }) => vectors),
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed.length),
    notTaken: sum(({ notTaken }) => notTaken.length),
  }
  const drawn = session.options.json === true ? [] : await tableOf(session, rows, detail)
  const interrupted = rows.length < total
  session.answer({ layout, folder, interrupted, ...totals, devices: rows.map((row) => plain(row, detail)) }, () => [
    ...drawn,
    ...refusals(rows).map(({ refused, model, count }) => words.text('import.refused-like', { count, model, reason: detail(refused) })),
    words.text('import.done', totals),
    ...(interrupted ? [words.text('import.interrupted', { done: rows.length, total })] : []),
    file === null || folder === null ? words.text('import.nothing-written') : words.text('import.written', { folder, report: file }),
  ])
  // Nothing at all came of it: that is no success, and the first device says why.
  const [first] = rows
  if (totals.imported === 0 && first?.refused != null) throw first.refused
}

/** The causes of refusals, each with its first device and how many have it; where one cause has one device, the table says it. */
function refusals(rows: readonly ImportRow[]): { refused: OndineError; model: string; count: number }[] {
  const refused = rows.flatMap((row) => (row.refused === null ? [] : { refused: row.refused, model: row.model }))
  return [...Map.groupBy(refused, (row) => row.refused.code).values()]
    .flatMap(([first, ...others]) => (first === undefined || others.length === 0 ? [] : { ...first, count: others.length + 1 }))
    .sort((a, b) => b.count - a.count)
}

function tableOf(session: Session, rows: readonly ImportRow[], detail: (error: OndineError) => string): Promise<string[]> {
  const { words } = session
  const titles = (['model', 'vectors', 'mapped', 'not-mapped', 'remark'] as const).map((column) => words.text(`import.column-${column}`))
  const cells = rows.map(({ model, refused, vectors, passed, measures, notMapped, failed, notTaken }) => {
    const [firstFailed] = failed
    const remarks = [
      ...(refused === null ? [] : [detail(refused)]),
      ...(firstFailed === undefined ? [] : [words.text('import.failed', firstFailed)]),
      ...(notTaken.length === 0 ? [] : [words.text('import.not-taken', { count: notTaken.length })]),
    ]
    return refused === null
      ? [model, `${passed} / ${vectors}`, measures, notMapped.length, remarks.join(' · ')]
      : [model, null, null, null, remarks.join(' · ')]
  })
  return table(session, titles, cells)
}

function plain({ refused, notTaken, ...row }: ImportRow, detail: (error: OndineError) => string) {
  const said = (error: OndineError) => ({ code: error.code, detail: detail(error) })
  return {
    ...row,
    refused: refused === null ? null : said(refused),
    notTaken: notTaken.map(({ description, error }) => ({ description, ...said(error) })),
  }
}
