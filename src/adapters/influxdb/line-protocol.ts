import type { Reading } from '../../readings/reading.ts'

/**
 * Readings as InfluxDB line protocol: measurement = family; tags tenant, asset, device, channel, sorted as the
 * server wants them; one field per value under its vocabulary name, and the other members of a reading under
 * `reading_`, `radio_` and `frame_` (a vocabulary name has no underscore); time in ms. Every number is a float, so
 * that the first whole number does not make the field an integer for ever.
 */
export class LineEncoder {
  readonly #prefixes = new Map<string, Series & { prefix: string }>()

  line(reading: Reading): string {
    let fields = ''
    for (const name in reading.values) {
      const value = reading.values[name]
      if (value !== undefined) fields += `${name}=${typeof value === 'string' ? text(value) : value},`
    }
    return `${this.#prefix(reading)} ${fields}${memberFields(reading)} ${Date.parse(reading.time)}`
  }

  /** Measurement and tags change only when a device is installed elsewhere. */
  #prefix(reading: Reading): string {
    const key = `${reading.device}/${reading.channel}`
    const known = this.#prefixes.get(key)
    if (known !== undefined && sameSeries(known, reading)) return known.prefix
    const { family, asset, channel, device, tenant } = reading
    const prefix = `${measurement(family)},asset=${tag(asset)},channel=${tag(channel)},device=${tag(device)},tenant=${tag(tenant)}`
    if (this.#prefixes.size >= prefixLimit) this.#prefixes.clear()
    // Not the reading itself: a fleet's last readings would stay in memory with it.
    this.#prefixes.set(key, { asset, tenant, family, prefix })
    return prefix
  }
}

const prefixLimit = 300_000

type Series = Pick<Reading, 'asset' | 'tenant' | 'family'>

function sameSeries(a: Series, b: Series): boolean {
  return a.asset === b.asset && a.tenant === b.tenant && a.family === b.family
}

function memberFields({ service, model, quality, flags, receivedAt, radio, frame }: Reading): string {
  let fields = `reading_service=${text(service)},reading_model=${text(model)},reading_quality="${quality}",reading_received=${Date.parse(receivedAt)}`
  for (const _ in flags) {
    fields += `,reading_flags=${text(JSON.stringify(flags))}`
    break
  }
  fields += `,radio_gateways=${radio.gateways}`
  if (radio.gateway !== null) fields += `,radio_gateway=${text(radio.gateway)}`
  if (radio.rssi !== null) fields += `,radio_rssi=${radio.rssi}`
  if (radio.snr !== null) fields += `,radio_snr=${radio.snr}`
  if (radio.spreadingFactor !== null) fields += `,radio_spreadingFactor=${radio.spreadingFactor}`
  if (radio.margin !== null) fields += `,radio_margin=${radio.margin}`
  return `${fields},frame_fCnt=${frame.fCnt},frame_fPort=${frame.fPort}`
}

/** Within quotes only the quote and the backslash are special. */
function text(value: string): string {
  return plain.test(value) ? `"${value}"` : `"${value.replaceAll(/["\\]/g, '\\$&')}"`
}
const plain = /^[^"\\]*$/

function tag(value: string): string {
  return value.replaceAll(/[,= ]/g, '\\$&')
}

function measurement(family: string): string {
  return family.replaceAll(/[, ]/g, '\\$&')
}
