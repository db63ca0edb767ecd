import { crc32 } from 'node:zlib'
import type { RawEvent, SpooledEvent } from '../ports.ts'

/*
 * A segment is a header and records. All numbers are little-endian.
 *   header  magic "ONDSPOOL" · u32 format · u32 zero · u64 offset of the first record
 *   record  u32 mark · u32 length of the body · u32 crc32 of length and body
 *   body    u48 offset · u48 receive time (ms since 1970) · u8 qos · u16 length of the topic · topic · payload
 *
 * The mark lets reading resume after damage, the length being under the checksum too. The checksum is CRC-32 (IEEE 802.3)
 * because node:zlib has it native: CRC-32C detects the same single bursts but would be computed in JavaScript,
 * a hundred times slower.
 */
export const segmentFormat = 1
export const headerBytes = 24
const magic = Buffer.from('ONDSPOOL')
const mark = 0xa5d1_0e5a
const markBytes = Buffer.from([0x5a, 0x0e, 0xd1, 0xa5])
const headBytes = 12
const fixedBody = 15
/** MQTT's largest packet (§2.2.3 of 3.1.1) and the fixed part: longer means damage. */
const maxBody = 0x1000_0000 + fixedBody

export function encodeHeader(firstOffset: number): Buffer {
  const header = Buffer.alloc(headerBytes)
  magic.copy(header)
  header.writeUInt32LE(segmentFormat, 8)
  header.writeBigUInt64LE(BigInt(firstOffset), 16)
  return header
}

/** The format of a segment by its header, or null when the header is not one. */
export function headerFormat(bytes: Buffer): number | null {
  return bytes.length >= headerBytes && bytes.subarray(0, 8).equals(magic) ? bytes.readUInt32LE(8) : null
}

/** Topics of MQTT are at most 65,535 bytes (§1.5.3), so their length fits. */
export function recordBytes(event: RawEvent): number {
  return headBytes + fixedBody + Buffer.byteLength(event.topic) + event.payload.length
}

/** Writes one record at `at` and returns where the next one goes. */
export function encodeRecord(target: Buffer, at: number, event: RawEvent, offset: number, receivedMs: number): number {
  const body = at + headBytes
  target.writeUIntLE(offset, body, 6)
  target.writeUIntLE(receivedMs, body + 6, 6)
  target[body + 12] = event.qos
  const topicLength = target.write(event.topic, body + fixedBody)
  target.writeUInt16LE(topicLength, body + 13)
  target.set(event.payload, body + fixedBody + topicLength)
  const end = body + fixedBody + topicLength + event.payload.length
  target.writeUInt32LE(mark, at)
  target.writeUInt32LE(end - body, at + 4)
  target.writeUInt32LE(checksum(target, at, end), at + 8)
  return end
}

function checksum(bytes: Buffer, at: number, end: number): number {
  return crc32(bytes.subarray(at + headBytes, end), crc32(bytes.subarray(at + 4, at + 8)))
}

/** What stands at a position: a record and where it ends, bytes that are no record, or too few bytes to say. */
export type Found = { kind: 'record'; end: number; event: SpooledEvent } | { kind: 'damaged' } | { kind: 'short'; needs: number }

/** `payload` of a found record is a view into `bytes`. */
export function decodeRecord(bytes: Buffer, at: number): Found {
  if (bytes.length < at + headBytes) return { kind: 'short', needs: headBytes }
  const length = bytes.readUInt32LE(at + 4)
  if (bytes.readUInt32LE(at) !== mark || length < fixedBody || length > maxBody) return { kind: 'damaged' }
  const body = at + headBytes
  const end = body + length
  if (bytes.length < end) return { kind: 'short', needs: headBytes + length }
  const topicEnd = body + fixedBody + bytes.readUInt16LE(body + 13)
  const qos = bytes[body + 12]
  if (bytes.readUInt32LE(at + 8) !== checksum(bytes, at, end) || topicEnd > end || (qos !== 0 && qos !== 1 && qos !== 2)) {
    return { kind: 'damaged' }
  }
  const event = {
    offset: bytes.readUIntLE(body, 6),
    spooledAt: new Date(bytes.readUIntLE(body + 6, 6)).toISOString(),
    qos,
    topic: bytes.toString('utf8', body + fixedBody, topicEnd),
    payload: bytes.subarray(topicEnd, end),
  } satisfies SpooledEvent
  return { kind: 'record', end, event }
}

/** The next position from `from` on where a whole record stands, or -1. */
export function nextRecord(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(markBytes, from); at >= 0; at = bytes.indexOf(markBytes, at + 1)) {
    if (decodeRecord(bytes, at).kind === 'record') return at
  }
  return -1
}
