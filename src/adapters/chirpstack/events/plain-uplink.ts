import type { DeviceInfo, Reception, UplinkEvent } from '../../../lorawan/network-event.ts'
import { bestFirst, tidySnr } from './receptions.ts'

/**
 * The uplink of a JSON event in the form that ChirpStack gives nearly all of them, at a fifth of the schema's cost.
 * null: something is unusual, and the schema decides. What comes out is what the schema would have made: a test holds both to it.
 */
export function plainUplink(event: unknown): UplinkEvent | null {
  if (!isObject(event)) return null
  const { time, deviceInfo, deduplicationId, devAddr, fCnt, fPort, confirmed, data, rxInfo = none, txInfo } = event
  const at = instant(time)
  const device = deviceOf(deviceInfo)
  const bytes = bytesOf(data)
  const receptions = receptionsOf(rxInfo)
  if (at === null || device === null || bytes === null || receptions === null || !isObject(txInfo)) return null
  const { frequency = 0 } = txInfo
  const spreadingFactor = spreadingFactorOf(txInfo.modulation)
  if (typeof deduplicationId !== 'string' || typeof devAddr !== 'string' || typeof confirmed !== 'boolean') return null
  if (!isCount(fCnt) || !isCount(fPort) || !isCount(frequency) || spreadingFactor === undefined) return null
  return {
    ...{ type: 'uplink', time: at, device, deduplicationId, devAddr, fCnt, fPort, confirmed, data: bytes },
    ...{ frequency, spreadingFactor, receptions },
  }
}

const none: readonly unknown[] = []
const utcTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/
const plainEui = /^[0-9a-f]{16}$/

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** 30 February and 24:00 come back as another day: then it is for the schema to refuse them. */
function instant(value: unknown): string | null {
  if (typeof value !== 'string' || !utcTime.test(value)) return null
  const ms = Date.parse(value)
  if (Number.isNaN(ms)) return null
  const iso = new Date(ms).toISOString()
  return value.startsWith(iso.slice(0, 19)) ? iso : null
}

function deviceOf(info: unknown): DeviceInfo | null {
  if (!isObject(info)) return null
  const { tenantId, tenantName, applicationId, applicationName, deviceProfileId, deviceProfileName, deviceName, devEui } = info
  const tags = tagsOf(info.tags)
  if (typeof tenantId !== 'string' || typeof tenantName !== 'string' || typeof deviceName !== 'string') return null
  if (typeof applicationId !== 'string' || typeof applicationName !== 'string' || tags === null) return null
  if (typeof deviceProfileId !== 'string' || typeof deviceProfileName !== 'string') return null
  if (typeof devEui !== 'string' || !plainEui.test(devEui)) return null
  return { tenantId, tenantName, applicationId, applicationName, deviceProfileId, deviceProfileName, deviceName, devEui, tags }
}

function tagsOf(value: unknown): Readonly<Record<string, string>> | null {
  if (value === undefined) return {}
  return isObject(value) && areTexts(value) ? value : null
}

function areTexts(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, string>> {
  for (const key in value) if (key === '__proto__' || typeof value[key] !== 'string') return false
  return true
}

/** Other spellings of the same bytes (RFC 4648 §3.5) come back as this one, and are left to the schema. */
function bytesOf(text: unknown): Uint8Array | null {
  if (typeof text !== 'string') return null
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : null
}

function receptionsOf(list: unknown): readonly Reception[] | null {
  if (!Array.isArray(list)) return null
  const receptions: Reception[] = []
  for (const rx of list) {
    if (!isObject(rx)) return null
    const { gatewayId, rssi = 0, snr = 0 } = rx
    if (typeof gatewayId !== 'string' || !plainEui.test(gatewayId)) return null
    if (typeof rssi !== 'number' || typeof snr !== 'number' || !Number.isFinite(rssi) || !Number.isFinite(snr)) return null
    receptions.push({ gatewayId, rssi, snr: tidySnr(snr) })
  }
  return receptions.length > 1 ? receptions.sort(bestFirst) : receptions
}

/** undefined: not a form that is known here. */
function spreadingFactorOf(modulation: unknown): number | null | undefined {
  if (modulation === undefined) return null
  if (!isObject(modulation)) return undefined
  const { lora } = modulation
  if (lora === undefined) return null
  if (!isObject(lora)) return undefined
  const { spreadingFactor = 0 } = lora
  return typeof spreadingFactor === 'number' && Number.isFinite(spreadingFactor) ? spreadingFactor || null : undefined
}
