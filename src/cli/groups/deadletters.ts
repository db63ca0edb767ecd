import type { Build } from '../groups.ts'
import { given, type PageOptions, withExamples, withPages } from '../options.ts'
import { answerPage } from '../page.ts'
import { localTime } from '../time.ts'

export const build: Build = (group, session) => {
  const { words } = session
  const list = withPages(group.command('list').description(words.text('help.deadletters-list')), session)
    .option('--reason <reason>', words.text('help.opt-reason-of-letter'))
    .option('--device <devEui>', words.text('help.opt-device'))
    .action(async ({ device, ...options }: PageOptions & { reason?: string; device?: string }) => {
      const client = await session.client()
      const page = await client.deadLetters.list(given({ ...options, devEui: device }))
      const rows = page.items.map(({ time, devEui, reason, detail, advice }) => [localTime(time), devEui, reason, detail, advice])
      await answerPage(session, page, ['time', 'devEui', 'reason', 'detail', 'advice'], rows)
    })
  withExamples(list, session, ['ondine deadletters list', 'ondine deadletters list --reason not-installed --device 0018b20000001a2b'])
}
