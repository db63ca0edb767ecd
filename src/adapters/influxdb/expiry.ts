import { z } from 'zod'
import type { Keeping } from '../../readings/history.ts'
import { firstDayKept, ruleFor } from '../../readings/keeping.ts'
import { dayLine, daysTable, type Figures, together } from './days.ts'
import { guardIndex } from './guard.ts'
import { identifier, oneOf, textLiteral, where } from './influxql.ts'
import { hexDigits } from './seeding.ts'
import type { Session } from './session.ts'
import { families, isValueField, type Rows } from './stored-row.ts'

const dayMs = 86_400_000
const assetsAtOnce = 100
const linesAtOnce = 2000
/** A day of a large fleet is many values to add up. */
const patience = 10 * 60_000

/** What is of one measurement, tenant and service. */
interface Part {
  measurement: string
  tenant: string
  service: string
  /** ms since 1970: what is older goes */
  cut: number
  /** null: the measurement holds no other service of the tenant */
  assets: readonly string[] | null
}

const place = 'asset, device, channel'

/**
 * Takes out what is older than it is to be kept. The service is a field, by which InfluxDB cannot take out: it is done by
 * tenant and measurement where these are of one service, as nearly all are, else by asset. An asset that had several services
 * is kept as long as the longest of them.
 */
export class Expiry {
  readonly #session: Session
  readonly #rules: readonly Keeping[]
  readonly #now: Date

  constructor(session: Session, rules: readonly Keeping[], now: Date) {
    this.#session = session
    this.#rules = rules
    this.#now = now
  }

