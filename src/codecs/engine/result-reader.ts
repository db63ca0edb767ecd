import { limits } from './limits.ts'
import { resultCodes as codes } from './result-codes.ts'
import type { Verdict } from './results.ts'
import { type Maker, makerOf } from './shape-maker.ts'
import { type Message, status } from './transport.ts'

/** What became of one group of a `run` message. */
export interface GroupResult {
  status: number
  /** of its first calls, in their order; none unless `status` is done or a load error */
  verdicts: readonly Verdict[]
}

/** What one codec's realm in one child remembers, as its parent does. */
interface Memory {
  shapes: Shape[]
  texts: string[]
}

interface Shape {
  keys: readonly string[]
  chars: number
  uses: number
  make: Maker | null
}

const highestStatus = Math.max(...Object.values(status))
const noWarnings: readonly string[] = Object.freeze([])
/** In the place of a value that JSON has no place for: its key is left out. */
const absent = Symbol('absent')
/** Uses of a shape after which it is worth a function of its own. */
const often = 8

/**
 * Reads the `result` messages of one child (result-codes.ts). The child may have been broken out of: whatever its own code
 * would never write makes `read` throw, and nothing that it says is to be believed from then on. A result too large or too
 * deep is refused in the codec's realm already, and fails alone; here it is one of those things.
 */
export class ResultReader {
  private readonly memories = new Map<number, Memory>()
  private numbers: Float64Array = new Float64Array(0)
  private at = 0
  private chars: Buffer = Buffer.alloc(0)
  private charAt = 0
  private charEnd = 0
  private nodes = 0
  private size = 0
  private memory: Memory = { shapes: [], texts: [] }
  /** the values of the objects that are being read, those of the innermost last */
  private readonly stack: unknown[] = []
  private top = 0

  forget(codec: number): void {
    this.memories.delete(codec)
  }

  /** One result per group that was asked for, in the order asked. */
  read(message: Message, asked: readonly { codec: number; calls: number }[]): GroupResult[] {
    const { numbers, bytes } = message
    this.numbers = numbers
    this.at = 0
    this.chars = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.charAt = 0
    this.charEnd = bytes.length / 2
    this.top = 0
    const results: GroupResult[] = []
    for (let read = 0; read < asked.length; read++) {
      const index = this.count(asked.length - 1)
      const group = asked[index]
      if (group === undefined || results[index] !== undefined) return fault('a group that was not asked for')
      results[index] = this.group(group.codec, group.calls)
    }
    if (message.groups !== asked.length || this.at !== numbers.length || this.charAt !== this.charEnd) fault('more than was asked for')
    // Nothing of a great result is held on to.
    if (this.stack.length > often * 32) this.stack.length = 0
    return results
  }

  private group(codec: number, calls: number): GroupResult {
    const state = this.count(highestStatus)
    if (this.count(1) === 1) this.memories.delete(codec)
    const results = this.count(calls)
    const numbers = this.count(this.numbers.length)
    const chars = this.count(this.charEnd)
    const end = this.at + numbers
    const charEnd = this.charAt + chars
    const verdicts: Verdict[] = []
    if (state === status.done || state === status.loadError) {
      if (results === 0) fault('no result')
      this.memory = this.memories.get(codec) ?? { shapes: [], texts: [] }
      this.memories.set(codec, this.memory)
      for (let index = 0; index < results; index++) verdicts.push(this.result())
      if (this.at !== end || this.charAt !== charEnd) fault('results of another length')
    }
    if (end > this.numbers.length || charEnd > this.charEnd) fault('results beyond the message')
    this.at = end
    this.charAt = charEnd
    return { status: state, verdicts }
  }

  private result(): Verdict {
    this.nodes = 0
    this.size = 0
    const kind = this.count(codes.badResult)
    if (kind === codes.codecError) return { ok: false, reason: 'codec-error', errors: this.texts() }
    if (kind === codes.badResult) return { ok: false, reason: 'bad-result', errors: this.texts() }
    const data = this.value(0)
    if (!isRecord(data)) return fault('data that is no object')
    if (kind === codes.done) return { ok: true, data, warnings: noWarnings }
    return kind === codes.doneWithWarnings ? { ok: true, data, warnings: this.texts() } : fault('an unknown kind of result')
  }

