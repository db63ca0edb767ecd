import type { Session } from '../session.ts'
import { table } from '../table.ts'
import { localTime } from '../time.ts'

/** Gateways that are heard and known to nobody, and the lines of `territory.yaml` that would take them in. */
export async function showUnknown(session: Session, limit: number | undefined): Promise<void> {
  const { words } = session
  const client = await session.client()
  const { items } = await client.life.unknownGateways(limit === undefined ? {} : { limit: Math.min(limit, 100) })
  const titles = ['gateway', 'region', 'messages', 'last-seen'] as const
  const rows = items.map(({ gatewayId, region, messages, lastHeardAt }) => [gatewayId, region, messages, localTime(lastHeardAt)])
  const lines = await table(
    session,
    titles.map((title) => words.text(`column.${title}`)),
    rows,
  )
  session.answer({ items }, () => lines)
  if (items.length === 0 || session.options.json === true || !session.io.isTerminal) return
  session.print([
    '',
    words.text('gateway.propose'),
    '    gateways:',
    ...items.map(({ gatewayId }) => `      - { gatewayId: "${gatewayId}", name: ${gatewayId} }`),
  ])
}
