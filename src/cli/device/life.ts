import type { Command } from 'commander'
import { collect, decimal, given, withExamples } from '../options.ts'
import type { Session } from '../session.ts'
import { type ReferenceOptions, withReference } from './reference-options.ts'

interface AddOptions extends ReferenceOptions {
  tenant?: string
  service?: string
  name?: string
  joinEui?: string
  asset?: string
  channel?: string
  from?: string
  startIndex?: number
  parameter?: string[]
  body?: string
  site?: string
  commune?: string
}

/** `ondine device add`: one device to stock, or installed at once. */
export function buildAdd(command: Command, session: Session): void {
  const { words } = session
  withReference(command.description(words.text('help.device-add')).argument('[devEui]', words.text('help.arg-dev-eui')), session)
    .option('--tenant <slug>', words.text('help.opt-of-tenant'))
    .option('--service <slug>', words.text('help.opt-add-service'))
    .option('--name <name>', words.text('help.opt-device-name'))
    .option('--join-eui <joinEui>', words.text('help.opt-join-eui'))
    .option('--asset <asset>', words.text('help.opt-add-asset'))
    .option('--channel <channel>', words.text('help.opt-channel'))
    .option('--from <time>', words.text('help.opt-install-from'))
    .option('--start-index <index>', words.text('help.opt-start-index'), decimal(session))
    .option('--parameter <name=value>', words.text('help.opt-parameter'), collect)
    .option('--body <serial>', words.text('help.opt-add-body'))
    .option('--site <name>', words.text('help.opt-site'))
    .option('--commune <code>', words.text('help.opt-site-commune'))
    .action(async (devEui: string | undefined, options: AddOptions) => {
      const { asset, channel, from, startIndex, parameter, body, site, commune, tenant, service, name, joinEui } = options
      const [{ referenceOf }, { parameterOf }] = await Promise.all([import('./reference.ts'), import('./parameter.ts')])
      const reference = await referenceOf(session, devEui, options)
      const parameters = Object.fromEntries((parameter ?? []).map((pair) => parameterOf(session, pair)))
      const place = given({ channel, from, startIndex, site, commune })
      const install =
        asset === undefined ? {} : { install: { asset, parameters, ...place, ...(body === undefined ? {} : { body: { serial: body } }) } }
      const client = await session.client()
      const view = await client.life.add({ ...reference, ...given({ tenant, service, name, joinEui }), ...install })
      await answered(session, view, () => [
        asset === undefined
          ? words.text('life.added', { devEui: view.devEui })
          : words.text('life.added-on', { devEui: view.devEui, asset }),
      ])
    })
  withExamples(command, session, [
    'ondine device add --qr label.png --tenant tours --model milesight/em400-mud',
    'ondine device add 24e124713d100001 --keys --model milesight/em400-mud --asset PAV-Gare-2 --parameter emptyDistance=2.1',
    'ondine device add 24e124713d100001 --keys --model milesight/em400-mud --json < keys.txt',
  ])
}

export function buildMove(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.device-move'))
    .argument('<devEui>', words.text('help.arg-dev-eui'))
    .requiredOption('--service <slug>', words.text('help.opt-move-service'))
    .option('--tenant <slug>', words.text('help.opt-move-tenant'))
    .action(async (devEui: string, { service, tenant }: { service: string; tenant?: string }) => {
      const client = await session.client()
      const view = await client.life.move({ devEui, service, ...given({ tenant }) })
      await answered(session, view, () => [
        words.text('life.moved', { devEui: view.devEui, place: `${view.tenant}/${view.service}` }),
        words.text(`life.session-${view.session}`),
      ])
    })
  withExamples(command, session, [
    'ondine device move 24e124713d100001 --service waste',
    'ondine device move 24e124713d100001 --tenant blois --service water',
  ])
}

export function buildDisable(command: Command, session: Session): void {
  simple(command, session, 'disable', (client, devEui) => client.life.disable({ devEui }))
}

export function buildRestore(command: Command, session: Session): void {
  simple(command, session, 'restore', (client, devEui) => client.life.restore({ devEui }))
}

export function buildRetire(command: Command, session: Session): void {
  const { words } = session
  command
    .option('--at <time>', words.text('help.opt-retire-at'))
    .option('--end-index <index>', words.text('help.opt-end-index'), decimal(session))
  simple(command, session, 'retire', (client, devEui, options) => client.life.retire({ devEui, ...given(options) }))
}

export function buildFlush(command: Command, session: Session): void {
  command.option('--force', session.words.text('help.opt-flush-force'))
  simple(command, session, 'flush-nonces', (client, devEui, { force }) => client.life.flushNonces({ devEui, force: force === true }))
}

/** Read only where there is something to answer: help must come at once. */
async function answered(session: Session, ...rest: Rest): Promise<void> {
  const { answerLife } = await import('./shown-life.ts')
  answerLife(session, ...rest)
}

type Rest = typeof import('./shown-life.ts').answerLife extends (session: Session, ...rest: infer R) => void ? R : never

interface SimpleOptions {
  at?: string
  endIndex?: number
  force?: true
}

type Client = Awaited<ReturnType<Session['client']>>

function simple(
  command: Command,
  session: Session,
  name: 'disable' | 'restore' | 'retire' | 'flush-nonces',
  ask: (client: Client, devEui: string, options: SimpleOptions) => ReturnType<Client['life']['disable']>,
): void {
  const { words } = session
  command
    .description(words.text(`help.device-${name}`))
    .argument('<devEui>', words.text('help.arg-dev-eui'))
    .action(async (devEui: string, options: SimpleOptions) => {
      const view = await ask(await session.client(), devEui, options)
      await answered(session, view, () => [words.text(`life.${name}`, { devEui: view.devEui })])
    })
  withExamples(command, session, [`ondine device ${name} 24e124713d100001`, `ondine device ${name} 24e124713d100001 --json`])
}
