import { setImmediate as turn } from 'node:timers/promises'
import { csvLine } from '../formats/csv-line.ts'
import { type ParquetCell, type ParquetColumn, parquetOf } from '../formats/parquet.ts'
import { measurements } from '../vocabulary/measurements.ts'
import type { ExportFormat } from './export-formats.ts'
import { flagOf } from './flag.ts'
import type { Reading, Value } from './reading.ts'
import type { ReadingQuery, ReadingScope, ReadingStore } from './reading-store.ts'

export interface ExportOptions {
  format: ExportFormat
  /** one row a reading with a column for each of these names; left out: one row a value, whatever there is */
  names?: readonly string[] | undefined
}

const pageSize = 1000
const encoder = new TextEncoder()

const origin: readonly ParquetColumn[] = [
  { name: 'time', type: 'instant' },
  { name: 'receivedAt', type: 'instant' },
  { name: 'tenant', type: 'text' },
  { name: 'service', type: 'text' },
  { name: 'asset', type: 'text' },
  { name: 'device', type: 'text' },
  { name: 'channel', type: 'text' },
  { name: 'family', type: 'text' },
  { name: 'model', type: 'text' },
  { name: 'quality', type: 'text' },
]
const perValue: readonly ParquetColumn[] = [
  { name: 'name', type: 'text' },
  { name: 'value', type: 'number' },
  { name: 'state', type: 'text' },
  { name: 'unit', type: 'text' },
  { name: 'flag', type: 'text' },
]

type Row = ParquetCell[]

/** The bytes of a file of readings, oldest first: however many there are, a page of them is held. Others have their turn between pages. */
export async function* exportOf(
  store: Pick<ReadingStore, 'list'>,
  scope: ReadingScope,
  query: Omit<ReadingQuery, 'order' | 'limit' | 'cursor'>,
  { format, names }: ExportOptions,
): AsyncGenerator<Uint8Array> {
  const pages = pagesOf(store, scope, query)
  if (format === 'jsonl') {
    for await (const page of pages) yield encoder.encode(page.map((reading) => `${JSON.stringify(reading)}\n`).join(''))
    return
  }
  const columns = [...origin, ...(names === undefined ? perValue : names.map(columnOf))]
  const rows = rowsOf(pages, names)
  if (format === 'parquet') {
    yield* parquetOf(columns, rows)
    return
  }
  yield encoder.encode(csvLine(columns.map(({ name }) => name)))
  for await (const page of rows) yield encoder.encode(page.map((row) => csvLine(row.map((cell, at) => shown(cell, columns[at])))).join(''))
}

async function* pagesOf(
  store: Pick<ReadingStore, 'list'>,
  scope: ReadingScope,
  query: Omit<ReadingQuery, 'order' | 'limit' | 'cursor'>,
): AsyncGenerator<readonly Reading[]> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await store.list(scope, { ...query, order: 'oldest first', limit: pageSize, ...(cursor === undefined ? {} : { cursor }) })
    if (page.readings.length > 0) yield page.readings
    cursor = page.cursor
    await turn()
  }
}

async function* rowsOf(pages: AsyncIterable<readonly Reading[]>, names: readonly string[] | undefined): AsyncGenerator<Row[]> {
  const types = names?.map((name) => columnOf(name).type)
  for await (const page of pages) {
    yield page.flatMap((reading) => {
      const { tenant, service, asset, device, channel, family, model, quality, values, flags } = reading
      const first = [
        Date.parse(reading.time),
        Date.parse(reading.receivedAt),
        tenant,
        service,
        asset,
        device,
        channel,
        family,
        model,
        quality,
      ]
      if (names !== undefined) return [[...first, ...names.map((name, at) => cellOf(own(values, name), types?.[at]))]]
      return Object.entries(values).map(([name, value]) => [...first, name, ...told(value), unitOf(name), flagOf(flags, name)])
    })
  }
}

/** What a value is as a number, and as text where it is none. */
function told(value: Value): [number | null, string | null] {
  if (typeof value === 'number') return [value, null]
  return typeof value === 'boolean' ? [Number(value), String(value)] : [null, value]
}

function columnOf(name: string): ParquetColumn {
  const measurement = measurements.get(name)
  if (measurement?.kind === 'state') return { name, type: measurement.states === undefined ? 'boolean' : 'text' }
  return { name, type: measurement?.kind === 'alarm' || measurement?.kind === 'event' ? 'boolean' : 'number' }
}

function cellOf(value: Value | undefined, type: ParquetColumn['type'] | undefined): ParquetCell {
  if (value === undefined) return null
  if (type === 'text') return String(value)
  if (type === 'boolean') return typeof value === 'string' ? null : Boolean(value)
  return typeof value === 'string' ? null : Number(value)
}

function own(values: Reading['values'], name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}

function unitOf(name: string): string | null {
  return measurements.get(name)?.unit ?? null
}

function shown(cell: ParquetCell, column: ParquetColumn | undefined): ParquetCell {
  return column?.type === 'instant' && typeof cell === 'number' ? new Date(cell).toISOString() : cell
}
