import type { Reading, Value } from '../../readings/reading.ts'
import { instantOf } from '../../readings/storable.ts'
import { metaField, metaText, originText } from './meta.ts'
import { msText, numberText } from './number-text.ts'
import type { Place, Series } from './series.ts'

/**
 * A reading as a line of InfluxDB's line protocol: measurement = family; tags tenant, asset, device, channel, sorted as the
 * server wants them; one field per value under its vocabulary name, and all the rest in one text; time in ms. Every number is
 * a float, so that the first whole number does not make the field an integer for ever. The reading has no `storageFault`.
 * `radio`: how it was heard in fields of their own too, for dashboards.
 */
export function lineOf(reading: Reading, series: Series, radio = false): string {
  const { values, time } = reading
  if (series.model !== reading.model) describeOrigin(series, reading.model)
  const ms = instantOf(time) ?? 0
  let line = `${series.prefix} `
  for (const name in values) {
    const value = values[name]
    if (value !== undefined) line += `${name}=${valueText(value)},`
  }
  if (radio) line += `radio_gateways=${reading.radio.gateways},`
  if (radio && reading.radio.margin !== null) line += `radio_margin=${numberText(reading.radio.margin)},`
  return `${line}${metaField}=${text(metaText(series.origin, reading, ms))} ${msText(ms)}`
}

function valueText(value: Value): string | boolean {
  if (typeof value === 'number') return numberText(value)
  return typeof value === 'string' ? text(value) : value
}

/** Tags as line protocol writes them, sorted by their names as the server wants them, after the measurement. */
export function prefixOf(measurement: string, { tenant, asset, device, channel }: Omit<Place, 'service' | 'family'>): string {
  const name = measurement.replaceAll(/[, ]/g, '\\$&')
  return `${name},asset=${tag(asset)},channel=${tag(channel)},device=${tag(device)},tenant=${tag(tenant)}`
}

function tag(value: string): string {
  return value.replaceAll(/[,= ]/g, '\\$&')
}

/** Few: one a service and model. */
const origins = new Map<string, string>()
const mostOrigins = 1000

function describeOrigin(series: Series, model: string): void {
  const origin = originText(series.service, model)
  const known = origins.get(origin)
  if (known === undefined && origins.size < mostOrigins) origins.set(origin, origin)
  if (series.prefix === '') series.prefix = prefixOf(series.family, series)
  series.model = model
  series.origin = known ?? origin
}

/** Within quotes only the quote and the backslash are special. */
function text(value: string): string {
  return value.includes('"') || value.includes('\\') ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : `"${value}"`
}
