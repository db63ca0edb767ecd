import { z } from 'zod'
import type { Reading, Value } from '../../../readings/reading.ts'
import type { ValueColumn, ValueKind } from './day-tables.ts'
import { quoted } from './layout.ts'

/** What the select below gives, in its order; then the values. */
export type RawReading = [
  source: number,
  point: number,
  time: number,
  received: number,
  quality: Reading['quality'],
  flags: string | null,
  gateways: number,
  gateway: number | null,
  rssi: number | null,
  snr: number | null,
  spreadingFactor: number | null,
  margin: number | null,
  fCnt: number,
  fPort: number,
  ...values: (number | string | null)[],
]
const members =
  'r.source, r.point, r.time, r.received, r.quality, r.flags, r.gateways, r.gateway, r.rssi, r.snr, r.spreading_factor, r.margin, r.f_cnt, r.f_port'
const memberCount = members.split(',').length

/** What a row names by numbers. */
export interface Origin {
  tenant: string
  service: string
  asset: string
  device: string
  channel: string
  model: string
}
const flagsSchema = z.record(z.string(), z.string())

/** Selects the rows of a day table, named r. */
export function selectRows(table: string, columns: readonly ValueColumn[]): string {
  return `select ${members}${columns.map((column) => `, r.${quoted(column.column)}`).join('')} from ${quoted(table)} r`
}

/** A row of that select as the reading that was written. Only we write the file: its columns hold what we put there. */
export function readingOf(
  row: RawReading,
  { tenant, service, asset, device, channel, model }: Origin,
  gateway: string | null,
  family: string,
  columns: readonly ValueColumn[],
): Reading {
  const [time, received] = [row[2], row[3]]
  const values: Record<string, Value> = {}
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index]
    const kept = row[memberCount + index]
    if (column !== undefined && kept !== null && kept !== undefined) values[column.name] = fromColumn(kept, column.kind)
  }
  const iso = new Date(time).toISOString()
  const receivedAt = received === time ? iso : new Date(received).toISOString()
  return {
    v: 1,
    tenant,
    service,
    asset,
    device,
    channel,
    family,
    model,
    time: iso,
    receivedAt,
    quality: row[4],
    flags: parseFlags(row[5]),
    values,
    radio: { gateways: row[6], gateway, rssi: row[8], snr: row[9], spreadingFactor: row[10], margin: row[11] },
    frame: { fCnt: row[12], fPort: row[13] },
  }
}

export function parseFlags(text: string | null): Record<string, string> {
  return text === null ? {} : flagsSchema.parse(JSON.parse(text))
}

export function toColumn(value: Value): number | string {
  return typeof value === 'boolean' ? Number(value) : value
}

export function fromColumn(kept: number | string, kind: ValueKind): Value {
  return kind === 'boolean' ? kept === 1 : kept
}
