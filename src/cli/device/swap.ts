import type { Command } from 'commander'
import { collect, decimal, withExamples } from '../options.ts'
import type { Session } from '../session.ts'
import type { SwapOptions, SwapView } from './ask-swap.ts'
import { withReference } from './reference-options.ts'

/** `ondine device swap`: another device, or another body, in the place of what serves an asset; `--undo` takes it back. */
export function build(command: Command, session: Session): void {
  const { words } = session
  withReference(
    command
      .description(words.text('help.device-swap'))
      .argument('[asset]', words.text('help.arg-asset'))
      .argument('[device]', words.text('help.arg-new-device')),
    session,
  )
    .option('--body <serial>', words.text('help.opt-body'))
    .option('--channel <channel>', words.text('help.opt-swap-channel'))
    .option('--from <time>', words.text('help.opt-swap-from'))
    .option('--start-index <index>', words.text('help.opt-start-index'), decimal(session))
    .option('--end-index <index>', words.text('help.opt-end-index'), decimal(session))
    .option('--parameter <name=value>', words.text('help.opt-parameter'), collect)
    .option('--tenant <slug>', words.text('help.opt-of-tenant'))
    .option('--force', words.text('help.opt-swap-force'))
    .option('--undo <number>', words.text('help.opt-undo'))
    .option('--wait', words.text('help.opt-wait-frame'))
    .action(async (asset: string | undefined, device: string | undefined, options: SwapOptions) => {
      const { askSwap, askUndo } = await import('./ask-swap.ts')
      const view = options.undo === undefined ? await askSwap(session, asset, device, options) : await askUndo(session, asset, options.undo)
      const { answerLife } = await import('./shown-life.ts')
      const names = session.options.json === true ? new Map<string, string>() : await namesOf(session, view, asset)
      answerLife(session, view, () => shown(session, view, names))
      if (options.wait !== true || session.options.json === true || view.job.state !== 'done') return
      const { waitForFirstFrame } = await import('./first-frame.ts')
      await waitForFirstFrame(session, await session.client(), { devEui: view.new.devEui, asset: view.asset, tenant: view.tenant })
    })
  withExamples(command, session, [
    'ondine device swap PAV-Gare-2 24e124713d100001 --wait',
    'ondine device swap PAV-Gare-2 --qr label.png',
    'ondine device swap W-1042 --body M-2026-0042 --end-index 812.4 --start-index 0',
    'ondine device swap --undo 118 --json',
  ])
}

/** As they were typed, else by their code: nobody knows a dwelling by its pseudonym. */
async function namesOf(session: Session, { tenant, asset, alsoAssets }: SwapView, typed: string | undefined) {
  const { assetCodes } = await import('./asset-codes.ts')
  const names = new Map(await assetCodes(await session.client(), tenant, typed === undefined ? [asset, ...alsoAssets] : alsoAssets))
  return typed === undefined ? names : names.set(asset, typed.trim())
}

function shown({ words, io }: Session, view: SwapView, names: ReadonlyMap<string, string>): string[] {
  const { old, new: fresh, body, undoUntil, job } = view
  const called = (slug: string) => names.get(slug) ?? slug
  const [asset, alsoAssets] = [called(view.asset), view.alsoAssets.map(called)]
  const now = io.now().getTime()
  const name = ({ devEui, title, model }: { devEui: string; title: string | null; model: string | null }) =>
    [title ?? model, devEui].filter((part) => part !== null).join(' ')
  const had = [
    words.text('life.served-days', { days: days(old.since, now) }),
    ...(old.readings === null ? [] : [words.text('life.readings', { count: old.readings.toLocaleString(words.language) })]),
    old.lastSeen === null
      ? words.text('life.never-heard')
      : words.text('life.last-heard', { hours: Math.floor((now - Date.parse(old.lastSeen)) / 3_600_000) }),
  ].join(', ')
  const comes =
    fresh.origin === 'stays'
      ? words.text('life.body-comes', { body: body ?? '' })
      : `${name(fresh)}, ${words.text(`life.from-${fresh.origin}`)}`
  return [
    `${asset}: ${name(old)} (${had})  →  ${comes}`,
    ...(fresh.origin !== 'stays' && body !== null ? [words.text('life.with-body', { body })] : []),
    ...(alsoAssets.length === 0 ? [] : [words.text('life.also', { assets: alsoAssets.join(', ') })]),
    ...(fresh.origin === 'stays' ? [] : [words.text(fresh.origin === 'back' ? 'life.old-again' : 'life.old-disabled', { asset })]),
    ...(undoUntil === null ? [] : [words.text('life.undo', { number: job.number })]),
  ]
}

function days(since: string, now: number): number {
  return Math.floor((now - Date.parse(since)) / 86_400_000)
}
