import type { Example, Model, Script } from '../model.ts'
import { type ExampleResult, exampleTime, holds } from './check-example.ts'
import { type LineCoverage, lineCoverage } from './coverage.ts'
import type { CallOutcome, ProbeCall, V8Answer } from './probe/job.ts'
import type { Probe } from './probe/probe.ts'
import { isStopped, scriptOf } from './run-examples.ts'

/** A call that ChirpStack's QuickJS makes otherwise than our engine. */
export interface ChirpstackFault {
  /** numbers of the examples, from 1 */
  examples: readonly number[]
  file: string
  /** 0: unknown */
  line: number
  /** what QuickJS said; null: it ran, and gave another result */
  error: string | null
  slow: boolean
}

/** One script of a model with the examples that are for it. */
export interface ScriptExamination {
  script: Script
  /** indices into the model's examples: those that came to their end in the engine */
  examples: readonly number[]
  calls: readonly ProbeCall[]
  v8: V8Answer
  /** null: it did not run to its end, and nobody counted */
  coverage: LineCoverage | null
  chirpstack: readonly ChirpstackFault[]
}

/** What the probe tells of a model's scripts. Rejects with `kit.probe-ended`. */
export async function examine(
  probe: Probe,
  model: Model,
  examples: readonly Example[],
  results: readonly ExampleResult[],
): Promise<readonly ScriptExamination[]> {
  const scripts = [...new Set([model.codec, ...model.variantCodecs.values()])]
  const found: ScriptExamination[] = []
  const callsOf = (indices: readonly number[]) => indices.flatMap((index) => examples.slice(index, index + 1).map(callOf))
  for (const script of scripts) {
    const own = examples.flatMap((example, index) => (scriptOf(model, example) === script ? [index] : []))
    // What the engine had to stop would hold this up too, and again for each circumstance: ChirpStack is asked of the first.
    const ended = own.filter((index) => !isStopped(results[index]))
    const stopped = own.filter((index) => isStopped(results[index])).slice(0, 1)
    const { file, source } = script
    const calls = callsOf(ended)
    const v8 = await probe.v8({ file, source, calls })
    const outcomes: CallOutcome[] = []
    if (v8.failed === null) {
      outcomes.push(...(await probe.chirpstack({ file, source, calls })).outcomes)
      for (const call of callsOf(stopped)) outcomes.push(await lastOutcome(probe, { file, source, calls: [call] }))
    }
    found.push({
      ...{ script, examples: ended, calls, v8 },
      coverage: v8.ranges.length === 0 || ended.length < own.length ? null : lineCoverage(source, v8.ranges),
      chirpstack: faults(script, [...ended, ...stopped], outcomes, v8.outcomes, examples, results),
    })
  }
  return found
}

/** What ChirpStack makes of a call that our engine had to stop; it may not come back at all. */
async function lastOutcome(probe: Probe, job: Parameters<Probe['chirpstack']>[0]): Promise<CallOutcome> {
  const endless: CallOutcome = { error: 'it does not come to its end', line: 0, slow: true }
  try {
    const [outcome = endless] = (await probe.chirpstack(job, 2_500)).outcomes
    return outcome
  } catch {
    return endless
  }
}

/** An example as the probe calls it. */
export function callOf(example: Example): ProbeCall {
  if (example.type === 'downlink-encode') return { kind: 'encode', data: example.input, time: Date.parse(exampleTime) }
  const { fPort, hex } = example.input
  const bytes = [...Buffer.from(hex, 'hex')]
  if (example.type === 'downlink-decode') return { kind: 'decode-downlink', fPort, bytes, time: Date.parse(exampleTime) }
  const { recvTime = exampleTime, variables = {} } = example.input
  return { kind: 'decode', fPort, bytes, time: Date.parse(recvTime), variables }
}

/** Differences to our engine, those of one cause together. decodeDownlink is never called by ChirpStack. */
function faults(
  { file }: Script,
  own: readonly number[],
  outcomes: readonly CallOutcome[],
  inV8: readonly CallOutcome[],
  examples: readonly Example[],
  results: readonly ExampleResult[],
): ChirpstackFault[] {
  const byCause = new Map<string, ChirpstackFault & { examples: number[] }>()
  own.forEach((index, at) => {
    const [example, ours, outcome] = [examples[index], results[index], outcomes[at]]
    if (example === undefined || ours === undefined || outcome === undefined || example.type === 'downlink-decode') return
    const thrownHere = 'error' in outcome && (outcome.slow || 'json' in (inV8[at] ?? outcome))
    if (!thrownHere && isSameResult(ours, chirpstackResult(example, outcome))) return
    const fault =
      'error' in outcome ? { error: outcome.error, line: outcome.line, slow: outcome.slow } : { error: null, line: 0, slow: false }
    const key = JSON.stringify(fault)
    const known = byCause.get(key)
    if (known === undefined) byCause.set(key, { ...fault, file, examples: [index + 1] })
    else known.examples.push(index + 1)
  })
  return [...byCause.values()]
}

/** What ChirpStack makes of what a codec returned: errors first, then an object `data`, or bytes and a port. */
function chirpstackResult(example: Example, outcome: CallOutcome): ExampleResult {
  const refused = (...errors: string[]): ExampleResult => ({ ok: false, reason: 'codec-error', errors })
  if ('error' in outcome) return refused(outcome.error)
  const { data, bytes, fPort, errors } = Object(JSON.parse(outcome.json))
  if (Array.isArray(errors) && errors.length > 0 && errors.every((error) => typeof error === 'string')) return refused(...errors)
  if (example.type !== 'downlink-encode') {
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? { ok: true, data, warnings: [] } : refused('no data')
  }
  if (!Array.isArray(bytes)) return refused('no bytes')
  return { ok: true, fPort: typeof fPort === 'number' ? fPort : 0, bytes: Uint8Array.from(bytes, Number), warnings: [] }
}

function isSameResult(ours: ExampleResult, theirs: ExampleResult): boolean {
  // The sentences of errors that an engine throws are its own.
  if (!ours.ok || !theirs.ok) return ours.ok === theirs.ok
  if ('bytes' in ours) return 'bytes' in theirs && ours.fPort === theirs.fPort && Buffer.from(ours.bytes).equals(theirs.bytes)
  return 'data' in theirs && holds(theirs.data, ours.data).length === 0
}
