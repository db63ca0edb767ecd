import { open, readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
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
}

const suffix = '.spool'

export function segmentPath(folder: string, first: number): string {
  return join(folder, `${String(first).padStart(16, '0')}${suffix}`)
}

/** Finds the segments of a folder, oldest first, and cuts what a crash left unfinished at the end of the last one. */
export async function openSegments(folder: string, log: Logger): Promise<Segment[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{16}\.spool$/.test(name)).sort()
  const segments: Segment[] = []
  for (const name of names) {
    const path = join(folder, name)
    const { size, mtimeMs } = await stat(path)
    await refuseNewer(path)
    segments.push({ path, first: Number(name.slice(0, -suffix.length)), size, end: 0, writtenMs: mtimeMs })
  }
  segments.forEach((segment, index) => {
    segment.end = segments[index + 1]?.first ?? segment.first
  })
  const last = segments.at(-1)
  if (last) await cutTornTail(last, log)
  if (last && last.end === last.first) {
    await rm(last.path)
    await syncFolder(folder)
    segments.pop()
  }
  return segments
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
async function cutTornTail(segment: Segment, log: Logger): Promise<void> {
  const handle = await open(segment.path, 'r')
  let bytes: Buffer
  try {
    bytes = await readAt(handle, 0, segment.size)
  } finally {
    await handle.close()
  }
  let end = 0
  for (let at = nextRecord(bytes, 0); at >= 0; ) {
    const found = decodeRecord(bytes, at)
    if (found.kind === 'record') {
      end = at = found.end
      segment.end = found.event.offset + 1
    } else {
      at = nextRecord(bytes, at + 1)
    }
  }
  const torn = segment.size - Math.max(end, Math.min(headerBytes, segment.size))
  if (torn > 0) {
    log.warn({ segment: segment.path, bytes: torn }, 'spool: unfinished write of the last run cut off, it was never acknowledged')
    await truncate(segment.path, segment.size - torn)
    segment.size -= torn
  }
}
