import type { Command } from 'commander'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Build } from '../groups.ts'
import { newestOfFrames } from '../newest-of-frames.ts'
import { given, type PageOptions, withExamples, withPages } from '../options.ts'
import { answerPage } from '../page.ts'
import { readingLine, valuesText } from '../reading-line.ts'
import type { Session } from '../session.ts'
import { localTime } from '../time.ts'

interface Selection {
  tenant?: string
  service?: string
  asset?: string
}

export const build: Build = (group, session) => {
  list(group.command('list'), session)
  tail(group.command('tail'), session)
}

function withSelection(command: Command, { words }: Session): Command {
  return command
    .argument('[asset]', words.text('help.arg-asset'))
    .option('--tenant <slug>', words.text('help.opt-tenant'))
    .option('--service <slug>', words.text('help.opt-service'))
}

function list(command: Command, session: Session): void {
  const { words } = session
  withPages(withSelection(command.description(words.text('help.reading-list')), session), session)
    .option('--from <time>', words.text('help.opt-from'))
    .option('--to <time>', words.text('help.opt-to'))
    .option('--oldest', words.text('help.opt-oldest'))
    .action(
      async (
        asset: string | undefined,
        { oldest, ...options }: Selection & PageOptions & { from?: string; to?: string; oldest?: true },
      ) => {
        const client = await session.client()
        const page = await client.readings.list({ ...given({ asset, ...options }), order: oldest === true ? 'oldest' : 'newest' })
        const most = asset === undefined ? undefined : Number.POSITIVE_INFINITY
        const rows = page.items.map((reading) => [localTime(reading.time), reading.service, reading.asset, valuesText(reading, most)])
        await answerPage(session, page, ['time', 'service', 'asset', 'values'], rows)
      },
    )
  withExamples(command, session, [
    'ondine reading list w-7f3k2m9q --limit 5',
    'ondine reading list --service water --from 2026-11-22T00:00:00Z --oldest --json',
  ])
}

function tail(command: Command, session: Session): void {
  withSelection(command.description(session.words.text('help.reading-tail')), session)
    .option('--history', session.words.text('help.opt-history'))
    .action(async (asset: string | undefined, { history, ...options }: Selection & { history?: true }) => {
      const signal = session.io.interrupted()
      const client = await session.client()
      try {
        const stream = await client.readings.stream(given({ asset, ...options }), { signal })
        for await (const reading of history === true ? stream : newestOfFrames(stream)) {
          // One reading is one line in either form, so that it can be piped.
          session.io.out(`${session.options.json === true ? JSON.stringify(reading) : readingLine(session.words, reading)}\n`)
        }
      } catch (error) {
        if (!signal.aborted) throw error
      }
      if (!signal.aborted) throw new OndineError('cli.stream-ended', {})
    })
  withExamples(command, session, [
    'ondine reading tail',
    'ondine reading tail --service lighting',
    'ondine reading tail --json | jq .values',
  ])
}
