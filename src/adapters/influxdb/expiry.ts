import { z } from 'zod'
import type { Keeping } from '../../readings/history.ts'
import { firstDayKept, ruleFor } from '../../readings/keeping.ts'
import { dayLine, daysTable, type Figures, together } from './days.ts'
import { guardIndex } from './guard.ts'
import { identifier, oneOf, textLiteral, where } from './influxql.ts'
import type { LastValues } from './last-values.ts'
import { metaField, serviceOf } from './meta.ts'
import { hexDigits } from './seeding.ts'
import type { Session } from './session.ts'
import { isValueField, type Rows } from './stored-row.ts'

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
 * tenant and measurement where these are of one service, as nearly all are, else by asset. A series is of the service of its
 * newest reading; an asset that has several is kept as long as the longest of them.
 */
export class Expiry {
  readonly #session: Session
  readonly #last: LastValues
  readonly #rules: readonly Keeping[]
  readonly #now: Date

  constructor(session: Session, last: LastValues, rules: readonly Keeping[], now: Date) {
    this.#session = session
    this.#last = last
    this.#rules = rules
    this.#now = now
  }

  async run(): Promise<void> {
    await guardIndex(this.#session)
    for (const part of await this.#partsOfReadings()) await this.#takeOutReadings(part)
    for (const part of await this.#partsOfDays()) await this.#takeOut(part, part.cut)
  }

  /** ms since 1970; null: nothing goes */
  readonly oldestReading = (owner: { tenant: string; service: string }): number | null => this.#cut(owner, 'readings')

  #cut(owner: { tenant: string; service: string }, kind: 'readings' | 'daily'): number | null {
    const first = firstDayKept(ruleFor(this.#rules, owner)?.[kind], this.#now)
    return first === null ? null : first * dayMs
  }

  /** By the services of the newest reading of each series; the last values know them. */
  async #partsOfReadings(): Promise<Part[]> {
    const owners = new Map<string, { measurement: string; tenant: string; assets: Map<string, Set<string>> }>()
    for (const { family, tenant, service, asset } of await this.#last.places()) {
      const key = JSON.stringify([family, tenant])
      const owner = owners.get(key) ?? { measurement: family, tenant, assets: new Map<string, Set<string>>() }
      owners.set(key, owner)
      const services = owner.assets.get(asset) ?? new Set<string>()
      owner.assets.set(asset, services.add(service))
    }
    return [...owners.values()].flatMap((owner) => this.#partsOf(owner, 'readings'))
  }

  async #partsOfDays(): Promise<Part[]> {
    const newest = Math.max(0, ...this.#rules.flatMap(({ daily }) => (firstDayKept(daily, this.#now) ?? 0) * dayMs))
    if (newest === 0) return []
    const selected = `SELECT distinct(${metaField}) FROM ${daysTable} WHERE time < ${newest}ms GROUP BY tenant, asset`
    const owners = new Map<string, { measurement: string; tenant: string; assets: Map<string, Set<string>> }>()
    for (const { name: measurement, tags, values } of await this.#session.query([selected], patience)) {
      const tenant = tags?.tenant ?? ''
      const owner = owners.get(tenant) ?? { measurement, tenant, assets: new Map<string, Set<string>>() }
      owners.set(tenant, owner)
      owner.assets.set(tags?.asset ?? '', new Set(values.map((row) => serviceOf(String(row[1])))))
    }
    return [...owners.values()].flatMap((owner) => this.#partsOf(owner, 'daily'))
  }

  #partsOf(
    { measurement, tenant, assets }: { measurement: string; tenant: string; assets: Map<string, Set<string>> },
    kind: 'readings' | 'daily',
  ): Part[] {
    const byService = new Map<string, string[]>()
    const cuts = new Map<string, number | null>()
    for (const [asset, services] of assets) {
      for (const service of services) if (!cuts.has(service)) cuts.set(service, this.#cut({ tenant, service }, kind))
      // One that had several services is kept as long as the longest of them.
      const longest = [...services].reduce((a, b) => ((cuts.get(b) ?? 0) < (cuts.get(a) ?? 0) ? b : a))
      byService.set(longest, [...(byService.get(longest) ?? []), asset])
    }
    return [...byService].flatMap(([service, some]) => {
      const cut = cuts.get(service) ?? null
      return cut === null ? [] : [{ measurement, tenant, service, cut, assets: byService.size === 1 ? null : some }]
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
      this.#session.query([`SELECT first(${metaField}) FROM ${identifier(part.measurement)}${conditions}`], patience),
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
