/**
 * Runs inside each codec's own realm, before the codec: its text is compiled there (`toString`), so it may use
 * nothing from outside its own body. It takes the clock, chance and shared memory away and returns the runner
 * of this realm's calls. Whatever the codec does to its realm afterwards can only spoil the codec's own results:
 * what comes out is checked again outside.
 *
 * The runner takes a JSON array of calls and gives a JSON array of results, one per call in order, fewer when its
 * time is up: `[1, data, warnings]` or `[0, reason, errors]`.
 * Calls, time in ms: `[time, 'decode', fPort, bytes, variables]` · `[time, 'decode-downlink', fPort, bytes]` ·
 * `[time, 'encode', data]` · `[time, 'simulate', values]`.
 */
export function realm(bounds: {
  groupSoft: number
  groupChars: number
  depth: number
  nodes: number
  chars: number
  messages: number
  messageChars: number
}): { bind: (entries: Record<string, unknown>) => void; run: (text: string) => string } {
  const scope: Record<string, unknown> = globalThis as never
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry']) delete scope[name]
  for (const [holder, name] of [
    ['Intl', 'DateTimeFormat'],
    ['Temporal', 'Now'],
  ] as const) {
    const object = scope[holder]
    if (typeof object === 'object' && object !== null) Reflect.deleteProperty(object, name)
  }

  // Everything needed later is taken now: the codec may replace any of it.
  const { parse, stringify } = JSON
  const { isArray } = Array
  const { isFinite: finite, isSafeInteger, isInteger } = Number
  const { keys, getPrototypeOf, setPrototypeOf, create } = Object
  const { apply, construct } = Reflect
  const { slice } = String.prototype
  const { exec } = RegExp.prototype
  const isView = ArrayBuffer.isView
  const text = String
  const numberOf = Number
  const PlainDate = Date
  const datePrototype = PlainDate.prototype
  const { toISOString, toString: dateToString } = datePrototype
  const realNow = PlainDate.now
  const imul = Math.imul
  const NativePromise = Promise

  let frameTime = 0
  function FrameDate(this: unknown, ...parts: unknown[]): unknown {
    if (new.target === undefined) return apply(dateToString, new PlainDate(frameTime), [])
    return construct(PlainDate, parts.length === 0 ? [frameTime] : parts, new.target)
  }
  FrameDate.prototype = datePrototype
  FrameDate.now = () => frameTime
  FrameDate.parse = PlainDate.parse
  FrameDate.UTC = PlainDate.UTC
  Object.defineProperty(FrameDate, 'name', { value: 'Date' })
  Object.defineProperty(FrameDate, 'length', { value: 7 })
  Object.defineProperty(datePrototype, 'constructor', { value: FrameDate, writable: true, configurable: true })
  scope.Date = FrameDate

  // mulberry32, seeded by the frame's time: the same frame gives the same "chance".
  let seed = 0
  Math.random = () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  const silent = () => {}
  scope.console = { log: silent, info: silent, warn: silent, error: silent, debug: silent, trace: silent }
  const module = { exports: {} }
  scope.module = module
  scope.exports = module.exports

  let nodes = 0
  let chars = 0
  let refusal = ''
  const refused = create(null)
  function refuse(reason: string): never {
    refusal = reason
    throw refused
  }

  /** A copy of plain JSON without any prototype; what has no place in JSON is left out (undefined). */
  function clean(value: unknown, depth: number): unknown {
    nodes += 1
    if (nodes > bounds.nodes) refuse(`the result has more than ${bounds.nodes} values`)
    switch (typeof value) {
      case 'string':
        chars += value.length
        if (chars > bounds.chars) refuse(`the result has more than ${bounds.chars} characters`)
        return value
      case 'number':
        return finite(value) ? value : undefined
      case 'boolean':
        return value
      case 'bigint':
        return isSafeInteger(numberOf(value)) ? numberOf(value) : clean(text(value), depth)
      case 'object':
        break
      default:
        return undefined
    }
    if (value === null) return null
    if (depth >= bounds.depth) refuse(`the result is nested more than ${bounds.depth} deep`)
    if (isArray(value) || isView(value)) return cleanList(value as ArrayLike<unknown>, depth)
    if (getPrototypeOf(value) === datePrototype) return cleanDate(value)
    const copy = create(null)
    const names = keys(value)
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string
      if (name === '__proto__') refuse('the result has a key __proto__')
      const kept = clean((value as Record<string, unknown>)[name], depth + 1)
      if (kept === undefined) continue
      chars += name.length
      copy[name] = kept
    }
    return copy
  }

  function cleanList(list: ArrayLike<unknown>, depth: number): unknown[] {
    const copy: unknown[] = []
    setPrototypeOf(copy, null)
    const length = list.length
    for (let index = 0; index < length; index++) {
      const kept = clean(list[index], depth + 1)
      copy[index] = kept === undefined ? null : kept
    }
    return copy
  }

  function cleanDate(value: object): unknown {
    try {
      return apply(toISOString, value, [])
    } catch {
      return undefined
    }
  }

  /** A list of short texts from whatever a codec gives as warnings or errors. */
  function texts(value: unknown): string[] {
    const list: string[] = []
    setPrototypeOf(list, null)
    if (value === undefined || value === null) return list
    const given: ArrayLike<unknown> = isArray(value) ? value : { length: 1, 0: value }
    const length = given.length < bounds.messages ? given.length : bounds.messages
    for (let index = 0; index < length; index++) {
      const item = given[index]
      list[index] = short(typeof item === 'string' ? item : stringify(clean(item, 0)))
    }
    return list
  }

  function short(message: unknown): string {
    return typeof message === 'string' ? apply(slice, message, [0, bounds.messageChars]) : 'no text'
  }

  /** The message of whatever was thrown, with the line in the codec's file. */
  function thrownText(thrown: unknown): string {
    try {
      if (typeof thrown !== 'object' || thrown === null) return short(text(thrown))
      const { message, name, stack } = thrown as Record<string, unknown>
      const line = typeof stack === 'string' ? apply(exec, /(?:codec|simulate)\.js:(\d+)/, [apply(slice, stack, [-2_000])]) : null
      const where = isArray(line) ? ` (line ${line[1]})` : ''
      const what = typeof name === 'string' && name !== 'Error' ? `${name}: ` : ''
      return short(`${what}${typeof message === 'string' ? message : 'thrown without a message'}${where}`)
    } catch {
      return 'thrown without a message'
    }
  }

  let entries: Record<string, unknown> = create(null)
  const callable = (name: string) => {
    const entry = entries[name]
    return typeof entry === 'function' ? entry : undefined
  }

  function decode(fPort: unknown, bytes: unknown, variables: unknown): unknown {
    const decodeUplink = callable('decodeUplink')
    if (decodeUplink !== undefined) {
      return apply(decodeUplink, undefined, [{ bytes, fPort, recvTime: new PlainDate(frameTime), variables }])
    }
    // ChirpStack v3: Decode(fPort, bytes, variables); The Things Network v2: Decoder(bytes, port)
    const legacy = callable('Decode')
    if (legacy !== undefined) return { data: apply(legacy, undefined, [fPort, bytes, variables]) }
    const decoder = callable('Decoder')
    if (decoder !== undefined) return { data: apply(decoder, undefined, [bytes, fPort]) }
    return { errors: ['the codec has no decodeUplink function'] }
  }

  function decodeDownlink(fPort: unknown, bytes: unknown): unknown {
    const entry = callable('decodeDownlink')
    return entry === undefined
      ? { errors: ['the codec has no decodeDownlink function'] }
      : apply(entry, undefined, [{ bytes, fPort, recvTime: new PlainDate(frameTime), variables: {} }])
  }

  function encode(data: unknown): unknown {
    const encodeDownlink = callable('encodeDownlink')
    if (encodeDownlink !== undefined) return apply(encodeDownlink, undefined, [{ data, variables: {} }])
    // The legacy encoders give bytes only: the port is taken from the input.
    const asked = typeof data === 'object' && data !== null ? (data as Record<string, unknown>).fPort : undefined
    const fPort = isInteger(asked) ? asked : 1
    const legacy = callable('Encode')
    if (legacy !== undefined) return { fPort, bytes: apply(legacy, undefined, [fPort, data, {}]) }
    const encoder = callable('Encoder')
    if (encoder !== undefined) return { fPort, bytes: apply(encoder, undefined, [data, fPort]) }
    return { errors: ['the codec has no encodeDownlink function'] }
  }

  function simulate(values: unknown): unknown {
    const encodeUplink = callable('encodeUplink')
    return encodeUplink === undefined ? { errors: ['simulate.js has no encodeUplink function'] } : apply(encodeUplink, undefined, [values])
  }

  function output(kind: unknown, call: ArrayLike<unknown>): unknown {
    switch (kind) {
      case 'decode':
        return decode(call[2], call[3], call[4])
      case 'decode-downlink':
        return decodeDownlink(call[2], call[3])
      case 'encode':
        return encode(call[2])
      default:
        return simulate(call[2])
    }
  }

  function answer(call: ArrayLike<unknown>): string {
    nodes = 0
    chars = 0
    try {
      frameTime = numberOf(call[0])
      seed = frameTime | 0
      const kind = call[1]
      const given = output(kind, call)
      if (typeof given !== 'object' || given === null) return refuse('the codec returned no object')
      if (given instanceof NativePromise) refuse('the codec returned a promise: it has to return its result')
      const { data, fPort, bytes, warnings, errors } = given as Record<string, unknown>
      const faults = texts(errors)
      if (faults.length > 0) return failed('codec-error', faults)
      if (kind === 'encode' || kind === 'simulate') {
        const downlink = create(null)
        downlink.fPort = clean(fPort, 0)
        downlink.bytes = clean(bytes, 0)
        return `[1,${stringify(downlink)},${stringify(texts(warnings))}]`
      }
      if (typeof data !== 'object' || data === null || isArray(data)) refuse('the codec returned no data and no errors')
      return `[1,${stringify(clean(data, 0))},${stringify(texts(warnings))}]`
    } catch (thrown) {
      return thrown === refused ? failed('bad-result', texts(refusal)) : failed('codec-error', texts(thrownText(thrown)))
    }
  }

  // No literal is given to stringify: it would ask Object.prototype for toJSON, which is the codec's to change.
  function failed(reason: string, errors: string[]): string {
    return `[0,"${reason}",${stringify(errors)}]`
  }

  return {
    bind(found) {
      entries = found
    },
    run(json) {
      const calls = parse(json)
      const started = realNow()
      let results = '['
      for (let index = 0; index < calls.length; index++) {
        if (index > 0 && (realNow() - started > bounds.groupSoft || results.length > bounds.groupChars)) break
        results += (index > 0 ? ',' : '') + answer(calls[index])
      }
      return `${results}]`
    },
  }
}

/** Finds the codec's entry points, whether declared, assigned, exported or members of `driver`; run after the codec's source. */
export const findEntries = `(() => {
  const found = Object.create(null)
  const exported = typeof module === 'object' && module !== null ? module.exports : undefined
  const driven = typeof driver === 'object' && driver !== null ? driver : undefined
  ${['decodeUplink', 'encodeDownlink', 'decodeDownlink', 'encodeUplink', 'Decode', 'Decoder', 'Encode', 'Encoder']
    .map(
      (name) => `
  found.${name} = typeof ${name} === 'function' ? ${name}
    : exported && typeof exported.${name} === 'function' ? exported.${name}
    : typeof exports === 'object' && exports && typeof exports.${name} === 'function' ? exports.${name}
    : driven && typeof driven.${name} === 'function' ? driven.${name} : undefined`,
    )
    .join('')}
  return found
})()`
