import type { CodecFrame } from '../codec-runner.ts'
import type { Batch } from './job-queue.ts'
import { type Message, messageOf, messageType } from './transport.ts'

/**
 * The contents of a `run` message:
 *
 *   numbers  per group: codec · calls · bytes of its frames · bytes of its text; then per call: kind · time (ms) · fPort · length of its frame
 *   bytes    the frames of all calls; then per group UTF-8 JSON of a list: what its calls have besides (variables, data), in their order
 */
export const groupNumbers = 4
export const callNumbers = 4

/** What is called: those from `decodeWithVariables` on take the next item of their group's text. */
export const callKind = { decode: 0, decodeDownlink: 1, decodeWithVariables: 2, encode: 3, simulate: 4 } as const

export interface Call {
  kind: number
  /** what the codec takes for now, ms since 1970 */
  time: number
  fPort: number
  bytes: Uint8Array
  /** plain JSON: variables, the encoder's data, the simulator's values */
  extra: unknown
}

export function callOf({ fPort, bytes, recvTime, variables }: CodecFrame): Call {
  const kind = isEmpty(variables) ? callKind.decode : callKind.decodeWithVariables
  return { kind, time: Date.parse(recvTime) || 0, fPort, bytes, extra: variables }
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _ in record) return false
  return true
}

export function encodeRun(batch: Batch, id: number): Message {
  const texts = batch.groups.map(({ jobs }) => textOf(jobs))
  let frameBytes = 0
  for (const { jobs } of batch.groups) for (const { call } of jobs) frameBytes += call.bytes.length
  const numbers = new Float64Array(batch.groups.length * groupNumbers + batch.size * callNumbers)
  const bytes = new Uint8Array(texts.reduce((size, text) => size + text.length, frameBytes))
  let at = 0
  let frameAt = 0
  let textAt = frameBytes
  for (const [index, { codec, jobs }] of batch.groups.entries()) {
    const text = texts[index] ?? noText
    const framesAt = frameAt
    const head = at
    at += groupNumbers
    for (const { call } of jobs) {
      numbers[at] = call.kind
      numbers[at + 1] = call.time
      numbers[at + 2] = call.fPort
      numbers[at + 3] = call.bytes.length
      at += callNumbers
      bytes.set(call.bytes, frameAt)
      frameAt += call.bytes.length
    }
    numbers[head] = codec.id
    numbers[head + 1] = jobs.length
    numbers[head + 2] = frameAt - framesAt
    numbers[head + 3] = text.length
    bytes.set(text, textAt)
    textAt += text.length
  }
  return messageOf(messageType.run, id, { groups: batch.groups.length, numbers, bytes })
}

const noText = new Uint8Array(0)

function textOf(jobs: Batch['groups'][number]['jobs']): Uint8Array {
  let extras: unknown[] | undefined
  for (const { call } of jobs) {
    if (call.kind < callKind.decodeWithVariables) continue
    extras ??= []
    extras.push(call.extra ?? null)
  }
  return extras === undefined ? noText : Buffer.from(JSON.stringify(extras))
}

/** One group of a `run` message, by where its parts are. */
export interface CallGroup {
  /** its place among the groups of its message */
  index: number
  codec: number
  calls: number
  callsAt: number
  framesAt: number
  /** JSON list, or '' */
  text: string
}

/** Trusts the parent. */
export function readGroups({ groups, numbers, bytes }: Message): { groups: CallGroup[]; frames: Uint8Array } {
  const list: CallGroup[] = []
  const textBytes: number[] = []
  let at = 0
  let frameAt = 0
  for (let index = 0; index < groups; index++) {
    const calls = numbers[at + 1] ?? 0
    list.push({ index, codec: numbers[at] ?? 0, calls, callsAt: at + groupNumbers, framesAt: frameAt, text: '' })
    frameAt += numbers[at + 2] ?? 0
    textBytes.push(numbers[at + 3] ?? 0)
    at += groupNumbers + calls * callNumbers
  }
  const frames = bytes.subarray(0, frameAt)
  let textAt = frameAt
  for (const [index, group] of list.entries()) {
    const end = textAt + (textBytes[index] ?? 0)
    if (end > textAt) group.text = Buffer.from(bytes.subarray(textAt, end)).toString('utf8')
    textAt = end
  }
  return { groups: list, frames }
}
