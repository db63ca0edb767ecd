import type { callKind } from './call-stream.ts'
import type { FrameClock } from './realm-clock.ts'
import type { Prototypes } from './result-writer.ts'

export type Entries = Record<string, ((...given: unknown[]) => unknown) | undefined>

/** A codec's realm as the dispatcher of its isolate sees it. It gives and takes numbers and text, but for what `call` returns. */
export interface RealmCalls {
  prototypes: Prototypes
  /** JSON list of what the calls of the next group have besides their frames */
  begin: (extras: string) => void
  /** what the codec gives, whatever that is; throws what the codec throws */
  call: (kind: number, time: number, fPort: number, frameAt: number, frameLength: number) => unknown
}

export interface Realm {
  attach: (frames: Uint8Array) => RealmCalls
  bind: (found: Entries) => void
}

/**
 * One codec's realm: what stands between the dispatcher and the codec. Its text is compiled there (`toString`), so it may use
 * nothing from outside its own body. `attach` is called before the codec's source is run, so that this code takes its
 * built-ins before the codec can replace any; `bind` after it, with the codec's entry points.
 *
 * All that the codec is given is made here, of this realm's own kind: an object of another realm would be a way there.
 * Whatever the codec does to its realm can only spoil its own results.
 */
export function realm(parts: {
  kinds: typeof callKind
  makeFrameClock: () => FrameClock
  addTools: (makeBuffer: () => unknown) => void
  makeBuffer: () => unknown
}): Realm {
  const { kinds } = parts
  const { parse } = JSON
  const { isInteger } = Number
  const { imul } = Math
  const prototypes = { object: Object.prototype, date: Date.prototype, promise: Promise.prototype }
  const sliceList: (list: unknown[], from: number, to: number) => unknown[] = Function.prototype.call.bind(Array.prototype.slice)
  // Frames go through it: copies of a list that is full are made fast, and filling it asks no prototype for a setter.
  const scratch: number[] = Array.from({ length: 256 }, () => 0)
  const clock = parts.makeFrameClock()
  parts.addTools(parts.makeBuffer)
  let entries: Entries = {}

  function attach(frames: Uint8Array): RealmCalls {
    let extras: unknown[] = scratch
    let extraAt = 0
    let frameAt = 0
    let frameLength = 0

    function seed(): number {
      let hash = clock.time() | 0
      for (let index = 0; index < frameLength; index++) hash = imul(hash ^ (frames[frameAt + index] as number), 0x01000193)
      return hash
    }

    /** A fresh list for each call: codecs change it. */
    function frameBytes(): unknown[] {
      for (let index = 0; index < frameLength; index++) scratch[index] = frames[frameAt + index] as number
      return sliceList(scratch, 0, frameLength)
    }

    function decode(fPort: number, variables: unknown): unknown {
      const { decodeUplink, Decode, Decoder } = entries
      const bytes = frameBytes()
      if (decodeUplink !== undefined) return decodeUplink({ bytes, fPort, recvTime: clock.date(), variables })
      // ChirpStack v3: Decode(fPort, bytes, variables); The Things Network v2: Decoder(bytes, port)
      if (Decode !== undefined) return { data: Decode(fPort, bytes, variables) }
      if (Decoder !== undefined) return { data: Decoder(bytes, fPort) }
      return { errors: 'the codec has no decodeUplink function' }
    }

    function decodeDownlink(fPort: number): unknown {
      const { decodeDownlink } = entries
      if (decodeDownlink === undefined) return { errors: 'the codec has no decodeDownlink function' }
      return decodeDownlink({ bytes: frameBytes(), fPort, recvTime: clock.date(), variables: {} })
    }

    function encode(data: unknown): unknown {
      const { encodeDownlink, Encode, Encoder } = entries
      if (encodeDownlink !== undefined) return encodeDownlink({ data, variables: {} })
      // The legacy encoders give bytes only: the port is taken from the input.
      const asked = typeof data === 'object' && data !== null ? (data as Record<string, unknown>).fPort : undefined
      const fPort = isInteger(asked) ? asked : 1
      if (Encode !== undefined) return { fPort, bytes: Encode(fPort, data, {}) }
      if (Encoder !== undefined) return { fPort, bytes: Encoder(data, fPort) }
      return { errors: 'the codec has no encodeDownlink function' }
    }

    function simulate(values: unknown): unknown {
      const { encodeUplink } = entries
      return encodeUplink === undefined ? { errors: 'simulate.js has no encodeUplink function' } : encodeUplink(values)
    }

    return {
      prototypes,
      begin(json) {
        extras = json === '' ? scratch : parse(json)
        extraAt = 0
      },
      call(kind, time, fPort, at, length) {
        clock.set(time, seed)
        frameAt = at
        frameLength = length
        switch (kind) {
          case kinds.decode:
            return decode(fPort, {})
          case kinds.decodeDownlink:
            return decodeDownlink(fPort)
          case kinds.decodeWithVariables:
            return decode(fPort, extras[extraAt++])
          case kinds.encode:
            return encode(extras[extraAt++])
          default:
            return simulate(extras[extraAt++])
        }
      },
    }
  }

  return {
    attach,
    bind(found) {
      entries = found
    },
  }
}

const names = ['decodeUplink', 'encodeDownlink', 'decodeDownlink', 'encodeUplink', 'Decode', 'Decoder', 'Encode', 'Encoder']

/**
 * Finds the codec's entry points, whether declared, assigned, exported or members of `driver`; run after the codec's source.
 * No iteration: codecs replace iterators too.
 */
export const findEntries = `(() => {
  const found = Object.create(null)
  const exported = typeof module === 'object' && module !== null ? module.exports : undefined
  const exporting = typeof exports === 'undefined' ? undefined : exports
  const driven = typeof driver === 'undefined' ? undefined : driver
  const has = (holder, name) =>
    (typeof holder === 'object' || typeof holder === 'function') && holder !== null && typeof holder[name] === 'function'
  const held = (name) => {
    const holder = has(exported, name) ? exported : has(exporting, name) ? exporting : has(driven, name) ? driven : undefined
    return holder === undefined ? undefined : (first, second, third) => holder[name](first, second, third)
  }
  ${names.map((name) => `found.${name} = typeof ${name} === 'function' ? ${name} : held('${name}')`).join('\n  ')}
  return found
})()`
