import { crc32 } from 'node:zlib'
import type { UplinkEvent } from '../lorawan/network-event.ts'
import type { Reading } from '../readings/reading.ts'
import { FirstSeen } from './first-seen.ts'

/**
 * ms between two events of one frame: a device repeats a frame within seconds (NbTrans, LoRaWAN 1.0.4 §5.2), gateways and brokers deliver it
 * again with the time it had. A counter that begins again (a new session keeps its devAddr where a device is activated by personalisation) comes later.
 */
const repeatedWithin = 60_000

/** about 500,000 frames and 130,000 instants: the newest sixteen of a device in a small fleet, four in one of 130,000 */
const rows = { frames: 32_768, instants: 8_192 }

/**
 * Tells which uplinks are those that came before: ChirpStack and brokers deliver at least once, and so does our spool
 * after a crash. The same frame has devEui, devAddr, fCnt and payload in common and was received within a minute.
 * Nothing of it is kept: what was last before a consumer's cursor is read from the spool again at the start.
 */
export class Repeats {
  private readonly frames = new FirstSeen(rows.frames)

  isRepeat({ device, devAddr, fCnt, fPort, data, time }: UplinkEvent, offset: number): boolean {
    const key = `${devAddr} ${fCnt} ${fPort} ${crc32(data)}`
    const received = Date.parse(time)
    return this.frames.earlier(device.devEui, key, offset, received, (mark) => Math.abs(mark - received) <= repeatedWithin) !== null
  }
}

/**
 * Keeps apart what different frames of a device measured within one second of its clock, since (device, channel, time) is
 * the key of a reading. The frame that came first keeps the second; another one is moved by 1 to 999 ms, which its frame
 * counter alone decides: so it gets the same time whenever it is decoded again. History in a frame is left where it is, as it
 * repeats what earlier frames told.
 */
export class Instants {
  private readonly seen = new FirstSeen(rows.instants)

  /** `own`: time of the frame itself, to which its history does not belong. `offset`: where the frame stands in the order. */
  apart(readings: readonly Reading[], own: string, offset: number): readonly Reading[] {
    if (!own.endsWith('.000Z') || !readings.some(({ time }) => time === own)) return readings
    return readings.map((reading) => {
      if (reading.time !== own || Object.hasOwn(reading.flags, 'time')) return reading
      const { device, channel, frame } = reading
      const first = this.seen.earlier(device, `${channel} ${own}`, offset, frame.fCnt, () => true)
      if (first === null || first === frame.fCnt) return reading
      return { ...reading, time: new Date(Date.parse(own) + 1 + (frame.fCnt % 999)).toISOString() }
    })
  }
}
