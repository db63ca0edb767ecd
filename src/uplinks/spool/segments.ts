import { open, readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { OndineError } from '../../errors/ondine-error.ts'
import { readAt, syncFolder } from './files.ts'
import { decodeRecord, headerBytes, headerFormat, nextRecord, segmentFormat } from './record.ts'

/** One file of the spool. */
export interface Segment {
  path: string
  /** offset that its first record has or will have */
  first: number
  /** bytes that are durable: nobody reads beyond */
  size: number
  /** offset after its last record; that of the segment being written rises */
  end: number
  /** time of its last write, ms */
  writtenMs: number
  /** where some of its records begin, rising: a reader need not begin with the first one */
  places: { offset: number; position: number }[]
}

/** Bytes at the end of the last segment that are no whole record. */
export interface TornTail {
  segment: Segment
  position: number
  bytes: Buffer
  /** a record by its length and not by its checksum: it may be one that was acknowledged and has been damaged since */
  whole: boolean
}

const suffix = '.spool'
/** a reader that begins in the middle of a segment reads at most so much in vain */
const placeEvery = 2 * 1024 * 1024

export function segmentPath(folder: string, first: number): string {
  return join(folder, `${String(first).padStart(16, '0')}${suffix}`)
}

/** Remembers where the record with that offset is going to begin, now and then. */
export function notePlace(segment: Segment, offset: number): void {
  const { places, size } = segment
  if (size - (places.at(-1)?.position ?? headerBytes) >= placeEvery) places.push({ offset, position: size })
}

/** The last known beginning of a record at or before that offset. */
export function placeOf(segment: Segment, offset: number): { offset: number; position: number } {
  return segment.places.findLast((place) => place.offset <= offset) ?? { offset: segment.first, position: headerBytes }
}

/** The first of the segments, sorted, that ends behind the offset. */
export function segmentFrom(segments: readonly Segment[], offset: number): Segment | undefined {
  let low = 0
  let high = segments.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((segments[middle]?.end ?? 0) > offset) high = middle
    else low = middle + 1
  }
  return segments[low]
}

/**
 * Finds the segments of a folder, oldest first, and cuts what a crash left unfinished at the end of the last one.
 * `next`: the first offset that no record of them has had.
 */
export async function openSegments(
  folder: string,
  torn: (tail: TornTail) => Promise<void>,
): Promise<{ segments: Segment[]; next: number }> {
  const names = (await readdir(folder)).filter((name) => /^\d{16}\.spool$/.test(name)).sort()
  const segments: Segment[] = []
  for (const name of names) {
    const path = join(folder, name)
    const { size, mtimeMs } = await stat(path)
    await refuseNewer(path)
    segments.push({ path, first: Number(name.slice(0, -suffix.length)), size, end: 0, writtenMs: mtimeMs, places: [] })
  }
  segments.forEach((segment, index) => {
    segment.end = segments[index + 1]?.first ?? segment.first
  })
  const last = segments.at(-1)
  if (!last) return { segments, next: 0 }
  await cutTornTail(last, torn)
  if (last.end === last.first) {
    await rm(last.path)
    await syncFolder(folder)
    segments.pop()
  }
  return { segments, next: last.end }
}

async function refuseNewer(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    const version = headerFormat(await readAt(handle, 0, headerBytes))
    // A damaged header does not condemn the records behind it: they carry their own marks.
    if (version !== null && version > segmentFormat) throw new OndineError('spool.newer', { file: path, version })
  } finally {
    await handle.close()
  }
}

/** Only the last segment can have one: a crash ends the file being written, and the next start opens a new one. */
async function cutTornTail(segment: Segment, torn: (tail: TornTail) => Promise<void>): Promise<void> {
  const handle = await open(segment.path, 'r')
  let bytes: Buffer
  try {
    bytes = await readAt(handle, 0, segment.size)
  } finally {
    await handle.close()
  }
  let end = headerBytes
  for (let at = headerBytes; at < bytes.length; ) {
    const found = decodeRecord(bytes, at)
    if (found.kind === 'record') {
      end = at = found.end
      segment.end = Math.max(segment.end, found.event.offset + 1)
    } else {
      const next = nextRecord(bytes, at, segment.end)
      if (next === null) break
      at = next.at
    }
  }
  const position = Math.min(end, segment.size)
  if (position === segment.size) return
  const whole = decodeRecord(bytes, position).kind === 'damaged' && bytes.readUInt32LE(position) !== 0
  await torn({ segment, position, bytes: bytes.subarray(position), whole })
  await truncate(segment.path, position)
  segment.size = position
}
