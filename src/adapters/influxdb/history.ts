import { z } from 'zod'
import { OndineError } from '../../errors/ondine-error.ts'
import { flagOf } from '../../readings/flag.ts'
import type { Keeping, Sample, SampleQuery, Span, WindowValue } from '../../readings/history.ts'
import { valueSchema } from '../../readings/reading.ts'
import { compareTexts } from '../../readings/reading-order.ts'
import type { ReadingScope } from '../../readings/reading-store.ts'
import { isValueName } from '../../readings/storable.ts'
import { WindowBuilder } from '../../readings/windows.ts'
import { daysOf, daysTable, putDays } from './days.ts'
import { Expiry } from './expiry.ts'
import { guardIndex } from './guard.ts'
import { bound, identifier, oneOf, scopeConditions, where } from './influxql.ts'
import type { LastValues } from './last-values.ts'
import { metaField, metaOf } from './meta.ts'
import type { Session } from './session.ts'
import { families, type Rows } from './stored-row.ts'

const dayMs = 86_400_000
const rowsAtOnce = 5000
const devicesAtOnce = 100

type OfAsset = Partial<Span> & { tenant: string; asset: string }

/** What was measured over time, in InfluxQL. */
export class InfluxdbHistory {
  readonly #session: Session
  readonly #last: LastValues

  constructor(session: Session, last: LastValues) {
    this.#session = session
    this.#last = last
  }

  async *samples(scope: ReadingScope, query: SampleQuery): AsyncGenerator<readonly Sample[]> {
    if (!isValueName(query.name)) return
    const name = identifier(query.name)
    for await (const page of this.#pages(scope, query, `${name} AS "value", ${metaField}, device, channel`)) {
      const found = page.flatMap((row) => sampleOf(row, query.name))
      if (found.length > 0) yield found.sort(compareSamples)
    }
  }

  async *times(scope: ReadingScope, query: Span & { tenant: string; asset: string }): AsyncGenerator<readonly string[]> {
    for await (const page of this.#pages(scope, query, metaField)) {
      yield [...new Set(page.map(({ time }) => time))].sort((a, b) => a - b).map((ms) => new Date(ms).toISOString())
    }
  }

  async count(scope: ReadingScope, query: OfAsset): Promise<number> {
    const conditions = ofAsset(scope, query)
    if (conditions === null) return 0
    const rows = await this.#session.query([`SELECT count(${metaField}) FROM ${families}${where(conditions)}`])
    return rows.reduce((sum, { values }) => sum + Number(values[0]?.[1] ?? 0), 0)
  }

