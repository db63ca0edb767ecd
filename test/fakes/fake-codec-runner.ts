import type { CodecFailure, CodecFrame, CodecRunner, DecodeResult, EncodeResult } from '../../src/codecs/codec-runner.ts'

export interface FakeCodec {
  decode?: (frame: CodecFrame) => DecodeResult
  encode?: (data: unknown) => EncodeResult
  simulate?: (values: unknown) => EncodeResult
}

const unknownModel = (model: string): CodecFailure => ({ ok: false, reason: 'unknown-model', errors: [`there is no model ${model}`] })

/** A `CodecRunner` whose codecs are functions of the test, run in this process; keeps what it was asked. */
export class FakeCodecRunner implements CodecRunner {
  readonly frames: CodecFrame[] = []
  readonly encoded: { model: string; data: unknown }[] = []
  readonly simulated: { model: string; values: unknown }[] = []
  private readonly codecs: Readonly<Record<string, FakeCodec>>

  /** `codecs` by model slug; a model that is not here is unknown */
  constructor(codecs: Readonly<Record<string, FakeCodec>> = {}) {
    this.codecs = codecs
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async decode(frames: readonly CodecFrame[]): Promise<readonly DecodeResult[]> {
    this.frames.push(...frames)
    return frames.map((frame) => this.codecs[frame.model]?.decode?.(frame) ?? unknownModel(frame.model))
  }

  async encode(model: string, data: unknown): Promise<EncodeResult> {
    this.encoded.push({ model, data })
    return this.codecs[model]?.encode?.(data) ?? unknownModel(model)
  }

  async decodeDownlink(model: string): Promise<DecodeResult> {
    return unknownModel(model)
  }

  async simulate(model: string, values: unknown): Promise<EncodeResult> {
    this.simulated.push({ model, values })
    return this.codecs[model]?.simulate?.(values) ?? unknownModel(model)
  }
}
