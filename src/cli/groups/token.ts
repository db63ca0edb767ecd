import type { Command } from 'commander'
import { permissions } from '../../api/contract/roles.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { aligned } from '../aligned.ts'
import type { Build } from '../groups.ts'
import { collect, given, oneOf, type PageOptions, withExamples, withPages } from '../options.ts'
import { answerPage } from '../page.ts'
import type { Session } from '../session.ts'
import { localTime } from '../time.ts'

const roles = ['admin', 'operator', 'technician', 'agent', 'integrator', 'reader'] as const satisfies readonly (keyof typeof permissions)[]

export const build: Build = (group, session) => {
  create(group.command('create'), session)
  list(group.command('list'), session)
  revoke(group.command('revoke'), session)
}

interface CreateOptions {
  role: (typeof roles)[number]
  tenant?: string
  service?: string[]
  commune?: string[]
  expires?: string
}

function create(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.token-create'))
    .argument('<name>', words.text('help.arg-account'))
    .requiredOption('--role <role>', words.text('help.opt-role'), oneOf(...roles))
    .option('--tenant <slug>', words.text('help.opt-token-tenant'))
    .option('--service <slug>', words.text('help.opt-token-service'), collect)
    .option('--commune <code>', words.text('help.opt-token-commune'), collect)
    .option('--expires <time>', words.text('help.opt-token-expires'))
    .addHelpText('after', () => `\n${[words.text('token.roles'), ...rolesLines(session)].join('\n')}`)
    .action(async (name: string, { role, tenant, service, commune, expires }: CreateOptions) => {
      const client = await session.client()
      const limits = given({ services: service, communes: commune, expiresAt: expires })
      const created = await client.tokens.create({ name, role, tenant: tenant ?? null, ...limits })
      session.answer(created, () => [words.text('token.created', { name: created.name, role: created.role }), created.token])
    })
  withExamples(command, session, [
    'ondine token create console --role reader --tenant tours',
    'ondine token create dim-control --role operator --tenant tours --service lighting --expires 2027-01-01T00:00:00Z',
  ])
}

function rolesLines({ words }: Session): string[] {
  return aligned(roles.map((role) => [role, permissions[role].map((action) => words.text(`action.${action}`)).join(', ')]))
}

function list(command: Command, session: Session): void {
  const { words } = session
  withPages(command.description(words.text('help.token-list')), session).action(async (options: PageOptions) => {
    const client = await session.client()
    const page = await client.tokens.list(given(options))
    const rows = page.items.map(({ name, role, tenant, services, communes, expiresAt, revokedAt }) => {
      const end = revokedAt ?? expiresAt
      return [
        name,
        role,
        tenant ?? words.text('whole-server'),
        [...(services ?? []), ...(communes ?? [])].join(' '),
        end === null ? null : localTime(end),
      ]
    })
    await answerPage(session, page, ['account', 'role', 'tenant', 'limits', 'expires'], rows)
  })
  withExamples(command, session, ['ondine token list'])
}

type Client = Awaited<ReturnType<Session['client']>>

async function all(client: Client) {
  const first = await client.tokens.list({ limit: 1000 })
  const items = first.items
  for (let cursor = first.cursor; cursor !== null; ) {
    const page = await client.tokens.list({ limit: 1000, cursor })
    items.push(...page.items)
    cursor = page.cursor
  }
  return items
}

function revoke(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.token-revoke'))
    .argument('<token>', words.text('help.arg-token'))
    .option('--tenant <slug>', words.text('help.opt-of-tenant'))
    .action(async (token: string, { tenant }: { tenant?: string }) => {
      const client = await session.client()
      const inForce = (await all(client)).filter((one) => one.revokedAt === null && (tenant === undefined || one.tenant === tenant))
      const [found, second] = inForce.filter(({ id, name }) => id === token || name === token)
      if (found === undefined) throw new OndineError('access.token-unknown', { token })
      if (second !== undefined) throw new OndineError('access.token-ambiguous', { token })
      const revoked = await client.tokens.revoke({ id: found.id })
      session.answer(revoked, () => [words.text('token.revoked', { name: found.name })])
    })
  withExamples(command, session, ['ondine token revoke dim-control', 'ondine token revoke console --tenant tours'])
}
