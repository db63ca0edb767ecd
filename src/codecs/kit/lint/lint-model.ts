import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OndineError } from '../../../errors/ondine-error.ts'
import { lineFinder } from '../../../formats/yaml-lines.ts'
import { families } from '../../../vocabulary/families.ts'
import type { CodecRunner } from '../../codec-runner.ts'
import { deviceProfileSchema } from '../../device-profile.ts'
import type { Example, Model } from '../../model.ts'
import { readDeviceProfile } from '../../read-device-profile.ts'
import { examine } from '../examine.ts'
import { type ModelFolders, readModel } from '../model-folders.ts'
import { runExample, runExamples } from '../run-examples.ts'
import type { Workbench } from '../workbench.ts'
import { commandFindings } from './command-rules.ts'
import { exampleFindings } from './example-rules.ts'
import { fileFindings } from './file-rules.ts'
import { about, type Finding } from './finding.ts'
import { doubleFindings, fieldFindings, unitFindings, unreadFindings } from './mapping-rules.ts'
import { schemaFindings } from './schema-faults.ts'
import { scriptFindings } from './script-rules.ts'

/** All that is wrong with a model or should be looked at, errors first. Rejects only with `codec.engine-stopped`. */
export async function lintModel(folders: ModelFolders, slug: string, bench: Workbench): Promise<readonly Finding[]> {
  const folder = join(folders.codecs, slug)
  const broken = [...fileFindings(folder), ...profileFileFindings(folders, slug)]
  const read = readModel(folders.registry, slug)
  if (!('model' in read))
    return sorted(broken.length > 0 ? broken : [about(folder).error({ rule: 'unreadable', context: { reason: read.message } })])
  const { model, examples } = read
  const findings = [...broken, ...(await profileFindings(folders, model, folder)), ...mappingOnly(model, folder)]
  return sorted([...findings, ...(await ranFindings(model, examples, folder, bench))])
}

const ranks = { error: 0, warning: 1 } as const

function sorted(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => ranks[a.severity] - ranks[b.severity])
}

function profileFileFindings({ profiles }: ModelFolders, slug: string): Finding[] {
  const file = join(profiles, `${slug}.yaml`)
  return existsSync(file) ? schemaFindings(file, readFileSync(file, 'utf8'), deviceProfileSchema) : []
}

async function profileFindings({ profiles }: ModelFolders, model: Model, folder: string): Promise<Finding[]> {
  const file = join(profiles, `${model.deviceProfile}.yaml`)
  const on = locatedAbout(join(folder, 'model.yaml'))
  try {
    const profile = await readDeviceProfile(profiles, model.deviceProfile)
    const [ours, theirs] = [model.expectedInterval, profile.expectedInterval]
    const interval =
      ours === theirs ? [] : [on.error({ rule: 'interval', context: { model: ours, profile: theirs } }, ['expectedInterval'])]
    const untitled = [
      [model.title, on],
      [profile.title, locatedAbout(file)],
    ] as const
    const titles = untitled.flatMap(([title, place]) =>
      title.startsWith(`${model.vendor} `) ? [] : [place.warning({ rule: 'vendor-title', context: { vendor: model.vendor } }, ['title'])],
    )
    return [...interval, ...titles]
  } catch (thrown) {
    if (OndineError.from(thrown).code !== 'codec.file-unreadable') return []
    return [on.error({ rule: 'missing-file', context: { missing: file } }, ['deviceProfile'])]
  }
}

function mappingOnly(model: Model, folder: string): Finding[] {
  const on = locatedAbout(join(folder, 'model.yaml'))
  const usual = families.get(model.family)?.service
  const service = { rule: 'service' as const, context: { family: model.family, service: usual ?? '' } }
  return [...(usual === model.service ? [] : [on.warning(service, ['service'])]), ...unitFindings(model, on)]
}

async function ranFindings(model: Model, examples: readonly Example[], folder: string, { runner, probe }: Workbench): Promise<Finding[]> {
  const outcomes = await runExamples(runner, model, examples)
  const decoded = outcomes.flatMap(({ example, number, result }) =>
    example.type === 'uplink' && result.ok && 'data' in result ? [{ number, data: result.data }] : [],
  )
  const onModel = locatedAbout(join(folder, 'model.yaml'))
  const findings = [
    ...exampleFindings(model, outcomes, await readsAnyPort(model, examples, runner), locatedAbout(join(folder, 'examples.json'))),
    ...fieldFindings(model, decoded, onModel),
    ...unreadFindings(model, decoded, onModel),
    ...doubleFindings(model, decoded, onModel),
  ]
  try {
    const results = outcomes.map(({ result }) => result)
    const scripts = await examine(probe, model, examples, results)
    const ofScripts = scripts.map((examined) => ({
      script: examined.script,
      findings: scriptFindings(model, examined, join(folder, examined.script.file)),
    }))
    // Without an encoder that runs, nothing more is to be said of each command.
    const encoders = ofScripts.filter((one) => !one.findings.some(({ rule }) => rule === 'does-not-load' || rule === 'encoder-missing'))
    const commands = await commandFindings(
      model,
      encoders.map(({ script }) => script),
      runner,
      onModel,
    )
    return [...ofScripts.flatMap((one) => one.findings), ...(encoders.length === 0 ? [] : commands), ...findings]
  } catch (thrown) {
    const reason = OndineError.from(thrown).message
    return [about(join(folder, model.codec.file)).error({ rule: 'does-not-load', context: { error: reason } }), ...findings]
  }
}

/** Whether the codec reads a frame on a port that none of its examples uses. */
async function readsAnyPort(model: Model, examples: readonly Example[], runner: CodecRunner): Promise<boolean> {
  const uplinks = examples.filter((example) => example.type === 'uplink')
  const first = uplinks.find(({ errors }) => errors === undefined)
  const ports = new Set(uplinks.map(({ input }) => input.fPort))
  const unused = Array.from({ length: 223 }, (_, index) => 223 - index).find((port) => !ports.has(port))
  if (first === undefined || unused === undefined) return false
  return (await runExample(runner, model, { ...first, input: { ...first.input, fPort: unused } })).ok
}

function locatedAbout(file: string): ReturnType<typeof about> {
  return about(file, lineFinder(readFileSync(file, 'utf8')))
}
