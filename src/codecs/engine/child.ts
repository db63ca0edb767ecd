/**
 * The child process: takes messages from stdin, runs them in the sandbox, answers on stdout. It reads and writes
 * synchronously: it has nothing else to do, and a codec that does not come back is ended from outside.
 * Its argument is the file of isolated-vm.
 */
import { readSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { limits } from './limits.ts'
import { Sandbox } from './sandbox.ts'
import { encodeMessage, type LoadOrder, type Message, MessageReader, messageType, type Segment, status } from './transport.ts'

const isolatedVm: typeof import('isolated-vm') = createRequire(import.meta.url)(process.argv[2] ?? 'isolated-vm')
const sandbox = new Sandbox(isolatedVm)
const reader = new MessageReader()
const chunk = Buffer.allocUnsafe(1 << 16)

sandbox.warm()
send({ type: messageType.hello, id: 0, segments: [] })
for (;;) {
  const length = readSync(0, chunk)
  // The parent is gone.
  if (length === 0) break
  for (const message of reader.push(Buffer.from(chunk.subarray(0, length)))) handle(message)
}

function handle(message: Message): void {
  if (message.type === messageType.run) {
    send({ type: messageType.result, id: message.id, segments: runGroups(message.segments) })
    return
  }
  for (const { codec, text } of message.segments) {
    const order: LoadOrder = JSON.parse(text)
    sandbox.define(codec, order)
  }
}

/** The groups of a batch in order; after one that was cut off, or too much time, the rest goes back unrun. */
function runGroups(groups: readonly Segment[]): Segment[] {
  const started = Date.now()
  let stopped = false
  let chars = 0
  return groups.map(({ codec, info, text }) => {
    if (stopped) return { codec, info: status.notRun, text: '' }
    const outcome = sandbox.run(codec, text, info)
    chars += outcome.text.length
    stopped =
      (outcome.status !== status.done && outcome.status !== status.loadError) ||
      Date.now() - started > limits.batchSoft ||
      chars > limits.groupChars
    return { codec, info: outcome.status, text: outcome.text }
  })
}

function send(message: Message): void {
  const buffer = encodeMessage(message)
  let at = 0
  while (at < buffer.length) at += writeSync(1, buffer, at)
}
