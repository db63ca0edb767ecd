import { type Command, InvalidArgumentError } from 'commander'
import type { Workbench } from '../../codecs/kit/workbench.ts'
import { toNumber, withExamples } from '../options.ts'
import { progress } from '../progress.ts'
import type { Session } from '../session.ts'
import { table } from '../table.ts'
import { type PathOptions, withPath } from './test.ts'

interface Row {
  model: string
  decodesPerSecond: number | null
  /** µs */
  slowestDecode: number | null
}

/** `ondine codec bench`: how fast models decode in the engine; the others give the measure. */
export function build(command: Command, session: Session): void {
  withPath(command.description(session.words.text('help.codec-bench')), session)
    .option('--seconds <seconds>', session.words.text('help.opt-seconds'), seconds, 0.5)
    .action((path: string | undefined, options: PathOptions & { seconds: number }) => bench(session, path, options))
  withExamples(command, session, ['ondine codec bench acme/flow-2', 'ondine codec bench --seconds 2'])
}

function seconds(text: string): number {
  const number = toNumber(text)
  if (number < 0.1 || number > 60) throw new InvalidArgumentError('')
  return number
}

/** Beside a model of one's own, so many others tell what is usual. */
const others = 12

async function bench(session: Session, path: string | undefined, { codecs, seconds }: PathOptions & { seconds: number }): Promise<void> {
  const [{ findModels, shippedCodecs }, { median }, { withWorkbench }] = await Promise.all([
    import('../../codecs/kit/model-folders.ts'),
    import('../../codecs/kit/bench-model.ts'),
    import('../../codecs/kit/workbench.ts'),
  ])
  const asked = await findModels(path, codecs)
  const shipped = asked.slugs.length > 2 ? null : await findModels(undefined, shippedCodecs)
  const compared = shipped?.slugs.filter((slug) => !asked.slugs.includes(slug)).slice(0, others) ?? []
  const bar = await progress(session, asked.slugs.length + compared.length)
  try {
    await withWorkbench(async (tools) => {
      const measure = async (registry: typeof asked.registry, slug: string, time: number, examined: boolean) => {
        const row = await rowOf({ ...tools, registry, slug, seconds: time, examined })
        bar.step(slug)
        return row
      }
      const rows: Row[] = []
      for (const slug of asked.slugs) rows.push(await measure(asked.registry, slug, seconds, true))
      const usual: Row[] = shipped === null ? rows : []
      if (shipped !== null) for (const slug of compared) usual.push(await measure(shipped.registry, slug, Math.min(seconds, 0.2), false))
      const middle = median(usual.flatMap(({ decodesPerSecond }) => decodesPerSecond ?? []))
      bar.stop()
      await show(session, rows, middle)
    })
  } finally {
    bar.stop()
  }
}

type Tools = Workbench & { registry: Awaited<ReturnType<typeof import('../../codecs/kit/model-folders.ts').findModels>>['registry'] }

async function rowOf({
  registry,
  runner,
  probe,
  slug,
  seconds,
  examined,
}: Tools & { slug: string; seconds: number; examined: boolean }): Promise<Row> {
  const [{ readModel }, { decodesPerSecond }, { testModel }] = await Promise.all([
    import('../../codecs/kit/model-folders.ts'),
    import('../../codecs/kit/bench-model.ts'),
    import('../../codecs/kit/test-model.ts'),
  ])
  const read = readModel(registry, slug)
  if (!('model' in read)) return { model: slug, decodesPerSecond: null, slowestDecode: null }
  const { slowestDecode } = examined ? await testModel({ registry, runner, probe }, slug) : { slowestDecode: null }
  return { model: slug, decodesPerSecond: await decodesPerSecond(runner, read.model, read.examples, seconds), slowestDecode }
}

async function show(session: Session, rows: readonly Row[], middle: number | null): Promise<void> {
  const { words } = session
  const full = rows.map((row) => {
    const { decodesPerSecond } = row
    return { ...row, ratio: decodesPerSecond === null || middle === null ? null : Math.round((100 * decodesPerSecond) / middle) / 100 }
  })
  const titles = (['model', 'decodes', 'slowest', 'ratio'] as const).map((title) => words.text(`column.${title}`))
  const cells = full.map(({ model, decodesPerSecond, slowestDecode, ratio }) => [
    model,
    decodesPerSecond ?? words.text('bench.failed'),
    slowestDecode === null ? null : `${slowestDecode} µs`,
    ratio === null ? null : ratio.toFixed(2),
  ])
  const lines = await table(session, titles, cells)
  session.answer({ median: middle, models: full }, () => lines)
}
