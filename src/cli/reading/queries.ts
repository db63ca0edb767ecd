import type { Command } from 'commander'
import { aggregates, type GapsView, type SeriesView } from '../../api/contract/readings.ts'
import { withUnit } from '../../api/contract/units.ts'
import { given, oneOf, type PageOptions, toNumber, withExamples, withPages } from '../options.ts'
import { answerPage } from '../page.ts'
import type { Session } from '../session.ts'
import { table } from '../table.ts'
import { localTime } from '../time.ts'
import { bar, sparkline } from './bars.ts'
import { needed, type Selection, type Span, withSelection, withSpan } from './options.ts'

const barWidth = 24

export function last(command: Command, session: Session): void {
  const { words } = session
  withPages(withSelection(command.description(words.text('help.reading-last')), session), session)
    .option('--name <measurement>', words.text('help.opt-name'))
    .action(async (argument: string | undefined, { asset, ...options }: Selection & PageOptions & { name?: string }) => {
      const client = await session.client()
      const page = await client.readings.last(given({ asset: argument ?? asset, ...options }))
      const rows = page.items.map(({ asset: slug, name, value, time, flag }) => [slug, name, withUnit(name, value), localTime(time), flag])
      await answerPage(session, page, ['asset', 'name', 'value', 'time', 'flag'], rows)
    })
  withExamples(command, session, ['ondine reading last w-7f3k2m9q', 'ondine reading last --service water --name volume --json'])
}

type SeriesOptions = Selection & Span & { window?: string; aggregate?: SeriesView['aggregate']; timeZone?: string }

export function series(command: Command, session: Session): void {
  const { words } = session
  withSpan(
    command
      .description(words.text('help.reading-series'))
      .argument('<measurement>', words.text('help.arg-measurement'))
      .argument('[asset]', words.text('help.arg-asset'))
      .option('--asset <asset>', words.text('help.opt-asset'))
      .option('--tenant <slug>', words.text('help.opt-tenant')),
    session,
  )
    .option('--window <window>', words.text('help.opt-window'))
    .option('--aggregate <how>', words.text('help.opt-aggregate'), oneOf(...aggregates))
    .option('--time-zone <zone>', words.text('help.opt-zone'))
    .action(async (name: string, argument: string | undefined, { asset, ...options }: SeriesOptions) => {
      const reference = needed(session, argument ?? asset)
      const client = await session.client()
      const found = await client.readings.series({ name, asset: reference, ...given(options) })
      const lines = await seriesLines(session, found)
      session.answer(found, () => lines)
    })
  withExamples(command, session, [
    'ondine reading series volume w-7f3k2m9q',
    'ondine reading series volume w-7f3k2m9q --from 2026-01-01 --window month',
    'ondine reading series waterTemperature w-7f3k2m9q --from 2d --window 1h --aggregate mean --json',
  ])
}

async function seriesLines(session: Session, { name, aggregate, asset, points, timeZone, fromDays, steps }: SeriesView): Promise<string[]> {
  const { words } = session
  const numbers = points.map(({ value }) => (typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : null))
  const most = Math.max(0, ...numbers.map((value) => value ?? 0))
  const shown = (value: SeriesView['points'][number]['value']) =>
    value === null ? null : aggregate === 'count' ? String(value) : withUnit(name, value)
  const terminal = session.io.isTerminal
  const starts = points.map(({ from }) => localTime(from, timeZone))
  // Days and months need no clock time.
  const length = starts.every((text) => text.slice(11, 19) === '00:00:00') ? 10 : 16
  const rows = points.map(({ value, count }, at) => [
    starts[at]?.slice(0, length),
    shown(value),
    count,
    ...(terminal ? [bar(numbers[at] ?? 0, most, barWidth).padEnd(1)] : []),
  ])
  const titles = (['from', 'value', 'count', ...(terminal ? (['bar'] as const) : [])] as const).map((title) =>
    words.text(`column.${title}`),
  )
  const body = await table(session, titles, rows)
  if (!terminal) return body
  const total = numbers.reduce<number>((sum, value) => sum + (value ?? 0), 0)
  const isSum = aggregate === 'consumption' || aggregate === 'sum' || aggregate === 'count'
  return [
    `${name}, ${words.text(`aggregate.${aggregate}`)} - ${asset}`,
    sparkline(numbers, session.io.columns ?? 80),
    ...body,
    ...(isSum && points.length > 1 ? [`${words.text('series.total')}  ${aggregate === 'count' ? total : withUnit(name, total)}`] : []),
    ...(fromDays ? [words.text('series.from-days')] : []),
    ...(steps.reset > 0 ? [words.text('series.reset', { count: steps.reset })] : []),
    ...(steps.rollover > 0 ? [words.text('series.rollover', { count: steps.rollover })] : []),
    ...(steps.backflow > 0 ? [words.text('series.backflow', { count: steps.backflow })] : []),
  ]
}

