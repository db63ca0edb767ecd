import type { Logger } from 'pino'
import type { CodecRunner, DecodeResult } from '../codecs/codec-runner.ts'
import type { Example, Model } from '../codecs/model.ts'
import { normalise } from '../codecs/normalise.ts'
import { scriptFor } from '../codecs/variant.ts'

export interface ReplayedFrame {
  fPort: number
  bytes: Uint8Array
}

/** What a device without a simulation may send: the uplinks among its model's examples that its codec does not refuse. */
export function framesOf(examples: readonly Example[]): ReplayedFrame[] {
  return examples.flatMap((example) =>
    example.type === 'uplink' && example.errors === undefined
      ? [{ fPort: example.input.fPort, bytes: Buffer.from(example.input.hex, 'hex') }]
      : [],
  )
}

/**
 * The bytes of a device that replays `frames`: one after the other, each `period` (ms). The network gives them today's time,
 * and their bytes stay the vendor's: where a clock is in them, and under what checksum, only the codec knows. So a model
 * without `clock` gives readings of the time of reception; one with it reads as a device whose clock is wrong, which it
 * is: the frame with its history is moved to the reception and flagged `shifted`. A codec that refuses such a clock
 * outright would make a dead letter of each: see `Replay`, which leaves these out.
 */
export function replayedFrame(frames: readonly ReplayedFrame[], time: number, period: number): ReplayedFrame | null {
  return frames[Math.floor(time / period) % frames.length] ?? null
}

export interface ReplayParts {
  codecs: Pick<CodecRunner, 'decode'>
  model(slug: string): Model
  examples(model: string): readonly Example[]
  logger: Logger
}

/**
 * The examples that can be replayed today, each tried once with its codec: one that is refused would be so each time. One
 * with a value that no such device can measure ("the lowest of every word") tests the codec, and shows nothing of a territory.
 */
export class Replay {
  readonly #parts: ReplayParts
  readonly #tried = new Map<string, Promise<readonly ReplayedFrame[]>>()

  constructor(parts: ReplayParts) {
    this.#parts = parts
  }

  /** Rejects where the examples cannot be read or no codec runs; the next call tries again then. `time`: ms since 1970. */
  frames(model: string, time: number): Promise<readonly ReplayedFrame[]> {
    const known = this.#tried.get(model)
    if (known !== undefined) return known
    const trial = this.#try(model, time)
    this.#tried.set(model, trial)
    trial.catch(() => this.#tried.delete(model))
    return trial
  }

  async #try(slug: string, time: number): Promise<readonly ReplayedFrame[]> {
    const { codecs, examples, logger } = this.#parts
    const model = this.#parts.model(slug)
    const frames = framesOf(examples(slug))
    const receivedAt = new Date(time).toISOString()
    // As a simulated device is heard: today, of unknown firmware, and without the variables an example may come with.
    const results = await codecs.decode(
      frames.map((frame) => ({
        codec: scriptFor(model, { frame, firmware: null }),
        ...frame,
        recvTime: receivedAt,
        variables: {},
      })),
    )
    const replayed = frames.filter((_, index) => !isRefused(results[index]) && !isImplausible(model, results[index], receivedAt))
    const refused = results.filter(isRefused)
    const [first] = refused
    if (first !== undefined) {
      const facts = { model: slug, leftOut: refused.length, replayed: replayed.length, reason: first.errors.join(', ') }
      logger.warn(facts, 'examples that their codec refuses today are not replayed')
    }
    return replayed
  }
}

function isImplausible(model: Model, result: DecodeResult | undefined, receivedAt: string): boolean {
  if (result?.ok !== true) return false
  const readings = normalise(model, result.data, { receivedAt, parameters: () => ({}) })
  return readings.some(({ flags }) => Object.values(flags).includes('out-of-range'))
}

/** A codec that was slow or whose process died has not refused anything. */
function isRefused(result: DecodeResult | undefined): result is Extract<DecodeResult, { ok: false }> {
  return result?.ok === false && (result.reason === 'codec-error' || result.reason === 'bad-result')
}
