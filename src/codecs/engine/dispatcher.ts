import type { callKind } from './call-stream.ts'
import type { limits } from './limits.ts'
import type { RealmCalls } from './realm.ts'
import type { controlPlaces, ResultCodes } from './result-codes.ts'
import type { ResultWriter, WriterMemory } from './result-writer.ts'

/** Memory that a child process and the dispatchers of its isolates share. No codec holds any of it. */
export interface SharedMemory {
  /** see `controlPlaces` */
  control: Int32Array
  /** the groups to be run, see `planNumbers` */
  plan: Int32Array
  /** the numbers of the `run` message */
  calls: Float64Array
  /** the bytes of its frames */
  frames: Uint8Array
  out: Float64Array
  chars: Uint16Array
}
export type SharedBuffers = Record<keyof SharedMemory, SharedArrayBuffer>

/** The numbers per group of the plan: slot · calls · where they are · where their frames are · characters of text · and, back, where its results and their characters begin. */
export const planNumbers = 7

export interface Dispatcher {
  /** `attach` gives the calls of the realm that takes this slot */
  adopt: (slot: number, attach: (frames: Uint8Array) => RealmCalls) => void
  drop: (slot: number) => void
  /** runs the groups of the plan from `from` to before `to`; after `soft` ms it begins no call, but for the very first */
  run: (from: number, to: number, text: string, soft: number) => void
}

export interface DispatcherParts {
  limits: typeof limits
  codes: ResultCodes
  places: typeof controlPlaces
  kinds: typeof callKind
  planNumbers: number
  makeResultWriter: (bounds: typeof limits, codes: ResultCodes, out: Float64Array, chars: Uint16Array) => ResultWriter
}

/**
 * Calls the codecs of one isolate, from a realm of its own in which no codec's code is ever run: one call from outside for all
 * groups of a batch, because such a call costs more than a decode. Its text is compiled there (`toString`), so it may use
 * nothing from outside its own body.
 *
 * It gives the codecs' realms numbers and text only, so that no codec gets hold of an object of this realm. What codecs
 * return and throw is theirs: it is read, never called, and what reading it throws ends here.
 */
export function dispatcher(parts: DispatcherParts, buffers: SharedBuffers): Dispatcher {
  const { limits, places, codes, kinds, planNumbers } = parts
  const control = new Int32Array(buffers.control)
  const plan = new Int32Array(buffers.plan)
  const calls = new Float64Array(buffers.calls)
  const frames = new Uint8Array(buffers.frames)
  const out = new Float64Array(buffers.out)
  const writer: ResultWriter = parts.makeResultWriter(limits, codes, out, new Uint16Array(buffers.chars))
  const realms: ({ calls: RealmCalls; memory: WriterMemory } | undefined)[] = []

  function runGroup(slot: number, count: number, callsAt: number, framesAt: number, text: string, until: number): void {
    const realm = realms[slot]
    if (realm === undefined) return
    writer.begin(realm.memory, realm.calls.prototypes, control[places.out] as number, control[places.chars] as number)
    realm.calls.begin(text)
    let frameAt = framesAt
    for (let index = 0; index < count; index++) {
      if (index > 0 && isOver(until)) return
      const at = callsAt + index * 4
      const length = calls[at + 3] as number
      answer(realm.calls, calls[at] as number, calls[at + 1] as number, calls[at + 2] as number, frameAt, length)
      frameAt += length
      control[places.out] = writer.outAt()
      control[places.chars] = writer.charsAt()
      control[places.results] = index + 1
    }
  }

  function isOver(until: number): boolean {
    const full = (control[places.out] as number) > limits.outNumbers || (control[places.chars] as number) > limits.outChars
    return full || Date.now() > until
  }

  function answer(realm: RealmCalls, kind: number, time: number, fPort: number, frameAt: number, frameLength: number): void {
    writer.mark()
    try {
      const given = realm.call(kind, time, fPort, frameAt, frameLength)
      if (typeof given !== 'object' || given === null) writer.refuse('the codec returned no object')
      const { data, fPort: port, bytes, warnings, errors } = given as Record<string, unknown>
      if (errors !== undefined && errors !== null && !(Array.isArray(errors) && errors.length === 0)) {
        writer.failed(true, errors)
      } else if (kind >= kinds.encode) {
        writer.done({ fPort: port, bytes }, warnings)
      } else if (typeof data !== 'object' || data === null || Array.isArray(data)) {
        const promised = Object.getPrototypeOf(given) === realm.prototypes.promise
        writer.refuse(promised ? 'the codec returned a promise: it has to return its result' : 'the codec returned no data and no errors')
      } else {
        writer.done(data, warnings)
      }
    } catch (thrown) {
      writer.undo()
      const refusal = writer.refusal(thrown)
      writer.failed(refusal === null, refusal ?? describe(thrown))
    }
  }

  /** The message of whatever was thrown, with the line in the codec's file. */
  function describe(thrown: unknown): string {
    try {
      if (typeof thrown !== 'object' || thrown === null) return String(thrown)
      const { message, name, stack } = thrown as Record<string, unknown>
      const line = typeof stack === 'string' ? /(?:codec|simulate)[\w.-]*\.js:(\d+)/.exec(stack.slice(-2_000)) : null
      const what = typeof name === 'string' && name !== 'Error' ? `${name}: ` : ''
      return `${what}${typeof message === 'string' ? message : 'thrown without a message'}${line === null ? '' : ` (line ${line[1]})`}`
    } catch {
      return 'thrown without a message'
    }
  }

  return {
    adopt(slot, attach) {
      realms[slot] = { calls: attach(frames), memory: writer.newMemory() }
    },
    drop(slot) {
      realms[slot] = undefined
    },
    run(from, to, text, soft) {
      const until = Date.now() + soft
      let textAt = 0
      for (let group = from; group < to; group++) {
        if (group > from && isOver(until)) return
        const at = group * planNumbers
        const textEnd = textAt + (plan[at + 4] as number)
        const start = control[places.out] as number
        const charsStart = control[places.chars] as number
        plan[at + 5] = start
        plan[at + 6] = charsStart
        control[places.group] = group
        control[places.results] = 0
        control[places.out] = start + codes.groupNumbers
        const groupText = text.slice(textAt, textEnd)
        runGroup(plan[at] as number, plan[at + 1] as number, plan[at + 2] as number, plan[at + 3] as number, groupText, until)
        textAt = textEnd
        out[start + 3] = control[places.results] as number
        out[start + 4] = (control[places.out] as number) - start - codes.groupNumbers
        out[start + 5] = (control[places.chars] as number) - charsStart
        control[places.group] = group + 1
      }
    },
  }
}
