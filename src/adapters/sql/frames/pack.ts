import type { UplinkEvent } from '../../../lorawan/network-event.ts'

/*
 * Frames one after the other; numbers are little-endian:
 *   u32 source · u32 ms of the day · u32 fCnt · u8 fPort · u16 radio · u8 form · u8 receptions · u16 length of the payload
 *   per reception its gateway's number (u24), RSSI and SNR; then the payload
 * Form 0: RSSI in dBm and SNR in hundredths of dB as i16, where that is exact. Form 1: both as f64.
 */
const fixedBytes = 19
const receptionBytes = [7, 19] as const
const mostReceptions = 255

/** A frame whose texts are numbers already. */
export interface NumberedFrame {
  source: number
  radio: number
  /** ms since the start of its UTC day */
  at: number
  uplink: Pick<UplinkEvent, 'fCnt' | 'fPort' | 'receptions' | 'data'>
}

export type UnpackedFrame = Omit<NumberedFrame, 'uplink'> & {
  fCnt: number
  fPort: number
  receptions: { gateway: number; rssi: number; snr: number }[]
  payload: Uint8Array
}

/** At most so many bytes a frame takes. */
export function frameBytes({ receptions, data }: NumberedFrame['uplink']): number {
  return fixedBytes + Math.min(receptions.length, mostReceptions) * receptionBytes[1] + data.length
}

/** Writes the frame at `at` and returns where the next one goes. */
export function packFrame(target: Buffer, at: number, frame: NumberedFrame, gatewayNumber: (id: string) => number): number {
  const { fCnt, fPort, data } = frame.uplink
  const receptions = frame.uplink.receptions.slice(0, mostReceptions)
  const form = receptions.every(isSmall) ? 0 : 1
  target.writeUInt32LE(frame.source, at)
  target.writeUInt32LE(frame.at, at + 4)
  target.writeUInt32LE(fCnt, at + 8)
  target[at + 12] = fPort
  target.writeUInt16LE(frame.radio, at + 13)
  target[at + 15] = form
  target[at + 16] = receptions.length
  target.writeUInt16LE(data.length, at + 17)
  let next = at + fixedBytes
  for (const { gatewayId, rssi, snr } of receptions) {
    target.writeUIntLE(gatewayNumber(gatewayId), next, 3)
    if (form === 0) {
      target.writeInt16LE(rssi, next + 3)
      target.writeInt16LE(Math.round(snr * 100), next + 5)
    } else {
      target.writeDoubleLE(rssi, next + 3)
      target.writeDoubleLE(snr, next + 11)
    }
    next += receptionBytes[form]
  }
  target.set(data, next)
  return next + data.length
}

/** The frames of these sources in a pack, in the order they were written. */
export function* unpackFrames(pack: Buffer, wanted: { has(source: number): boolean }): Generator<UnpackedFrame> {
  for (let at = 0; at < pack.length; ) {
    const isExact = pack[at + 15] === 1
    const bytes = receptionBytes[isExact ? 1 : 0]
    const count = pack[at + 16] ?? 0
    const payloadAt = at + fixedBytes + count * bytes
    const end = payloadAt + pack.readUInt16LE(at + 17)
    const source = pack.readUInt32LE(at)
    if (wanted.has(source)) {
      const receptions = Array.from({ length: count }, (_, index) => {
        const from = at + fixedBytes + index * bytes
        const gateway = pack.readUIntLE(from, 3)
        return isExact
          ? { gateway, rssi: pack.readDoubleLE(from + 3), snr: pack.readDoubleLE(from + 11) }
          : { gateway, rssi: pack.readInt16LE(from + 3), snr: pack.readInt16LE(from + 5) / 100 }
      })
      yield {
        source,
        at: pack.readUInt32LE(at + 4),
        fCnt: pack.readUInt32LE(at + 8),
        fPort: pack[at + 12] ?? 0,
        radio: pack.readUInt16LE(at + 13),
        receptions,
        payload: new Uint8Array(pack.subarray(payloadAt, end)),
      }
    }
    at = end
  }
}

function isSmall({ rssi, snr }: UplinkEvent['receptions'][number]): boolean {
  return Number.isInteger(rssi) && Math.abs(rssi) < 32_768 && Math.abs(snr) < 327 && Math.round(snr * 100) / 100 === snr
}
