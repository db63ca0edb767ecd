import type { CodecFrame, CodecRunner } from '../codec-runner.ts'
import type { Example, Model, Script } from '../model.ts'
import { scriptFor } from '../variant.ts'
import { checkExample, type Difference, type ExampleResult, exampleTime } from './check-example.ts'

export interface ExampleOutcome {
  example: Example
  /** from 1, as people count */
  number: number
  result: ExampleResult
  /** none: it passed */
  differences: readonly Difference[]
}

/** The script of a model that an example is for. */
export function scriptOf(model: Model, example: Example): Script {
  if (example.type !== 'uplink') return model.codec
  const { fPort, hex, firmware = null } = example.input
  return scriptFor(model, { frame: { fPort, bytes: Buffer.from(hex, 'hex') }, firmware })
}

/** An uplink example as the engine takes it. */
export function frameOf(model: Model, example: Extract<Example, { type: 'uplink' }>): CodecFrame {
  const { fPort, hex, recvTime = exampleTime, variables = {} } = example.input
  return { codec: scriptOf(model, example), fPort, bytes: Buffer.from(hex, 'hex'), recvTime, variables }
}

/** Runs one example; rejects only with `codec.engine-stopped`. */
export async function runExample(runner: CodecRunner, model: Model, example: Example): Promise<ExampleResult> {
  if (example.type === 'downlink-encode') return runner.encode(scriptOf(model, example), example.input)
  if (example.type === 'downlink-decode') {
    return runner.decodeDownlink(scriptOf(model, example), example.input.fPort, Buffer.from(example.input.hex, 'hex'))
  }
  const [result] = await runner.decode([frameOf(model, example)])
  if (result === undefined) throw new Error('the engine gave no result')
  return result
}

/** All examples of a model, in their order. */
export async function runExamples(runner: CodecRunner, model: Model, examples: readonly Example[]): Promise<readonly ExampleOutcome[]> {
  return Promise.all(
    examples.map(async (example, index) => {
      const result = await runExample(runner, model, example)
      return { example, number: index + 1, result, differences: checkExample(model, example, result) }
    }),
  )
}
