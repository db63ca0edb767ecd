import { Worker } from 'node:worker_threads'
import { type MethodDefinition, status } from '@grpc/grpc-js'
import type { Connection, ConnectionOptions } from './grpc.ts'

export interface Call {
  id: number
  /** `/api.DeviceService/Create` */
  path: string
  request: Uint8Array
  deadlineMs: number
}

/** `code` null: no answer of gRPC */
export type Answer =
  | { id: number; response: Uint8Array }
  | { id: number; failure: { message: string; code: number | null; details: string } }

interface Waiting {
  take: (response: Uint8Array) => void
  reject: (error: Error) => void
}

/** The thread ends when it was not needed for so many milliseconds: it holds some 30 MB. */
const idleMs = 10_000
const file = new URL(import.meta.url.endsWith('.ts') ? './grpc-thread.ts' : './grpc-thread.js', import.meta.url)

/**
 * Unary calls made in a thread of its own, for work that makes tens of thousands: HTTP/2 and gRPC cost half of what a device costs
 * us, and uplinks must not wait for it. The thread is there while there are calls.
 */
export function callsInThread(options: ConnectionOptions): Pick<Connection, 'call' | 'url' | 'close'> {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | null = null
  let calls: Call[] = []
  let last = 0
  let idle: NodeJS.Timeout | undefined

  function begin(): Worker {
    const started = new Worker(file, { workerData: options, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 16 } })
    started.unref()
    started.on('message', (answers: readonly Answer[]) => answers.forEach(settle))
    started.on('error', (error) => lose(started, error.message))
    started.on('exit', () => lose(started, 'the thread that makes calls ended'))
    return started
  }

  function settle(answer: Answer): void {
    const call = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('response' in answer) call?.take(answer.response)
    else call?.reject(failed(answer.failure))
    if (waiting.size === 0) rest()
  }

  /** Of its calls nobody knows what became: as with a server that went away. */
  function lose(ended: Worker, reason: string): void {
    if (thread !== ended) return
    thread = null
    const lost = [...waiting.values()]
    waiting.clear()
    for (const { reject } of lost) reject(failed({ message: reason, code: status.UNAVAILABLE, details: reason }))
  }

  function rest(): void {
    thread?.unref()
    clearTimeout(idle)
    idle = setTimeout(end, idleMs).unref()
  }

  function end(): void {
    const ended = thread
    if (waiting.size > 0 || ended === null) return
    thread = null
    void ended.terminate()
  }

  function send(): void {
    thread ??= begin()
    thread.ref()
    thread.postMessage(calls)
    calls = []
  }

  return {
    url: new URL(options.url).origin,
    call: <Q, R>({ path, requestSerialize, responseDeserialize }: MethodDefinition<Q, R>, request: Q, deadlineMs = 10_000) =>
      new Promise<R>((resolve, reject) => {
        clearTimeout(idle)
        const id = ++last
        waiting.set(id, { take: (response) => resolve(responseDeserialize(Buffer.from(response.buffer))), reject })
        // Those of one turn of the loop go together. Copied: a view would take the whole pool behind it along.
        if (calls.length === 0) setImmediate(send)
        calls.push({ id, path, request: new Uint8Array(requestSerialize(request)), deadlineMs })
      }),
    close: () => {
      clearTimeout(idle)
      const ended = thread
      thread = null
      void ended?.terminate()
      for (const { reject } of waiting.values()) reject(failed({ message: 'closed', code: status.CANCELLED, details: 'closed' }))
      waiting.clear()
    },
  }
}

/** As grpc-js would throw it. */
function failed({ message, code, details }: { message: string; code: number | null; details: string }): Error {
  return Object.assign(new Error(message), code === null ? {} : { code, details })
}
