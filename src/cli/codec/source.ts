import { once } from 'node:events'
import type { Command } from 'commander'
import type { CodecRunner } from '../../codecs/codec-runner.ts'
import type { Source } from '../../codecs/kit/frames.ts'
import type { OndineError } from '../../errors/ondine-error.ts'
import type { Session } from '../session.ts'

export interface SourceOptions {
  codecs?: string
  codec?: string
  batch?: true
}

export function withSource(command: Command, { words }: Session): Command {
  return command
    .option('--batch', words.text('help.opt-batch'))
    .option('--codec <file>', words.text('help.opt-codec-file'))
    .option('--codecs <folder>', words.text('help.opt-codecs'))
}

/** The bare codec file that was named, else the models. */
export async function codecSource({ codec, codecs }: SourceOptions): Promise<Source> {
  if (codec !== undefined) {
    const { bareCodec } = await import('../../codecs/kit/frames.ts')
    return bareCodec(codec)
  }
  const { findModels } = await import('../../codecs/kit/model-folders.ts')
  return { registry: (await findModels(undefined, codecs)).registry }
}

type Kit = typeof import('../../codecs/kit/frames.ts')
type Work = (kit: Kit, runner: CodecRunner, lines: readonly unknown[], says: (error: OndineError) => string) => Promise<readonly unknown[]>

/** JSON lines on standard input, one JSON line out for each, in order. */
export async function batch(session: Session, work: Work): Promise<void> {
  const [kit, { eachLine }, { withWorkbench }, { detailOf }] = await Promise.all([
    import('../../codecs/kit/frames.ts'),
    import('../../codecs/kit/batch-lines.ts'),
    import('../../codecs/kit/workbench.ts'),
    import('../report-error.ts'),
  ])
  const says = (error: OndineError) => detailOf(error, session.language)
  const input = session.io.input?.() ?? process.stdin
  await withWorkbench(({ runner }) =>
    eachLine(
      input,
      async (lines) => (await work(kit, runner, lines.map(kit.parseLine), says)).map((answer) => JSON.stringify(answer)),
      (text) => written(session, text),
    ),
  )
}

/** Resolves when the reader of standard output has taken enough of it: what nobody reads must not pile up here. */
async function written(session: Session, text: string): Promise<void> {
  session.io.out(text)
  if (session.io.input === undefined && process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
}
