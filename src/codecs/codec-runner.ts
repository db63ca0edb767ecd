import type { Script } from './model.ts'

/** One frame to decode. */
export interface CodecFrame {
  /** chosen once for the frame: what is replaced meanwhile counts from the next frame on */
  codec: Script
  fPort: number
  bytes: Uint8Array
  /** ISO 8601 UTC; reaches the codec as the Date `input.recvTime` (TS013 §4.1) */
  recvTime: string
  /** the device's ChirpStack variables */
  variables: Readonly<Record<string, string>>
}

export type CodecFailure = {
  ok: false
  /** codec-error: it threw or returned errors; timeout; crashed: its process died; disabled: three strikes; bad-result */
  reason: 'codec-error' | 'timeout' | 'crashed' | 'disabled' | 'bad-result'
  errors: readonly string[]
}

export type DecodeResult = { ok: true; data: Readonly<Record<string, unknown>>; warnings: readonly string[] } | CodecFailure
export type EncodeResult = { ok: true; fPort: number; bytes: Uint8Array; warnings: readonly string[] } | CodecFailure

/** Runs codecs, which are hostile until proven otherwise, outside of this process. Results keep the order of the frames. */
export interface CodecRunner {
  start(): Promise<void>
  stop(): Promise<void>
  decode(frames: readonly CodecFrame[]): Promise<readonly DecodeResult[]>
  /** `data` is the encoder's own input (`input.data` of TS013's encodeDownlink) */
  encode(codec: Script, data: unknown): Promise<EncodeResult>
  /** what a downlink means, by the codec's own `decodeDownlink` (TS013 §4.3) */
  decodeDownlink(codec: Script, fPort: number, bytes: Uint8Array): Promise<DecodeResult>
  /** calls `encodeUplink(values)` of a simulate.js: the simulated fleet's bytes */
  simulate(simulator: Script, values: unknown): Promise<EncodeResult>
}
