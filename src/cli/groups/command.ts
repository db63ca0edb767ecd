import { setTimeout as sleep } from 'node:timers/promises'
import { type Command as CommandLine, InvalidArgumentError } from 'commander'
import type { Client } from '../../api/contract/client.ts'
import type { Command, Order } from '../../api/contract/commands.ts'
import { OndineError } from '../../errors/ondine-error.ts'
import { aligned } from '../aligned.ts'
import type { Build } from '../groups.ts'
import { given, type PageOptions, toNumber, withExamples, withPages } from '../options.ts'
import { commandText, isDone, isEnded, orderLines, stepLine } from '../order-text.ts'
import { answerPage } from '../page.ts'
import type { Session } from '../session.ts'
import { localTime } from '../time.ts'

interface OrderOptions {
  until?: string
  for?: string
  expires?: string
  reason?: string
  key?: string
  wait?: true
}

const pollEveryMs = 500

export const build: Build = (group, session) => {
  const { words } = session
  const sub = (name: string, summary: Parameters<typeof words.text>[0] & `help.command-${string}`) =>
    group.command(name).description(words.text(summary)).argument('<asset>', words.text('help.arg-asset'))

  lasting(sub('dim', 'help.command-dim').argument('<level>', words.text('help.arg-level'), toNumber), session)
    .option('--fade <seconds>', words.text('help.opt-fade'), toNumber)
    .action((asset: string, level: number, { fade, ...options }: OrderOptions & { fade?: number }) =>
      order(session, asset, { type: 'dim', level, ...given({ fade }) }, options),
    )
    .addHelpText(
      'after',
      examples(session, ['ondine command dim L-Foch-014 40 --until 06:00', 'ondine command dim L-Foch-014 40 --for 1h --wait']),
    )

  lasting(sub('switch', 'help.command-switch').argument('<on|off>', words.text('help.arg-on-off'), onOff), session)
    .option('--circuit <name>', words.text('help.opt-circuit'))
    .action((asset: string, on: boolean, { circuit, ...options }: OrderOptions & { circuit?: string }) =>
      order(session, asset, { type: 'switch', on, ...given({ circuit }) }, options),
    )
    .addHelpText('after', examples(session, ['ondine command switch AR-Foch-1-relay2 off --for 30m']))

  once(sub('open', 'help.command-open'), session)
    .requiredOption('--minutes <minutes>', words.text('help.opt-minutes'), toNumber)
    .option('--litres <litres>', words.text('help.opt-litres'), toNumber)
    .option('--valve <name>', words.text('help.opt-valve'))
    .action((asset: string, { minutes, litres, valve, ...options }: OrderOptions & { minutes: number; litres?: number; valve?: string }) =>
      order(session, asset, { type: 'open', minutes, ...given({ litres, valve }) }, options),
    )
    .addHelpText('after', examples(session, ['ondine command open V-Gloriette-1-valve1 --minutes 10 --wait']))

  once(sub('close', 'help.command-close'), session)
    .option('--valve <name>', words.text('help.opt-valve'))
    .action((asset: string, { valve, ...options }: OrderOptions & { valve?: string }) =>
      order(session, asset, { type: 'close', ...given({ valve }) }, options),
    )
    .addHelpText('after', examples(session, ['ondine command close V-Gloriette-1-valve1']))

  once(sub('resume', 'help.command-resume'), session)
    .action((asset: string, options: OrderOptions) => order(session, asset, { type: 'resume' }, options))
    .addHelpText('after', examples(session, ['ondine command resume L-Foch-014']))

  once(sub('set-interval', 'help.command-set-interval').argument('<seconds>', words.text('help.arg-seconds'), toNumber), session)
    .action((asset: string, seconds: number, options: OrderOptions) => order(session, asset, { type: 'set-interval', seconds }, options))
    .addHelpText('after', examples(session, ['ondine command set-interval w-7f3k2m9q 3600']))

  once(sub('set-clock', 'help.command-set-clock').argument('<time>', words.text('help.arg-clock-time')), session)
    .action((asset: string, time: string, options: OrderOptions) => order(session, asset, { type: 'set-clock', time }, options))
    .addHelpText('after', examples(session, ['ondine command set-clock L-Foch-014 2026-11-22T06:00:00Z']))

  once(sub('request-status', 'help.command-request-status'), session)
    .action((asset: string, options: OrderOptions) => order(session, asset, { type: 'request-status' }, options))
    .addHelpText('after', examples(session, ['ondine command request-status L-Foch-014']))

  once(sub('reboot', 'help.command-reboot'), session)
    .action((asset: string, options: OrderOptions) => order(session, asset, { type: 'reboot' }, options))
    .addHelpText('after', examples(session, ['ondine command reboot L-Foch-014 --reason "test du banc"']))

  once(
    sub('raw', 'help.command-raw')
      .argument('<fPort>', words.text('help.arg-fport'), toNumber)
      .argument('<hex>', words.text('help.arg-hex')),
    session,
  )
    .action((asset: string, fPort: number, hex: string, options: OrderOptions) =>
      order(session, asset, { type: 'raw', fPort, hex }, options),
    )
    .addHelpText('after', examples(session, ['ondine command raw L-Foch-014 60 0128 --reason "test du banc"']))

  list(group.command('list'), session)
  show(group.command('show'), session)
}

