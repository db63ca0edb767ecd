import { crc32 } from 'node:zlib'
import type { RawEvent, SpooledEvent } from '../ports.ts'

/*
 * A segment is a header and records. All numbers are little-endian.
 *   header  magic "ONDSPOOL" · u32 format · u32 zero · u64 offset of the first record
 *   record  u32 mark · u32 checksum of length and body · u32 length of the body
 *   body    u48 offset · u48 receive time (ms since 1970) · u8 qos · u16 length of the topic · topic · payload
 *
 * The mark lets reading resume after damage, the length being under the checksum too, and tells which record it is:
 * those of format 1 had length and checksum the other way round, and CRC-32 (IEEE 802.3).
 */
export const segmentFormat = 2
export const headerBytes = 24
const magic = Buffer.from('ONDSPOOL')
const mark = 0xa5d2_0e5a
const firstMark = 0xa5d1_0e5a
/** how both marks begin in the file */
const markBegins = Buffer.from([0x5a, 0x0e])
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
  writeU48(target, offset, body)
  writeU48(target, receivedMs, body + 6)
  target[body + 12] = event.qos
  const topicLength = target.write(event.topic, body + fixedBody)
  target.writeUInt16LE(topicLength, body + 13)
  target.set(event.payload, body + fixedBody + topicLength)
  const end = body + fixedBody + topicLength + event.payload.length
  target.writeUInt32LE(mark, at)
  target.writeUInt32LE(end - body, at + 8)
  target.writeUInt32LE(crc32(target.subarray(at + 8, end)), at + 4)
  return end
}

/** What stands at a position: a record and where it ends, bytes that are no record, or too few bytes to say. */
export type Found = { kind: 'record'; end: number; event: SpooledEvent } | { kind: 'damaged' } | { kind: 'short'; needs: number }

const damaged = { kind: 'damaged' } as const

/** `payload` of a found record is a view into `bytes`. */
export function decodeRecord(bytes: Buffer, at: number): Found {
  if (bytes.length < at + headBytes) return { kind: 'short', needs: headBytes }
  const found = bytes.readUInt32LE(at)
  if (found !== mark && found !== firstMark) return damaged
  const length = bytes.readUInt32LE(at + (found === mark ? 8 : 4))
  if (length < fixedBody || length > maxBody) return damaged
  const body = at + headBytes
  const end = body + length
  if (bytes.length < end) return { kind: 'short', needs: headBytes + length }
  if (found === mark ? bytes.readUInt32LE(at + 4) !== crc32(bytes.subarray(at + 8, end)) : !firstFormatFits(bytes, at, end)) return damaged
  const topicEnd = body + fixedBody + bytes.readUInt16LE(body + 13)
  const qos = bytes[body + 12]
  if (topicEnd > end || (qos !== 0 && qos !== 1 && qos !== 2)) return damaged
  const event = {
    offset: readU48(bytes, body),
    spooledAt: isoTime(readU48(bytes, body + 6)),
    qos,
    topic: bytes.toString('utf8', body + fixedBody, topicEnd),
    payload: bytes.subarray(topicEnd, end),
  } satisfies SpooledEvent
  return { kind: 'record', end, event }
}

/**
 * Where reading goes on when no record can be read at `at`, and the event there; null: nowhere in these bytes. `expected`: the
 * offset that the record there should have had. What a device sent may look like a record: the one that follows by the damaged
 * one's own length comes first, and none is taken whose offset cannot be reached in the bytes between.
 */
export function nextRecord(bytes: Buffer, at: number, expected: number): { at: number; event: SpooledEvent } | null {
  const fits = (next: number, event: SpooledEvent) =>
    event.offset >= expected && event.offset - expected <= (next - at) / (headBytes + fixedBody)
  const follows = declaredEnd(bytes, at)
  if (follows !== null) {
    if (follows === bytes.length) return null
    const found = decodeRecord(bytes, follows)
    if (found.kind === 'record' && fits(follows, found.event)) return { at: follows, event: found.event }
  }
  for (let next = bytes.indexOf(markBegins, at + 1); next >= 0; next = bytes.indexOf(markBegins, next + 1)) {
    const found = decodeRecord(bytes, next)
    if (found.kind === 'record' && fits(next, found.event)) return { at: next, event: found.event }
  }
  return null
}

/** Where the record ends by what its head says, within the bytes. */
function declaredEnd(bytes: Buffer, at: number): number | null {
  if (bytes.length < at + headBytes) return null
  const found = bytes.readUInt32LE(at)
  if (found !== mark && found !== firstMark) return null
  const end = at + headBytes + bytes.readUInt32LE(at + (found === mark ? 8 : 4))
  return end <= bytes.length ? end : null
}

function firstFormatFits(bytes: Buffer, at: number, end: number): boolean {
  return bytes.readUInt32LE(at + 8) === crc32(bytes.subarray(at + headBytes, end), crc32(bytes.subarray(at + 4, at + 8)))
}

const lower32 = 0x1_0000_0000

function writeU48(target: Buffer, value: number, at: number): void {
  target.writeUInt32LE(value % lower32, at)
  target.writeUInt16LE(Math.floor(value / lower32), at + 4)
}

function readU48(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt16LE(at + 4) * lower32
}

/** All events of one write have one time: what was last asked for is asked for again. */
let last = { ms: Number.NaN, iso: '' }

export function isoTime(ms: number): string {
  if (ms !== last.ms) last = { ms, iso: new Date(ms).toISOString() }
  return last.iso
}
