import type { limits } from './limits.ts'
import type { ResultCodes } from './result-codes.ts'

/** What the results of one codec have shown so far: its parent knows it too. */
export interface WriterMemory {
  /** the keys of each shape, how many characters they have, and which shape came after it last time */
  shapes: string[][]
  shapeChars: number[]
  following: number[]
  lastShape: number
  textIds: Map<string, number>
  /** what came once is remembered when it comes again */
  seen: Set<string>
}

/** Of the codec's realm: an object of another kind is told by its prototype. */
export interface Prototypes {
  object: object
  date: object
  promise: object
}

export interface ResultWriter {
  newMemory: () => WriterMemory
  /** the results that follow are of this codec */
  begin: (memory: WriterMemory, prototypes: Prototypes, outAt: number, charsAt: number) => void
  outAt: () => number
  charsAt: () => number
  /** a result begins here, to which `undo` goes back */
  mark: () => void
  undo: () => void
  done: (value: unknown, warnings: unknown) => void
  failed: (codecsFault: boolean, messages: unknown) => void
  /** gives up a result; `refusal` tells the reason when it is what was thrown */
  refuse: (reason: string) => never
  refusal: (thrown: unknown) => string | null
}

/**
 * Writes results as numbers and characters (result-codes.ts) into memory shared with the process around the isolate.
 *
 * Its text is compiled in the dispatcher's realm (`toString`), so it may use nothing from outside its own body. No codec can
 * change anything there. What it is given belongs to a codec: getters and proxies run the codec's code, which is therefore
 * given nothing but names, and each property is read once. Whatever they throw ends in dispatcher.ts.
 */
