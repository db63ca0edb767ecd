import { parentPort, workerData } from 'node:worker_threads'
import type { MethodDefinition } from '@grpc/grpc-js'
import type { Answer, Call } from './calls-in-thread.ts'
import { type ConnectionOptions, connect } from './grpc.ts'

/** What `callsInThread` starts: makes calls whose messages are bytes already, and hands over bytes or why there are none. */
const options: ConnectionOptions = workerData
const connection = connect(options)
const methods = new Map<string, MethodDefinition<Uint8Array, Uint8Array>>()
let answers: Answer[] = []

parentPort?.on('message', (calls: readonly Call[]) => {
  for (const call of calls) {
    connection.call(methodOf(call.path), call.request, call.deadlineMs).then(
      (response) => answer({ id: call.id, response: new Uint8Array(response) }),
      (thrown: unknown) => answer({ id: call.id, failure: failureOf(thrown) }),
    )
  }
})

/** Those of one turn of the loop go together. */
function answer(one: Answer): void {
  if (answers.length === 0) setImmediate(send)
  answers.push(one)
}

function send(): void {
  parentPort?.postMessage(answers)
  answers = []
}

function methodOf(path: string): MethodDefinition<Uint8Array, Uint8Array> {
  const known = methods.get(path)
  if (known !== undefined) return known
  const bytes = (message: Uint8Array) => Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  const method = {
    ...{ path, requestStream: false, responseStream: false },
    ...{ requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes },
  }
  methods.set(path, method)
  return method
}

function failureOf(thrown: unknown): { message: string; code: number | null; details: string } {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const isService = thrown instanceof Error && 'code' in thrown && 'details' in thrown
  if (!isService || typeof thrown.code !== 'number' || typeof thrown.details !== 'string') return { message, code: null, details: message }
  return { message, code: thrown.code, details: thrown.details }
}
