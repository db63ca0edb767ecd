import type { Command } from 'commander'
import type { Build } from '../groups.ts'
import { given, type PageOptions, toNumber, withExamples, withPages } from '../options.ts'
import { answerPage } from '../page.ts'
import type { Session } from '../session.ts'
import { localTime } from '../time.ts'

export const build: Build = (group, session) => {
  list(group.command('list'), session)
  show(group.command('show'), session)
  retry(group.command('retry'), session)
}

interface FilterOptions {
  reason?: string
  device?: string
  model?: string
  from?: string
  to?: string
}

function withFilters(command: Command, { words }: Session): Command {
  return command
    .option('--reason <reason>', words.text('help.opt-reason-of-letter'))
    .option('--device <devEui>', words.text('help.opt-device'))
    .option('--model <vendor/model>', words.text('help.opt-model'))
    .option('--from <time>', words.text('help.opt-from'))
    .option('--to <time>', words.text('help.opt-to'))
}

const asked = ({ device, ...options }: FilterOptions & PageOptions) => given({ ...options, devEui: device })

function list(command: Command, session: Session): void {
  withFilters(withPages(command.description(session.words.text('help.deadletters-list')), session), session).action(
    async (options: PageOptions & FilterOptions) => {
      const client = await session.client()
      const page = await client.deadLetters.list(asked(options))
      const rows = page.items.map(({ id, time, devEui, reason, detail, advice }) => [id, localTime(time), devEui, reason, detail, advice])
      await answerPage(session, page, ['letter', 'time', 'devEui', 'reason', 'detail', 'advice'], rows)
    },
  )
  withExamples(command, session, ['ondine deadletters list', 'ondine deadletters list --reason not-installed --device 0018b20000001a2b'])
}

function show(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.deadletters-show'))
    .argument('<id>', words.text('help.arg-letter'))
    .action(async (id: string) => {
      const client = await session.client()
      const letter = await client.deadLetters.get({ id })
      const { time, reason, detail, advice, devEui, tenant, model, topic, payload, frame } = letter
      session.answer(letter, () => [
        `${words.text('column.time')}: ${localTime(time)}`,
        `${words.text('column.reason')}: ${reason}`,
        `${words.text('column.detail')}: ${detail}`,
        `${words.text('column.advice')}: ${advice}`,
        `${words.text('column.devEui')}: ${devEui ?? '-'}`,
        `${words.text('column.tenant')}: ${tenant ?? '-'}`,
        `${words.text('column.model')}: ${model ?? '-'}`,
        `${words.text('letter.topic')}: ${topic}`,
        ...(frame === null
          ? [`${words.text('letter.message')}: ${payload}`]
          : [
              words.text('letter.frame', { fCnt: frame.fCnt, fPort: frame.fPort, hex: frame.hex || '-' }),
              ...(model === null ? [] : [`  ondine codec decode ${model} ${frame.fPort} ${frame.hex}`]),
            ]),
      ])
    })
  withExamples(command, session, ['ondine deadletters show 01939f6e-1c4a-7d2b-9a51-0d4c6f1b2a30'])
}

function retry(command: Command, session: Session): void {
  const { words } = session
  withFilters(command.description(words.text('help.deadletters-retry')).argument('[id...]', words.text('help.arg-letters')), session)
    .option('--limit <count>', words.text('help.opt-retry-limit'), toNumber)
    .action(async (ids: readonly string[], options: FilterOptions & { limit?: number }) => {
      const sum = ids.length > 0 ? await retryEach(session, ids) : await retryAll(session, options)
      session.answer(sum, () => [words.text('letter.retried', sum)])
    })
  withExamples(command, session, ['ondine deadletters retry', 'ondine deadletters retry --reason codec-error --model acme/flow-2'])
}

async function retryEach(session: Session, ids: readonly string[]): Promise<{ tried: number; mended: number }> {
  const client = await session.client()
  const sum = { tried: 0, mended: 0 }
  for (const id of ids) {
    const { tried, mended } = await client.deadLetters.retryOne({ id })
    sum.tried += tried
    sum.mended += mended
  }
  return sum
}

const pageSize = 200

/** Page after page, so that a hundred thousand of them are no single request; Ctrl-C ends it between two. */
async function retryAll(session: Session, { limit = Number.POSITIVE_INFINITY, ...options }: FilterOptions & { limit?: number }) {
  const client = await session.client()
  const { progress } = await import('../progress.ts')
  const { words } = session
  const signal = session.io.interrupted()
  const sum = { tried: 0, mended: 0 }
  let bar: Awaited<ReturnType<typeof progress>> | undefined
  try {
    for (let cursor: string | null | undefined; cursor !== null && sum.tried < limit && !signal.aborted; ) {
      const size = Math.min(pageSize, limit - sum.tried)
      const page = await client.deadLetters.retry({ ...asked(options), limit: size, ...(cursor === undefined ? {} : { cursor }) })
      sum.tried += page.tried
      sum.mended += page.mended
      cursor = page.cursor
      bar ??= await progress(session, Math.min(limit, page.tried + page.left), pageSize)
      bar.at(sum.tried, words.text('letter.mended', { mended: sum.mended }))
    }
  } finally {
    bar?.stop()
  }
  return sum
}
