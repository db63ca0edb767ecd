import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from 'quickjs-emscripten-core'
import { bufferModule } from './buffer-module.ts'
import type { CallOutcome, ChirpstackAnswer, ProbeCall, ProbeJob } from './job.ts'

/** ChirpStack's own limit (its codec.js.max_execution_time); processor time here, so that a busy machine blames no codec. */
const limit = 100
/** lines that stand before the codec in the module */
const before = 3

/**
 * Each call as ChirpStack 4.17 and later makes it: a fresh QuickJS-ng, the codec inside a strict module that may use Buffer,
 * its function called with `chirpstack_input`; errors, no data, or no bytes are refusals. There is no console.
 */
export function inChirpstack(quickJs: QuickJSWASMModule, { source, calls }: ProbeJob): ChirpstackAnswer {
  return { outcomes: calls.map((call) => oneCall(quickJs, source, call)) }
}

function oneCall(quickJs: QuickJSWASMModule, source: string, call: ProbeCall): CallOutcome {
  const entry = call.kind === 'encode' ? 'encodeDownlink' : call.kind === 'decode' ? 'decodeUplink' : 'decodeDownlink'
  const runtime = quickJs.newRuntime()
  let slow = false
  const started = process.cpuUsage()
  runtime.setInterruptHandler(() => {
    const { user, system } = process.cpuUsage(started)
    slow = (user + system) / 1_000 > limit
    return slow
  })
  runtime.setModuleLoader((name) => (name === 'buffer' ? bufferModule : { error: new Error(`there is no module ${name}`) }))
  const context = runtime.newContext()
  try {
    giveInput(context, call)
    const module = `\nimport { Buffer } from "buffer";\n\n${source}\n\nexport default ${entry}(chirpstack_input);\n`
    const result = context.evalCode(module, 'main', { type: 'module' })
    if (result.error !== undefined) return failure(context, result.error, slow)
    // A module that waits for a promise is one more thing than its namespace.
    const returned = context.getProp(result.value, 'default')
    result.value.dispose()
    const json = jsonOf(context, returned)
    returned.dispose()
    return { json }
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown.message : String(thrown), line: 0, slow }
  } finally {
    context.dispose()
    runtime.dispose()
  }
}

function giveInput(context: QuickJSContext, call: ProbeCall): void {
  const { kind, time, ...rest } = call
  const input = kind === 'encode' ? { data: call.data, variables: {} } : { variables: {}, ...rest }
  const text = JSON.stringify(JSON.stringify(input))
  const dated = kind === 'encode' ? '' : `; input.recvTime = new Date(${time})`
  const made = context.evalCode(`{ const input = JSON.parse(${text})${dated}; globalThis.chirpstack_input = input }`, 'input')
  context.unwrapResult(made).dispose()
}

function jsonOf(context: QuickJSContext, value: QuickJSHandle): string {
  context.setProp(context.global, '__result', value)
  const text = context.unwrapResult(context.evalCode('JSON.stringify(globalThis.__result)', 'output'))
  const json = context.typeof(text) === 'string' ? context.getString(text) : 'null'
  text.dispose()
  return json
}

function failure(context: QuickJSContext, handle: QuickJSHandle, slow: boolean): CallOutcome {
  const thrown: unknown = context.dump(handle)
  handle.dispose()
  const { name, message, stack, lineNumber } = Object(thrown)
  const line = Number(/main:(\d+)/.exec(String(stack))?.[1] ?? lineNumber ?? 0)
  const text = message === undefined ? String(thrown) : `${name}: ${message}`
  return { error: text.slice(0, 300), line: Math.max(0, line - before), slow }
}