  async run(): Promise<void> {
    await guardIndex(this.#session)
    for (const part of await this.#parts(families, 'readings')) await this.#takeOutReadings(part)
    for (const part of await this.#parts(daysTable, 'daily')) await this.#takeOut(part, part.cut)
  }

  /** ms since 1970; null: nothing goes */
  readonly oldestReading = (owner: { tenant: string; service: string }): number | null => this.#cut(owner, 'readings')

  #cut(owner: { tenant: string; service: string }, kind: 'readings' | 'daily'): number | null {
    const first = firstDayKept(ruleFor(this.#rules, owner)?.[kind], this.#now)
    return first === null ? null : first * dayMs
  }

  async #parts(from: string, kind: 'readings' | 'daily'): Promise<Part[]> {
    const newest = Math.max(0, ...this.#rules.flatMap((rule) => (firstDayKept(rule[kind], this.#now) ?? 0) * dayMs))
    if (newest === 0) return []
    const services = `SELECT distinct(reading_service) FROM ${from} WHERE time < ${newest}ms`
    const found: Part[] = []
    for (const { name: measurement, tags, values } of await this.#session.query([`${services} GROUP BY tenant`], patience)) {
      const tenant = tags?.tenant ?? ''
      const known = values.flatMap(([, service]) => (typeof service === 'string' ? [service] : []))
      const cuts = known.map((service) => ({ service, cut: this.#cut({ tenant, service }, kind) }))
      const [only] = cuts
      if (only !== undefined && cuts.length === 1) {
        if (only.cut !== null) found.push({ measurement, tenant, service: only.service, cut: only.cut, assets: null })
      } else if (cuts.some(({ cut }) => cut !== null)) found.push(...(await this.#byAsset(measurement, tenant, cuts, newest)))
    }
    return found
  }

  async #byAsset(
    measurement: string,
    tenant: string,
    cuts: readonly { service: string; cut: number | null }[],
    newest: number,
  ): Promise<Part[]> {
    const conditions = where([`tenant = ${textLiteral(tenant)}`, `time < ${newest}ms`])
    const selected = `SELECT distinct(reading_service) FROM ${identifier(measurement)}${conditions} GROUP BY asset`
    const assets = new Map<string, string[]>()
    for (const { tags, values } of await this.#session.query([selected], patience)) {
      const own = cuts.filter(({ service }) => values.some((row) => row[1] === service))
      const longest = own.reduce((a, b) => (b.cut === null || (a.cut !== null && b.cut < a.cut) ? b : a))
      if (tags?.asset !== undefined && longest.cut !== null)
        assets.set(longest.service, [...(assets.get(longest.service) ?? []), tags.asset])
    }
    return cuts.flatMap(({ service, cut }) => {
      const some = assets.get(service)
      return some === undefined || cut === null ? [] : [{ measurement, tenant, service, cut, assets: some }]
    })
  }

  /** Day by day: what is to be kept of it, then its readings. After a crash between the two it is done again. */
  async #takeOutReadings(part: Part): Promise<void> {
    const keepDaysFrom = this.#cut(part, 'daily') ?? 0
    for (;;) {
      const oldest = await this.#oldest(part)
      if (oldest === null) return
      const day = Math.floor(oldest / dayMs) * dayMs
      if (day >= keepDaysFrom) await this.#keepDay(part, day)
      await this.#takeOut(part, Math.max(day + dayMs, Math.min(part.cut, keepDaysFrom)))
    }
  }

  async #oldest(part: Part): Promise<number | null> {
    const times = await this.#each(part, part.cut, (conditions) =>
      this.#session.query([`SELECT first(frame_fCnt) FROM ${identifier(part.measurement)}${conditions}`], patience),
    )
    const found = times.flatMap(({ values }) => values.map(([time]) => Number(time)))
    return found.length === 0 ? null : Math.min(...found)
  }

  async #takeOut(part: Part, before: number): Promise<void> {
    await this.#each(part, before, (conditions) =>
      this.#session.query([`DELETE FROM ${identifier(part.measurement)}${conditions}`], patience),
    )
  }

  async #keepDay(part: Part, day: number): Promise<void> {
    const { measurement, service, tenant } = part
    const keys = await this.#session.query([`SHOW FIELD KEYS FROM ${identifier(measurement)}`])
    const fields = keys.flatMap(({ values }) => values.map(([name, type]) => ({ name: String(name), type })))
    const values = fields.filter(({ name, type }) => isValueField(name) && type !== 'string')
    for (const digit of hexDigits) {
      const rows = new Map<
        string,
        { place: { tenant: string; service: string; asset: string; device: string; channel: string }; names: Map<string, Figures> }
      >()
      for (const { name, type } of values) {
        const some = await this.#each(part, day + dayMs, (conditions) =>
          this.#figures(measurement, name, type === 'boolean', `${conditions} AND time >= ${day}ms AND device =~ /${digit}$/`),
        )
        for (const { tags, figures } of some) {
          const { asset = '', device = '', channel = '' } = tags
          const key = JSON.stringify([asset, device, channel])
          const row = rows.get(key) ?? { place: { tenant, service, asset, device, channel }, names: new Map<string, Figures>() }
          rows.set(key, row)
          row.names.set(name, figures)
        }
      }
      if (rows.size === 0) continue
      await this.#addWhatWasKept(part, day, digit, rows)
      const lines = [...rows.values()].map(({ place, names }) => dayLine(place, day, names))
      for (let start = 0; start < lines.length; start += linesAtOnce) await this.#write(lines.slice(start, start + linesAtOnce))
    }
  }

  async #figures(
    measurement: string,
    name: string,
    isBoolean: boolean,
    conditions: string,
  ): Promise<{ tags: Record<string, string>; figures: Figures }[]> {
    const field = identifier(name)
    const select = (columns: string, more = '') => `SELECT ${columns} FROM ${identifier(measurement)}${conditions}${more} GROUP BY ${place}`
    const common = `first(${field}), last(${field}), min(${field}), max(${field}), count(${field})`
    if (!isBoolean) return (await this.#session.query([select(`${common}, sum(${field})`)], patience)).flatMap(figuresOf)
    const trues = await this.#session.query([select(`count(${field})`, ` AND ${field} = true`)], patience)
    const sums = new Map(trues.map(({ tags, values }) => [JSON.stringify(tags), Number(values[0]?.[1])]))
    const all = await this.#session.query([select(common)], patience)
    return all.flatMap((rows) =>
      figuresOf({ ...rows, values: rows.values.map((row) => [...row.map(asNumber), sums.get(JSON.stringify(rows.tags)) ?? 0]) }),
    )
  }

  /** A day that was kept before: late readings came since. */
  async #addWhatWasKept(part: Part, day: number, digit: string, rows: ReadonlyMap<string, { names: Map<string, Figures> }>): Promise<void> {
    const conditions = where([`tenant = ${textLiteral(part.tenant)}`, `time = ${day}ms`, `device =~ /${digit}$/`])
    for (const { tags, columns, values } of await this.#session.query(
      [`SELECT * FROM ${daysTable}${conditions} GROUP BY ${place}`],
      patience,
    )) {
      const row = rows.get(JSON.stringify([tags?.asset, tags?.device, tags?.channel]))
      if (row === undefined) continue
      const cells = new Map(columns.map((column, at) => [column, values[0]?.[at]]))
      for (const [name, told] of row.names) {
        const kept = figuresSchema.safeParse(Object.fromEntries(figureNames.map((figure) => [figure, cells.get(`${name}_${figure}`)])))
        if (kept.success) row.names.set(name, together(kept.data, told))
      }
    }
  }

  async #write(lines: readonly string[]): Promise<void> {
    const answer = await this.#session.send(lines.join('\n'))
    if (!answer.ok) throw this.#session.unreachable(answer.refusal)
  }

  /** With the conditions of a part, a hundred assets at a time where it is told by assets. */
  async #each<T>({ tenant, assets }: Part, before: number, ask: (conditions: string) => Promise<T[]>): Promise<T[]> {
    const common = [`tenant = ${textLiteral(tenant)}`, `time < ${before}ms`]
    if (assets === null) return ask(where(common))
    const found: T[] = []
    for (let start = 0; start < assets.length; start += assetsAtOnce) {
      found.push(...(await ask(where([...common, oneOf('asset', assets.slice(start, start + assetsAtOnce))]))))
    }
    return found
  }
}

const figureNames = ['first', 'last', 'min', 'max', 'count', 'sum'] as const
const figuresSchema = z.object({
  first: z.number(),
  last: z.number(),
  min: z.number(),
  max: z.number(),
  sum: z.number(),
  count: z.number(),
})

/** The columns are time and the figures in order. */
function figuresOf({ tags, values }: Rows): { tags: Record<string, string>; figures: Figures }[] {
  const figures = figuresSchema.safeParse(Object.fromEntries(figureNames.map((name, at) => [name, values[0]?.[at + 1]])))
  return figures.success ? [{ tags: tags ?? {}, figures: figures.data }] : []
}

function asNumber<T>(cell: T): T | number {
  return typeof cell === 'boolean' ? Number(cell) : cell
}
