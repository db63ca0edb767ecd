import { z } from 'zod'
import { qualitySchema, type Reading, type Value } from '../../../readings/reading.ts'
import type { ValueColumn, ValueKind } from './day-tables.ts'
import { quoted } from './layout.ts'

/** What the select below gives beside the values. */
const rowSchema = z.object({
  tenant: z.string(),
  service: z.string(),
  asset: z.string(),
  device: z.string(),
  channel: z.string(),
  model: z.string(),
  time: z.number(),
  received: z.number(),
  quality: qualitySchema,
  flags: z.string().nullable(),
  gateways: z.number(),
  gateway: z.string().nullable(),
  rssi: z.number().nullable(),
  snr: z.number().nullable(),
  spreading_factor: z.number().nullable(),
  margin: z.number().nullable(),
  f_cnt: z.number(),
  f_port: z.number(),
  values: z.array(z.union([z.number(), z.string(), z.null()])),
})
const flagsSchema = z.record(z.string(), z.string())

const members = `a.tenant, a.service, a.asset, p.device, p.channel, s.model, r.time, r.received, r.quality, r.flags,
  r.gateways, g.gateway, r.rssi, r.snr, r.spreading_factor, r.margin, r.f_cnt, r.f_port`
const memberCount = members.split(',').length

/** Selects whole readings of a day table; conditions may name r (row), s (source), a (asset) and p (point). */
export function selectReadings(table: string, columns: readonly ValueColumn[]): string {
  const values = columns.map((column) => `, r.${quoted(column.column)}`).join('')
  return `select ${members}${values}
    from ${quoted(table)} r
    join source s on s.id = r.source join asset a on a.id = s.asset join point p on p.id = r.point
    left join gateway g on g.id = r.gateway`
}

/** A row of that select, in raw order, as the reading that was written. */
export function readingOf(raw: readonly unknown[], family: string, columns: readonly ValueColumn[]): Reading {
  const [tenant, service, asset, device, channel, model, time, received, quality, flags] = raw
  const [gateways, gateway, rssi, snr, spreading_factor, margin, f_cnt, f_port] = raw.slice(10, memberCount)
  const named = { tenant, service, asset, device, channel, model, time, received, quality, flags }
  const row = rowSchema.parse({
    ...named,
    ...{ gateways, gateway, rssi, snr, spreading_factor, margin, f_cnt, f_port },
    values: raw.slice(memberCount),
  })
  const values: Record<string, Value> = {}
  columns.forEach((column, index) => {
    const kept = row.values[index]
    if (kept !== null && kept !== undefined) values[column.name] = fromColumn(kept, column.kind)
  })
  return {
    v: 1,
    tenant: row.tenant,
    service: row.service,
    asset: row.asset,
    device: row.device,
    channel: row.channel,
    family,
    model: row.model,
    time: new Date(row.time).toISOString(),
    receivedAt: new Date(row.received).toISOString(),
    quality: row.quality,
    flags: parseFlags(row.flags),
    values,
    radio: {
      gateways: row.gateways,
      gateway: row.gateway,
      rssi: row.rssi,
      snr: row.snr,
      spreadingFactor: row.spreading_factor,
      margin: row.margin,
    },
    frame: { fCnt: row.f_cnt, fPort: row.f_port },
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
