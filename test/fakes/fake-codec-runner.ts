import type { CodecFailure, CodecFrame, CodecRunner, DecodeResult, EncodeResult } from '../../src/codecs/codec-runner.ts'
import type { Script } from '../../src/codecs/model.ts'

export interface FakeCodec {
  decode?: (frame: CodecFrame) => DecodeResult
  encode?: (data: unknown) => EncodeResult
  simulate?: (values: unknown) => EncodeResult
}

const noCodec = ({ model }: Script): CodecFailure => ({ ok: false, reason: 'codec-error', errors: [`the test has no codec of ${model}`] })

/** A `CodecRunner` whose codecs are functions of the test, run in this process; keeps what it was asked. */
export class FakeCodecRunner implements CodecRunner {
  readonly frames: CodecFrame[] = []
  readonly encoded: { model: string; data: unknown }[] = []
  readonly simulated: { model: string; values: unknown }[] = []
  private readonly codecs: Readonly<Record<string, FakeCodec>>

  /** `codecs` by model slug; a model that is not here gives an error */
  constructor(codecs: Readonly<Record<string, FakeCodec>> = {}) {
    this.codecs = codecs
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async decode(frames: readonly CodecFrame[]): Promise<readonly DecodeResult[]> {
    this.frames.push(...frames)
    return frames.map((frame) => this.codecs[frame.codec.model]?.decode?.(frame) ?? noCodec(frame.codec))
  }

  async encode(codec: Script, data: unknown): Promise<EncodeResult> {
    this.encoded.push({ model: codec.model, data })
    return this.codecs[codec.model]?.encode?.(data) ?? noCodec(codec)
  }

  async decodeDownlink(codec: Script): Promise<DecodeResult> {
    return noCodec(codec)
  }

  async simulate(simulator: Script, values: unknown): Promise<EncodeResult> {
    this.simulated.push({ model: simulator.model, values })
    return this.codecs[simulator.model]?.simulate?.(values) ?? noCodec(simulator)
  }
}