  private value(depth: number): unknown {
    this.nodes += 1
    const number = this.numbers[this.at++]
    if (number === undefined) return fault('a value beyond the message')
    // No −0, as in JSON.
    if (number - number === 0) return number + 0
    if (!Number.isNaN(number)) return fault('an infinite number')
    const code = this.numbers[this.at++]
    if (code === undefined) return fault('a value beyond the message')
    if (code < 0) return this.object(this.memory.shapes[-1 - code] ?? fault('an unknown shape'), depth)
    if (code >= codes.firstKnownText) return this.counted(this.memory.texts[code - codes.firstKnownText] ?? fault('an unknown text'))
    switch (code) {
      case codes.null:
        return null
      case codes.true:
        return true
      case codes.false:
        return false
      case codes.absent:
        return absent
      case codes.list:
        return this.list(depth)
      case codes.text:
        return this.counted(this.text(limits.chars))
      case codes.newText:
        return this.counted(this.newText())
      case codes.newShape:
        return this.object(this.newShape(), depth)
      case codes.loose:
        return this.loose(depth)
    }
    return fault('an unknown code')
  }

  private object(shape: Shape, depth: number): Record<string, unknown> {
    this.enter(depth)
    this.grow(shape.chars)
    const { keys } = shape
    const { stack } = this
    const base = this.top
    this.top += keys.length
    let whole = true
    for (let index = 0; index < keys.length; index++) {
      const value = this.value(depth + 1)
      if (value === absent) whole = false
      stack[base + index] = value
    }
    this.top = base
    shape.uses += 1
    if (shape.uses === often) shape.make = makerOf(keys)
    return whole && shape.make !== null ? shape.make(stack, base) : this.collect(keys, base)
  }

  private collect(keys: readonly string[], base: number): Record<string, unknown> {
    const object: Record<string, unknown> = {}
    for (let index = 0; index < keys.length; index++) {
      const value = this.stack[base + index]
      if (value !== absent) object[keys[index] ?? ''] = value
    }
    return object
  }

  private list(depth: number): unknown[] {
    this.enter(depth)
    const length = this.count(limits.nodes)
    const list: unknown[] = []
    for (let index = 0; index < length; index++) {
      const value = this.value(depth + 1)
      list.push(value === absent ? fault('a hole in a list') : value)
    }
    return list
  }

  private loose(depth: number): Record<string, unknown> {
    this.enter(depth)
    const count = this.count(limits.nodes)
    const object: Record<string, unknown> = {}
    for (let index = 0; index < count; index++) {
      const key = this.value(depth + 1)
      if (typeof key !== 'string') return fault('a key that is no text')
      checkKey(key)
      this.nodes -= 1
      const value = this.value(depth + 1)
      if (value !== absent) object[key] = value
    }
    return object
  }

  private newShape(): Shape {
    const keys: string[] = []
    let chars = 0
    for (let left = this.count(limits.shapeKeys); left > 0; left--) {
      const key = this.text(limits.chars)
      checkKey(key)
      keys.push(key)
      chars += key.length
    }
    const { shapes } = this.memory
    if (shapes.length === limits.shapes || new Set(keys).size !== keys.length) fault('a shape too many')
    const shape = { keys, chars, uses: 0, make: null }
    shapes.push(shape)
    return shape
  }

  private newText(): string {
    const { texts } = this.memory
    const text = this.text(limits.knownTextChars)
    if (texts.push(text) > limits.knownTexts) fault('a text too many')
    return text
  }

  private texts(): string[] {
    const texts: string[] = []
    for (let left = this.count(limits.messages); left > 0; left--) texts.push(this.text(limits.messageChars))
    return texts
  }

  private text(longest: number): string {
    const length = this.count(longest)
    const end = this.charAt + length
    if (end > this.charEnd) fault('a text beyond the message')
    const text = this.chars.toString('utf16le', this.charAt * 2, end * 2)
    this.charAt = end
    return text
  }

  /** A whole number from 0 to `highest`. */
  private count(highest: number): number {
    const number = this.numbers[this.at++]
    return number !== undefined && Number.isInteger(number) && number >= 0 && number <= highest ? number : fault('a number out of range')
  }

  private counted(text: string): string {
    this.grow(text.length)
    return text
  }

  private grow(chars: number): void {
    this.size += chars
    if (this.size > limits.chars) fault('too many characters')
  }

  private enter(depth: number): void {
    if (depth >= limits.depth) fault('too deep')
    // The root is not counted by the writer.
    if (this.nodes > limits.nodes + 1) fault('too many values')
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function checkKey(key: string): void {
  if (key === '__proto__') fault('a key __proto__')
}

function fault(what: string): never {
  throw new Error(what)
}
