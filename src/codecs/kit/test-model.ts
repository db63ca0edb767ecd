import { OndineError } from '../../errors/ondine-error.ts'
import type { CodecRunner } from '../codec-runner.ts'
import type { Registry } from '../registry.ts'
import type { Difference } from './check-example.ts'
import { type ChirpstackFault, examine, type ScriptExamination } from './examine.ts'
import { readModel } from './model-folders.ts'
import type { Probe } from './probe/probe.ts'
import { runExamples } from './run-examples.ts'

export interface FailedExample {
  /** from 1 */
  number: number
  type: string
  description: string
  differences: readonly Difference[]
}

export interface ModelReport {
  model: string
  /** the folder cannot be used at all, or the examination failed */
  problem: OndineError | null
  examples: number
  passed: number
  failures: readonly FailedExample[]
  /** of the lines of all its scripts that hold code, in percent; null: unknown */
  linesCovered: number | null
  /** none: ChirpStack's QuickJS gives what our engine gives, in strict mode; null: not examined */
  chirpstack: readonly ChirpstackFault[] | null
  /** of its examples, in microseconds */
  slowestDecode: number | null
  /** types of orders it takes */
  commands: readonly string[]
}

interface Tools {
  registry: Registry
  runner: CodecRunner
  probe: Probe
}

/** Runs a model's examples in the engine, and looks at its scripts. Rejects only with `codec.engine-stopped`. */
export async function testModel({ registry, runner, probe }: Tools, slug: string): Promise<ModelReport> {
  const nothing = {
    model: slug,
    examples: 0,
    passed: 0,
    failures: [],
    linesCovered: null,
    chirpstack: null,
    slowestDecode: null,
    commands: [],
  }
  const read = readModel(registry, slug)
  if (!('model' in read)) return { ...nothing, problem: read }
  const { model, examples } = read
  const outcomes = await runExamples(runner, model, examples)
  const failures = outcomes.flatMap(({ example: { type, description }, number, differences }) =>
    differences.length === 0 ? [] : [{ number, type, description, differences }],
  )
  const commands = Object.keys(model.commands)
  const counted = { ...nothing, commands, examples: examples.length, passed: examples.length - failures.length, failures }
  try {
    const results = outcomes.map(({ result }) => result)
    return { ...counted, problem: null, ...figures(await examine(probe, model, examples, results)) }
  } catch (thrown) {
    return { ...counted, problem: OndineError.from(thrown) }
  }
}

function figures(scripts: readonly ScriptExamination[]): Pick<ModelReport, 'linesCovered' | 'chirpstack' | 'slowestDecode'> {
  const known = scripts.flatMap(({ coverage }) => coverage ?? [])
  const sum = (key: 'lines' | 'covered') => known.reduce((total, coverage) => total + coverage[key], 0)
  const micros = scripts.flatMap(({ v8 }) => v8.micros.filter((time) => time !== null))
  return {
    linesCovered: known.length < scripts.length || sum('lines') === 0 ? null : Math.floor((100 * sum('covered')) / sum('lines')),
    chirpstack: scripts.flatMap(({ chirpstack }) => chirpstack),
    slowestDecode: micros.length === 0 ? null : Math.max(...micros),
  }
}