  /** The server adds up what is a number and of one family; the rest is added up here. */
  async windows(scope: ReadingScope, query: SampleQuery & { windowMs: number }): Promise<readonly WindowValue[]> {
    const { windowMs } = query
    const conditions = ofAsset(scope, query)
    if (conditions === null || !isValueName(query.name)) return []
    const wholeDays = windowMs % dayMs === 0
    const step = wholeDays ? dayMs : windowMs
    const found = (await this.#added(conditions, query.name, step)) ?? (await this.#addUp(scope, query, step))
    if (!wholeDays) return found
    const days = await daysOf(this.#session, conditions, query)
    return putDays(days, found, windowMs)
  }

  async remove({ devices, from, to }: Span & { devices: readonly string[] }): Promise<void> {
    this.#mustRemove()
    const span = [`time >= ${bound(from)}ms`, `time < ${bound(to)}ms`]
    if (devices.length === 0 || bound(from) >= bound(to)) return
    await guardIndex(this.#session)
    for (let start = 0; start < devices.length; start += devicesAtOnce) {
      const some = devices.slice(start, start + devicesAtOnce)
      // Before and after: they may be asked for meanwhile, and we may be killed.
      await this.#last.forget(some)
      const conditions = where([oneOf('device', some), ...span])
      await this.#session.query([`DELETE FROM ${families}${conditions}`, `DELETE FROM ${daysTable}${conditions}`])
      await this.#last.forget(some)
    }
  }

  async expire(rules: readonly Keeping[], now: Date): Promise<void> {
    if (rules.every(({ readings, daily }) => readings === null && daily === null)) return
    this.#mustRemove()
    const expiry = new Expiry(this.#session, this.#last, rules, now)
    await expiry.run()
    await this.#last.forgetBefore(expiry.oldestReading)
  }

  #mustRemove(): void {
    const { removes, place } = this.#session.server
    if (!removes) throw new OndineError('store.cannot-remove', { store: this.#session.name, reason: `InfluxDB 3, ${place}` })
  }

  /** Rows of an asset in order of time, in pages that end between two instants. */
  async *#pages(scope: ReadingScope, query: OfAsset & Span, columns: string): AsyncGenerator<readonly Row[]> {
    const conditions = ofAsset(scope, query)
    if (conditions === null) return
    const to = bound(query.to)
    let from = bound(query.from)
    let limit = rowsAtOnce
    while (from < to) {
      const selected = `SELECT ${columns} FROM ${families}${where([...conditions, `time >= ${from}ms`])} ORDER BY time ASC LIMIT ${limit}`
      const answers = await this.#session.query([selected])
      // Each family ends at its own instant: what is before the first of these ends is complete.
      const ends = answers.flatMap(({ values }) => (values.length < limit ? [] : Number(values.at(-1)?.[0])))
      const end = Math.min(to, ...ends)
      const rows = answers.flatMap(rowsOf).filter(({ time }) => time < end)
      if (ends.length > 0 && end === from) limit *= 2
      if (rows.length > 0) yield rows
      from = ends.length === 0 ? to : end
    }
  }

  /** null: the server cannot add these up. */
  async #added(conditions: readonly string[], name: string, windowMs: number): Promise<WindowValue[] | null> {
    const types = (await this.#session.query([`SHOW FIELD KEYS FROM ${families}`])).flatMap(({ values }) =>
      values.flatMap(([field, type]) => (field === name ? [type] : [])),
    )
    if (types.some((type) => type !== 'float')) return null
    const field = identifier(name)
    const columns = ['first', 'last', 'min', 'max', 'sum', 'count'].map((add) => `${add}(${field}) AS "${add}"`).join(', ')
    const rows = await this.#session.query([
      `SELECT ${columns} FROM ${families}${where(conditions)} GROUP BY time(${windowMs}ms), device, channel fill(none)`,
    ])
    const windows = rows.flatMap(windowsOf)
    const keys = new Set(windows.map(({ from, device, channel }) => `${from} ${device} ${channel}`))
    if (keys.size < windows.length) return null
    return windows.sort((a, b) => compareTexts(a.from, b.from) || compareTexts(a.device, b.device) || compareTexts(a.channel, b.channel))
  }

  async #addUp(scope: ReadingScope, query: SampleQuery, windowMs: number): Promise<WindowValue[]> {
    const windows = new WindowBuilder(windowMs)
    for await (const page of this.samples(scope, query)) for (const sample of page) windows.add(sample)
    return windows.all()
  }
}

type Row = { time: number; cells: Readonly<Record<string, unknown>> }

function rowsOf({ columns, values }: Rows): Row[] {
  return values.map((row) => ({ time: Number(row[0]), cells: Object.fromEntries(columns.map((column, at) => [column, row[at]])) }))
}

const sampleCells = z.object({ value: valueSchema, device: z.string(), channel: z.string() })

function sampleOf({ time, cells }: Row, name: string): Sample[] {
  const parsed = sampleCells.safeParse(cells)
  if (!parsed.success) return []
  const flags = metaOf(cells[metaField], time)?.flags ?? {}
  return [{ time: new Date(time).toISOString(), ...parsed.data, flag: flagOf(flags, name) }]
}

function compareSamples(a: Sample, b: Sample): number {
  return compareTexts(a.time, b.time) || compareTexts(a.device, b.device) || compareTexts(a.channel, b.channel)
}

const windowCells = z.object({
  time: z.number(),
  first: z.number(),
  last: z.number(),
  min: z.number(),
  max: z.number(),
  sum: z.number(),
  count: z.number(),
})

function windowsOf(rows: Rows): WindowValue[] {
  const { device, channel } = rows.tags ?? {}
  if (device === undefined || channel === undefined) return []
  return rowsOf(rows).flatMap(({ cells }) => {
    const parsed = windowCells.safeParse(cells)
    if (!parsed.success) return []
    const { time, ...figures } = parsed.data
    return [{ from: new Date(time).toISOString(), device, channel, ...figures }]
  })
}

/** What is left of the scope in this tenant, or null. */
function ofAsset(scope: ReadingScope, { tenant, asset, from, to }: OfAsset): string[] | null {
  if (scope.tenant !== null && scope.tenant !== tenant) return null
  const conditions = scopeConditions({ ...scope, tenant }, asset)
  if (conditions === null) return null
  if (from !== undefined) conditions.push(`time >= ${bound(from)}ms`)
  if (to !== undefined) conditions.push(`time < ${bound(to)}ms`)
  return conditions
}
