import { limits } from './limits.ts'

/**
 * What parent and child say to each other on the child's stdin and stdout: messages that begin with their own length, so
 * that nothing a codec gives can end one and begin another. Numbers are in the machine's byte order: both ends are on it.
 *
 *   message  u32 length of all · u32 type · u32 id · u32 groups · u32 n · u32 b · n × f64 · b bytes · zeros up to a multiple of 8
 *
 * hello (child, once it is warm)  nothing
 * load                            bytes: JSON of `LoadOrder`; id: the codec's number
 * forget                          id: the codec's number
 * run                             see call-stream.ts
 * result                          see result-stream.ts
 */
export const messageType = { hello: 1, load: 2, run: 3, result: 4, forget: 5 } as const

/** What became of one codec's group of calls. */
export const status = {
  /** as many results as were reached in time, at least one */
  done: 0,
  timeout: 1,
  memory: 2,
  /** the codec's source cannot be run; the one result says why */
  loadError: 3,
  loadTimeout: 4,
  /** the sandbox's own runner did not come to its end */
  badOutput: 5,
  notRun: 6,
} as const

export interface LoadOrder {
  file: string
  source: string
  /** run it now, before anyone asks for a result */
  warm: boolean
}

export interface Message {
  type: number
  id: number
  groups: number
  numbers: Float64Array
  bytes: Uint8Array
}

const headerBytes = 24
const empty = new Float64Array(0)
const noBytes = new Uint8Array(0)

export function messageOf(type: number, id: number, content: Partial<Pick<Message, 'groups' | 'numbers' | 'bytes'>> = {}): Message {
  return { type, id, groups: content.groups ?? 0, numbers: content.numbers ?? empty, bytes: content.bytes ?? noBytes }
}

export function encodeMessage(message: Message): Uint8Array {
  const { numbers, bytes } = message
  const bytesAt = headerBytes + numbers.byteLength
  const size = roundUp(bytesAt + bytes.length)
  const buffer = new ArrayBuffer(size)
  new Uint32Array(buffer, 0, 6).set([size, message.type, message.id, message.groups, numbers.length, bytes.length])
  new Float64Array(buffer, headerBytes, numbers.length).set(numbers)
  const all = new Uint8Array(buffer)
  all.set(bytes, bytesAt)
  return all
}

/** Puts messages together from chunks. `push` throws when the bytes cannot be a message: the other side is then not to be trusted. */
export class MessageReader {
  private chunks: Uint8Array[] = []
  private size = 0
  private readonly limit: number

  constructor(limit: number = limits.wire) {
    this.limit = limit
  }

  /** The messages' contents are views of the chunk where it holds them whole. */
  push(chunk: Uint8Array): Message[] {
    this.chunks.push(chunk)
    this.size += chunk.length
    const messages: Message[] = []
    while (this.size >= headerBytes) {
      const [first] = this.chunks
      const head = first !== undefined && first.length >= headerBytes ? first : this.join()
      const size = new DataView(head.buffer, head.byteOffset).getUint32(0, true)
      if (size > this.limit || size < headerBytes || size % 8 !== 0) throw new Error(`a message of ${size} bytes`)
      if (this.size < size) return messages
      const all = this.join()
      messages.push(parseMessage(all.subarray(0, size)))
      this.size -= size
      this.chunks = this.size === 0 ? [] : [all.subarray(size)]
    }
    return messages
  }

  private join(): Uint8Array {
    const [first] = this.chunks
    if (first !== undefined && this.chunks.length === 1) return first
    const all = new Uint8Array(this.size)
    let at = 0
    for (const chunk of this.chunks) {
      all.set(chunk, at)
      at += chunk.length
    }
    this.chunks = [all]
    return all
  }
}

function parseMessage(given: Uint8Array): Message {
  // Numbers can be looked at only where they are aligned.
  const whole = given.byteOffset % 8 === 0 ? given : given.slice()
  const [size = 0, type = 0, id = 0, groups = 0, numbers = 0, bytes = 0] = new Uint32Array(whole.buffer, whole.byteOffset, 6)
  const bytesAt = headerBytes + numbers * 8
  if (roundUp(bytesAt + bytes) !== size) throw new Error('contents that do not fill the message')
  return {
    type,
    id,
    groups,
    numbers: new Float64Array(whole.buffer, whole.byteOffset + headerBytes, numbers),
    bytes: whole.subarray(bytesAt, bytesAt + bytes),
  }
}

function roundUp(size: number): number {
  return Math.ceil(size / 8) * 8
}
