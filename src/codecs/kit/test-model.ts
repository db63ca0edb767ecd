import { OndineError } from '../../errors/ondine-error.ts'
import type { Registry } from '../registry.ts'
import type { Difference } from './check-example.ts'
import { type ChirpstackFault, examine, type ScriptExamination } from './examine.ts'
import { fileFindings } from './lint/file-rules.ts'
import type { Finding } from './lint/finding.ts'
import { readModel } from './model-folders.ts'
import type { Probe } from './probe/probe.ts'
import { type KitRunner, runExamples, scriptOf } from './run-examples.ts'

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
  /** what the schemas find wrong in its files, each with its line: then the problem says no more than the first of them */
  findings: readonly Finding[]
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
  runner: KitRunner
  probe: Probe
}

/** Runs a model's examples in the engine, and looks at its scripts. Rejects only with `codec.engine-stopped`. */
export async function testModel({ registry, runner, probe }: Tools, slug: string): Promise<ModelReport> {
  const nothing = {
    model: slug,
    findings: [],
    examples: 0,
    passed: 0,
    failures: [],
    linesCovered: null,
    chirpstack: null,
    slowestDecode: null,
    commands: [],
  }
  const read = readModel(registry, slug)
  if (!('model' in read)) {
    const folder = registry.folderOf(slug)
    const findings = folder === undefined ? [] : fileFindings(folder).filter(({ severity }) => severity === 'error')
    return { ...nothing, findings, problem: read }
  }
  const { model, examples } = read
  const commands = Object.keys(model.commands)
  if (examples.length === 0) return { ...nothing, commands, problem: new OndineError('kit.no-examples', { model: slug }) }
  const outcomes = await runExamples(runner, model, examples)
  const failed = outcomes.filter(({ differences }) => differences.length > 0)
  const failures = failed.map(({ example: { type, description }, number, differences }) => ({ number, type, description, differences }))
  const counted = { ...nothing, commands, examples: examples.length, passed: examples.length - failures.length, failures }
  try {
    const results = outcomes.map(({ result }) => result)
    const scripts = await examine(probe, model, examples, results)
    const [broken] = scripts.flatMap(({ script, v8: { failed } }) => (failed === null ? [] : [{ script, ...failed }]))
    if (broken === undefined) return { ...counted, problem: null, ...figures(scripts) }
    // Each of its examples fails for this one reason.
    const { script, error, line } = broken
    const others = failures.filter((_, index) => failed.slice(index, index + 1).some(({ example }) => scriptOf(model, example) !== script))
    return { ...counted, failures: others, problem: new OndineError('kit.does-not-load', { file: script.file, line, error }) }
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
