import { inflateSync } from 'node:zlib'
import { PNG } from 'pngjs'
import { OndineError } from '../errors/ondine-error.ts'

/** Pixels in rows from the top, four bytes each: red, green, blue and 255. */
export interface Picture {
  width: number
  height: number
  data: Uint8ClampedArray
}

/** A photograph of 25 million pixels; what is larger tells no more of a label. */
const limits = { fileBytes: 40_000_000, side: 12_000, pixels: 25_000_000, rawBytes: 110_000_000 }

/**
 * A PNG (ISO/IEC 15948), what is transparent as on white paper. How much it would unpack to is known and bounded before a byte
 * of it is unpacked. Throws `picture.jpeg`, `picture.not-png`, `picture.too-large` and `picture.damaged`.
 */
export function readPng(bytes: Uint8Array, file: string): Picture {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) throw new OndineError('picture.jpeg', { file })
  if (Buffer.compare(bytes.subarray(0, 8), signature) !== 0) throw new OndineError('picture.not-png', { file })
  if (bytes.length > limits.fileBytes) throw new OndineError('picture.too-large', { file, megapixels: limits.pixels / 1e6 })
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  boundedHeader(buffer, file)
  try {
    const { width, height, data } = PNG.sync.read(buffer)
    return onWhite(width, height, data)
  } catch (thrown) {
    throw new OndineError('picture.damaged', { file }, { cause: thrown })
  }
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** Samples of a pixel by colour type. */
const samples: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
])

/** A second header would be believed by the library instead of the one that was looked at: there must be one. */
function boundedHeader(buffer: Buffer, file: string): void {
  const damaged = () => new OndineError('picture.damaged', { file })
  const chunks = chunksOf(buffer)
  const headers = chunks.filter(({ type }) => type === 'IHDR')
  const [header] = headers
  if (chunks[0] !== header || header?.data.length !== 13 || headers.length > 1) throw damaged()
  const [width, height] = [header.data.readUInt32BE(0), header.data.readUInt32BE(4)]
  const [depth = 0, colour = 0, , , interlace = 0] = header.data.subarray(8)
  if (width === 0 || height === 0) throw damaged()
  const rawBytes = rawLength(width, height, (samples.get(colour) ?? 4) * depth, interlace !== 0)
  if (width > limits.side || height > limits.side || width * height > limits.pixels || rawBytes > limits.rawBytes) {
    throw new OndineError('picture.too-large', { file, megapixels: limits.pixels / 1e6 })
  }
  // The library unpacks interlaced data without a bound, and takes whatever lies in memory for data that is missing.
  if (unpackedLength(chunks, rawBytes) !== rawBytes) throw damaged()
}

/** -1: not to be unpacked, or to more than that. */
function unpackedLength(chunks: readonly Chunk[], most: number): number {
  try {
    const packed = Buffer.concat(chunks.flatMap(({ type, data }) => (type === 'IDAT' ? data : [])))
    return inflateSync(packed, { maxOutputLength: most }).length
  } catch {
    return -1
  }
}

/** Where each pass of an interlaced picture begins, and its steps: x, y, across, down (ISO/IEC 15948 8.2). */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/** Bytes of all rows, each behind one that names its filter. */
function rawLength(width: number, height: number, bitsOfPixel: number, isInterlaced: boolean): number {
  const rows = (across: number, down: number) => (across === 0 ? 0 : (Math.ceil((across * bitsOfPixel) / 8) + 1) * down)
  if (!isInterlaced) return rows(width, height)
  const count = (length: number, from: number, step: number) => Math.max(0, Math.ceil((length - from) / step))
  return passes.reduce((sum, [x, y, across, down]) => sum + rows(count(width, x, across), count(height, y, down)), 0)
}

interface Chunk {
  type: string
  data: Buffer
}

function chunksOf(buffer: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = signature.length; at + 12 <= buffer.length; ) {
    const length = buffer.readUInt32BE(at)
    const type = buffer.toString('latin1', at + 4, at + 8)
    chunks.push({ type, data: buffer.subarray(at + 8, at + 8 + length) })
    if (type === 'IEND') break
    at += 12 + length
  }
  return chunks
}

function onWhite(width: number, height: number, rgba: Buffer): Picture {
  const data = new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, width * height * 4)
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 255
    if (alpha === 255) continue
    for (let sample = at; sample < at + 3; sample++) data[sample] = ((data[sample] ?? 0) * alpha) / 255 + 255 - alpha
    data[at + 3] = 255
  }
  return { width, height, data }
}
