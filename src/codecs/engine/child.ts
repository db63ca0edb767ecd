/**
 * The child process: takes messages from stdin, runs them in the sandbox, answers on stdout. It reads and writes
 * synchronously: it has nothing else to do, and a codec that does not come back is ended from outside.
 * Its arguments are the file of isolated-vm and how many isolates it may keep.
 */
import { readSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { readGroups } from './call-stream.ts'
import { controlPlaces } from './result-codes.ts'
import { Sandbox } from './sandbox.ts'
import { encodeMessage, type LoadOrder, type Message, MessageReader, messageOf, messageType } from './transport.ts'

const isolatedVm: typeof import('isolated-vm') = createRequire(import.meta.url)(process.argv[2] ?? 'isolated-vm')
const sandbox = new Sandbox(isolatedVm, Number(process.argv[3] ?? 1))
const reader = new MessageReader()

sandbox.realms.warm()
send(messageOf(messageType.hello, 0))
for (;;) {
  const chunk = Buffer.from(new ArrayBuffer(1 << 16))
  const length = readSync(0, chunk)
  // The parent is gone.
  if (length === 0) break
  for (const message of reader.push(chunk.subarray(0, length))) handle(message)
}

function handle(message: Message): void {
  if (message.type === messageType.run) run(message)
  if (message.type === messageType.forget) sandbox.realms.forget(message.id)
  if (message.type === messageType.load) {
    const order: LoadOrder = JSON.parse(Buffer.from(message.bytes).toString('utf8'))
    sandbox.realms.define(message.id, order)
  }
}

function run(message: Message): void {
  const { memory } = sandbox
  memory.calls.set(message.numbers)
  const { groups, frames } = readGroups(message)
  memory.frames.set(frames)
  sandbox.run(groups)
  const numbers = memory.out.subarray(0, memory.control[controlPlaces.out])
  const chars = new Uint8Array(memory.chars.buffer, 0, (memory.control[controlPlaces.chars] ?? 0) * 2)
  send(messageOf(messageType.result, message.id, { groups: message.groups, numbers, bytes: chars }))
}

function send(message: Message): void {
  const bytes = encodeMessage(message)
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at)
}