function once(command: CommandLine, { words }: Session): CommandLine {
  return command
    .option('--expires <duration>', words.text('help.opt-expires'))
    .option('--reason <text>', words.text('help.opt-reason'))
    .option('--key <key>', words.text('help.opt-key'))
    .option('--wait', words.text('help.opt-wait'))
}

function lasting(command: CommandLine, session: Session): CommandLine {
  const { words } = session
  return once(
    command.option('--until <time>', words.text('help.opt-until')).option('--for <duration>', words.text('help.opt-for')),
    session,
  )
}

async function order(session: Session, asset: string, command: Command, { key, wait, ...options }: OrderOptions): Promise<void> {
  const client = await session.client()
  const accepted = await client.commands.order({ asset, command, ...given({ idempotencyKey: key, ...options }) })
  const { words, io } = session
  const json = session.options.json === true
  if (!json) session.print(orderLines(words, accepted, io.now()))
  if (wait !== true) {
    if (json) session.answer(accepted, () => [])
    else session.print([`  ${words.text('order.follow', { number: accepted.number })}`])
    return
  }
  const last = await follow(session, client, accepted)
  if (json) session.answer(last, () => [])
  if (isEnded(last) && !isDone(last))
    throw new OndineError('cli.not-confirmed', { number: last.number, state: words.text(`state.${last.state}`) })
}

/** Tells each step as it comes, until the order's end or Ctrl-C, which leaves the order running. */
async function follow(session: Session, client: Client, first: Order): Promise<Order> {
  const signal = session.io.interrupted()
  let current = first
  let told = 0
  for (;;) {
    if (session.options.json !== true) session.print(current.steps.slice(told).map((step) => stepLine(session.words, step, current)))
    told = current.steps.length
    if (isEnded(current) || signal.aborted) return current
    await sleep(pollEveryMs, undefined, { signal }).catch(() => {})
    current = await client.commands.get({ id: current.id })
  }
}

function list(command: CommandLine, session: Session): void {
  const { words } = session
  withPages(command.description(words.text('help.command-list')), session)
    .option('--asset <asset>', words.text('help.opt-asset'))
    .action(async (options: PageOptions & { asset?: string }) => {
      const client = await session.client()
      const page = await client.commands.list(given(options))
      const rows = page.items.map((one) => [
        one.number,
        localTime(one.requestedAt, one.timeZone),
        one.asset,
        commandText(words, one),
        words.text(`state.${one.state}`),
        one.until === null ? null : localTime(one.until, one.timeZone),
        one.requestedBy,
      ])
      await answerPage(session, page, ['number', 'requested-at', 'asset', 'order', 'state', 'until', 'requested-by'], rows)
    })
  withExamples(command, session, ['ondine command list --asset L-Foch-014'])
}

function show(command: CommandLine, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.command-show'))
    .argument('<order>', words.text('help.arg-order'))
    .action(async (id: string) => {
      const client = await session.client()
      const found = await client.commands.get({ id })
      const pair = await pairOf(client, found)
      session.answer(found, () => [
        `${found.number}  ${commandText(words, found)} - ${found.asset}`,
        ...aligned([
          [words.text('column.state'), words.text(`state.${found.state}`)],
          [words.text('detail.device'), `${found.devEui} (${found.model})`],
          [words.text('detail.bytes'), `fPort ${found.downlink.fPort}  ${found.downlink.hex}`],
          [words.text('column.until'), found.until === null ? '-' : localTime(found.until, found.timeZone)],
          [words.text('detail.send-before'), localTime(found.expiresAt, found.timeZone)],
          ...(pair === undefined
            ? []
            : [[words.text(found.returnOf === null ? 'detail.return-order' : 'detail.return-of'), pair.number] as const]),
          [words.text('column.requested-by'), found.requestedBy],
          [words.text('detail.reason'), found.reason === '' ? '-' : found.reason],
        ]),
        ...found.steps.map((step) => stepLine(words, step, found)),
      ])
    })
  withExamples(command, session, ['ondine command show 2026-11-22-0031'])
}

/** The order that ends this one's effect, or the one whose effect this one ends; it is among the asset's latest. */
async function pairOf(client: Client, { id, asset, tenant, until, returnOf }: Order): Promise<Order | undefined> {
  if (until === null && returnOf === null) return undefined
  const { items } = await client.commands.list({ asset, limit: 200 })
  return items.find((other) => other.tenant === tenant && (other.id === returnOf || other.returnOf === id))
}

function onOff(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('')
  return text === 'on'
}

function examples({ words }: Session, lines: readonly string[]): string {
  return `\n${words.text('help.examples')}\n${lines.map((line) => `  ${line}`).join('\n')}`
}
