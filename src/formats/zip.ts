import { inflateRawSync } from 'node:zlib'

/** Why an archive is not read; its reader says it in the words of its format. */
export class ZipError extends Error {
  override readonly name = 'ZipError'
  readonly reason: 'damaged' | 'too-large' | 'encrypted'

  constructor(reason: 'damaged' | 'too-large' | 'encrypted') {
    super(reason)
    this.reason = reason
  }
}

const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 }
const whole32 = 0xffffffff

/**
 * The wanted files of a ZIP archive (PKWARE APPNOTE 6.3), by its central directory. Sizes that the archive claims are not believed:
 * together they may become `maxBytes`, and no more than that is ever unpacked. Throws ZipError.
 */
export function unzip(
  bytes: Uint8Array,
  { wanted, maxBytes }: { wanted: (name: string) => boolean; maxBytes: number },
): Map<string, Buffer> {
  try {
    return files(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), wanted, maxBytes)
  } catch (thrown) {
    if (thrown instanceof ZipError) throw thrown
    // An offset that leads out of the archive.
    throw new ZipError('damaged')
  }
}

function files(zip: Buffer, wanted: (name: string) => boolean, maxBytes: number): Map<string, Buffer> {
  const found = new Map<string, Buffer>()
  const end = zip.lastIndexOf(Buffer.from('504b0506', 'hex'))
  if (end < 0) throw new ZipError('damaged')
  const count = zip.readUInt16LE(end + 10)
  let left = maxBytes
  let at = zip.readUInt32LE(end + 16)
  for (let index = 0; index < count; index += 1) {
    if (zip.readUInt32LE(at) !== signatures.central) throw new ZipError('damaged')
    const [nameLength, extraLength, commentLength] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)]
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    if (wanted(name)) {
      const content = contentOf(zip, at, zip.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength), left)
      left -= content.length
      found.set(name, content)
    }
    at += 46 + nameLength + extraLength + commentLength
  }
  return found
}

function contentOf(zip: Buffer, at: number, extra: Buffer, maxBytes: number): Buffer {
  if ((zip.readUInt16LE(at + 8) & 1) === 1) throw new ZipError('encrypted')
  const [size, compressed, offset] = zip64(extra, [zip.readUInt32LE(at + 24), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)])
  if (size > maxBytes) throw new ZipError('too-large')
  if (zip.readUInt32LE(offset) !== signatures.local) throw new ZipError('damaged')
  const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28)
  if (start + compressed > zip.length) throw new ZipError('damaged')
  const packed = zip.subarray(start, start + compressed)
  const method = zip.readUInt16LE(at + 10)
  if (method === 0 && packed.length <= maxBytes) return packed
  if (method !== 8) throw new ZipError(method === 0 ? 'too-large' : 'damaged')
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, maxBytes) })
  } catch (thrown) {
    const isTooLarge = thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_BUFFER_TOO_LARGE'
    throw new ZipError(isTooLarge ? 'too-large' : 'damaged')
  }
}

/** Size, packed size and offset: those that 32 bits cannot hold stand in an extra field (4.5.3), in this order. */
function zip64(extra: Buffer, values: [number, number, number]): [number, number, number] {
  if (!values.includes(whole32)) return values
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let next = at + 4
    const [size, compressed, offset] = values.map((value) => {
      if (value !== whole32) return value
      next += 8
      return Number(extra.readBigUInt64LE(next - 8))
    })
    if (size !== undefined && compressed !== undefined && offset !== undefined) return [size, compressed, offset]
  }
  throw new ZipError('damaged')
}

/** An archive of the same files, not packed: what a library reads is exactly what was measured. */
export function storedZip(contents: ReadonlyMap<string, Buffer>, checksum: (content: Buffer) => number): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of contents) {
    const path = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt32LE(checksum(content), 10)
    common.writeUInt32LE(content.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(path.length, 22)
    parts.push(signed(signatures.local), common, path, content)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    directory.push(signed(signatures.central), Buffer.from([20, 0]), common, place, path)
    offset += 30 + path.length + content.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(contents.size, 4)
  end.writeUInt16LE(contents.size, 6)
  end.writeUInt32LE(list.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, list, signed(signatures.end), end])
}

function signed(signature: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(signature)
  return bytes
}
