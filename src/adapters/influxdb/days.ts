import { z } from 'zod'
import type { Span, WindowValue } from '../../readings/history.ts'
import { merged, WindowBuilder } from '../../readings/windows.ts'
import { identifier, where } from './influxql.ts'
import { prefixOf } from './line-protocol.ts'
import { metaField, serviceText } from './meta.ts'
import type { Place } from './series.ts'
import type { Session } from './session.ts'
import type { Rows } from './stored-row.ts'

/** What is kept of days whose readings are gone. No family has a space in its name. */
const days = 'daily values'
export const daysTable = identifier(days)
const dayMs = 86_400_000
const figures = ['first', 'last', 'min', 'max', 'sum', 'count'] as const

/** First, last, … of one name on one day. */
export type Figures = Pick<WindowValue, (typeof figures)[number]>

/** One day of one series as a line; `day` is its start in ms since 1970. */
export function dayLine(place: Omit<Place, 'family'>, day: number, names: ReadonlyMap<string, Figures>): string {
  const fields = [...names].flatMap(([name, all]) => figures.map((figure) => `${name}_${figure}=${all[figure]}`))
  return `${prefixOf(days, place)} ${metaField}="${serviceText(place.service)}|",${fields.join(',')} ${day}`
}

/** Whole days of one measurement of one asset within the span, oldest first. */
export async function daysOf(
  session: Session,
  conditions: readonly string[],
  { name, to }: Span & { name: string },
): Promise<WindowValue[]> {
  const columns = figures.map((figure) => `${identifier(`${name}_${figure}`)} AS "${figure}"`).join(', ')
  const rows = await session.query([`SELECT ${columns}, device, channel FROM ${daysTable}${where(conditions)} ORDER BY time ASC`])
  return rows.flatMap(daysIn).filter(({ from }) => Date.parse(from) + dayMs <= Date.parse(to))
}

/**
 * Days that were kept and days that are told by their readings, as windows. A day may be both: where its readings were about
 * to go and did not yet, they tell the same; where late readings came after the others were gone, both count.
 */
export function putDays(kept: readonly WindowValue[], told: readonly WindowValue[], windowMs: number): WindowValue[] {
  const byDay = new Map(told.map((day) => [keyOf(day), day]))
  for (const day of kept) byDay.set(keyOf(day), together(day, byDay.get(keyOf(day))))
  const windows = new WindowBuilder(windowMs)
  for (const day of [...byDay.values()].sort((a, b) => Date.parse(a.from) - Date.parse(b.from))) windows.put(day)
  return windows.all()
}

/** What is kept of a day, and what readings of it are there. */
export function together<T extends Figures>(kept: T, told: T | undefined): T {
  if (told === undefined) return kept
  return told.count >= kept.count ? told : merged(kept, told)
}

const dayCells = z.object({
  time: z.number().transform((ms) => new Date(ms).toISOString()),
  device: z.string(),
  channel: z.string(),
  first: z.number(),
  last: z.number(),
  min: z.number(),
  max: z.number(),
  sum: z.number(),
  count: z.number(),
})

function daysIn({ columns, values }: Rows): WindowValue[] {
  return values.flatMap((row) => {
    const cells = dayCells.safeParse(Object.fromEntries(columns.map((column, at) => [column, row[at]])))
    if (!cells.success) return []
    const { time: from, ...rest } = cells.data
    return [{ from, ...rest }]
  })
}

function keyOf({ from, device, channel }: WindowValue): string {
  return `${from} ${device} ${channel}`
}
