import { pino } from 'pino'
import type { CodecFrame } from '../../../src/codecs/codec-runner.ts'
import { CodecEngine, type CodecEngineEvent } from '../../../src/codecs/engine/codec-engine.ts'
import type { Script } from '../../../src/codecs/model.ts'

export const logger = pino({ level: 'silent' })

/** Files of models under test, changeable while the engine runs. */
export class Sources {
  private readonly scripts = new Map<string, Script>()

  set(model: string, codec: string, simulate?: string): this {
    this.scripts.set(`${model}/codec.js`, { model, file: 'codec.js', source: codec })
    if (simulate !== undefined) this.scripts.set(`${model}/simulate.js`, { model, file: 'simulate.js', source: simulate })
    return this
  }

  script(model: string, file = 'codec.js'): Script {
    const found = this.scripts.get(`${model}/${file}`)
    if (found === undefined) throw new Error(`${model} has no ${file}`)
    return found
  }

  frame(model: string, bytes: readonly number[] = [1, 2, 3], more: Partial<CodecFrame> = {}): CodecFrame {
    const codec = this.script(model)
    return { codec, fPort: 10, bytes: Uint8Array.from(bytes), recvTime: '2026-11-22T06:12:31.218Z', variables: {}, ...more }
  }
}

export const goodCodec = `
function decodeUplink(input) {
  return { data: { sum: input.bytes.reduce(function (a, b) { return a + b }, 0), port: input.fPort } }
}`

export async function startEngine(options: { processes?: number; events?: CodecEngineEvent[] } = {}): Promise<CodecEngine> {
  const engine = new CodecEngine({ logger, processes: options.processes ?? 1, onEvent: (event) => options.events?.push(event) })
  await engine.start()
  return engine
}
