import type { Reading, Value } from '../../readings/reading.ts'
import { instantOf } from '../../readings/storable.ts'
import { msText, numberText } from './number-text.ts'
import type { Place, Series } from './series.ts'

/**
 * A reading as a line of InfluxDB's line protocol: measurement = family; tags tenant, asset, device, channel, sorted as the
 * server wants them; one field per value under its vocabulary name, and the other members of a reading under
 * `reading_`, `radio_` and `frame_` (a vocabulary name has no underscore); time in ms. Every number is a float, so
 * that the first whole number does not make the field an integer for ever. The reading has no `storageFault`.
 */
export function lineOf(reading: Reading, series: Series): string {
  const { values, flags, quality, radio, frame, time, receivedAt } = reading
  if (series.model !== reading.model) describeOrigin(series, reading.model)
  const at = msText(instantOf(time) ?? 0)
  const received = receivedAt === time ? at : msText(instantOf(receivedAt) ?? 0)
  let line = `${series.prefix} `
  for (const name in values) {
    const value = values[name]
    if (value !== undefined) line += `${name}=${valueText(value)},`
  }
  line += `${series.origin}${quality}",reading_received=${received}`
  for (const _ in flags) {
    line += `,reading_flags=${text(JSON.stringify(flags))}`
    break
  }
  const { gateways, gateway, rssi, snr, spreadingFactor, margin } = radio
  line += `,radio_gateways=${gateways}`
  if (gateway !== null) line += `,radio_gateway=${text(gateway)}`
  if (rssi !== null) line += `,radio_rssi=${numberText(rssi)}`
  if (snr !== null) line += `,radio_snr=${numberText(snr)}`
  if (spreadingFactor !== null) line += `,radio_spreadingFactor=${spreadingFactor}`
  if (margin !== null) line += `,radio_margin=${numberText(margin)}`
  return `${line},frame_fCnt=${frame.fCnt},frame_fPort=${frame.fPort} ${at}`
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
  const origin = `reading_service=${text(series.service)},reading_model=${text(model)},reading_quality="`
  const known = origins.get(origin)
  if (known === undefined && origins.size < mostOrigins) origins.set(origin, origin)
  if (series.prefix === '') series.prefix = prefixOf(series.family, series)
  series.model = model
  series.origin = known ?? origin
}

/** A field's text: within quotes only the quote and the backslash are special. */
export function text(value: string): string {
  return value.includes('"') || value.includes('\\') ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : `"${value}"`
}
