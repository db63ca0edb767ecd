import { pino } from 'pino'
import type { CodecFrame } from '../../../src/codecs/codec-runner.ts'
import { CodecEngine, type CodecEngineEvent } from '../../../src/codecs/engine/codec-engine.ts'

export const logger = pino({ level: 'silent' })

/** Sources of codecs by model, changeable while the engine runs. */
export class Sources {
  private readonly models = new Map<string, { codec: string; simulate: string | null }>()

  set(model: string, codec: string, simulate: string | null = null): this {
    this.models.set(model, { codec, simulate })
    return this
  }

  get(model: string) {
    return this.models.get(model)
  }
}

export const goodCodec = `
function decodeUplink(input) {
  return { data: { sum: input.bytes.reduce(function (a, b) { return a + b }, 0), port: input.fPort } }
}`

export async function startEngine(
  sources: Sources,
  options: { processes?: number; events?: CodecEngineEvent[] } = {},
): Promise<CodecEngine> {
  const engine = new CodecEngine({
    models: sources,
    logger,
    processes: options.processes ?? 1,
    onEvent: (event) => options.events?.push(event),
  })
  await engine.start()
  return engine
}

export function frame(model: string, bytes: readonly number[] = [1, 2, 3], more: Partial<CodecFrame> = {}): CodecFrame {
  return { model, fPort: 10, bytes: Uint8Array.from(bytes), recvTime: '2026-11-22T06:12:31.218Z', variables: {}, ...more }
}
