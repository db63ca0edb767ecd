import { z } from 'zod'
import { qualitySchema, type Reading } from '../../readings/reading.ts'
import { instantOf } from '../../readings/storable.ts'
import { numberText } from './number-text.ts'

/**
 * What a reading is beside its values, as one text: InfluxDB 1.x needs for a line of 18 fields seven times what it needs for
 * one of 7. Being one field it is also written anew as a whole where a point is written again.
 *
 * `service|model|quality|received|gateways|gateway|rssi|snr|spreadingFactor|margin|fCnt|fPort|flags`: `received` in ms after
 * the point's time; what is unknown is empty; flags are JSON, or left out with their bar when there are none. In texts `%` and
 * `|` are percent-coded, in the service all but letters, digits, `-` and `_`, so that it can be asked for by its beginning.
 */
export const metaField = 'reading_meta'

type Described = Pick<Reading, 'service' | 'model' | 'quality' | 'flags' | 'receivedAt' | 'radio' | 'frame'>

/** What changes seldom of it, with the bar that follows. */
export function originText(service: string, model: string): string {
  return `${serviceText(service)}|${barred(model)}|`
}

export function serviceText(service: string): string {
  return encodeURIComponent(service).replaceAll(/[!'()*~.]/g, (odd) => `%${odd.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** The service that a text begins with. */
export function serviceOf(text: string): string {
  return decodeURIComponent(text.slice(0, text.indexOf('|')))
}

/** `origin` as `originText` gives it, `time` in ms since 1970. */
export function metaText(origin: string, { quality, flags, receivedAt, radio, frame }: Described, time: number): string {
  const { gateways, gateway, rssi, snr, spreadingFactor, margin } = radio
  const heard = `${gateways}|${gateway === null ? '' : barred(gateway)}|${figure(rssi)}|${figure(snr)}|${figure(spreadingFactor)}|${figure(margin)}`
  const text = `${origin}${quality}|${(instantOf(receivedAt) ?? time) - time}|${heard}|${frame.fCnt}|${frame.fPort}`
  for (const _ in flags) return `${text}|${JSON.stringify(flags)}`
  return text
}

const flagsSchema = z.record(z.string(), z.string())

/** null: it is none. */
export function metaOf(text: unknown, time: number): Described | null {
  if (typeof text !== 'string') return null
  const parts = text.split('|')
  if (parts.length < 12) return null
  const [service, model, qualityText, received, gateways, gateway, rssi, snr, spreadingFactor, margin, fCnt, fPort] = parts
  const quality = qualitySchema.safeParse(qualityText)
  const receivedAt = new Date(time + Number(received))
  if (!quality.success || service === undefined || model === undefined || Number.isNaN(receivedAt.getTime())) return null
  const flags = flagsIn(parts.slice(12).join('|'))
  if (flags === null) return null
  return {
    service: decodeURIComponent(service),
    model: unbarred(model),
    quality: quality.data,
    flags,
    receivedAt: receivedAt.toISOString(),
    radio: {
      gateways: Number(gateways),
      gateway: gateway === undefined || gateway === '' ? null : unbarred(gateway),
      rssi: numberIn(rssi),
      snr: numberIn(snr),
      spreadingFactor: numberIn(spreadingFactor),
      margin: numberIn(margin),
    },
    frame: { fCnt: Number(fCnt), fPort: Number(fPort) },
  }
}

function flagsIn(text: string): Record<string, string> | null {
  if (text === '') return {}
  try {
    return flagsSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

function figure(number: number | null): string {
  return number === null ? '' : numberText(number)
}

function numberIn(text: string | undefined): number | null {
  return text === undefined || text === '' ? null : Number(text)
}

function barred(text: string): string {
  return text.includes('%') || text.includes('|') ? text.replaceAll('%', '%25').replaceAll('|', '%7C') : text
}

function unbarred(text: string): string {
  return text.replaceAll('%7C', '|').replaceAll('%25', '%')
}
