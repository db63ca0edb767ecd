import { basename, resolve } from 'node:path'
import type { Build } from '../groups.ts'
import { withExamples } from '../options.ts'
import { interruptedCode, type Session } from '../session.ts'

interface InitOptions {
  tenant?: string
  service: string
}

/**
 * `ondine init`: what a server works with, asked of a person and tried, and the folder of a territory to begin with; in one that is
 * there, what was missing of it.
 */
export const build: Build = (command, session) => {
  const { words } = session
  command
    .argument('[folder]', words.text('help.arg-territory-folder'), '.')
    .option('--tenant <tenant>', words.text('help.opt-init-tenant'))
    .option('--service <service>', words.text('help.opt-init-service'), 'water')
    .action((folder: string, options: InitOptions) => run(session, folder, options))
  withExamples(command, session, ['ondine init', 'ondine init tours-lorawan --tenant tours --service water'])
}

async function run(session: Session, folder: string, { tenant, service }: InitOptions): Promise<void> {
  const { findTerritory, makeTerritory } = await import('../../provisioning/territory/make-territory.ts')
  const recipient = await recipientOfServer(session)
  const config = recipient === null ? await configured(session) : null
  if (config === 'left') {
    session.exitCode = interruptedCode
    return session.print([session.words.text('plan.left')])
  }
  const found = await findTerritory(folder, recipient)
  const { words } = session
  if (found !== null) {
    const { file, filled, differs } = found
    const { id, tenants, services } = file.declared
    session.answer({ made: [], id, recipient: file.recipient, filled, differs }, () => [
      words.text('init.there', { folder, tenants: tenants.length, services: services.length }),
      ...(filled ? [words.text('init.filled')] : []),
      ...(file.recipient === null ? [words.text('init.no-recipient')] : []),
      ...(differs ? [words.text('init.differs')] : []),
    ])
    return
  }
  const made = await makeTerritory(folder, {
    ...{ tenant: tenant ?? slugOf(folder), service, recipient },
    ...{ server: session.options.url ?? null, language: session.language },
  })
  session.answer({ made, recipient }, () => [
    ...made.map((path) => words.text('init.made', { path })),
    ...(recipient === null ? [words.text('init.no-recipient')] : []),
    ...(config === null ? [] : [words.text('init.config-made', { path: config })]),
    words.text(config === null ? 'init.next' : 'init.next-start'),
  ])
}

/** Asked where a server is to be configured here, and nobody did so yet; null: not asked, or none is needed. */
async function configured(session: Session): Promise<string | null | 'left'> {
  const { file = 'ondine.yaml' } = session.configSources()
  const { existsSync } = await import('node:fs')
  if (!session.isPerson || existsSync(file) || session.io.environment.ONDINE_CHIRPSTACK_URL !== undefined) return null
  const { askConfig } = await import('../init/ask-config.ts')
  return askConfig(session, file)
}

/** null: no server is named, and none is running here. One that was named must answer. */
async function recipientOfServer(session: Session): Promise<string | null> {
  const isNamed = (session.options.url ?? session.io.environment.ONDINE_URL) !== undefined
  try {
    const client = await session.client()
    return (await client.provisioning.recipient()).recipient
  } catch (thrown) {
    if (isNamed) throw thrown
    return null
  }
}

/** A folder called `tours` is of Tours; of others nobody knows. */
function slugOf(folder: string): string {
  const name = basename(resolve(folder))
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) ? name : 'tours'
}
