import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Client } from '../../api/contract/client.ts'
import type { ReplayView } from '../../api/contract/replays.ts'
import type { Build } from '../groups.ts'
import { collect, given, toNumber, withExamples } from '../options.ts'
import { progress } from '../progress.ts'
import { duration } from '../provisioning/duration.ts'
import { number } from '../provisioning/numbers.ts'
import type { Session } from '../session.ts'
import { table } from '../table.ts'
import { localTime } from '../time.ts'

interface RunOptions {
  model?: string
  device?: string[]
  tenant?: string
  from?: string
  to?: string
  dryRun?: true
  alarms?: true
  readings?: true
  yes?: true
  detach?: true
}

const pollEveryMs = 500

/** `ondine replay`: stored frames decoded again. */
export const build: Build = (group, session) => {
  run(group, session)
  list(group.command('list'), session)
  one(group.command('show'), session, 'show')
  one(group.command('stop'), session, 'stop')
}

function run(command: Command, session: Session): void {
  const { words } = session
  command
    .option('--model <vendor/model>', words.text('help.opt-replay-model'))
    .option('--from <time>', words.text('help.opt-replay-from'))
    .option('--to <time>', words.text('help.opt-replay-to'))
    .option('--device <devEui>', words.text('help.opt-replay-device'), collect)
    .option('--tenant <slug>', words.text('help.opt-tenant'))
    .option('--dry-run', words.text('help.opt-replay-dry-run'))
    .option('--alarms', words.text('help.opt-replay-alarms'))
    .option('--readings', words.text('help.opt-replay-readings'))
    .option('--yes', words.text('help.opt-yes'))
    .option('--detach', words.text('help.opt-detach'))
    .action((options: RunOptions) => carryOut(session, options))
  withExamples(command, session, [
    'ondine replay --model axioma/qalcosonic-w1 --from 2026-11-01 --dry-run',
    'ondine replay --model axioma/qalcosonic-w1 --from 2026-11-01 --to 2026-11-22 --yes',
    'ondine replay --model axioma/qalcosonic-w1 --device 0018b20000001a2b --from 2026-11-01T06:00:00Z --yes --json',
  ])
}

async function carryOut(session: Session, { model, device, dryRun, yes, detach, from, to, ...options }: RunOptions): Promise<void> {
  const { words } = session
  const isJson = session.options.json === true
  const isAsked = session.io.isTerminal && process.stdin.isTTY === true && !isJson
  const { OndineError } = await import('../../errors/ondine-error.ts')
  if (model === undefined || from === undefined) throw new OndineError('cli.usage', { reason: words.text('replay.needs') })
  if (dryRun !== true && yes !== true && !isAsked) throw new OndineError('replay.not-asked', {})
  const client = await session.client()
  const span = { from: instant(from, OndineError, session), ...(to === undefined ? {} : { to: instant(to, OndineError, session) }) }
  const request = { ...given({ ...options, devices: device }), model, ...span }
  if (dryRun === true || yes !== true) {
    const dry = await follow(session, client, await client.replays.begin({ ...request, dryRun: true }))
    if (dryRun === true) session.answer(dry, () => reportLines(session, dry))
    else session.print(reportLines(session, dry))
    await fail(dry)
    const { changed, appeared, vanished } = dry.counts
    if (dryRun === true || dry.state !== 'done' || changed + appeared + vanished === 0) return
    const clack = await import('@clack/prompts')
    const count = number(session, changed + appeared + vanished)
    if ((await clack.confirm({ message: words.text('replay.ask', { count }), initialValue: false })) !== true) return
  }
  const begun = await client.replays.begin({ ...request, dryRun: false })
  if (detach === true) return session.answer(begun, () => [words.text('replay.left', begun)])
  const ended = await follow(session, client, begun)
  session.answer(ended, () => (ended.state === 'running' ? [words.text('replay.left', ended)] : reportLines(session, ended)))
  await fail(ended)
}

/** A date alone is its midnight in the zone of this machine. */
function instant(text: string, OndineError: typeof import('../../errors/ondine-error.ts').OndineError, { words }: Session): string {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
  const ms = isDate ? new Date(`${text}T00:00:00`).getTime() : isTime ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new OndineError('cli.usage', { reason: words.text('replay.bad-time', { text }) })
  return new Date(ms).toISOString()
}

