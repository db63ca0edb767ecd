import type { CodecFrame, CodecRunner } from '../codec-runner.ts'
import type { Example, Model } from '../model.ts'
import { exampleTime } from './check-example.ts'
import { scriptOf } from './run-examples.ts'

/** frames sent to the engine at once */
const together = 256

/** Decodes per second of a model's uplink examples in the engine; null where it has none that is decoded. */
export async function decodesPerSecond(
  runner: CodecRunner,
  model: Model,
  examples: readonly Example[],
  seconds: number,
): Promise<number | null> {
  const frames = examples.flatMap((example) => frameOf(model, example))
  if (frames.length === 0) return null
  const batch = Array.from({ length: together }, (_, index) => frames[index % frames.length] ?? frames[0]).filter(
    (frame) => frame !== undefined,
  )
  const [first] = await runner.decode(frames)
  if (first?.ok !== true) return null
  // Compiled and warm before it counts.
  await runner.decode(batch)
  const started = performance.now()
  let count = 0
  do {
    await Promise.all([runner.decode(batch), runner.decode(batch)])
    count += 2 * together
  } while (performance.now() - started < seconds * 1000)
  return Math.round((1000 * count) / (performance.now() - started))
}

function frameOf(model: Model, example: Example): CodecFrame[] {
  if (example.type !== 'uplink' || example.errors !== undefined) return []
  const { fPort, hex, recvTime = exampleTime, variables = {} } = example.input
  return [{ codec: scriptOf(model, example), fPort, bytes: Buffer.from(hex, 'hex'), recvTime, variables }]
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  if (upper === undefined) return null
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}
