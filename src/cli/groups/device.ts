import type { Command } from 'commander'
import { aligned } from '../aligned.ts'
import { build as label } from '../device/label.ts'
import { buildAdd, buildDisable, buildFlush, buildMove, buildRestore, buildRetire } from '../device/life.ts'
import { build as buildSwap } from '../device/swap.ts'
import type { Build } from '../groups.ts'
import { collect, given, oneOf, type PageOptions, withExamples, withPages } from '../options.ts'
import { answerPage } from '../page.ts'
import type { Session } from '../session.ts'
import { localTime } from '../time.ts'

type DeviceView = Awaited<ReturnType<Awaited<ReturnType<Session['client']>>['devices']['get']>>

interface ListOptions extends PageOptions {
  tenant?: string
  service?: string
  commune?: string
  status?: DeviceView['status']
  model?: string
  serial?: string
  asset?: string
  neverJoined?: true
}

export const build: Build = (group, session) => {
  list(group.command('list'), session)
  show(group.command('show'), session)
  install(group.command('install'), session)
  label(group.command('label'), session)
  buildAdd(group.command('add'), session)
  buildSwap(group.command('swap'), session)
  buildMove(group.command('move'), session)
  buildDisable(group.command('disable'), session)
  buildRestore(group.command('restore'), session)
  buildRetire(group.command('retire'), session)
  buildFlush(group.command('flush-nonces'), session)
}

function list(command: Command, session: Session): void {
  const { words } = session
  withPages(command.description(words.text('help.device-list')), session)
    .option('--tenant <slug>', words.text('help.opt-tenant'))
    .option('--service <slug>', words.text('help.opt-service'))
    .option('--commune <code>', words.text('help.opt-commune'))
    .option('--status <status>', words.text('help.opt-status'), oneOf('in stock', 'installed', 'disabled', 'retired'))
    .option('--model <model>', words.text('help.opt-model'))
    .option('--serial <serial>', words.text('help.opt-serial'))
    .option('--asset <asset>', words.text('help.opt-asset'))
    .option('--never-joined', words.text('help.opt-never-joined'))
    .action(async (options: ListOptions) => {
      const client = await session.client()
      const page = await client.devices.list(given(options))
      const rows = page.items.map((device) => [
        device.devEui,
        device.service,
        device.installations.map(({ asset }) => asset).join(' '),
        device.model,
        words.text(`device.${device.status}`),
        device.lastSeen === null ? words.text('never') : localTime(device.lastSeen),
      ])
      await answerPage(session, page, ['devEui', 'service', 'asset', 'model', 'status', 'last-seen'], rows)
    })
  withExamples(command, session, [
    'ondine device list --service water',
    'ondine device list --never-joined',
    'ondine device list --json --limit 1000',
  ])
}

function show(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.device-show'))
    .argument('<devEui>', words.text('help.arg-dev-eui'))
    .action(async (devEui: string) => {
      const client = await session.client()
      const device = await client.devices.get({ devEui })
      const slugs = session.options.json === true ? [] : device.installations.map(({ asset }) => asset)
      const { assetCodes } = await import('../device/asset-codes.ts')
      const names = await assetCodes(client, device.tenant, slugs)
      session.answer(device, () => detail(session, device, names))
    })
  withExamples(command, session, ['ondine device show 0018b20000001a2b'])
}

interface InstallOptions {
  tenant?: string
  service?: string
  model?: string
  channel?: string
  parameter?: string[]
  site?: string
  commune?: string
  from?: string
  replace?: true
  newTenant?: true
  newService?: true
}

function install(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.device-install'))
    .argument('<devEui>', words.text('help.arg-dev-eui'))
    .argument('<asset>', words.text('help.arg-asset'))
    .option('--service <slug>', words.text('help.opt-of-service'))
    .option('--model <model>', words.text('help.opt-of-model'))
    .option('--channel <channel>', words.text('help.opt-channel'))
    .option('--parameter <name=value>', words.text('help.opt-parameter'), collect)
    .option('--site <name>', words.text('help.opt-site'))
    .option('--commune <code>', words.text('help.opt-site-commune'))
    .option('--tenant <slug>', words.text('help.opt-of-tenant'))
    .option('--from <time>', words.text('help.opt-install-from'))
    .option('--replace', words.text('help.opt-replace'))
    .option('--new-service', words.text('help.opt-new-service'))
    .option('--new-tenant', words.text('help.opt-new-tenant'))
    .action(async (devEui: string, asset: string, { parameter, site, commune, ...options }: InstallOptions) => {
      const { parameterOf } = await import('../device/parameter.ts')
      const parameters = Object.fromEntries((parameter ?? []).map((pair) => parameterOf(session, pair)))
      const place = site === undefined && commune === undefined ? {} : { site: given({ name: site, commune }) }
      const client = await session.client()
      const device = await client.devices.install({ devEui, asset, parameters, ...place, ...given(options) })
      const { channel = 'main' } = options
      const slug = device.installations.find((one) => one.channel === channel)?.asset
      const names = new Map(slug === undefined ? [] : [[slug, asset.trim()]])
      session.answer(device, () => detail(session, device, names))
    })
  withExamples(command, session, [
    'ondine device install 0018b20000001a2b W-1042 --model axioma/qalcosonic-w1',
    'ondine device install 24e124713d100001 PAV-Gare-2 --parameter emptyDistance=2.10 --parameter fullDistance=0.30',
  ])
}

/** `names`: what people call an asset, by slug. */
function detail({ words }: Session, device: DeviceView, names: ReadonlyMap<string, string>): string[] {
  const heard = (time: string | null) => (time === null ? words.text('never') : localTime(time))
  return [
    device.devEui,
    ...aligned([
      [words.text('column.name'), device.name],
      [words.text('column.tenant'), device.tenant],
      [words.text('column.service'), device.service ?? '-'],
      [words.text('column.model'), device.model ?? '-'],
      [words.text('detail.serial'), device.serial ?? '-'],
      [words.text('detail.firmware'), device.firmware ?? '-'],
      [words.text('column.status'), words.text(`device.${device.status}`)],
      [words.text('detail.joined'), heard(device.joinedAt)],
      [words.text('column.last-seen'), heard(device.lastSeen)],
      ...device.installations.map(({ channel, asset, from, parameters }): [string, string] => [
        words.text('detail.installed'),
        `${names.get(asset) ?? asset} (${channel}) ${localTime(from)} ${pairs(parameters)}`.trimEnd(),
      ]),
      ...(device.installations.length === 0 ? [[words.text('detail.installed'), words.text('detail.not-installed')] as const] : []),
    ]),
    // Where topics and readings name the asset otherwise than people do.
    ...device.installations
      .map(({ asset }) => ({ asset: names.get(asset) ?? asset, slug: asset }))
      .filter(({ asset, slug }) => asset !== slug)
      .map((named) => words.text('device.published', named)),
  ]
}

function pairs(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ')
}
