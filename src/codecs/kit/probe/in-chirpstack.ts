import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten-core'
import { bufferModule } from './buffer-module.ts'
import type { CallOutcome, ChirpstackAnswer, ProbeCall, ProbeJob } from './job.ts'

/** ChirpStack's own limit (its codec.js.max_execution_time); processor time here, so that a busy machine blames no codec. */
const limit = 100
/** Of a machine that is shared processor time is no measure either: what is slow each of these times is slow. */
const attempts = 3
/** lines that stand before the codec in the module */
const before = 3

/** bytes; as much as our own engine gives a codec, and a stack that QuickJS itself sees the end of */
const memory = 64 * 1_048_576
const stack = 128 * 1_024

/** Where QuickJS comes from. One that a codec broke is spoilt: the next call takes another. */
export interface QuickJsSource {
  take: () => Promise<QuickJSWASMModule>
  spoilt: () => void
}

/**
 * Each call as ChirpStack 4.17 and later makes it: a fresh QuickJS-ng, the codec inside a strict module that may use Buffer,
 * its function called with `chirpstack_input`; errors, no data, or no bytes are refusals. There is no console.
 */
export async function inChirpstack(quickJs: QuickJsSource, { source, calls }: ProbeJob): Promise<ChirpstackAnswer> {
  const outcomes: CallOutcome[] = []
  let provenSlow = false
  for (const call of calls) {
    let outcome = await inFreshRuntime(quickJs, source, call)
    // Each attempt at an endless loop costs its time: one call that was tried again speaks for the others.
    for (let attempt = 1; isSlow(outcome) && !provenSlow; attempt++) {
      if (attempt < attempts) outcome = await inFreshRuntime(quickJs, source, call)
      else provenSlow = true
    }
    outcomes.push(outcome)
  }
  return { outcomes }
}

function isSlow(outcome: CallOutcome): boolean {
  return 'error' in outcome && outcome.slow
}

async function inFreshRuntime(quickJs: QuickJsSource, source: string, call: ProbeCall): Promise<CallOutcome> {
  const runtime = (await quickJs.take()).newRuntime()
  const outcome = oneCall(runtime, source, call)
  try {
    runtime.dispose()
  } catch {
    quickJs.spoilt()
  }
  return outcome
}

function oneCall(runtime: QuickJSRuntime, source: string, call: ProbeCall): CallOutcome {
  const entry = call.kind === 'encode' ? 'encodeDownlink' : call.kind === 'decode' ? 'decodeUplink' : 'decodeDownlink'
  let slow = false
  const [begun, used] = [performance.now(), process.cpuUsage()]
  runtime.setMemoryLimit(memory)
  runtime.setMaxStackSize(stack)
  runtime.setInterruptHandler(() => {
    // The clock on the wall is asked first: it costs little, and processor time is never more.
    if (performance.now() - begun < limit) return false
    const { user, system } = process.cpuUsage(used)
    slow = (user + system) / 1_000 > limit
    return slow
  })
  runtime.setModuleLoader((name) => (name === 'buffer' ? bufferModule : { error: new Error(`there is no module ${name}`) }))
  try {
    const context = runtime.newContext()
    try {
      return evaluated(context, `\n${bufferImport(source)}\n\n${source}\n\nexport default ${entry}(chirpstack_input);\n`, call, () => slow)
    } finally {
      context.dispose()
    }
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown.message : String(thrown), line: 0, slow }
  }
}

/** Costs more than most codecs, so that only those that speak of it have it. */
function bufferImport(source: string): string {
  return source.includes('Buffer') ? 'import { Buffer } from "buffer";' : ''
}

function evaluated(context: QuickJSContext, module: string, call: ProbeCall, slow: () => boolean): CallOutcome {
  giveInput(context, call)
  const result = context.evalCode(module, 'main', { type: 'module' })
  if (result.error !== undefined) return failure(context, result.error, slow())
  // A module that waits for a promise is one more thing than its namespace.
  const returned = context.getProp(result.value, 'default')
  result.value.dispose()
  context.setProp(context.global, '__result', returned)
  returned.dispose()
  const text = context.evalCode('JSON.stringify(globalThis.__result)', 'output')
  if (text.error !== undefined) return failure(context, text.error, slow())
  const json = context.typeof(text.value) === 'string' ? context.getString(text.value) : 'null'
  text.value.dispose()
  return { json }
}

function giveInput(context: QuickJSContext, call: ProbeCall): void {
  const { kind, time, ...rest } = call
  const input = kind === 'encode' ? { data: call.data, variables: {} } : { variables: {}, ...rest }
  const text = JSON.stringify(JSON.stringify(input))
  const dated = kind === 'encode' ? '' : `; input.recvTime = new Date(${time})`
  const made = context.evalCode(`{ const input = JSON.parse(${text})${dated}; globalThis.chirpstack_input = input }`, 'input')
  context.unwrapResult(made).dispose()
}

function failure(context: QuickJSContext, handle: QuickJSHandle, slow: boolean): CallOutcome {
  const thrown: unknown = context.dump(handle)
  handle.dispose()
  const { name, message, stack, lineNumber } = Object(thrown)
  const line = Number(/main:(\d+)/.exec(String(stack))?.[1] ?? lineNumber ?? 0)
  const text = message === undefined ? String(thrown) : `${name}: ${message}`
  return { error: text.slice(0, 300), line: Math.max(0, line - before), slow }
}
