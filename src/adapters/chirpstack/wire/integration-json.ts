import type { WireEvent, WireLocation, WireModulation, WireReception } from './integration-event.ts'

/**
 * The JSON form of an integration event, as ChirpStack publishes it by default: top-level scalars are always there,
 * zero values inside rxInfo, txInfo and location are left out, times end in `+00:00`.
 */
export function eventToJson(event: WireEvent): string {
  const { kind, time, deviceInfo, ...rest } = event
  const head = { time: jsonTime(time), deviceInfo }
  switch (event.kind) {
    case 'up':
      return JSON.stringify({
        ...head,
        ...rest,
        data: base64(event.data),
        rxInfo: event.rxInfo.map(jsonReception),
        txInfo: { frequency: event.txInfo.frequency, modulation: jsonModulation(event.txInfo.modulation) },
      })
    case 'txack': {
      const { frequency, power, modulation, delayMs, context } = event.txInfo
      return JSON.stringify({
        ...head,
        ...rest,
        txInfo: {
          ...withoutZeros({ frequency, power }),
          modulation: jsonModulation(modulation),
          timing: delayMs === undefined ? { immediately: {} } : { delay: { delay: `${delayMs / 1000}s` } },
          ...(context.length > 0 ? { context: base64(context) } : {}),
        },
      })
    }
    default:
      return JSON.stringify({ ...head, ...rest })
  }
}

function jsonReception(rx: WireReception): object {
  const { gatewayId, uplinkId, gwTime, nsTime, rssi, snr, channel, location, context } = rx
  return {
    gatewayId,
    ...withoutZeros({ uplinkId }),
    ...(gwTime === undefined ? {} : { gwTime: jsonTime(gwTime) }),
    ...(nsTime === undefined ? {} : { nsTime: jsonTime(nsTime) }),
    ...withoutZeros({ rssi, snr, channel }),
    ...(location === undefined ? {} : { location: jsonLocation(location) }),
    ...(context.length > 0 ? { context: base64(context) } : {}),
    crcStatus: 'CRC_OK',
  }
}

function jsonLocation({ latitude, longitude, altitude }: WireLocation): object {
  return { ...withoutZeros({ latitude, longitude, altitude }), source: 'GPS' }
}

function jsonModulation({ lora, fsk, lrFhss }: WireModulation): object {
  if (lora) {
    const { bandwidth, spreadingFactor, polarizationInversion } = lora
    return { lora: { bandwidth, spreadingFactor, codeRate: 'CR_4_5', ...(polarizationInversion ? { polarizationInversion } : {}) } }
  }
  if (fsk) return { fsk: withoutZeros(fsk) }
  return lrFhss ? { lrFhss: { ...withoutZeros(lrFhss), codeRate: 'CR_4_6' } } : {}
}

function withoutZeros(fields: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== 0))
}

/** Milliseconds of a gateway's clock have three decimals, the server's own clock has nine. */
function jsonTime(milliseconds: number): string {
  const iso = new Date(milliseconds).toISOString().slice(0, 23)
  const nanos = Math.round((milliseconds - Math.floor(milliseconds)) * 1e6)
  return `${iso}${nanos === 0 ? '' : String(Math.min(nanos, 999_999)).padStart(6, '0')}+00:00`
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