/** With a bar on a terminal, until its end or Ctrl-C, which leaves it running. */
async function follow(session: Session, client: Client, first: ReplayView): Promise<ReplayView> {
  const signal = session.io.interrupted()
  const bar = await progress(session, first.total, 1)
  try {
    for (let view = first; ; view = await client.replays.get({ number: first.number })) {
      bar.at(view.done, barText(session, view))
      if (view.state !== 'running' || signal.aborted) return view
      await sleep(pollEveryMs, undefined, { signal }).catch(() => {})
    }
  } finally {
    bar.stop()
  }
}

function barText(session: Session, { counts, framesPerSecond, secondsLeft }: ReplayView): string {
  const { words } = session
  const rate = framesPerSecond === null ? '' : number(session, Math.round(framesPerSecond))
  const left = secondsLeft === null ? '' : words.text('job.time-left', { duration: duration(secondsLeft) })
  return words.text('replay.bar', { frames: number(session, counts.frames), rate, left })
}

function reportLines(session: Session, view: ReplayView): string[] {
  const { words } = session
  const { counts, examples, request } = view
  const of = (count: number) => number(session, count)
  const lines = [
    words.text(request.dryRun ? 'replay.dry' : 'replay.ended', { number: view.number, state: words.text(`replay.${view.state}`) }),
    words.text('replay.span', {
      from: localTime(request.from),
      to: localTime(request.to),
      devices: of(view.deviceCount),
      frames: of(counts.frames),
    }),
    words.text('replay.counts', {
      ...{ changed: of(counts.changed), appeared: of(counts.appeared), vanished: of(counts.vanished), unchanged: of(counts.unchanged) },
    }),
  ]
  if (counts.kept > 0) lines.push(words.text('replay.kept', { kept: of(counts.kept) }))
  if (counts.undecoded > 0) lines.push(words.text('replay.undecoded', { undecoded: of(counts.undecoded) }))
  if (counts.rejected > 0) lines.push(words.text('replay.rejected', { rejected: of(counts.rejected) }))
  if (view.reason !== null) lines.push(view.reason)
  for (const { kind, device, channel, asset, time, fields } of examples) {
    lines.push(`  ${localTime(time)}  ${asset}  ${device} ${channel}  ${words.text(`replay.${kind}`)}`)
    lines.push(...fields.filter(({ field }) => kind === 'changed' || field.startsWith('values.')).map((one) => `    ${fieldText(one)}`))
  }
  return lines
}

function fieldText({ field, before, after }: ReplayView['examples'][number]['fields'][number]): string {
  return `${field.replace(/^values\./, '')}: ${before ?? '-'} → ${after ?? '-'}`
}

async function fail({ state, number: replay, reason }: ReplayView): Promise<void> {
  if (state !== 'failed') return
  const { OndineError } = await import('../../errors/ondine-error.ts')
  throw new OndineError('replay.failed', { number: replay, reason: reason ?? '' })
}

function list(command: Command, session: Session): void {
  const { words } = session
  command
    .description(words.text('help.replay-list'))
    .option('--limit <count>', words.text('help.opt-limit'), toNumber)
    .action(async (options: { limit?: number }) => {
      const client = await session.client()
      const page = await client.replays.list(given(options))
      const heads = (['number', 'begun', 'model', 'state', 'done', 'account'] as const).map((key) => words.text(`column.${key}`))
      const rows = page.items.map((view) => [
        String(view.number),
        localTime(view.begunAt),
        view.request.model + (view.request.dryRun ? ` (${words.text('replay.dry-word')})` : ''),
        words.text(`replay.${view.state}`),
        `${view.done} / ${view.total}`,
        view.account,
      ])
      const lines = await table(session, heads, rows)
      session.answer(page, () => lines)
    })
  withExamples(command, session, ['ondine replay list'])
}

function one(command: Command, session: Session, what: 'show' | 'stop'): void {
  const { words } = session
  command
    .description(words.text(`help.replay-${what}`))
    .argument('<number>', words.text('help.arg-replay'), toNumber)
    .action(async (replay: number) => {
      const client = await session.client()
      const view = await client.replays[what === 'show' ? 'get' : 'stop']({ number: replay })
      session.answer(view, () => reportLines(session, view))
    })
  withExamples(command, session, [`ondine replay ${what} 3`])
}
