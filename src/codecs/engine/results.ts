import type { CodecFailure, EncodeResult } from '../codec-runner.ts'
import type { Script } from '../model.ts'
import { type Call, callKind } from './call-stream.ts'
import { limits } from './limits.ts'
import { status } from './transport.ts'

/** One call's result once it is known to be plain data within bounds. */
export type Verdict = { ok: true; data: Readonly<Record<string, unknown>>; warnings: readonly string[] } | CodecFailure

export function failure(reason: CodecFailure['reason'], ...errors: string[]): CodecFailure {
  return { ok: false, reason, errors }
}

/** The verdict of a call that is too large to be made. */
export function refusalOf({ file, source }: Script, { kind, bytes, extra }: Call): Verdict | null {
  if (source.length > limits.source) return failure('codec-error', `${file} is longer than ${limits.source} characters`)
  if (bytes.length > limits.frame) return failure('codec-error', `a frame of more than ${limits.frame} bytes`)
  if (kind < callKind.decodeWithVariables || JSON.stringify(extra ?? null).length <= limits.input) return null
  return failure('codec-error', `an input of more than ${limits.input} characters`)
}

/** The verdict of a call that was alone and came to a bad end. */
export function blame(state: number): Exclude<Verdict, { ok: true }> {
  if (state === status.timeout) return failure('timeout', `the codec did not come to its end within ${limits.decode} ms`)
  if (state === status.memory) return failure('crashed', `the codec took more than ${limits.isolateMemory} MB of memory`)
  return failure('bad-result', 'the codec gave something that is no result')
}

/** fPort 1–223 (LoRaWAN 1.0.4 §4.3.2) and 0–242 bytes, or the reason why not. */
export function toBytes(verdict: Verdict): EncodeResult {
  if (!verdict.ok) return verdict
  const { fPort, bytes } = verdict.data
  if (typeof fPort !== 'number' || !Number.isInteger(fPort) || fPort < 1 || fPort > 223) {
    return failure('bad-result', 'the encoder gave no fPort from 1 to 223')
  }
  if (!Array.isArray(bytes) || bytes.length > 242 || !bytes.every(isByte)) {
    return failure('bad-result', 'the encoder gave no list of up to 242 bytes')
  }
  return { ok: true, fPort, bytes: Uint8Array.from(bytes), warnings: verdict.warnings }
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255
}
