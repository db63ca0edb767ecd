import { build as certificate } from '../gateway/certificate.ts'
import { showUnknown } from '../gateway/unknown.ts'
import type { Build } from '../groups.ts'
import { given, type PageOptions, withExamples, withPages } from '../options.ts'
import { answerPage } from '../page.ts'

export const build: Build = (group, session) => {
  const { words } = session
  const list = withPages(group.command('list').description(words.text('help.gateway-list')), session)
    .option('--tenant <slug>', words.text('help.opt-tenant'))
    .option('--unknown', words.text('help.opt-unknown'))
    .action(async ({ unknown, ...options }: PageOptions & { tenant?: string; unknown?: true }) => {
      if (unknown === true) return showUnknown(session, options.limit)
      const client = await session.client()
      const page = await client.gateways.list(given(options))
      const rows = page.items.map(({ gatewayId, tenant, name, latitude, longitude }) => [
        gatewayId,
        name,
        tenant,
        latitude === null || longitude === null ? null : `${latitude}, ${longitude}`,
      ])
      await answerPage(session, page, ['gateway', 'name', 'tenant', 'position'], rows)
    })
  withExamples(list, session, ['ondine gateway list', 'ondine gateway list --unknown'])
  certificate(group.command('certificate'), session)
}
