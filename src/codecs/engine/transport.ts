import { limits } from './limits.ts'

/**
 * What parent and child say to each other: length-prefixed messages on the child's stdin and stdout, so that no
 * text of a codec can end one message and begin another.
 *
 *   message  u32 length of the rest · u8 type · u32 id · u16 number of segments · segments
 *   segment  u32 codec · u32 info · u32 length · UTF-8 text
 *
 * hello (child, once it is warm)  no segment
 * load                            one segment, text: JSON of `LoadOrder`
 * run                             a segment per codec, info: number of calls, text: JSON array of calls
 * result                          a segment per segment of `run`, info: `status`, text: JSON array of results, or a message
 */
export const messageType = { hello: 1, load: 2, run: 3, result: 4 } as const

/** What became of one codec's group of calls. */
export const status = {
  /** as many results as were reached in time, at least one */
  done: 0,
  timeout: 1,
  memory: 2,
  /** the codec's source cannot be run; text says why */
  loadError: 3,
  loadTimeout: 4,
  /** what came out is no text or too long */
  badOutput: 5,
  notRun: 6,
} as const
const highestStatus = Math.max(...Object.values(status))

export interface LoadOrder {
  file: string
  source: string
}
export interface Segment {
  codec: number
  info: number
  text: string
}
export interface Message {
  type: number
  id: number
  segments: readonly Segment[]
}

const messageHeader = 11
const segmentHeader = 12

export function encodeMessage(message: Message): Buffer {
  let size = messageHeader
  for (const segment of message.segments) size += segmentHeader + Buffer.byteLength(segment.text)
  const buffer = Buffer.allocUnsafe(size)
  buffer.writeUInt32LE(size - 4, 0)
  buffer.writeUInt8(message.type, 4)
  buffer.writeUInt32LE(message.id, 5)
  buffer.writeUInt16LE(message.segments.length, 9)
  let at = messageHeader
  for (const segment of message.segments) {
    const length = buffer.write(segment.text, at + segmentHeader)
    buffer.writeUInt32LE(segment.codec, at)
    buffer.writeUInt32LE(segment.info, at + 4)
    buffer.writeUInt32LE(length, at + 8)
    at += segmentHeader + length
  }
  return buffer
}

/** Puts messages together from chunks. `push` throws when the bytes cannot be a message: the other side is then not to be trusted. */
export class MessageReader {
  private chunks: Buffer[] = []
  private size = 0
  private readonly limit: number

  constructor(limit: number = limits.wire) {
    this.limit = limit
  }

  push(chunk: Buffer): Message[] {
    this.chunks.push(chunk)
    this.size += chunk.length
    const messages: Message[] = []
    for (;;) {
      const first = this.chunks[0]
      if (first === undefined || this.size < 4) return messages
      const head = first.length >= 4 ? first : this.join()
      const length = head.readUInt32LE(0) + 4
      if (length > this.limit || length < messageHeader) throw new Error(`a message of ${length} bytes`)
      if (this.size < length) return messages
      const all = this.join()
      messages.push(parseMessage(all.subarray(0, length)))
      this.size -= length
      this.chunks = this.size === 0 ? [] : [all.subarray(length)]
    }
  }

  private join(): Buffer {
    const [first] = this.chunks
    if (first !== undefined && this.chunks.length === 1) return first
    const all = Buffer.concat(this.chunks)
    this.chunks = [all]
    return all
  }
}

function parseMessage(buffer: Buffer): Message {
  const count = buffer.readUInt16LE(9)
  const segments: Segment[] = []
  let at = messageHeader
  for (let index = 0; index < count; index++) {
    if (at + segmentHeader > buffer.length) throw new Error('a segment beyond the message')
    const length = buffer.readUInt32LE(at + 8)
    const end = at + segmentHeader + length
    if (end > buffer.length) throw new Error('a segment longer than the message')
    segments.push({
      codec: buffer.readUInt32LE(at),
      info: buffer.readUInt32LE(at + 4),
      text: buffer.toString('utf8', at + segmentHeader, end),
    })
    at = end
  }
  if (at !== buffer.length) throw new Error('bytes after the last segment')
  return { type: buffer.readUInt8(4), id: buffer.readUInt32LE(5), segments }
}

/** Whether `answer` fits the `run` message it claims to answer: the same codecs in the same order, known states. */
export function answers(run: Message, answer: Message): boolean {
  return (
    answer.type === messageType.result &&
    answer.id === run.id &&
    answer.segments.length === run.segments.length &&
    answer.segments.every(
      (segment, index) =>
        segment.codec === run.segments[index]?.codec && segment.info <= highestStatus && segment.text.length <= limits.groupCharsHard,
    )
  )
}
