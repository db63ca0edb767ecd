import type { Logger } from 'pino'
import type { CodecRunner, DecodeResult } from '../codecs/codec-runner.ts'
import type { Example, Model } from '../codecs/model.ts'
import { framesOf, type ReplayedFrame } from './payload-values.ts'

export interface ReplayParts {
  codecs: Pick<CodecRunner, 'decode'>
  model(slug: string): Pick<Model, 'codec'>
  examples(model: string): readonly Example[]
  logger: Logger
}

/** The examples that can be replayed today, each tried once with its codec: one that is refused would be so each time. */
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

  async #try(model: string, time: number): Promise<readonly ReplayedFrame[]> {
    const { codecs, examples, logger } = this.#parts
    const { codec } = this.#parts.model(model)
    const frames = framesOf(examples(model))
    const recvTime = new Date(time).toISOString()
    // As a simulated device is heard: today, and without the variables an example may come with.
    const results = await codecs.decode(frames.map((frame) => ({ codec, ...frame, recvTime, variables: {} })))
    const refused = results.filter(isRefused)
    const [first] = refused
    if (first !== undefined) {
      const facts = { model, leftOut: refused.length, replayed: frames.length - refused.length, reason: first.errors.join(', ') }
      logger.warn(facts, 'examples that their codec refuses today are not replayed')
    }
    return frames.filter((_, index) => !isRefused(results[index]))
  }
}

/** A codec that was slow or whose process died has not refused anything. */
function isRefused(result: DecodeResult | undefined): result is Extract<DecodeResult, { ok: false }> {
  return result?.ok === false && (result.reason === 'codec-error' || result.reason === 'bad-result')
}