interface AttendanceOptions extends Selection, Span {
  interval?: number
}

export function gaps(command: Command, session: Session): void {
  const { words } = session
  withSpan(withSelection(command.description(words.text('help.reading-gaps')), session), session)
    .option('--interval <seconds>', words.text('help.opt-interval'), toNumber)
    .action(async (argument: string | undefined, { asset, ...options }: AttendanceOptions) => {
      const client = await session.client()
      const found = await client.readings.gaps({ asset: needed(session, argument ?? asset), ...given(options) })
      const lines = await gapLines(session, found)
      session.answer(found, () => lines)
    })
  withExamples(command, session, ['ondine reading gaps w-7f3k2m9q', 'ondine reading gaps w-7f3k2m9q --from 90d --json'])
}

async function gapLines(
  session: Session,
  { asset, received, expected, completeness, interval, gaps: found, gapCount }: GapsView,
): Promise<string[]> {
  const { words, io } = session
  const rows = found.map(({ from, to, missing }) => [localTime(from), localTime(to), lengthOf(Date.parse(to) - Date.parse(from)), missing])
  const titles = (['from', 'to', 'length', 'missing'] as const).map((title) => words.text(`column.${title}`))
  if (!io.isTerminal) return table(session, titles, rows)
  const head = words.text('gaps.title', {
    asset,
    received,
    expected,
    percent: percent(completeness) ?? '-',
    every: lengthOf(interval * 1000),
  })
  if (found.length === 0) return [head, words.text('gaps.none')]
  const more = gapCount > found.length ? [words.text('gaps.more', { shown: found.length, count: gapCount })] : []
  return [head, ...(await table(session, titles, rows)), ...more]
}

export function completeness(command: Command, session: Session): void {
  const { words } = session
  withPages(withSpan(withSelection(command.description(words.text('help.reading-completeness')), session), session), session)
    .option('--interval <seconds>', words.text('help.opt-interval'), toNumber)
    .action(async (argument: string | undefined, { asset, ...options }: AttendanceOptions & PageOptions) => {
      const client = await session.client()
      const page = await client.readings.completeness(given({ asset: argument ?? asset, ...options }))
      const rows = page.items.map(({ asset: slug, service, received, expected, completeness: part, longest }) => [
        slug,
        service,
        received,
        expected,
        percent(part),
        ...(session.io.isTerminal ? [bar(part ?? 0, 1, 10).padEnd(1)] : []),
        longest === null ? null : `${lengthOf(Date.parse(longest.to) - Date.parse(longest.from))}, ${localTime(longest.from)}`,
      ])
      const titles = [
        'asset',
        'service',
        'received',
        'expected',
        'complete',
        ...(session.io.isTerminal ? ['bar' as const] : []),
        'longest-gap',
      ] as const
      await answerPage(session, page, titles, rows)
    })
  withExamples(command, session, [
    'ondine reading completeness --service water',
    'ondine reading completeness --from 7d --limit 1000 --json',
  ])
}

/** `98.4 %`; 100 only where nothing is missing. */
function percent(part: number | null): string | null {
  return part === null ? null : `${(Math.floor(part * 1000) / 10).toFixed(1)} %`
}

/** `2 d 3 h`, `1 h 5 min`, `40 s`; the two largest units. */
export function lengthOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}
