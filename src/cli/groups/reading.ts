import type { Command } from 'commander'
import { OndineError } from '../../errors/ondine-error.ts'
import type { Build } from '../groups.ts'
import { newestOfFrames } from '../newest-of-frames.ts'
import { given, type PageOptions, withExamples, withPages } from '../options.ts'
import { answerPage } from '../page.ts'
import { exported } from '../reading/export.ts'
import { type Selection, type Span, withSelection, withSpan } from '../reading/options.ts'
import { completeness, gaps, last, series } from '../reading/queries.ts'
import { readingLine, valuesText } from '../reading-line.ts'
import type { Session } from '../session.ts'
import { localTime } from '../time.ts'

export const build: Build = (group, session) => {
  list(group.command('list'), session)
  last(group.command('last'), session)
  series(group.command('series'), session)
  gaps(group.command('gaps'), session)
  completeness(group.command('completeness'), session)
  exported(group.command('export'), session)
  tail(group.command('tail'), session)
}

function list(command: Command, session: Session): void {
  const { words } = session
  withPages(withSpan(withSelection(command.description(words.text('help.reading-list')), session), session), session)
    .option('--oldest', words.text('help.opt-oldest'))
    .action(
      async (argument: string | undefined, { oldest, asset: option, ...options }: Selection & Span & PageOptions & { oldest?: true }) => {
        const asset = argument ?? option
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
    .action(async (argument: string | undefined, { history, asset: option, ...options }: Selection & { history?: true }) => {
      const asset = argument ?? option
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
