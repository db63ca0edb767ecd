/**
 * Compiled from its text inside an isolate's context, before the codec: it may use nothing from outside its own body.
 * Gives the codec a clock and a chance that are set from outside, and calls it: result and error as JSON.
 */
export function harness() {
  const scope: Record<string, unknown> = globalThis as never
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics']) delete scope[name]
  const { stringify, parse } = JSON
  const { apply, construct } = Reflect
  const PlainDate = Date
  let clock = 0
  let seed = 0
  function TestDate(this: unknown, ...parts: unknown[]): unknown {
    if (new.target === undefined) return apply(PlainDate.prototype.toString, new PlainDate(clock), [])
    return construct(PlainDate, parts.length === 0 ? [clock] : parts, new.target)
  }
  TestDate.prototype = PlainDate.prototype
  TestDate.now = () => clock
  TestDate.parse = PlainDate.parse
  TestDate.UTC = PlainDate.UTC
  Object.defineProperty(PlainDate.prototype, 'constructor', { value: TestDate, writable: true, configurable: true })
  scope.Date = TestDate
  Math.random = () => {
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  }
  const silent = () => {}
  scope.console = { log: silent, info: silent, warn: silent, error: silent, debug: silent, trace: silent }
  const module = { exports: {} }
  scope.module = module
  scope.exports = module.exports
  const before = new Set(Object.getOwnPropertyNames(globalThis))

  let entries: Record<string, unknown> = {}
  const entry = (...names: string[]) => names.map((name) => entries[name]).find((found) => typeof found === 'function')

  function invoke(call: Record<string, unknown>): unknown {
    const { kind, fPort, bytes, data } = call
    const recvTime = new PlainDate(Number(call.time))
    if (kind === 'decode') {
      const { variables } = call
      const modern = entries.decodeUplink
      if (typeof modern === 'function') return apply(modern, undefined, [{ bytes, fPort, recvTime, variables }])
      if (typeof entries.Decode === 'function') return { data: apply(entries.Decode, undefined, [fPort, bytes, variables]) }
      if (typeof entries.Decoder === 'function') return { data: apply(entries.Decoder, undefined, [bytes, fPort]) }
      throw new Error('there is no decodeUplink')
    }
    if (kind === 'decode-downlink') {
      const decode = entries.decodeDownlink
      if (typeof decode !== 'function') throw new Error('there is no decodeDownlink')
      return apply(decode, undefined, [{ bytes, fPort, recvTime, variables: {} }])
    }
    const encode = entries.encodeDownlink
    if (typeof encode === 'function') return apply(encode, undefined, [{ data, variables: {} }])
    const legacy = entry('Encode')
    if (typeof legacy === 'function') return { fPort: 1, bytes: apply(legacy, undefined, [1, data, {}]) }
    const encoder = entry('Encoder')
    if (typeof encoder === 'function') return { fPort: 1, bytes: apply(encoder, undefined, [data, 1]) }
    throw new Error('there is no encodeDownlink')
  }

  return {
    bind(found: Record<string, unknown>) {
      entries = found
    },
    names: () => stringify(Object.keys(entries).filter((name) => typeof entries[name] === 'function')),
    /** Declared names cannot be deleted (ECMA-262 §9.1.1.4.18); those that were only assigned can. */
    undeclared: () =>
      stringify(
        Object.getOwnPropertyNames(globalThis).filter(
          (name) => !before.has(name) && Object.getOwnPropertyDescriptor(globalThis, name)?.configurable === true,
        ),
      ),
    run(text: string, now: number, chance: number): string {
      clock = now
      seed = chance
      try {
        return stringify({ json: stringify(invoke(parse(text))) ?? 'null' })
      } catch (thrown) {
        const { message, stack } = Object(thrown)
        return stringify({ error: String(message ?? thrown).slice(0, 300), stack: String(stack ?? '').slice(-2000) })
      }
    },
    /** the same call many times, for the time it takes */
    repeat(text: string, times: number): void {
      for (let turn = 0; turn < times; turn++) {
        try {
          invoke(parse(text))
        } catch {}
      }
    },
  }
}

/** Finds the codec's entry points after its source, whether declared, assigned or exported. */
export const findEntries = `(() => {
  const found = {}
  const exported = typeof module === 'object' && module !== null && typeof module.exports === 'object' ? module.exports : {}
  const driven = typeof driver === 'object' && driver !== null ? driver : {}
  ${['decodeUplink', 'encodeDownlink', 'decodeDownlink', 'Decode', 'Decoder', 'Encode', 'Encoder']
    .map((name) => `found.${name} = typeof ${name} === 'function' ? ${name} : exported.${name} ?? exports.${name} ?? driven.${name}`)
    .join('\n  ')}
  return found
})()`
