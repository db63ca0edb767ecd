import type { CodecRunner } from '../codec-runner.ts'
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

/** Runs one example; rejects only with `codec.engine-stopped`. */
export async function runExample(runner: CodecRunner, model: Model, example: Example): Promise<ExampleResult> {
  const codec = scriptOf(model, example)
  if (example.type === 'downlink-encode') return runner.encode(codec, example.input)
  const { fPort, hex } = example.input
  const bytes = Buffer.from(hex, 'hex')
  if (example.type === 'downlink-decode') return runner.decodeDownlink(codec, fPort, bytes)
  const { recvTime = exampleTime, variables = {} } = example.input
  const [result] = await runner.decode([{ codec, fPort, bytes, recvTime, variables }])
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
