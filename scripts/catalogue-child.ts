/**
 * Plain V8 for `scripts/catalogue.ts`: a codec per line on standard input with its calls, a line of outcomes for each. Each
 * codec is a sloppy script in a context of its own, with what Node gives to any script; it is trusted as little as can be
 * helped, and run only on the machine of whoever asks for it.
 */
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { createContext, runInContext, Script } from 'node:vm'

const require = createRequire(import.meta.url)
const silent = () => {}
const console = { log: silent, info: silent, warn: silent, error: silent, debug: silent, trace: silent }
const timeLimit = 1_000

const runner = `(function (json) {
  var call = JSON.parse(json)
  var exported = typeof module === 'object' && module !== null && module.exports || {}
  var driven = typeof driver === 'object' && driver !== null && driver || exported.driver || {}
  function entry(name, declared) {
    return [declared, exported[name], typeof exports === 'object' && exports !== null ? exports[name] : undefined, driven[name]]
      .filter(function (one) { return typeof one === 'function' })[0]
  }
  var found = {
${['decodeUplink', 'encodeDownlink', 'decodeDownlink', 'Decode', 'Decoder', 'Encode', 'Encoder']
  .map((name) => `    ${name}: entry('${name}', typeof ${name} === 'function' ? ${name} : undefined)`)
  .join(',\n')}
  }
  var input = call.input
  if (input.recvTime) input.recvTime = new Date(input.recvTime)
  var result
  if (call.kind === 'decode') {
    result = found.decodeUplink ? found.decodeUplink(input)
      : found.Decode ? { data: found.Decode(input.fPort, input.bytes, input.variables) }
      : found.Decoder ? { data: found.Decoder(input.bytes, input.fPort) } : { errors: ['no decodeUplink'] }
  } else if (call.kind === 'decode-downlink') {
    result = found.decodeDownlink ? found.decodeDownlink(input) : { errors: ['no decodeDownlink'] }
  } else {
    result = found.encodeDownlink ? found.encodeDownlink(input)
      : found.Encode ? { fPort: input.data.fPort || 1, bytes: found.Encode(input.data.fPort || 1, input.data, {}) }
      : found.Encoder ? { fPort: input.data.fPort || 1, bytes: found.Encoder(input.data, input.data.fPort || 1) } : { errors: ['no encodeDownlink'] }
  }
  if (result && ArrayBuffer.isView(result.bytes)) result.bytes = Array.from(result.bytes)
  return JSON.stringify(result)
})`

for await (const line of createInterface({ input: process.stdin })) {
  const { source, calls } = JSON.parse(line) as { source: string; calls: unknown[] }
  process.stdout.write(`${JSON.stringify(outcomes(source, calls))}\n`)
}

function outcomes(source: string, calls: readonly unknown[]): { json?: string | undefined; error?: string }[] {
  const module = { exports: {} }
  const context = createContext({ module, exports: module.exports, require, console, Buffer })
  try {
    new Script(source).runInContext(context, { timeout: timeLimit })
    // Functions that were declared with let or const are no properties of the global: only code of the same realm sees them.
    context.__run = runInContext(runner, context, { timeout: timeLimit })
  } catch (thrown) {
    return calls.map(() => ({ error: text(thrown) }))
  }
  return calls.map((call) => {
    try {
      context.__call = JSON.stringify(call)
      const json: unknown = runInContext('__run(__call)', context, { timeout: timeLimit })
      return { json: typeof json === 'string' ? json : undefined }
    } catch (thrown) {
      return { error: text(thrown) }
    }
  })
}

function text(thrown: unknown): string {
  const { name, message } = Object(thrown)
  return message === undefined ? String(thrown) : `${name === 'Error' ? '' : `${name}: `}${message}`
}
