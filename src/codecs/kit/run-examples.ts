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

/** `enable` runs a codec again that was disabled. */
export type KitRunner = CodecRunner & { enable?: (model: string) => void }

/** The script of a model that an example is for. */
export function scriptOf(model: Model, example: Example): Script {
  if (example.type === 'downlink-encode') return scriptFor(model, { frame: null, firmware: example.firmware ?? null })
  // The byte that tells a variant is one of uplinks.
  if (example.type === 'downlink-decode') return scriptFor(model, { frame: null, firmware: example.input.firmware ?? null })
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

/** ms for running on with a codec that had to be stopped: each example of an endless loop costs its time again */
const patience = 3_000

/**
 * All examples of a model, in their order. A codec that has to be stopped is disabled in the engine after three of them; here each
 * is run until it has a verdict of its own, for some seconds. Those left over are told as the first one that was stopped.
 */
export async function runExamples(runner: KitRunner, model: Model, examples: readonly Example[]): Promise<readonly ExampleOutcome[]> {
  const run = (example: Example) => runExample(runner, model, example)
  runner.enable?.(model.slug)
  let results = await Promise.all(examples.map(run))
  const until = performance.now() + patience
  while (runner.enable !== undefined && results.some(isDisabled) && performance.now() < until) {
    runner.enable(model.slug)
    results = await Promise.all(
      examples.map(async (example, index) => {
        const result = results[index]
        return result === undefined || isDisabled(result) ? run(example) : result
      }),
    )
  }
  return examples.flatMap((example, index) => {
    const own = results[index]
    if (own === undefined) return []
    const stopped = (other: Example, at: number) => scriptOf(model, other) === scriptOf(model, example) && isStopped(results[at])
    const result = isDisabled(own) ? (results[examples.findIndex(stopped)] ?? own) : own
    return { example, number: index + 1, result, differences: checkExample(model, example, result) }
  })
}

/** Whether the codec had to be stopped, and did not come to an end by itself. */
export function isStopped(result: ExampleResult | undefined): boolean {
  return result?.ok === false && (result.reason === 'timeout' || result.reason === 'crashed')
}

function isDisabled(result: ExampleResult): boolean {
  return !result.ok && result.reason === 'disabled'
}
