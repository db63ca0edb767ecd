import type { Build } from '../groups.ts'
import { given, more, type PageOptions, withExamples, withPages } from '../options.ts'
import { table } from '../table.ts'

export const build: Build = (group, session) => {
  const { words } = session
  const list = withPages(group.command('list').description(words.text('help.gateway-list')), session)
    .option('--tenant <slug>', words.text('help.opt-tenant'))
    .action(async (options: PageOptions & { tenant?: string }) => {
      const client = await session.client()
      const page = await client.gateways.list(given(options))
      const rows = page.items.map(({ gatewayId, tenant, name, latitude, longitude }) => [
        gatewayId,
        name,
        tenant,
        latitude === null || longitude === null ? null : `${latitude}, ${longitude}`,
      ])
      const titles = ['gateway', 'name', 'tenant', 'position'] as const
      const lines = await table(
        session,
        titles.map((title) => words.text(`column.${title}`)),
        rows,
      )
      session.answer(page, () => [...lines, ...more(session, page.cursor)])
    })
  withExamples(list, session, ['ondine gateway list'])
}