export function makeResultWriter(bounds: typeof limits, codes: ResultCodes, out: Float64Array, chars: Uint16Array): ResultWriter {
  const { isArray } = Array
  const { isInteger } = Number
  const refused = {}
  let reason = ''
  let memory = newMemory()
  let prototypes: Prototypes | undefined
  let at = 0
  let charAt = 0
  let nodes = 0
  let size = 0
  let markAt = 0
  let markChar = 0
  let markShapes = 0
  let newTexts: string[] = []

  function newMemory(): WriterMemory {
    return { shapes: [], shapeChars: [], following: [], lastShape: 0, textIds: new Map(), seen: new Set() }
  }

  function refuse(why: string): never {
    reason = why
    throw refused
  }

  function code(value: number): void {
    out[at] = Number.NaN
    out[at + 1] = value
    at += 2
  }

  function countChars(count: number): void {
    size += count
    if (size > bounds.chars) refuse(`the result has more than ${bounds.chars} characters`)
  }

  function countNodes(count: number): void {
    nodes += count
    if (nodes > bounds.nodes) refuse(`the result has more than ${bounds.nodes} values`)
  }

  function putChars(value: string): void {
    const { length } = value
    out[at++] = length
    for (let index = 0; index < length; index++) chars[charAt + index] = value.charCodeAt(index)
    charAt += length
  }

  function writeText(value: string): void {
    countChars(value.length)
    const { textIds, seen } = memory
    if (value.length > bounds.knownTextChars) {
      code(codes.text)
    } else {
      const id = textIds.get(value)
      if (id !== undefined) {
        code(codes.firstKnownText + id)
        return
      }
      if (seen.has(value) && textIds.size < bounds.knownTexts) {
        textIds.set(value, textIds.size)
        newTexts.push(value)
        code(codes.newText)
      } else {
        if (seen.size === 2 * bounds.knownTexts) seen.clear()
        seen.add(value)
        code(codes.text)
      }
    }
    putChars(value)
  }

  /** Writes one value; false when it is one that JSON has no place for. */
  function write(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case 'number':
        if (value - value !== 0) break
        // No −0, as in JSON.
        out[at++] = value + 0
        return true
      case 'string':
        writeText(value)
        return true
      case 'boolean':
        code(value ? codes.true : codes.false)
        return true
      case 'bigint':
        if (Number.isSafeInteger(Number(value))) out[at++] = Number(value)
        else writeText(String(value))
        return true
      case 'object':
        if (value !== null) return writeObject(value, depth)
        code(codes.null)
        return true
    }
    code(codes.absent)
    return false
  }

  function writeObject(value: object, depth: number): boolean {
    if (depth >= bounds.depth) refuse(`the result is nested more than ${bounds.depth} deep`)
    if (isArray(value)) {
      writeList(value, depth)
      return true
    }
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== prototypes?.object && prototype !== null) {
      if (prototype === prototypes?.date) return write(dateText(value), depth)
      if (ArrayBuffer.isView(value)) {
        writeList(value as never, depth)
        return true
      }
    }
    const keys = Object.keys(value)
    countNodes(keys.length)
    const shape = knownShape(keys)
    if (shape >= 0) {
      countChars(memory.shapeChars[shape] as number)
      code(-1 - shape)
    } else if (!writeNewShape(keys)) {
      writeLoose(value, keys, depth)
      return true
    }
    for (let index = 0; index < keys.length; index++) write((value as Record<string, unknown>)[keys[index] as string], depth + 1)
    return true
  }

  function knownShape(keys: readonly string[]): number {
    const { shapes, following } = memory
    const guess = following[memory.lastShape]
    if (guess !== undefined && guess < shapes.length && isShape(guess, keys)) {
      memory.lastShape = guess
      return guess
    }
    for (let id = 0; id < shapes.length; id++) {
      if (!isShape(id, keys)) continue
      following[memory.lastShape] = id
      memory.lastShape = id
      return id
    }
    return -1
  }

  function isShape(id: number, keys: readonly string[]): boolean {
    const shape = memory.shapes[id] as string[]
    if (shape.length !== keys.length) return false
    for (let index = 0; index < keys.length; index++) if (shape[index] !== keys[index]) return false
    return true
  }

  function writeNewShape(keys: string[]): boolean {
    const { shapes, shapeChars, following } = memory
    if (shapes.length === bounds.shapes || keys.length > bounds.shapeKeys) return false
    const before = size
    for (const key of keys) checkKey(key)
    code(codes.newShape)
    out[at++] = keys.length
    for (const key of keys) putChars(key)
    shapeChars[shapes.length] = size - before
    following[memory.lastShape] = shapes.length
    memory.lastShape = shapes.length
    shapes.push(keys)
    return true
  }

  function checkKey(key: string): void {
    if (key === '__proto__') refuse('the result has a key __proto__')
    countChars(key.length)
  }

  /** An object that carries its keys along. */
  function writeLoose(value: object, keys: readonly string[], depth: number): void {
    code(codes.loose)
    out[at++] = keys.length
    for (const key of keys) {
      if (key === '__proto__') refuse('the result has a key __proto__')
      writeText(key)
      write((value as Record<string, unknown>)[key], depth + 1)
    }
  }

  function writeList(list: ArrayLike<unknown>, depth: number): void {
    const given: unknown = list.length
    const length = typeof given === 'number' && isInteger(given) && given > 0 ? given : 0
    countNodes(length)
    code(codes.list)
    out[at++] = length
    for (let index = 0; index < length; index++) if (!write(list[index], depth + 1)) out[at - 1] = codes.null
  }

  /** An invalid date is left out, like a number that is none. */
  function dateText(value: object): unknown {
    const time = Date.prototype.getTime.call(value)
    return Number.isNaN(time) ? undefined : new Date(time).toISOString()
  }

  /** Whatever a codec gives as warnings or errors, as a list of short texts. */
  function texts(value: unknown): string[] {
    if (value === undefined || value === null) return none
    if (!isArray(value)) return [short(value)]
    const list: string[] = []
    const given: unknown = value.length
    const length = typeof given === 'number' ? Math.min(given, bounds.messages) : 0
    for (let index = 0; index < length; index++) list.push(short(value[index]))
    return list
  }
  const none: string[] = []

  function short(value: unknown): string {
    const given = typeof value === 'object' ? JSON.stringify(value) : typeof value === 'symbol' ? 'a symbol' : `${value}`
    return given === undefined ? 'no text' : given.slice(0, bounds.messageChars)
  }

  function writeTexts(list: readonly string[]): void {
    out[at++] = list.length
    for (const text of list) putChars(text)
  }

  return {
    newMemory,
    begin(codecsMemory, codecsPrototypes, outAt, charsAt) {
      memory = codecsMemory
      prototypes = codecsPrototypes
      at = outAt
      charAt = charsAt
    },
    outAt: () => at,
    charsAt: () => charAt,
    mark() {
      nodes = 0
      size = 0
      markAt = at
      markChar = charAt
      markShapes = memory.shapes.length
      if (newTexts.length > 0) newTexts = []
    },
    undo() {
      at = markAt
      charAt = markChar
      memory.shapes.length = markShapes
      for (const text of newTexts) memory.textIds.delete(text)
      newTexts = []
    },
    done(value, given) {
      const warnings = texts(given)
      out[at++] = warnings.length === 0 ? codes.done : codes.doneWithWarnings
      write(value, 0)
      if (warnings.length > 0) writeTexts(warnings)
    },
    failed(codecsFault, messages) {
      const list = texts(messages)
      out[at++] = codecsFault ? codes.codecError : codes.badResult
      writeTexts(list)
    },
    refuse,
    refusal: (thrown) => (thrown === refused ? reason : null),
  }
}
